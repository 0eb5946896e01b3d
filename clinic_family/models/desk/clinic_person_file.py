from odoo import api, models


class ClinicPersonFile(models.AbstractModel):
    """What the front desk notes on a visit."""

    _inherit = "clinic.person.file"

    @api.model
    def _get_list(self):
        listed = super()._get_list()
        notes = listed["clinic.appointment"].adds(
            notes=("kept_note",), wipes=("kept_note",), scrubs=("kept_note",)
        )
        return {**listed, "clinic.appointment": notes}
