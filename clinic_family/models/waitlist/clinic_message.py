from odoo import fields, models


class ClinicMessage(models.Model):
    """An offer of the wait list is told to the one who asked, and to nobody else."""

    _inherit = "clinic.message"

    kind = fields.Selection(selection_add=[("offered", "Offered")], ondelete={"offered": "cascade"})

    def _get_offer(self):
        offers_sudo = self.participant_id.appointment_id.booking_id.sudo().offer_ids
        return offers_sudo.filtered(lambda one: one._is_answerable())[:1]

    def _is_true(self):
        """Whether it is still offered, and they may still book it."""
        if self.kind != "offered":
            return super()._is_true()
        request_sudo = self._get_offer().request_id
        return request_sudo.booker_id == self.recipient_id and request_sudo._may_book()

    def _find_address(self):
        if self.kind != "offered":
            return super()._find_address()
        return self._is_true() and self.recipient_id._get_clinic_address()

    def _queue_offer(self, offer):
        """The message leaves with the next run; without an address the front desk finds it."""
        visit, booker = offer._get_visit(), offer.request_id.booker_id
        participant = visit.participant_ids[:1]
        addressed = {"recipient_id": booker.id, "try_at": fields.Datetime.now()}
        if not booker._get_clinic_address():
            addressed = {
                **self._get_unreachable_values(participant), "recipient_id": booker.id,
            }  # fmt: skip
        self.create({"participant_id": participant.id, "kind": "offered", **addressed})
        self.env.ref("clinic_family.ir_cron_send_messages").sudo()._trigger()
