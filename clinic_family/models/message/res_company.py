from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...engine.reminders import read_hours


class ResCompany(models.Model):
    """How long before a visit its reminders leave, and whether messages leave at all."""

    _inherit = "res.company"

    clinic_reminder_hours = fields.Char(string="Reminders", default="24")
    clinic_mail_tried_at = fields.Datetime(
        readonly=True,
        copy=False,
        groups="clinic_family.clinic_family_group_manager",
        help="When the mail server last took a test message.",
    )

    @api.constrains("clinic_reminder_hours")
    def _check_clinic_reminder_hours(self):
        for company in self:
            if not read_hours(company.clinic_reminder_hours):
                raise ValidationError(self.env._(
                    "Please write how many hours before the visit a reminder leaves, from 1 to "
                    "720; several separated by commas, as in 48, 2."
                ))  # fmt: skip

    def _get_reminder_hours(self):
        reading = read_hours(self.clinic_reminder_hours)
        return reading.facts["hours"] if reading else ()

    def _send_test_message(self, address):
        """Sends a message at once, and raises UserError when the mail server doesn't take it."""
        self.ensure_one()
        if not address:
            raise UserError(self.env._("You have no e-mail address yet. Write it in your profile."))
        mail = self._make_mail(
            address,
            subject=self.env._("Messages of %(clinic)s arrive", clinic=self.name),
            body_html=Markup("<p>%s</p>") % self.env._(
                "This is how patients get yours. You need not answer."
            ),
        )  # fmt: skip
        with self._explaining_refusals():
            mail.send(raise_exception=True)
        # A company's record is its administrators', but for what its clinic has tried.
        self.sudo().clinic_mail_tried_at = fields.Datetime.now()
