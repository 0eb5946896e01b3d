"""What becomes of a basket when the world goes on before it is confirmed."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..common_site import TEN, SiteCase


@tagged("post_install", "-at_install")
class TestBasketMeanwhile(SiteCase):
    def setUp(self):
        super().setUp()
        self.login(self.mother)

    def test_a_payer_who_ended_it_is_no_longer_named(self):
        permission = self.grant(self.grandmother.partner_id, self.mother, "pay")
        greta = self.grandmother.partner_id
        form = self.form(self.who(), "/hold")
        before = self.submit(form, participant=[self.mother.partner_id.id], payer=greta.id)
        permission._revoke("x")

        after = self.get("/book/basket")

        self.assertIn("Greta Grandison", self.text(before))
        self.assertNotRegex(after.text, "Greta|Grandison")
        self.assertIn("Please choose again who pays", self.text(after))

    def test_what_was_taken_off_the_site_is_shown_and_not_booked(self):
        form = self.form(self.check([self.mother]), "/confirm")
        self.group.is_published = False

        basket, refused = self.get("/book/basket"), self.submit(form)

        self.assertIn("Test Family Talk", self.text(basket))
        self.assertIn("This service can't be booked online", self.text(refused, 422))
        self.assertEqual(self.visits().mapped("state"), ["held"])

    def test_what_is_archived_is_not_booked(self):
        self.check([self.mother])

        self.nora.active = False
        by_nobody = self.submit(self.form(self.get("/book/basket"), "/confirm"))
        self.nora.active, self.harbour.active = True, False
        nowhere = self.submit(self.form(self.get("/book/basket"), "/confirm"))

        self.assertIn("isn't offered there", self.text(by_nobody, 422))
        self.assertIn("isn't offered there", self.text(nowhere, 422))
        self.assertEqual(self.visits().mapped("state"), ["held"])

    def test_the_company_of_the_visit_sets_how_long_whichever_one_visits(self):
        self.company.write({"clinic_hold_minutes": 5, "clinic_undo_minutes": 2})
        other = self.env["res.company"].create(
            {"name": "Other", "clinic_hold_minutes": 60, "clinic_undo_minutes": 60}
        )
        self.mother.company_ids += other
        both = self.mother.with_context(allowed_company_ids=(other + self.company).ids)
        bookings = self.env(user=self.mother.id, context=both.env.context)["clinic.booking"]
        me = self.mother.partner_id

        held = bookings._hold(me, self.checkout(self.group, TEN, [me])).sudo()
        kept = held.held_until - fields.Datetime.now()
        bookings._confirm(me, held.booking_id.key, held.booking_id.version)
        self.env.flush_all()

        self.assertEqual(kept, timedelta(minutes=5))
        self.assertEqual(held.booking_id.undo_until, fields.Datetime.now() + timedelta(minutes=2))
        self.assertEqual(held.participant_ids.tell_at, held.booking_id.undo_until)
