"""The examples in the engine's docstrings are true."""

import doctest
from importlib import import_module
from pkgutil import iter_modules

import pytest

from clinic_family import engine


@pytest.mark.parametrize("name", [module.name for module in iter_modules(engine.__path__)])
def test_the_examples_are_true(name):
    result = doctest.testmod(import_module(f"{engine.__name__}.{name}"))

    assert result.attempted > 0
    assert result.failed == 0
