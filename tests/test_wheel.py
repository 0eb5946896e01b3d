"""The wheel: pip builds and installs it, and an Odoo that knows nothing else of ours runs it."""

import ast
import re
import sys
import sysconfig
import venv
import zipfile
from types import SimpleNamespace

import pytest

from tools import databases, odoo_source, postgres, processes, server
from tools.environment import ADDON

pytestmark = [pytest.mark.system, pytest.mark.timeless]

TROUBLE = re.compile(r"^\S+ \S+ \d+ (?:WARNING|ERROR|CRITICAL) .*", re.MULTILINE)
INSTALLED = "SELECT state, latest_version FROM ir_module_module WHERE name = 'clinic_family'"
WHERE = "import odoo.addons.clinic_family as addon; print(addon.__file__)"
STAYS_BEHIND = {"tests", "__pycache__", "build_backend", "pyproject.toml"}


@pytest.fixture(scope="module")
def version():
    return ast.literal_eval((ADDON / "__manifest__.py").read_text())["version"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel as pip builds it, with the packages that are here."""
    folder = tmp_path_factory.mktemp("wheel")
    build = ["wheel", "--no-build-isolation", "--no-deps", "--no-index", "-w", folder, ADDON]
    processes.run([sys.executable, "-m", "pip", *build], "Building the wheel", cwd=folder)
    (wheel,) = folder.iterdir()
    return wheel


@pytest.fixture
def bare(wheel, tmp_path):
    """A Python with Odoo and what Odoo needs, into which pip has installed the wheel."""
    home = tmp_path / "bare"
    venv.create(home)
    site = home / sysconfig.get_path("purelib", vars={"base": "", "platbase": ""}).lstrip("/")
    known = [sysconfig.get_path("purelib"), str(odoo_source.folder())]
    (site / "odoo.pth").write_text("\n".join(known))
    python = home / "bin" / "python"
    install = ["--python", python, "install", "--no-deps", "--no-index", wheel]
    processes.run([sys.executable, "-m", "pip", *install], "Installing the wheel", cwd=tmp_path)
    return SimpleNamespace(python=python, site=site, folder=tmp_path)


def _files(wheel):
    """The parts of the path of each file of the addon in the wheel."""
    inside = "odoo/addons/clinic_family/"
    names = zipfile.ZipFile(wheel).namelist()
    return [name.removeprefix(inside).split("/") for name in names if name.startswith(inside)]


def test_the_wheel_has_the_name_and_the_needs_that_pip_looks_for(wheel, version):
    archive = zipfile.ZipFile(wheel)
    [named] = [name for name in archive.namelist() if name.endswith("/METADATA")]

    metadata = archive.read(named).decode()

    assert wheel.name == f"odoo_addon_clinic_family-{version}-py3-none-any.whl"
    # Whatever else the addon depends on is part of Odoo.
    assert re.findall(r"^Requires-Dist: (.*)$", metadata, re.MULTILINE) == ["odoo==19.0.*"]


def test_the_wheel_has_what_runs_at_a_clinic_and_no_tests(wheel):
    files = _files(wheel)

    assert not [file for file in files if STAYS_BEHIND & set(file)]
    assert {"models", "views", "i18n", "static", "migrations", "demo"} <= {
        file[0] for file in files
    }
    assert ["static", "description", "icon.png"] in files


def test_an_odoo_that_has_the_wheel_finds_and_installs_the_addon(bare, version):
    with postgres.running(), databases.test_copy(databases.base(), label="wheel") as database:
        databases.query(database, "UPDATE ir_module_module SET demo = FALSE")
        config, env = server.write_config(database), server.environment()
        # Not the folder that the addon lies in here.
        standard = ",".join(map(str, odoo_source.addons_path()))
        options = [f"--addons-path={standard}", "--no-http", "--stop-after-init"]
        odoo = [bare.python, "-m", "odoo", "-c", config, *options, "-i", "clinic_family"]

        log = processes.run(odoo, "Odoo with the wheel", cwd=bare.folder, env=env)

        assert TROUBLE.findall(log) == []
        (row,) = databases.query(database, INSTALLED)
        assert row == {"state": "installed", "latest_version": version}
    where = processes.run([bare.python, "-c", WHERE], "Finding the addon", cwd=bare.folder)
    assert str(bare.site) in where
