"""A plugin of pytest that leaves out what another day can't change.

That is what doesn't go through HTTP, and what has the tag `timeless`, as Odoo tags its tests.
"""


def pytest_collection_modifyitems(config, items):
    """Keep the tests of Odoo's HTTP cases for which it matters what day it is."""
    from odoo.tests import HttpCase

    kept = [item for item in items if _has_a_day(getattr(item, "cls", None) or object, HttpCase)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


def _has_a_day(test_class, http_case):
    return issubclass(test_class, http_case) and "timeless" not in test_class.test_tags
