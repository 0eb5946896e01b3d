"""What the pages say of fees for late cancellations and no-shows, before the click."""

import re

from odoo.tests import tagged

from ..common import THURSDAY
from ..common_site import SiteCase
from .test_change_site import ChangeSiteCase


def plain(words):
    """The words with plain spaces, also in amounts and times."""
    return re.sub(r"\s+", " ", words)


@tagged("post_install", "-at_install")
class TestMissedFeesOnVisits(ChangeSiteCase):
    """A visit in three days, of a grandmother who pays, and whom a father may book for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.grant(cls.grandmother.partner_id, cls.father, "book")
        cls.group.write({"late_fee": 30, "noshow_fee": 60})
        cls.hers = cls.appointment(THURSDAY, "14:00", [cls.grandmother])

    def setUp(self):
        super().setUp()
        self.let_cancel_until(hours=500)

    def let_cancel_until(self, hours):
        self.company.write({"clinic_cancel_hours": hours, "clinic_reschedule_hours": hours})

    def see(self, path="", **params):
        page = self.get(path, self.hers, **params)
        return plain(self.words(page))

    def cancelling(self):
        return self.get("/cancel", self.hers, who=str(self.hers.participant_ids.id))

    def said(self):
        return plain(self.words(self.cancelling()))

    def press(self, page, status=200):
        [form] = self.forms(page).values()
        answer = plain(self.words(self.submit(form), status))
        self.env.invalidate_all()
        return answer

    def test_in_time_the_visit_says_what_it_costs_later(self):
        self.let_cancel_until(hours=24)
        self.login(self.grandmother)

        self.assertIn(
            "Free to move or cancel until Wed 31 Mar 2:00 PM. Cancelling later costs $ 30.00. "
            "Not coming without cancelling costs $ 60.00.",
            self.see(),
        )
        self.assertIn("Nothing will be invoiced.", self.said())

    def test_late_the_visit_is_still_cancelled_online_and_says_what_it_costs(self):
        self.login(self.grandmother)

        page = self.see()

        self.assertIn("You can still cancel until the visit begins.", page)
        self.assertIn("Cancelling now costs $ 30.00.", page)
        self.assertIn("so it can't be moved online.", page)
        self.assertIn("Cancel for me", self.links(self.get("", self.hers)))

    def test_late_the_payer_reads_whose_invoice_it_is_on_and_it_is(self):
        self.login(self.grandmother)
        page = self.cancelling()
        self.assertIn("Cancelling now costs $ 30.00; it is put on your invoice.", self.said())

        self.press(page)

        self.assertEqual(self.hers.state, "cancelled")
        self.assertEqual(self.hers.invoice_id.amount_untaxed, 30)

    def test_who_sees_the_payers_bills_reads_the_payers_name(self):
        self.grant(self.grandmother.partner_id, self.father, "pay")
        self.login(self.father)

        self.assertIn("it is put on the invoice of Greta Grandison.", self.said())

    def test_who_does_not_see_the_payers_bills_reads_the_rule_alone(self):
        self.login(self.father)
        rule = "Cancelling this late costs $ 30.00."
        self.assertIn(rule, self.said())
        self.assertNotIn("invoice", self.said())

        self.grandmother.partner_id.clinic_pays_no_fees = True
        self.assertIn(rule, self.said())

    def test_whom_the_clinic_lets_off_reads_that_nothing_follows(self):
        self.grandmother.partner_id.clinic_pays_no_fees = True
        self.login(self.grandmother)

        self.assertIn("Nothing will be invoiced.", self.said())

    def test_a_page_from_before_it_was_late_costs_nothing(self):
        self.let_cancel_until(hours=24)
        self.login(self.grandmother)
        old = self.cancelling()
        self.let_cancel_until(hours=500)

        answer = self.press(old, 422)

        self.assertEqual(self.hers.state, "booked")
        self.assertIn("Nothing was cancelled yet: it costs something by now.", answer)
        self.assertIn("Cancelling now costs $ 30.00", answer)

    def test_pressed_twice_it_costs_once(self):
        self.login(self.grandmother)
        page = self.cancelling()

        self.press(page)
        [form] = self.forms(page).values()
        self.submit(form)

        self.env.invalidate_all()
        self.assertEqual(len(self.hers.invoice_id.invoice_line_ids), 1)

    def test_nobody_pays_again_for_a_visit_that_has_its_invoice(self):
        self.hers._get_or_create_invoice().action_post()
        self.login(self.grandmother)

        self.assertIn("The clinic will settle it with you.", self.said())
        self.assertNotIn("Cancelling now costs $ 30.00; it", self.said())


@tagged("post_install", "-at_install")
class TestMissedFeesOnTheBookingSite(SiteCase):
    def test_the_service_and_the_basket_say_it_before_one_books(self):
        self.company.clinic_cancel_hours = 24
        self.group.write({"late_fee": 50, "late_fee_unit": "percent", "fee_per": "participant"})
        self.login(self.mother)

        service = plain(self.text(self.get(self.slug)))
        basket = plain(self.text(self.check([self.mother])))

        self.assertIn(
            "Cancelling less than 24 hours before the visit costs $ 40.00 for each person.", service
        )
        self.assertIn(
            "Free to cancel until Mon 29 Mar 10:00 AM. "
            "Cancelling later costs $ 40.00 for each person.",
            basket,
        )

    def test_where_nothing_costs_anything_no_cost_is_said(self):
        self.login(self.mother)

        said = self.text(self.get(self.slug)) + self.text(self.check([self.mother]))

        self.assertNotRegex(said, "costs|Free to cancel")

    def test_the_basket_says_until_when_it_can_be_cancelled_and_that_it_cannot_be(self):
        self.company.clinic_cancel_hours = 24
        self.login(self.mother)

        in_time = plain(self.text(self.check([self.mother])))
        self.company.clinic_cancel_hours = 99
        late = plain(self.text(self.get("/book/basket")))
        self.company.clinic_allow_cancel = False
        never = plain(self.text(self.get("/book/basket")))

        self.assertIn("You can cancel online until Mon 29 Mar 10:00 AM.", in_time)
        self.assertIn("It's less than 99 hours before the visit, so it can't be cancelled", late)
        self.assertIn("This visit can't be cancelled online.", never)
