from odoo import fields, models

from ..family.res_partner import STAFF

CHANGED = "clinic_family/changed"


class ClinicAppointment(models.Model):
    """What is shown on the day sheets follows what others do."""

    _inherit = "clinic.appointment"

    desk_note = fields.Char(
        string="Note",
        copy=False,
        groups=STAFF,
        help="For the staff: patients never read it.",
    )
    series_key = fields.Char(
        readonly=True,
        copy=False,
        groups=STAFF,
        index="btree_not_null",
        help="The same for the visits that were booked as one series.",
    )

    def _get_series(self):
        """The visits of its series that are still to come, itself among them, in order."""
        if not self.series_key:
            return self
        domain = [("series_key", "=", self.series_key), ("state", "=", "booked")]
        return self.search(domain, order="start") | self

    def _after_change(self, old):
        """The screens of the staff learn that something changed, and read what they may see.

        Numbers alone are sent: everybody who works at the clinic listens, whatever they may read.
        """
        result = super()._after_change(old)
        if old:
            number = self.env["ir.model.data"]._xmlid_to_res_id(STAFF)
            staff_sudo = self.env["res.groups"].sudo().browse(number)
            staff_sudo._bus_send(CHANGED, {"ids": list(old)})
        return result
