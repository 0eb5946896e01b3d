from odoo import fields, models
from odoo.exceptions import UserError


class ClinicAppointment(models.Model):
    """The appointment's invoice: addressed to the payer, naming every participant."""

    # A room of its own in a large model.
    _inherit = "clinic.appointment"  # pylint: disable=consider-merging-classes-inherited

    invoice_id = fields.Many2one(
        "account.move",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="base.group_user",
    )

    def _change_payer(self, payer):
        """Somebody else pays from now on: a draft invoice goes along, a posted one never."""
        self.payer_id = payer
        drafts = self.invoice_id.filtered(lambda invoice: invoice.state == "draft")
        drafts.partner_id = payer

    def _adapt_draft_invoice(self, old_text):
        """A draft follows what happened to the visit; what is posted the clinic settles.

        Only the text that was written for the visit is written anew, not what staff wrote.
        """
        drafts = self.invoice_id.filtered(lambda invoice: invoice.state == "draft")
        if self.state != "cancelled":
            lines = drafts.invoice_line_ids.filtered(lambda line: line.name == old_text)
            lines.name = self._get_invoice_text()
        elif drafts and all(v.state == "cancelled" for v in drafts.clinic_appointment_ids):
            drafts.button_cancel()

    def action_view_invoice(self):
        """Opens the appointment's invoice, made as a draft when there is none yet."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self._get_or_create_invoice().id,
            "view_mode": "form",
        }

    def _get_or_create_invoice(self):
        """The invoice, addressed to the payer and naming every participant.

        Written on the appointment, so that of two clicks at once one is retried and finds it.
        """
        self.ensure_one()
        if self.invoice_id and self.invoice_id.state != "cancel":
            return self.invoice_id
        if self.state in ("held", "cancelled"):
            raise UserError(self.env._(
                "An appointment that is only held, or cancelled, has nothing to invoice."
            ))  # fmt: skip
        self.invoice_id = self.env["account.move"].create(self._prepare_invoice())
        return self.invoice_id

    def _prepare_invoice(self):
        return {
            "move_type": "out_invoice",
            "partner_id": self.payer_id.id,
            "company_id": self.company_id.id,
            "invoice_origin": self.display_name,
            "invoice_line_ids": [
                fields.Command.create({
                    "product_id": self.service_id.product_id.id,
                    "name": self._get_invoice_text(),
                })
            ],
        }  # fmt: skip

    def _get_invoice_text(self):
        """What the visit was, when, with whom and for whom, in the payer's language."""
        visit = self.with_context(lang=self.payer_id.lang or self.env.lang)
        coming = visit.participant_ids.filtered(lambda p: p.state != "cancelled")
        return visit.env._(
            "%(service)s\n%(start)s, %(location)s, with %(practitioner)s\nParticipants: %(names)s",
            service=visit.service_id.name,
            start=visit.local_time,
            location=visit.location_id.name,
            practitioner=visit.practitioner_id.name,
            names=", ".join(coming.mapped("name")),
        )
