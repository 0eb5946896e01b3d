from datetime import datetime
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.mail import formataddr

from ...engine.reminders import read_hours
from .clinic_location import read_zone


class ResCompany(models.Model):
    _inherit = "res.company"

    clinic_notice_hours = fields.Float(string="Notice for Online Booking", default=2.0)
    clinic_horizon_days = fields.Integer(string="Horizon for Online Booking", default=60)
    clinic_hold_minutes = fields.Integer(string="Hold at the Check-Out", default=10)
    clinic_most_upcoming = fields.Integer(string="Upcoming Visits Booked Online", default=15)
    clinic_undo_minutes = fields.Integer(string="Undo Period", default=3)
    clinic_allow_cancel = fields.Boolean(string="Patients Cancel Online", default=True)
    clinic_cancel_hours = fields.Float(string="Cancel Until", default=24.0)
    clinic_allow_reschedule = fields.Boolean(string="Patients Move Online", default=True)
    clinic_reschedule_hours = fields.Float(string="Move Until", default=24.0)
    clinic_reminder_hours = fields.Char(string="Reminders", default="24")
    clinic_allow_related = fields.Boolean(string="Patients Add Family Members", default=True)
    clinic_added_a_day = fields.Integer(string="Family Members Added a Day", default=10)
    clinic_package_use = fields.Selection(
        [("paid", "When the invoice is paid"), ("posted", "As soon as the invoice is confirmed")],
        string="Package Sessions Count",
        required=True,
        default="paid",
    )
    clinic_late_uses_session = fields.Boolean(string="Late Cancellation Uses the Session")
    clinic_noshow_uses_session = fields.Boolean(string="No-Show Uses the Session", default=True)
    clinic_honour_reserved = fields.Boolean(string="Reserved Sessions Stay Reserved", default=True)
    clinic_child_age = fields.Integer(string="Age of Own Decisions", default=16)
    clinic_invoice_names = fields.Selection(
        [("all", "Everybody by name"), ("short", "The first by name, and how many others")],
        string="Names on Invoices",
        required=True,
        default="all",
    )
    clinic_post_invoices = fields.Boolean(string="Confirm Invoices Automatically")

    clinic_tz = fields.Char(
        compute="_compute_clinic_tz", help="The zone in which birthdays are: the first location's."
    )

    _clinic_child_age_plausible = models.Constraint(
        "CHECK (clinic_child_age BETWEEN 0 AND 25)", "This age can't be right."
    )
    _clinic_added_positive = models.Constraint(
        "CHECK (clinic_added_a_day > 0)", "How many people may be added a day must be at least one."
    )
    _clinic_notice_positive = models.Constraint(
        "CHECK (clinic_notice_hours >= 0)", "The notice for online booking can't be negative."
    )
    _clinic_horizon_positive = models.Constraint(
        "CHECK (clinic_horizon_days > 0)", "The online booking must open at least one day ahead."
    )

    _clinic_hold_positive = models.Constraint(
        "CHECK (clinic_hold_minutes BETWEEN 1 AND 60)",
        "A time is held for one to sixty minutes.",
    )
    _clinic_most_upcoming_positive = models.Constraint(
        "CHECK (clinic_most_upcoming > 0)", "At least one visit must be possible online."
    )
    _clinic_undo_positive = models.Constraint(
        "CHECK (clinic_undo_minutes BETWEEN 0 AND 60)",
        "The undo period can't be longer than an hour.",
    )
    _clinic_cancel_positive = models.Constraint(
        "CHECK (clinic_cancel_hours >= 0 AND clinic_reschedule_hours >= 0)",
        "How long before the visit patients may cancel or move can't be negative.",
    )

    def _compute_clinic_tz(self):
        for company in self:
            location = self.env["clinic.location"].search(
                [("company_id", "=", company.id)], limit=1
            )
            company.clinic_tz = location.tz or "UTC"

    def _get_clinic_zone(self):
        # Patients don't read where the clinic has its locations.
        return read_zone(self.sudo().clinic_tz)

    def _get_clinic_today(self):
        """The day it is now in the clinic's zone."""
        return datetime.now(self._get_clinic_zone()).date()

    def _verify_together(self, *records):
        """All of these belong to the company, or to none, and so are shared by all."""
        for record in records:
            if record.company_id - self:
                raise ValidationError(self.env._(
                    "%(name)s belongs to another company than %(company)s.",
                    name=record.display_name, company=self.name,
                ))  # fmt: skip

    # Messages

    def _get_clinic_sender(self):
        """Who every message of the clinic comes from, and who is answered: never a person.

        A clinic without an address has one at the host of its site, which nobody need read.
        """
        self.ensure_one()
        if self.email_formatted:
            return self.email_formatted
        address = self.env["ir.mail_server"].with_company(self)._get_default_from_address()
        host = urlsplit(self.get_base_url()).hostname or "localhost"
        return formataddr((self.name, address or f"noreply@{host}"))

    def _get_private_mail(self, template=None):
        """What every message of the clinic to one reader has in common.

        It comes from the clinic, whoever acted, unless the template names another sender. It
        goes to one address and is on no record's page, which others may read.
        """
        sender = self._get_clinic_sender()
        named = [name for name in ("email_from", "reply_to") if template and template[name]]
        values = {
            "author_id": self.partner_id.id,
            "email_from": sender,
            "reply_to": sender,
            "recipient_ids": [],
            "email_cc": False,
            "model": False,
            "res_id": False,
            "message_type": "user_notification",
            "auto_delete": True,
        }
        return {name: value for name, value in values.items() if name not in named}

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

    def _get_invoice_names(self, patients, payer):
        """Those an invoice is for, as the clinic wants them written: whoever pays comes first."""
        first, *others = patients.sorted(
            lambda person: (person != payer, person.name or "", person.id)
        ).mapped("name") or [""]
        if self.clinic_invoice_names == "all":
            return ", ".join([first, *others])
        if len(others) > 1:
            return self.env._("%(name)s and %(count)s others", name=first, count=len(others))
        return self.env._("%s and 1 other", first) if others else first
