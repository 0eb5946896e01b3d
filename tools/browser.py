"""The browser that tests drive."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

from tools import apt
from tools.environment import CACHE, Failure, step

# Chromium that can't open a window: it takes a quarter less of the processor for the same.
WINDOWLESS = "chromium-headless-shell"
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
    named = os.environ.get("CHROMIUM")
    if not named and not shutil.which(WINDOWLESS) and apt.may_install():
        _install()
    _use(named or WINDOWLESS)
    if not find():
        raise Failure(
            "The tests need Chromium: install it (`sudo apt-get install chromium`) or name a "
            "Chromium or Chrome, as in `make test CHROMIUM=/path/to/chrome`."
        )
    return find()


def _install():
    """Install the one that can't open a window, where there is one; any, where there is none."""
    with step("Installing Chromium for the tests"):
        if not find():
            apt.update("Chromium")
            apt.install(WINDOWLESS if apt.offers(WINDOWLESS) else "chromium", "Chromium")
        elif apt.offers(WINDOWLESS):
            with suppress(Failure):  # another one does, more slowly
                apt.install(WINDOWLESS, "Chromium")


def _use(browser):
    """Make this browser, if it is there, the first one found, by Odoo's tours too."""
    folder = CACHE / "browser"
    path = shutil.which(browser)
    if not path or Path(path).parent == folder:
        return
    folder.mkdir(parents=True, exist_ok=True)
    link, fresh = folder / NAMES[0], folder / f"{os.getpid()}"
    fresh.symlink_to(path)
    fresh.replace(link)  # in one step: others look for it meanwhile
    os.environ["PATH"] = f"{folder}{os.pathsep}{os.environ['PATH']}"
