"""Debian packages from the machine's own mirror, unpacked privately or installed.

Unpacking needs no root and leaves the machine's own apt configuration untouched.
"""

import os
import shutil
import subprocess
from pathlib import Path

from tools import processes
from tools.environment import Failure

KEYRINGS = {
    "debian": "/usr/share/keyrings/debian-archive-keyring.gpg",
    "ubuntu": "/usr/share/keyrings/ubuntu-archive-keyring.gpg",
}
# Odoo 19 is newer than the stable releases: it is taken from the suite under development.
SUITES = {"debian": ("sid", "main"), "ubuntu": ("devel", "main universe")}


def distribution():
    """Return "debian" or "ubuntu", for their relatives too."""
    release = {}
    for line in Path("/etc/os-release").read_text().splitlines():
        key, _, value = line.partition("=")
        release[key] = value.strip('"')
    names = [release.get("ID", ""), *release.get("ID_LIKE", "").split()]
    found = next((name for name in names if name in SUITES), None)
    if not found or not shutil.which("apt-get"):
        raise Failure(
            "This machine has no apt of Debian or Ubuntu to fetch Odoo with: get Odoo 19 yourself "
            "and name its folder, as in `make run ODOO_SOURCE=/path/to/odoo`."
        )
    return found


def mirror(name):
    """Return the address of the mirror that this machine takes its packages from."""
    listing = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(LABEL) $(REPO_URI)", "Created-By: Packages"],
        capture_output=True,
        text=True,
    ).stdout
    rows = [line.rsplit(" ", 1) for line in listing.splitlines()]
    # Before the first `apt-get update` the labels are unknown: then the address must do.
    own = [uri for label, uri in rows if label.lower() == name]
    likely = [uri for _label, uri in rows if name in uri and "security" not in uri]
    if not own + likely:
        raise Failure(
            f"apt on this machine names no {name.title()} mirror: add one to its sources, "
            "or name an Odoo 19 folder as in `make run ODOO_SOURCE=/path/to/odoo`."
        )
    return (own + likely)[0]


def sources(name):
    """Return the line of a private sources list; ODOO_SUITE and ODOO_COMPONENT override it."""
    suite, component = SUITES[name]
    suite = os.environ.get("ODOO_SUITE") or suite
    component = os.environ.get("ODOO_COMPONENT") or component
    signed = f"[signed-by={KEYRINGS[name]}] " if Path(KEYRINGS[name]).exists() else ""
    return f"deb {signed}{mirror(name)} {suite} {component}\n"


def download(packages, folder, what):
    """Bring packages into a folder, along with apt's own lists; apt resumes and verifies them."""
    for part in ("lists/partial", "cache/archives/partial", "debs"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    (folder / "sources.list").write_text(sources(distribution()))
    options = {
        "Dir::Etc::sourcelist": folder / "sources.list",
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::State::lists": folder / "lists",
        "Dir::Cache": folder / "cache",
        # As root, apt fetches as a user who may not write to this folder.
        "APT::Sandbox::User": "root",
        "Acquire::Retries": "3",
    }
    flags = [flag for key, value in options.items() for flag in ("-o", f"{key}={value}")]
    update = processes.run(["apt-get", *flags, "update"], what, env=_english())
    if "Failed to fetch" in update:
        raise processes.failure(what, update, processes.log_path(what))
    processes.run(
        ["apt-get", *flags, "download", *packages], what, env=_english(), cwd=folder / "debs"
    )


def unpack(folder, into, what):
    """Unpack the downloaded packages into one tree; delete a broken one, to be fetched again."""
    for deb in sorted((folder / "debs").glob("*.deb")):
        try:
            processes.run(["dpkg-deb", "-x", deb, into], what)
        except Failure:
            deb.unlink()
            raise


def may_install():
    """Return whether this person may install packages on this machine."""
    return os.geteuid() == 0 and bool(shutil.which("apt-get"))


def update(what):
    """Ask the mirrors which packages there are."""
    processes.run(["apt-get", "update"], what, env=_english())


def offers(package):
    """Return whether this machine knows a package of this name."""
    return not subprocess.run(["apt-cache", "show", package], capture_output=True).returncode


def install(package, what):
    """Install a package on the machine; for those that cannot be unpacked privately."""
    environment = {**_english(), "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "install", "--yes", "--no-install-recommends", package]
    processes.run(command, what, env=environment)


def _english():
    # The messages are searched for words that tell a missing network from other trouble.
    return {**os.environ, "LC_ALL": "C.UTF-8"}
