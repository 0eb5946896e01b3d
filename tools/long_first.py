"""A plugin of pytest that has long classes begin first, and then those of many tests.

A long one that begins last keeps one worker busy while the others have nothing left to do.
pytest-xdist itself only counts tests, and a sweep is one test.
"""

from collections import Counter

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Put the tests into the order in which workers take their classes."""
    tests = Counter(item.parent for item in items)
    items.sort(key=lambda item: (not _is_long(item), -tests[item.parent]))


def _is_long(item):
    """Whether it is called so, is a sweep, a race of real connections, or tries random examples."""
    tags = getattr(item.cls, "test_tags", {"standard"})
    tools = {getattr(tool, "__module__", None) or "" for tool in vars(item.module).values()}
    return bool(
        tags & {"long", "timeless"}
        or "standard" not in tags
        or any(name.startswith("hypothesis") for name in tools)
    )
