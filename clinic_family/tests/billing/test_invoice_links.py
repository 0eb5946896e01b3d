from datetime import timedelta

from odoo.tests import tagged
from odoo.tools import mute_logger

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
