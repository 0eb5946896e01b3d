"""Odoo 19 itself: the one that ODOO_SOURCE names, or Debian's, unpacked into the cache."""

import os
import runpy
import shutil
import sysconfig
from pathlib import Path

from tools import apt
from tools.environment import CACHE, Failure, megabytes_in, step

WHAT = "Odoo 19"
DOWNLOADS, TREE = CACHE / "downloads" / "odoo", CACHE / "odoo"
# Odoo's web files are links into these packages; without jQuery every page is an error.
PACKAGES = (
    "odoo-19",
    "libjs-jquery",
    "libjs-underscore",
    "libjs-jquery-form",
    "fonts-font-awesome",
    "fonts-roboto-unhinted",
    "fonts-montserrat",
    "fonts-inconsolata",
    "fonts-ocr-b",
    "fonts-glyphicons-halflings",
)
# Debian leaves this file out, yet the back office asks for it and logs an error on every page.
LEFT_OUT = "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"


def folder():
    """Return the folder that holds the `odoo` package."""
    named = os.environ.get("ODOO_SOURCE")
    return Path(named).expanduser().resolve() if named else TREE / "usr/lib/python3/dist-packages"


def version(source):
    """Return Odoo's version as it calls itself, such as "19.0".

    A folder without Odoo 19 is a Failure.
    """
    try:
        release = runpy.run_path(str(source / "odoo" / "release.py"))
    except FileNotFoundError:
        raise Failure(
            f"There is no `odoo` package in {source}: set ODOO_SOURCE to its parent."
        ) from None
    if release["version_info"][0] != 19:
        raise Failure(f"{source} holds Odoo {release['version']}: set ODOO_SOURCE to an Odoo 19.")
    return release["version"]


def addons_path():
    """Return the folders with Odoo's standard addons that lie outside the `odoo` package."""
    # A git checkout keeps them beside the package, Debian inside it.
    beside = folder() / "addons"
    return [beside] if beside.is_dir() else []


def ensure():
    """Make sure that Odoo 19 is there and that the virtual environment can import it."""
    if not os.environ.get("ODOO_SOURCE") and not TREE.exists():
        _fetch()
        _unpack()
    version(folder())
    link = Path(sysconfig.get_path("purelib")) / "odoo_source.pth"
    if not link.exists() or link.read_text() != f"{folder()}\n":
        link.write_text(f"{folder()}\n")


def _fetch():
    """Download the packages, unless an earlier start got as far as that."""
    if (DOWNLOADS / "complete").exists():
        return
    with step("Fetching Odoo 19 (133 MB)", megabytes_in(DOWNLOADS / "debs")):
        apt.download(PACKAGES, DOWNLOADS, WHAT)
    (DOWNLOADS / "complete").touch()


def _unpack():
    """Unpack the packages; the tree gets its name last, so half a tree is never taken for one."""
    unfinished = TREE.with_name("odoo.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    with step("Unpacking Odoo 19 (1.2 GB)"):
        try:
            apt.unpack(DOWNLOADS, unfinished, WHAT)
        except Failure:
            (DOWNLOADS / "complete").unlink(missing_ok=True)
            raise
        stub = unfinished / "usr/lib/python3/dist-packages" / LEFT_OUT
        stub.parent.mkdir(parents=True, exist_ok=True)
        stub.touch()
    unfinished.rename(TREE)
    shutil.rmtree(DOWNLOADS)
