from datetime import timedelta

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.payment.utils import generate_access_token

from ..common import TUESDAY, ClinicHttpCase


@tagged("post_install", "-at_install")
class TestInvoiceLinks(ClinicHttpCase):
    """Who has seen an invoice keeps its link; it opens nothing once the permission has ended."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.permission = cls.grant(cls.leo, cls.father, "pay")
        visit = cls.appointment(TUESDAY, "10:00", [cls.leo])
        cls.invoice = visit._get_or_create_invoice()
        cls.invoice.action_post()
        cls.link = cls.invoice.get_portal_url()

    @mute_logger("odoo.http")
    def opens(self, login="test_father"):
        self.authenticate(login, login)
        answer = self.url_open(self.link)
        self.env.invalidate_all()
        return f"/my/invoices/{self.invoice.id}" in answer.url

    def test_a_link_lives_as_long_as_the_permission(self):
        self.assertTrue(self.opens())

    def test_a_link_dies_with_the_permission(self):
        self.permission._revoke("No longer.")

        self.assertFalse(self.opens())

    def test_a_link_dies_when_the_permission_rests(self):
        self.permission._suspend("For now.")

        self.assertFalse(self.opens())

    def test_a_link_outlives_a_renewal(self):
        self.permission._renew(self.env.cr.now() + timedelta(days=30))

        self.assertTrue(self.opens())

    def test_a_link_dies_after_a_permission_that_ended_by_itself(self):
        now = self.env.cr.now()
        self.period(
            self.leo,
            self.grandmother,
            "pay",
            starts_at=now - timedelta(days=3),
            ends_at=now - timedelta(days=1),
        )
        self.invoice.clinic_key_made_at = now - timedelta(days=2)

        self.env["clinic.permission"]._clear_after_ends()

        self.assertFalse(self.invoice.access_token)
        self.assertFalse(self.opens(None))

    def test_an_old_signed_link_gives_no_key_to_another_invoice(self):
        """It was signed for an amount, and named any invoice of the customer."""
        visit = self.appointment(TUESDAY, "14:00", [self.leo])
        later = visit._get_or_create_invoice()
        later.action_post()
        self.permission._revoke("No longer.")
        amount, currency = 60.0, later.currency_id
        signature = generate_access_token(self.leo.id, amount, currency.id, env=self.env)
        self.authenticate(None, None)
        old = {
            "amount": amount, "currency_id": currency.id, "partner_id": self.leo.id,
            "access_token": signature, "invoice_id": later.id,
        }  # fmt: skip

        answer = self.url_open("/payment/pay", params=old, allow_redirects=False)

        self.assertEqual(answer.status_code, 303)
        self.assertURLEqual(answer.headers["Location"], f"/my/invoices/{later.id}")
        self.env.invalidate_all()
        self.assertFalse(later.access_token)

    def test_a_link_that_isn_t_signed_tells_nothing(self):
        self.authenticate(None, None)
        told = [
            self.url_open(
                "/payment/pay", params={"amount": 60, "access_token": "x", "invoice_id": number},
                allow_redirects=False,
            ).status_code
            for number in (self.invoice.id, 99999999)
        ]  # fmt: skip

        self.assertEqual(told[0], told[1])
        self.assertNotEqual(told[0], 303)
