from odoo import fields, models

LEVELS = [
    ("none", "Nothing"),
    ("busy", "Only that I am busy"),
    ("name", "First name and place"),
    ("full", "Everything"),
]


class ClinicCalendarLevel(models.Model):
    """How much somebody's calendar shows of one person's visits; without it, the usual."""

    _name = "clinic.calendar.level"
    _inherit = ["clinic.hidden.mixin", "clinic.written.mixin"]
    _description = "What a Calendar Shows"
    _rec_name = "person_id"

    feed_id = fields.Many2one(
        "clinic.calendar.feed", required=True, readonly=True, ondelete="cascade"
    )
    person_id = fields.Many2one(
        "res.partner", required=True, readonly=True, index=True, ondelete="cascade"
    )
    level = fields.Selection(LEVELS, required=True, readonly=True)

    _person_unique = models.UniqueIndex("(feed_id, person_id)")
