"""Of an outing one visit is confidential, each in turn: a parent gets nothing that tells of it."""

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import WEDNESDAY, written
from ..confidential_common import EVERYTHING, SEVENTEEN
from .test_confidential_leaks import LeakComparison

KEY = "a key of one outing"


@tagged("post_install", "-at_install", "long")
class TestConfidentialOuting(LeakComparison):
    """Ana's twin has a visit after hers, found together; both are old enough to pay."""

    @classmethod
    def build_visit(cls):
        result = super().build_visit()
        cls.visit._set_confidential(False)
        cls.twin = cls.person("Ben Anderling", birth_date=SEVENTEEN)
        for parent in (cls.mother, cls.father):
            cls.grant(cls.twin, parent, *EVERYTHING)
        cls.other = cls.appointment(WEDNESDAY, "14:00", [cls.twin], service_id=cls.group.id)
        (cls.visit | cls.other).plan_key = KEY
        cls.env.flush_all()
        return result

    def compare(self, hidden, known):
        """What differs for the mother, who looks from the visit she knows."""
        hidden._set_confidential(True)
        # As if the mark had left it in the outing: pages don't lean on the key being gone.
        hidden.plan_key = KEY
        self.parts["<int:appointment_id>"] = str(known.id)
        self.form |= {
            "appointment": [str(known.id), str(hidden.id)],
            "visit": [
                f"{self.group.id}-{self.olga.id}-{self.harbour.id}-{visit.participant_ids.partner_id.id}"
                f"-{written(WEDNESDAY, clock)}"
                for visit, clock in ((known, "15:00"), (hidden, "16:00"))
            ],
        }
        before = self.get_everything(self.mother)
        self.give_to_stranger(hidden)
        return self.find_differences(before, self.get_everything(self.mother))

    @mute_logger("odoo.http", "odoo.sql_db", "odoo.addons.base.models.ir_rule")
    def test_hers_is_not_there(self):
        self.assertEqual(self.compare(self.visit, self.other), set())

    @mute_logger("odoo.http", "odoo.sql_db", "odoo.addons.base.models.ir_rule")
    def test_his_is_not_there(self):
        self.assertEqual(self.compare(self.other, self.visit), set())
