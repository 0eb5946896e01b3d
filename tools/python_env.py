"""The virtual environment with the locked Python packages."""

import hashlib
import importlib.util
import sys
from pathlib import Path

from tools import apt, processes
from tools.environment import CACHE, ROOT, alone, step

WHAT = "Python packages"
LOCK = ROOT / "tools" / "requirements.lock"
VENV = CACHE / "venv"
PYTHON = VENV / "bin" / "python"
DOWNLOADS = CACHE / "downloads" / "pip"


def is_active():
    """Return whether this program runs inside the virtual environment."""
    return Path(sys.prefix) == VENV


def ensure():
    """Make sure that the virtual environment holds exactly what the lock file says."""
    if is_active() or _is_complete():
        return
    with alone("setup"):
        if not _is_complete():
            _make()


def _is_complete():
    marker = VENV / "complete"
    return marker.exists() and marker.read_text() == _fingerprint()


def _fingerprint():
    """Return what the environment depends on: the lock file and the Python."""
    digest = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    return f"{digest} {sys.version_info[0]}.{sys.version_info[1]}"


def _make():
    """Make the environment anew: an interrupted installation may have left half a package."""
    with step("Installing the Python packages (150 MB)", _packages_fetched):
        pip = _bare_environment()
        command = [*pip, "install", "--require-hashes", "--no-input", "-r", LOCK]
        processes.run(command, WHAT, cwd=ROOT)
    (VENV / "complete").write_text(_fingerprint())


def _packages_fetched():
    log = processes.log_path(WHAT)
    return f"{log.read_text().count('Collecting ')} packages" if log.exists() else ""


def _bare_environment():
    """Make an empty environment and return the command of a pip that installs into it."""
    make = [sys.executable, "-m", "venv", "--clear", VENV]
    if importlib.util.find_spec("ensurepip"):
        processes.run(make, WHAT)
        return [PYTHON, "-m", "pip"]
    processes.run([*make, "--without-pip"], WHAT)
    return [PYTHON, _pip_wheel() / "pip"]


def _pip_wheel():
    """Return pip's wheel, which Python can run as it is.

    A bare Debian's Python comes without pip; installing python3-venv would need root.
    """
    if not list(DOWNLOADS.glob("usr/share/python-wheels/pip-*.whl")):
        apt.download(["python3-pip-whl"], DOWNLOADS, WHAT)
        apt.unpack(DOWNLOADS, DOWNLOADS, WHAT)
    return next(DOWNLOADS.glob("usr/share/python-wheels/pip-*.whl"))
