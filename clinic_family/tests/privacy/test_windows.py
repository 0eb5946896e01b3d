from odoo.tests import tagged

from ..common import ROLE, ClinicCase
from ..company_common import Neighbours


@tagged("post_install", "-at_install")
class TestOdoosWindows(Neighbours, ClinicCase):
    """What somebody types into a window of Odoo's, imports or posts is for nobody else to read."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_neighbours()
        cls.billing = cls.user("test_billing", "Bill Biller", ROLE + "billing")
        cls.colleague = cls.user("test_colleague", "Bella Biller", ROLE + "billing")
        invoice = cls.env["account.move"].create(
            {"move_type": "out_invoice", "partner_id": cls.mother.partner_id.id}
        )
        typed = {
            "base_import.import": {"res_model": "res.partner", "file": b"name\nMira"},
            "account.move.reversal": {"journal_id": invoice.journal_id.id},
            "account.payment.register": {},
        }
        invoice.invoice_line_ids = [(0, 0, {"name": "Visit", "price_unit": 80, "tax_ids": []})]
        invoice.action_post()
        context = {"active_model": "account.move", "active_ids": invoice.ids}
        cls.windows = [
            cls.env[model].with_user(cls.billing).with_context(**context).create(values)
            for model, values in typed.items()
        ]
        cls.windows.append(cls.env["snailmail.letter"].create({
            "partner_id": cls.mother.partner_id.id, "user_id": cls.billing.id,
            "model": invoice._name, "res_id": invoice.id, "company_id": cls.company.id,
        }))  # fmt: skip
        cls.env.flush_all()

    def get_readers(self, *users):
        self.env.invalidate_all()
        return {
            (user.login, window._name)
            for user in users
            for window in self.windows
            for seen in [window.with_user(user).with_context(active_ids=[])]
            if seen.has_access("read")
            or (seen.browse().has_access("read") and seen.search([("id", "=", window.id)]))
        }

    def test_they_are_their_users_alone(self):
        others = [user for user in self.theirs.values() if user._is_internal()]

        self.assertEqual(self.get_readers(self.colleague, *others), set())
        self.assertEqual(len(self.get_readers(self.billing)), len(self.windows))

    def test_who_keeps_the_database_sees_what_installing_has_left(self):
        admin = self.env.ref("base.user_admin")

        self.assertEqual(len(self.get_readers(admin)), len(self.windows))
