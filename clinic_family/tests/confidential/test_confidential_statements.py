"""What the database is asked for a parent, compared with a clinic where the visit is a stranger's.

How long an answer takes depends on the machine; which statements it takes, and how many rows they
answer, doesn't. Where they are the same, and as many, a stop-watch finds nothing either.
"""

import re
from collections import Counter
from contextlib import contextmanager, suppress

from odoo.exceptions import UserError
from odoo.sql_db import Cursor
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .test_confidential_leaks import LeakComparison

# Savepoints have names of their own, made anew.
SAVEPOINT = re.compile(r'"[0-9a-f]{8}(-[0-9a-f]+)+"')
COUNTERS = ["invoice_count", "bill_count", "overdue_invoice_count"]
MUTED = ("odoo.http", "odoo.sql_db", "odoo.addons.base.models.ir_rule")


@tagged("post_install", "-at_install")
class TestConfidentialStatements(LeakComparison):
    def setUp(self):
        super().setUp()
        self.asked, execute = Counter(), Cursor.execute

        def note(cursor, query, *args, **kwargs):
            text = query.code if isinstance(query, SQL) else query
            result = execute(cursor, query, *args, **kwargs)
            self.asked[SAVEPOINT.sub("", text), cursor.rowcount] += 1
            return result

        self.patch(Cursor, "execute", note)

    @contextmanager
    def noted(self, found, key):
        self.asked.clear()
        yield
        found[key] = dict(self.asked)

    def ask(self, method, url, form):
        with self.noted(self.found, (method, url)):
            return super().ask(method, url, form)

    def get_statements(self, user):
        """By page and model; asked twice, because the first time something is remembered."""
        self.found = {}
        logged = self.env["res.users.log"]
        for _time in range(2):
            # Their file shows each time that somebody has logged in: here it is as many.
            logged.search([("create_uid", "=", user.id)], order="id", offset=1).unlink()
            self.env.flush_all()
            self.env.invalidate_all()
            self.get_pages(user)
            with self.noted(self.found, "/my/counters"):
                # What Odoo's first page counts, a script of it asks for.
                self.make_jsonrpc_request("/my/counters", {"counters": COUNTERS})
        for name in filter(self.is_asked_for, self.env.registry):
            self._read_model(self.env[name].with_user(user))
        return self.found

    def _read_model(self, model):
        is_ours = model._name.startswith("clinic.")
        if not is_ours or model._abstract or model._transient or not model.has_access("read"):
            return
        for _time in range(2):
            self.env.invalidate_all()
            with self.noted(self.found, model._name):
                records = model.search([])
                for field in model.fields_get(attributes=[]):
                    with suppress(UserError):
                        records.read([field])

    @mute_logger(*MUTED)
    def test_the_same_is_asked_of_the_database(self):
        hers = self.get_statements(self.mother)
        self.give_to_stranger()

        strangers = self.get_statements(self.mother)

        self.assertEqual(self.find_differences(hers, strangers), set())

    @mute_logger(*MUTED)
    def test_more_is_asked_where_it_is_known(self):
        self.only = {"/my/balance", "clinic.appointment"}
        self.visit._set_confidential(False)
        known = self.get_statements(self.mother)
        self.give_to_stranger()

        found = self.find_differences(known, self.get_statements(self.mother))

        self.assertIn(("GET", "/my/balance"), found)
        self.assertIn("clinic.appointment", found)
