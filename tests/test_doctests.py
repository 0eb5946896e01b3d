"""The examples in docstrings are true, in the engine and in the tools."""

import doctest
from importlib import import_module
from pkgutil import iter_modules

import pytest

import tools
from clinic_family import engine


def names(package):
    return [f"{package.__name__}.{module.name}" for module in iter_modules(package.__path__)]


@pytest.mark.parametrize("name", names(engine))
def test_every_part_of_the_engine_has_examples_and_they_are_true(name):
    result = doctest.testmod(import_module(name))

    assert result.attempted > 0
    assert result.failed == 0


@pytest.mark.parametrize("name", [name for name in names(tools) if not name.endswith(".odoo_bin")])
def test_the_examples_of_the_tools_are_true(name):
    assert doctest.testmod(import_module(name)).failed == 0
