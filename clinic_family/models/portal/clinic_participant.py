from odoo import models

from ...engine.relative import get_first_name


class ClinicParticipant(models.Model):
    """What patients and relatives read of who comes along."""

    _inherit = "clinic.participant"

    def _get_along_words(self, reader, along):
        """Who comes along with this patient, of those the reader may know; nothing of others."""
        along_sudo = along.get(self)
        if not along_sudo:
            return ""
        names = {"patient": get_first_name(self.sudo().name), "along": along_sudo.name}
        if along_sudo == reader:
            return self.env._("You come along with %(patient)s", **names)
        if self.partner_id == reader:
            return self.env._("%(along)s comes along with you", **names)
        return self.env._("%(along)s comes along with %(patient)s", **names)
