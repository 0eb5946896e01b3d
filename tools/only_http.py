"""A plugin of pytest that leaves out what doesn't go through HTTP."""


def pytest_collection_modifyitems(config, items):
    """Keep the tests of Odoo's HTTP cases."""
    from odoo.tests import HttpCase

    kept = [item for item in items if issubclass(getattr(item, "cls", None) or object, HttpCase)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept
