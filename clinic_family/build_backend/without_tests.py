"""Build the wheel as whool does, of what runs at a clinic: tests and caches stay behind."""

import os
import shutil
import tempfile
from pathlib import Path

from whool import buildapi
from whool.buildapi import (
    build_editable,
    build_sdist,
    prepare_metadata_for_build_editable,
    prepare_metadata_for_build_wheel,
)

__all__ = [
    "build_editable",
    "build_sdist",
    "build_wheel",
    "prepare_metadata_for_build_editable",
    "prepare_metadata_for_build_wheel",
]

STAYS = shutil.ignore_patterns("tests", "build_backend", "build", "__pycache__", ".*")


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    """Put the wheel into the folder, and return its file name."""
    addon, folder = Path.cwd(), Path(wheel_directory).resolve()
    with tempfile.TemporaryDirectory() as kept:
        # whool names the addon after its folder.
        copy = shutil.copytree(addon, Path(kept) / addon.name, ignore=STAYS)
        os.chdir(copy)
        try:
            return buildapi.build_wheel(folder)
        finally:
            os.chdir(addon)
