"""What turns Odoo's styles around for languages that are read from right to left."""

import os
import shutil

from tools import processes
from tools.environment import CACHE, Failure, step

NAME, VERSION = "rtlcss", "4.3.0"
FOLDER = CACHE / NAME / VERSION


def ensure():
    """Make rtlcss one of the commands that Odoo finds; npm fetches it once, 1 MB."""
    if not shutil.which(NAME):
        commands = FOLDER / "node_modules" / ".bin"
        if not (commands / NAME).exists():
            _install()
        os.environ["PATH"] = f"{commands}{os.pathsep}{os.environ['PATH']}"


def _install():
    if not shutil.which("npm"):
        raise Failure(
            "Pages from right to left need rtlcss: install npm (`sudo apt-get install npm`)."
        )
    FOLDER.mkdir(parents=True, exist_ok=True)
    command = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(FOLDER)]
    with step("Fetching rtlcss"):
        processes.run([*command, f"{NAME}@{VERSION}"], "Fetching rtlcss")
