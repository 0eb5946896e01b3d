"""A plugin of pytest that keeps one share of the test files, as `--share=2/3` names it.

A file stays whole, all shares together are all files, and each has files of many and of few tests.
"""

from collections import Counter

import pytest


def pytest_addoption(parser):
    """Let a share be named."""
    parser.addoption("--share", default="1/1", help="the share of the test files, as in 2/3")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Keep the tests of each n-th file, counted among those that another choice left."""
    turn, shares = map(int, config.getoption("share").split("/"))
    tests = Counter(item.path for item in items)
    files = sorted(tests, key=lambda path: (-tests[path], path))[turn - 1 :: shares]
    config.hook.pytest_deselected(items=[item for item in items if item.path not in files])
    items[:] = [item for item in items if item.path in files]
