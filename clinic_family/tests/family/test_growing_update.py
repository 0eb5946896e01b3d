"""After an update what was to end on the birthday follows the ages; the past stays."""

from datetime import timedelta
from importlib.util import module_from_spec, spec_from_file_location
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import file_path

from ..growing_common import OWN, GrowingCase

SCRIPT = "clinic_family/migrations/19.0.1.8.0/post-let_childhood_end_by_age.py"


@tagged("post_install", "-at_install")
class TestGrowingUpdate(GrowingCase):
    def update(self):
        spec = spec_from_file_location("let_childhood_end_by_age", file_path(SCRIPT))
        script = module_from_spec(spec)
        spec.loader.exec_module(script)
        self.env.flush_all()
        script.migrate(self.env.cr, "19.0.1.7.0")
        self.env.invalidate_all()

    def get_birthday(self):
        ages = self.family._read_ages()
        return self.family._get_moment_of_age(self.leo, "book", "end", ages)

    def test_an_end_to_come_is_dropped_also_of_what_rests(self):
        self.leo.birth_date = self.turns(OWN, days=400)
        permissions = self.look_after(ends_at=self.get_birthday())
        permissions[0]._suspend("The court asked")

        self.update()

        self.assertFalse(any(permissions.mapped("ends_at")))
        self.assertEqual(set(permissions.mapped("grown_at")), {self.get_birthday()})

    def test_what_has_ended_keeps_its_day_and_nobody_is_told(self):
        self.leo.birth_date = self.turns(OWN, days=-10)
        permissions = self.look_after(ends_at=self.get_birthday())

        self.update()
        self.ledger._tell_of_birthdays()

        self.assertEqual(set(permissions.mapped("ends_at")), {self.get_birthday()})
        self.assertFalse(any(permissions.mapped("ended_at")))
        self.assertFalse(self.get_mails())

    def test_what_somebody_of_age_has_let_go_on_is_their_own(self):
        self.leo.birth_date = self.turns(OWN, days=-10)
        permissions = self.look_after("consent")
        self.assertTrue(all(permissions.mapped("until_grown")))

        self.update()

        self.assertEqual(self.held(), ["book", "notify"])
        # Another date of birth makes nothing else of it.
        self.leo.birth_date = self.turns(OWN, days=-11)
        self.assertEqual(self.held(), ["book", "notify"])

    def test_one_that_cant_be_closed_stops_no_update(self):
        self.leo.birth_date = self.turns(OWN, days=-400)
        self.look_after()
        ledger = type(self.ledger)

        with (
            patch.object(ledger, "_close_grown", side_effect=ValueError("No")),
            self.assertLogs("let_childhood_end_by_age", "ERROR"),
        ):
            self.update()

        self.assertEqual(self.held(), [])

    def test_what_the_update_ends_is_closed_and_told_nobody(self):
        self.leo.birth_date = self.turns(OWN, days=-400)
        later = self.env.cr.now() + timedelta(days=60)
        permissions = self.look_after(ends_at=later)

        self.update()
        self.ledger._tell_of_birthdays()

        self.assertEqual(set(permissions.mapped("end_kind")), {"grown"})
        self.assertEqual(set(permissions.mapped("ended_at")), {self.env.cr.now()})
        self.assertFalse(self.get_mails())
