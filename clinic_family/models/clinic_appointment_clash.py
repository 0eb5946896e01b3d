from odoo import api, fields, models
from odoo.fields import Domain

COMING = ("booked", "arrived")


class ClinicAppointment(models.Model):
    """Visits of the same people at the same time, those the reader may see."""

    # A room of its own in a large model.
    _inherit = "clinic.appointment"  # pylint: disable=consider-merging-classes-inherited

    clash_text = fields.Char(
        compute="_compute_clash_text",
        groups="base.group_user",
        help="Who has another visit at this time.",
    )

    def _search_clashing(self, participants):
        """Where else these patients come at the time of one of these visits."""
        if not self or not participants:
            return self.env["clinic.participant"]
        at_that_time = Domain.OR(
            Domain("start", "<", visit.stop) & Domain("stop", ">", visit.start)
            for visit in self.sudo()
        )
        # Found with full rights, which is one query, and told as far as the reader may see it.
        found_sudo = (
            self.env["clinic.participant"]
            .sudo()
            .search(
                Domain("partner_id", "in", participants.sudo().partner_id._origin.ids)
                & Domain("state", "in", COMING)
                & Domain("appointment_id", "not in", self._origin.ids)
                & Domain("appointment_id", "any", at_that_time & Domain("state", "in", COMING))
            )
        )
        return found_sudo.sudo(False)._filtered_access("read")

    def _is_at_once(self, other):
        return self.start < other.stop and other.start < self.stop

    @api.depends("start", "stop", "state", "participant_ids.partner_id", "participant_ids.state")
    @api.depends_context("uid")
    def _compute_clash_text(self):
        """Read with the rights of who looks: a hidden visit is no clash."""
        for visit in self:
            coming = visit.participant_ids.filtered(lambda p: p.state in COMING)
            is_on = visit.state in COMING and visit.start and visit.stop
            found = visit._search_clashing(coming) if is_on else ()
            visit.clash_text = " ".join(
                self.env._(
                    "%(name)s already has a visit at this time: %(service)s, %(time)s.",
                    name=one.name,
                    service=one.appointment_id.service_id.name,
                    time=one.appointment_id.local_time,
                )
                for one in found
            )
