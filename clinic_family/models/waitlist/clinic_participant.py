from odoo import models


class ClinicParticipant(models.Model):
    """What the message about an offer of the wait list says."""

    _inherit = "clinic.participant"

    def _get_offer_letter(self):
        """Until when its reader may answer, where, and for whom; in a preview, as if offered."""
        visit = self.appointment_id
        offer = visit.booking_id.sudo().offer_ids[:1]
        coming = visit.participant_ids.partner_id
        reader = self._get_reader()
        others = coming - reader
        return {
            "until": offer._get_until_words() if offer else "",
            "url": f"{self.get_base_url()}/my/waitlist/{offer.request_id.id or 0}",
            "names": ", ".join(others.mapped("name")),
            "is_own": reader in coming,
        }
