"""Of all a girl has had, one visit is confidential, each in turn: her mother gets nothing of it."""

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import MONDAY, THURSDAY, WEDNESDAY, utc
from .test_confidential_leaks import LeakComparison


@tagged("post_install", "-at_install")
class TestConfidentialTurns(LeakComparison):
    """Ana has a visit in each state, and one that was moved; her mother knows the others."""

    @classmethod
    def build_visit(cls):
        result = super().build_visit()
        cls.visit._set_confidential(False)
        cls.turns = {
            "booked": cls.visit,
            "moved": cls.ask_on(WEDNESDAY, "12:30"),
            "fulfilled": cls.ask_on(MONDAY, "9:00"),
            "cancelled": cls.ask_on(THURSDAY, "10:00"),
            "noshow": cls.ask_on(MONDAY, "10:00"),
        }
        cls.turns["moved"].start = utc(WEDNESDAY, "14:00")
        for state in ("fulfilled", "cancelled", "noshow"):
            cls.turns[state]._update_state(state)
        cls.env.flush_all()
        return result

    @classmethod
    def ask_on(cls, day, clock):
        return cls.appointment(day, clock, [cls.her], uses_session=False, payer_id=cls.her.id)

    def compare(self, turn):
        """What differs for the mother once this visit is confidential, and was never Ana's."""
        hidden = self.turns[turn]
        hidden._set_confidential(True)
        if turn == "fulfilled":
            hidden._get_or_create_invoice().action_post()
        number = str(hidden.id)
        self.parts["<int:appointment_id>"] = number
        self.form |= {"appointment": [str(visit.id) for visit in self.turns.values()]}
        before = self.get_everything(self.mother)
        self.give_to_stranger(hidden)
        return self.find_differences(before, self.get_everything(self.mother))

    @mute_logger("odoo.http", "odoo.sql_db", "odoo.addons.base.models.ir_rule")
    def test_what_was_moved_is_not_there(self):
        self.assertEqual(self.compare("moved"), set())

    @mute_logger("odoo.http", "odoo.sql_db", "odoo.addons.base.models.ir_rule")
    def test_what_took_place_and_was_invoiced_is_not_there(self):
        self.assertEqual(self.compare("fulfilled"), set())

    @mute_logger("odoo.http", "odoo.sql_db", "odoo.addons.base.models.ir_rule")
    def test_what_was_cancelled_is_not_there(self):
        self.assertEqual(self.compare("cancelled"), set())

    @mute_logger("odoo.http", "odoo.sql_db", "odoo.addons.base.models.ir_rule")
    def test_what_nobody_came_to_is_not_there(self):
        self.assertEqual(self.compare("noshow"), set())
