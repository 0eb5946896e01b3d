from datetime import time

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date, format_list, format_time

from .clinic_wait_request import WEEKDAYS


class ClinicWaitRequest(models.Model):
    """What the staff read of who waits, and what they do about it."""

    _inherit = "clinic.wait.request"

    @api.depends("patient_ids.name")
    def _compute_patient_names(self):
        for request in self:
            request.patient_names = ", ".join(request.patient_ids.mapped("name"))

    @api.depends("patient_names", "service_id")
    def _compute_display_name(self):
        for request in self:
            parts = (request.patient_names, request.service_id.name)
            request.display_name = " · ".join(part for part in parts if part)

    @api.depends("date_from", "date_until", "hour_from", "hour_to", *WEEKDAYS)
    @api.depends_context("lang")
    def _compute_when_text(self):
        for request in self:
            request.when_text = " · ".join(filter(None, request._get_when_words()))

    def _get_when_words(self):
        """The weekdays, the hours and the dates, as far as they say anything."""
        names = self._fields
        chosen = [names[day]._description_string(self.env) for day in WEEKDAYS if self[day]]
        if len(chosen) < len(WEEKDAYS):
            yield format_list(self.env, chosen)
        if (self.hour_from, self.hour_to) != (0, 24):
            yield self.env._(
                "%(begin)s to %(end)s",
                begin=self._write_hour(self.hour_from),
                end=self._write_hour(self.hour_to),
            )
        if self.date_from and self.date_until:
            yield self.env._(
                "%(first)s to %(last)s",
                first=format_date(self.env, self.date_from, date_format="d MMM"),
                last=format_date(self.env, self.date_until, date_format="d MMM y"),
            )

    @api.model
    def _write_hour(self, hour):
        """An hour of the day, 24 for its end, as the reader's language writes times."""
        hours, minutes = divmod(round(hour * 60), 60)
        if hours == 24:
            return self.env._("midnight")
        return format_time(self.env, time(hours, minutes), time_format="short")

    @api.depends("offer_ids.state")
    def _compute_offer_text(self):
        for request in self:
            request.offer_text = request._get_open_offer().place_text

    @api.depends("state")
    def _compute_next_text(self):
        dealt = self.env["clinic.waitlist"]._plan(self.sudo().company_id, with_resting=False)
        for request in self:
            free = dealt.get(request.id)
            request.next_text = free and self.env["clinic.waitlist"]._describe(free)

    # Steps of the front desk

    def action_take_off(self):
        self._verify_by_staff()
        self.sudo()._end("staff")

    def action_offer(self):
        """Offers them the first free time that fits, before those who asked earlier."""
        self._verify_by_staff()
        for request_sudo in self.sudo():
            if request_sudo.state != "waiting":
                raise UserError(self.env._("%s doesn't wait any more.", request_sudo.display_name))
            self.env["clinic.waitlist"].sudo()._offer_first(request_sudo)

    def _verify_by_staff(self):
        self.check_access("read")
        self.check_access("write")
