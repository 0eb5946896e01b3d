"""Nobody below the clinic's age pays; where the age is unknown, nobody is taken for an adult."""

from datetime import date

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from ..common import ROLE, TUESDAY, ClinicCase, written
from ..common_site import SiteCase

CHILD_BORN = date(2017, 8, 14)
SIXTEEN_TOMORROW = date(2011, 3, 30)
SIXTEEN_TODAY = date(2011, 3, 29)
TEN = written(TUESDAY, "10:00")


@tagged("post_install", "-at_install")
class TestPayerAge(ClinicCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.harbour.sequence = -1
        cls.company.clinic_child_age = 16
        cls.mira, cls.fergus = cls.mother.partner_id, cls.father.partner_id
        cls.desk = cls.user("test_desk", "Fran Frontdesk", ROLE + "front_desk")
        cls.manager = cls.user("test_manager", "Max Manager", ROLE + "manager")
        cls.grant(cls.leo, cls.mother, "book", "pay")

    def ask(self, payer):
        return self.checkout(self.group, TEN, [self.leo], payer)

    def names(self, user, service):
        """Whom the page lets this user name as payer."""
        site = self.env["clinic.page.checkout"].with_user(user)
        checkout = self.checkout(service, TEN, [user])
        return [payer["name"] for payer in site._get_who(service, checkout)["payers"]]

    def visit(self, user, payer, **values):
        """What the front desk or a manager stores on Tuesday at ten."""
        made = self.appointment(TUESDAY, values.pop("clock", "10:00"), [self.mira])
        made.with_user(user).write({"payer_id": payer.id, **values})
        return made

    # Online

    def test_a_child_is_neither_offered_nor_taken_as_payer_online(self):
        self.leo.birth_date = SIXTEEN_TOMORROW

        self.assertNotIn("Leo Littleton", self.names(self.mother, self.group))
        self.assertRefused(
            "payer_age", "Leo Littleton is below 16", self.mother, self.ask(self.leo)
        )

    def test_on_the_birthday_one_may_be_asked_to_pay(self):
        self.leo.birth_date = SIXTEEN_TODAY

        self.assertIn("Leo Littleton", self.names(self.mother, self.group))
        self.assertEqual(self.book(self.mother, self.ask(self.leo)).payer_id, self.leo)

    def test_a_child_with_an_account_does_not_pay_for_itself(self):
        self.fergus.birth_date = CHILD_BORN
        checkout = self.checkout(self.single, TEN, [self.father])

        self.assertNotIn("Fergus Fatherly", self.names(self.father, self.single))
        self.assertRefused("payer_age", "is below 16", self.father, checkout)

    def test_who_became_known_as_a_child_before_confirming_does_not_pay(self):
        self.hold(self.mother, self.ask(self.leo))
        self.leo.birth_date = CHILD_BORN

        with self.assertRaisesRegex(ValidationError.__base__, "is below 16"):
            self.confirm(self.mother)

    # Where the birth date is unknown

    def test_of_unknown_age_one_pays_unless_somebody_answers_for_one(self):
        self.assertIn("Leo Littleton", self.names(self.mother, self.group))
        self.env["clinic.permission"]._grant(self.leo, self.fergus, ["notify"], "parental")

        self.assertNotIn("Leo Littleton", self.names(self.mother, self.group))
        self.assertRefused(
            "payer_age", "doesn't know how old Leo Littleton is", self.mother, self.ask(self.leo)
        )

    def test_who_has_an_attorney_is_no_child_for_it(self):
        self.env["clinic.permission"]._grant(self.leo, self.fergus, ["notify"], "attorney")

        self.assertIn("Leo Littleton", self.names(self.mother, self.group))

    # At the desk

    def test_the_front_desk_cannot_make_a_child_pay(self):
        self.leo.birth_date = CHILD_BORN

        with self.assertRaisesRegex(ValidationError, "a manager can"):
            self.visit(self.desk, self.leo)
        with self.assertRaises(AccessError):
            self.visit(self.desk, self.leo, clock="9:00", payer_reason="They want it so")
        with self.assertRaisesRegex(ValidationError, "a manager can"):
            self.appointment(TUESDAY, "11:00", [self.mira], payer_id=self.leo.id)

    def test_a_manager_insists_with_a_reason_that_is_kept(self):
        self.leo.birth_date = CHILD_BORN
        with self.assertRaises(ValidationError):
            self.visit(self.manager, self.leo)

        visit = self.visit(self.manager, self.leo, clock="9:00", payer_reason="Has a voucher")

        self.assertEqual(visit.payer_reason_by_id, self.manager)
        with self.assertRaises(ValidationError):
            visit.with_user(self.manager).payer_reason = False

    def test_what_a_child_pays_already_still_goes_on(self):
        visit = self.appointment(TUESDAY, "10:00", [self.leo])
        self.leo.birth_date = CHILD_BORN

        visit.with_user(self.desk).action_arrive()

        self.assertEqual(visit.state, "arrived")

    # When somebody leaves

    def test_nobody_of_unknown_age_with_a_parent_is_named_when_the_payer_leaves(self):
        self.env["clinic.permission"]._grant(self.leo, self.fergus, ["notify"], "parental")

        payers = self.env["clinic.appointment"]._get_payers_after(self.mira)

        self.assertEqual(payers, self.mira)

    def test_who_separates_leaves_no_visit_to_a_child_to_pay(self):
        self.leo.birth_date = CHILD_BORN
        visit = self.appointment(TUESDAY, "10:00", [self.leo], payer_id=self.mira.id)
        family = self.env["clinic.family"]

        self.assertEqual(family._get_payer_after(visit.participant_ids, self.mira), self.mira)


@tagged("post_install", "-at_install")
class TestPayerAgeSite(SiteCase):
    def test_a_child_alone_reads_who_can_book_instead_and_gets_no_button(self):
        self.stranger.partner_id.birth_date = CHILD_BORN
        self.login(self.stranger)

        page = self.who()

        self.assertIn("let the person who looks after you book this", self.text(page))
        self.assertNotIn("Continue", self.text(page))
