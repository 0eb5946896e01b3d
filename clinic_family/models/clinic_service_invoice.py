from odoo import fields, models


class ClinicService(models.Model):
    """What is invoiced of a visit of this service."""

    # A room of its own in a large model.
    _inherit = "clinic.service"  # pylint: disable=consider-merging-classes-inherited

    fee_per = fields.Selection(
        [("appointment", "Appointment"), ("participant", "Participant")],
        required=True,
        default="appointment",
    )
