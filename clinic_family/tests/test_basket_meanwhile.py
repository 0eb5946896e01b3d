"""What becomes of a basket when the world goes on before it is confirmed."""

from odoo.tests import tagged

from .common_site import SiteCase


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
