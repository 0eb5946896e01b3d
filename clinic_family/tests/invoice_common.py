"""What the tests of invoices have in common."""

from .change_common import ChangeCase
from .common import ROLE
from .message_common import UNDO, MailCatcher


class InvoiceCase(MailCatcher, ChangeCase):
    """The group's visits are for a mother and her children; a clerk works at the desk."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.desk = cls.user("test_desk", "Dee Test-Desk", ROLE + "front_desk")
        cls.ana = cls.person("Ana Littleton")
        cls.grant(cls.leo, cls.mother, "book")

    def invoice_when(self, moment, confirmed=False, **values):
        """Visits of the group are invoiced at this moment."""
        self.company.clinic_post_invoices = confirmed
        self.group.write({"invoice_moment": moment, **values})

    def time_passes(self, minutes=UNDO):
        """So long after the visit was booked, what is due to be confirmed is."""
        self.env.flush_all()
        with self.after(minutes):
            self.env["account.move"]._post_clinic_due()

    def posted(self, *people, **values):
        """A visit of these people with a posted invoice."""
        visit = self.visit(*(people or [self.mother, self.leo]), **values)
        visit._get_or_create_invoice().action_post()
        return visit.with_user(self.desk)

    def leave(self, visit, *people):
        """These people no longer come; the front desk says so."""
        people = [getattr(person, "partner_id", person) for person in people]
        visit.participant_ids.filtered(lambda p: p.partner_id in people)._cancel()

    def credit(self, visit, **values):
        """What Odoo's own window does after the click on Credit…"""
        action = visit.action_credit_invoice()
        window = self.env[action["res_model"]].with_user(self.desk)
        reversal = window.with_context(**action["context"]).create({
            "journal_id": visit.invoice_id.journal_id.id, **values,
        })  # fmt: skip
        note = self.env["account.move"].browse(reversal.refund_moves()["res_id"])
        note.action_post()
        self.env.invalidate_all()
        return note
