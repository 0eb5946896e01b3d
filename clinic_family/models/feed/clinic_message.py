from odoo import models
from odoo.fields import Command

from ...engine.calendar_file import write_calendar

# The messages with a file: what is reminded of stands in a calendar already.
FILED = ("confirmed", "changed", "cancelled")


class ClinicMessage(models.Model):
    """A message about visits brings them as a file for a calendar, as far as it speaks of them."""

    _inherit = "clinic.message"

    def _make_mail(self, address):
        mail = super()._make_mail(address)
        if self[0].kind in FILED:
            # It goes with the mail, which nobody keeps.
            mail.attachment_ids = [Command.create({
                "name": "visit.ics",
                "raw": self._write_events().encode(),
                "mimetype": "text/calendar; charset=utf-8",
                "res_model": "mail.message",
                "res_id": mail.mail_message_id.id,
            })]  # fmt: skip
        return mail

    def _write_events(self):
        """The visits of one mail, each under the name that it has in every calendar."""
        reader = self[0].recipient_id
        visits = self.appointment_id.with_context(lang=reader.lang)
        participants = self._get_spoken_of()
        linked = self.env["clinic.authority"]._get_people(reader, "book")
        if self[0].participant_id._is_childs(reader):
            # Who reads it isn't the child, who is named to them.
            reader = reader.browse()
        levels = dict.fromkeys(participants.partner_id, "full")
        return write_calendar("", visits._get_events(levels, reader, linked))

    def _get_spoken_of(self):
        """Those who come to these visits of whom the reader has heard, or hears now."""
        readers = self.recipient_id
        others = self.appointment_id.participant_ids - self.participant_id
        recipients = others._get_recipients()
        return self.participant_id + others.filtered(
            lambda one: one.told and any(reader in recipients[one] for reader in readers)
        )
