from datetime import timedelta, timezone

from odoo import fields, models

from ..engine.instants import to_instant


class ClinicAppointment(models.Model):
    """Sentences about a visit that pages and messages have in common."""

    # A room of its own in a large model.
    _inherit = "clinic.appointment"  # pylint: disable=consider-merging-classes-inherited

    def _get_cancel_rule_words(self):
        """Until when it can be cancelled online; otherwise whom to call."""
        self.ensure_one()
        company_sudo = self.company_id.sudo()
        until = self.start - timedelta(hours=company_sudo.clinic_cancel_hours)
        if company_sudo.clinic_allow_cancel and until > fields.Datetime.now():
            values = self.location_id._get_time_values(
                to_instant(until.replace(tzinfo=timezone.utc))
            )
            return self.env._(
                "Free to cancel online until %(day)s %(time)s.",
                day=values["day"],
                time=values["time"],
            )
        phone = self.location_id.phone
        return self.env._(
            "To cancel, please call %(place)s%(phone)s.",
            place=self.location_id.name,
            phone=f", {phone}" if phone else "",
        )
