"""The browser that tests drive."""

import os
import shutil

from tools import apt
from tools.environment import CACHE, Failure, step

# The names that Odoo's own tours look for, in their order.
NAMES = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find():
    """Return the path of Chromium or Chrome, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def ensure():
    """Return the path of a browser; install Debian's when this person may, else fail."""
    _use_named_browser()
    if not find() and apt.may_install():
        with step("Installing Chromium for the tests"):
            apt.install("chromium", "Chromium")
    if not find():
        raise Failure(
            "The tests need Chromium: install it (`sudo apt-get install chromium`) or name a "
            "Chromium or Chrome, as in `make test CHROMIUM=/path/to/chrome`."
        )
    return find()


def _use_named_browser():
    """Make the browser that CHROMIUM names the first one found, by Odoo's tours too."""
    named = os.environ.get("CHROMIUM")
    if not named or not shutil.which(named):
        return
    folder = CACHE / "browser"
    folder.mkdir(parents=True, exist_ok=True)
    link = folder / NAMES[0]
    link.unlink(missing_ok=True)
    link.symlink_to(shutil.which(named))
    os.environ["PATH"] = f"{folder}{os.pathsep}{os.environ['PATH']}"
