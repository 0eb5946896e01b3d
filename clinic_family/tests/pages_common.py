"""Tests that leave Odoo what it has worked out, where nothing of it has changed."""

from contextlib import contextmanager
from unittest.mock import patch

from odoo.modules.registry import Registry


@contextmanager
def forgetting_what_changes():
    """Has Odoo forget what depends on a change meanwhile, where it would forget everything.

    A change makes it forget that at once, as outside of tests; it has to do so again when the
    change is undone.
    """
    changed, forget = set(), Registry.clear_cache

    def note_and_forget(registry, *names):
        changed.update(names or ("default",))
        forget(registry, *names)

    def forget_changed(registry):
        for name in changed:
            forget(registry, name)

    with (
        patch.object(Registry, "clear_cache", note_and_forget),
        patch.object(Registry, "clear_all_caches", forget_changed),
    ):
        yield


class KeepsPages:
    """What Odoo has worked out of views, rights and assets outlives a test that changed none.

    Odoo forgets it after every test and every class: to put a page together again takes longer
    than most tests.
    """

    # Both begin before Odoo's own steps, so that they are still in place when it forgets.
    @classmethod
    def setUpClass(cls):
        cls.enterClassContext(forgetting_what_changes())
        super().setUpClass()

    def setUp(self):
        self.enterContext(forgetting_what_changes())
        super().setUp()

    def url_open(self, *args, timeout=60, **kwargs):
        """Waits for a busy machine; by itself Odoo gives up after twelve seconds."""
        # No proxy stands between: to look for one each time takes half a millisecond.
        self.opener.trust_env = False
        return super().url_open(*args, timeout=timeout, **kwargs)
