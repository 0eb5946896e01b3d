"""That a visit is confidential, or isn't any more, is taken back at the desk as other steps are."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..along_common import AlongFamily
from ..common import ROLE, TUESDAY
from ..message_common import MessageCase
from ..package_common import PackageBuilders

SINCE = "changed it again since"


@tagged("post_install", "-at_install")
class TestDeskConfidential(PackageBuilders, AlongFamily, MessageCase):
    """Leo's visit, which Mira booked, to which Greta brings him."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sold = cls.sell(cls.package(cls.group), cls.leo, payer=cls.mira)
        cls.his.along_id = cls.greta
        cls.visit.plan_key = "together"
        cls.visit._use_sessions()

    def desk_of(self, user=None):
        self.env.invalidate_all()
        return self.env["clinic.desk.visit"].with_user(user or self.desk)

    def turn(self, user=None):
        return self.desk_of(user).turn_confidential(self.visit.id)

    def put_back(self, answer, user=None, **values):
        self.desk_of(user).put_back(self.visit.id, {**answer["back"], **values})
        self.env.invalidate_all()

    def seen(self):
        """Whether Leo's mother finds it."""
        self.env.invalidate_all()
        visits = self.env["clinic.appointment"].with_user(self.mother)
        return bool(visits.search([("id", "=", self.visit.id)]))

    def test_the_mark_is_taken_back_with_all_it_took_off(self):
        answer = self.turn()
        self.assertEqual(answer["done"], "Leo Littleton: confidential")
        self.assertFalse(self.seen() or self.his.along_id or self.visit.plan_key)
        self.assertStates(self.sold, free=3)

        self.put_back(answer)

        self.assertTrue(self.seen())
        self.assertEqual((self.his.along_id, self.visit.plan_key), (self.greta, "together"))
        self.assertStates(self.sold, free=2, reserved=1)
        steps = self.visit.log_ids.sorted("id").mapped("step")
        self.assertLess(steps.index("confidential"), steps.index("known"))

    def test_that_it_is_known_is_taken_back_before_anybody_is_told(self):
        self.visit.action_mark_confidential()
        self.send()
        answer = self.turn()
        self.assertEqual(answer["done"], "Leo Littleton: no longer confidential")
        self.assertTrue(self.seen())

        self.put_back(answer)

        self.assertFalse(self.seen())
        self.assertEqual(self.visit.confidential_by_id, self.desk)
        self.assertEqual([mail.address for mail in self.send(60)], [])

    def test_who_may_not_come_along_any_more_is_not_named_again(self):
        answer = self.turn()
        self.env["clinic.block"]._set(self.leo, self.greta, "Court order")

        self.put_back(answer)

        self.assertTrue(self.seen())
        self.assertFalse(self.his.along_id)

    def test_what_became_of_it_since_stays(self):
        first = self.turn()
        self.turn()
        with self.assertRaisesRegex(UserError, SINCE):
            self.put_back(first)
        self.turn()
        self.visit.sudo().confidential_at = "2027-01-01 00:00:00"

        with self.assertRaisesRegex(UserError, SINCE):
            self.put_back(first)

        self.assertFalse(self.seen())

    def test_what_the_clinic_did_not_say_itself_is_refused(self):
        answer = self.turn()
        other = self.appointment(TUESDAY, "15:00", [self.leo], payer_id=self.mira.id)
        others = self.desk_of().turn_confidential(other.id)["back"]["ties"]

        for ties in (None, "", "nonsense", 7, others, answer["back"]["ties"][:-4] + "AAAA"):
            with self.subTest(ties=ties), self.assertRaisesRegex(UserError, SINCE):
                self.put_back(answer, ties=ties)

        self.assertFalse(self.seen())

    def test_its_practitioner_takes_it_back_and_nobody_else(self):
        doctor = self.user("test_doctor", "Dora Doctor", ROLE + "practitioner")
        other = self.user("test_other", "Olga Other", ROLE + "practitioner")
        self.nora.user_id = doctor
        answer = self.turn(doctor)

        for user in (other, self.mother):
            with self.subTest(user=user.name), self.assertRaises(UserError):
                self.put_back(answer, user)
            with self.subTest(user=user.name), self.assertRaises(UserError):
                self.turn(user)
        self.assertFalse(self.seen())
        self.put_back(answer, doctor)

        self.assertTrue(self.seen())
