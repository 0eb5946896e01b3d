from odoo import api, fields, models

from ...engine.weeks import Shift

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class ClinicWeekLine(models.TransientModel):
    """The same hours on some days of a week, with a break where one is written."""

    _name = "clinic.week.line"
    _inherit = ["clinic.assistant"]
    _description = "Hours on Some Days"
    _order = "hour_from, id"

    week_id = fields.Many2one("clinic.week", required=True, ondelete="cascade")
    monday = fields.Boolean(string="Mon")
    tuesday = fields.Boolean(string="Tue")
    wednesday = fields.Boolean(string="Wed")
    thursday = fields.Boolean(string="Thu")
    friday = fields.Boolean(string="Fri")
    saturday = fields.Boolean(string="Sat")
    sunday = fields.Boolean(string="Sun")
    hour_from = fields.Float(string="From", default=9.0)
    hour_to = fields.Float(string="To", default=17.0)
    break_from = fields.Float()
    break_to = fields.Float(help="Both empty: no break.")

    @api.model
    def _get_values(self, shift):
        """What a line says for this shift."""
        begins, ends = shift.pause or (0, 0)
        return {
            **{name: number in shift.days for number, name in enumerate(DAYS)},
            "hour_from": shift.hour_from,
            "hour_to": shift.hour_to,
            "break_from": begins,
            "break_to": ends,
        }

    def _get_shift(self):
        """What the line says."""
        self.ensure_one()
        pause = (self.break_from, self.break_to)
        return Shift(
            tuple(number for number, name in enumerate(DAYS) if self[name]),
            self.hour_from,
            self.hour_to,
            pause if any(pause) else None,
        )

    @api.model
    def _get_day_names(self):
        """The days of the week in the reader's language, Monday first."""
        attendances = self.env["resource.calendar.attendance"]
        days = attendances._fields["dayofweek"]._description_selection(self.env)
        return [name for _number, name in sorted(days)]
