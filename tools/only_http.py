"""A plugin of pytest that leaves out what another day can't change.

That is what doesn't go through HTTP, and what has the tag `timeless`, as Odoo tags its tests; as
`--no-standing-clock` says, also the classes in which it always is the same day.
"""


def pytest_addoption(parser):
    """Let classes be left out in which time stands still."""
    parser.addoption("--no-standing-clock", action="store_true", help="leave out frozen classes")


def pytest_collection_modifyitems(config, items):
    """Keep the tests of Odoo's HTTP cases for which it matters what day it is."""
    from odoo.tests import HttpCase

    may_stand = not config.getoption("no_standing_clock")
    classes = {getattr(item, "cls", None) or object for item in items}
    chosen = {one for one in classes if issubclass(one, HttpCase) and has_a_day(one, may_stand)}
    kept = [item for item in items if getattr(item, "cls", None) in chosen]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


def has_a_day(test_class, may_stand):
    """Return whether the tests of a class may see what day it is."""
    stands = getattr(test_class, "freeze_time", None)
    return "timeless" not in test_class.test_tags and (may_stand or not stands)
