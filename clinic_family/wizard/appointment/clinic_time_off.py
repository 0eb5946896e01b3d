from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ...engine.instants import localize, to_stored

# A slip of the pen in a date isn't somebody's time off.
LONGEST = timedelta(days=366)


class ClinicTimeOff(models.TransientModel):
    """Enters that a practitioner is away, and says first which visits lose their hours."""

    _name = "clinic.time.off"
    _inherit = ["clinic.assistant"]
    _description = "Enter Time Off"

    practitioner_id = fields.Many2one("clinic.practitioner", required=True, ondelete="cascade")
    day = fields.Date(
        string="From", required=True, default=lambda self: self.env.company._get_clinic_today()
    )
    last_day = fields.Date(
        string="To", compute="_compute_last_day", store=True, readonly=False, required=True
    )
    is_whole_day = fields.Boolean(string="Whole Days", default=True)
    hour_from = fields.Float(string="From Hour", default=9.0)
    hour_to = fields.Float(string="To Hour", default=17.0)
    name = fields.Char(string="Why")
    visit_text = fields.Char(string="What Follows", compute="_compute_visit_text")

    @api.constrains("day", "last_day", "is_whole_day", "hour_from", "hour_to")
    def _check_period(self):
        for window in self:
            begins, ends = window._get_span()
            if not begins < ends <= begins + LONGEST:
                raise ValidationError(self.env._(
                    "Time off ends after it begins, and takes no longer than a year."
                ))  # fmt: skip

    @api.depends("day")
    def _compute_last_day(self):
        for window in self:
            if not window.last_day or (window.day and window.last_day < window.day):
                window.last_day = window.day

    @api.depends("practitioner_id", "day", "last_day", "is_whole_day", "hour_from", "hour_to")
    def _compute_visit_text(self):
        for window in self:
            is_filled = bool(window.practitioner_id and window.day and window.last_day)
            window.visit_text = is_filled and window._describe_visits()

    def _describe_visits(self):
        count = len(self._find_visits())
        if not count:
            return self.env._("No visit loses its hours.")
        if count == 1:
            return self.env._("1 visit will wait to be moved or cancelled.")
        return self.env._("%s visits will wait to be moved or cancelled.", count)

    def _get_span(self):
        """When it begins and ends, as Odoo stores it, by the clock where they work."""
        location = self.practitioner_id._get_locations()[:1]
        zone = location._get_zone() if location else self.env.company._get_clinic_zone()
        hours = (0, 24) if self.is_whole_day else (self.hour_from, self.hour_to)
        days = (self.day, self.last_day)
        return [
            to_stored(localize(day, min(max(hour, 0), 24), zone))
            for day, hour in zip(days, hours, strict=True)
        ]

    def _find_visits(self):
        """The visits that lose their hours; what takes place all the same doesn't."""
        begins, ends = self._get_span()
        visits = self.env["clinic.appointment"]
        met = visits.search(
            visits._get_domain_of_ahead()
            & Domain("practitioner_id", "=", self.practitioner_id.id)
            & Domain("start", "<", ends)
            & Domain("stop", ">", begins),
            order="start, id",
        )
        return met.filtered(
            lambda visit: (
                not visit.is_orphaned
                and "time_off" not in (visit.sudo().time_unusual or "").split(",")
            )
        )

    def action_save(self):
        """Enters the time off; whoever loses their hours is found in a list.

        What is answered says what was entered, for whoever takes it back.
        """
        self.ensure_one()
        visits, (begins, ends) = self._find_visits(), self._get_span()
        name = self.name or self.env._("Time off")
        if visits:
            visits._note_orphaned(name)
        entered = self.env["resource.calendar.leaves"].create({
            "name": name,
            "resource_id": self.practitioner_id.resource_id.id,
            "date_from": begins,
            "date_to": ends,
        })  # fmt: skip
        said = self.env._("%s: time off entered", self.practitioner_id.name)
        told = {"ids": entered.ids, "said": said}
        if not visits:
            return {"type": "ir.actions.act_window_close", "infos": told}
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clinic_family.clinic_appointment_orphaned_action"
        )
        listed = {**action, "target": "main", "domain": [("id", "in", visits.ids)]}
        return {
            "type": "ir.actions.client",
            "tag": "clinic_family.time_off_entered",
            "params": {**told, "next": listed},
        }
