from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_list, format_time

from ...engine.instants import from_instant, get_now
from ..family.res_partner import MANAGER

# What the steps open, by their key: the list where there is something, the form where not.
OPENED = {
    "location": ("clinic.location", "clinic_location_action"),
    "service": ("clinic.service", "clinic_service_action"),
    "practitioner": ("clinic.practitioner", "clinic_practitioner_action"),
    "hours": ("clinic.week", "clinic_schedule_action"),
}


class ClinicDeskStart(models.AbstractModel):
    """What is still missing until a patient books the first visit, and each step in its place.

    For managers of the clinic, who need no administrator for any of it.
    """

    _name = "clinic.desk.start"
    _inherit = ["clinic.desk"]
    _description = "First Day"

    @api.model
    def get_steps(self):
        """The steps in their order, with what is true now in words."""
        self._verify_staff(MANAGER)
        steps = [
            self._get_location_step(),
            self._get_service_step(),
            self._get_practitioner_step(),
            self._get_hours_step(),
            self._get_login_step(),
            self._get_publish_step(),
            self._get_signup_step(),
            self._get_mail_step(),
        ]
        return {"steps": steps, "done": len([step for step in steps if step["is_done"]])}

    @api.model
    def open_step(self, key):
        """Does the step, or returns the action in which it is done."""
        self._verify_staff(MANAGER)
        if key == "login":
            return self._open_login()
        if key == "publish":
            return self._publish()
        if key == "signup":
            return self._open_signup()
        if key == "mail":
            return self._send_test_message()
        if key not in OPENED:
            raise UserError(self.env._("There is no such step."))
        return self._open_list(key) if self._is_there(key) else self._open_form(key)

    # Found

    def _search_own(self, model):
        """What the company of the reader has, and what all companies share."""
        return self.env[model].search([("company_id", "in", (self.env.company.id, False))])

    def _is_there(self, key):
        if key == "hours":
            return not self._without_hours()
        return bool(self._search_own(OPENED[key][0]))

    def _without_hours(self):
        """The practitioners who work nowhere from today on; nobody counts as one, too."""
        today = self.env.company._get_clinic_today()
        practitioners = self._search_own("clinic.practitioner")
        return practitioners.filtered(
            lambda one: all(
                schedule.date_to and schedule.date_to < today for schedule in one.schedule_ids
            )
        )

    def _search_websites(self):
        return self.env["website"].sudo().search([("company_id", "=", self.env.company.id)])

    # Said

    def _make_step(self, key, title, text, button, is_done):
        return {"key": key, "title": title, "text": text, "button": button, "is_done": is_done}

    def _list_names(self, records):
        return format_list(self.env, records.mapped("name"))

    def _get_location_step(self):
        locations = self._search_own("clinic.location")
        title = self.env._("Where patients are seen")
        if not locations:
            text = self.env._("A location has a name, a time zone and a number to call.")
            return self._make_step("location", title, text, self.env._("Add a location"), False)
        text = " ".join(map(self._describe_location, locations))
        return self._make_step("location", title, text, self.env._("Change"), True)

    def _describe_location(self, location):
        local = from_instant(get_now()).astimezone(location._get_zone())
        return self.env._(
            "%(location)s: it is %(time)s there.",
            location=location.name,
            time=format_time(self.env, local.time(), time_format="short"),
        )

    def _get_service_step(self):
        services, title = self._search_own("clinic.service"), self.env._("What can be booked")
        if not services:
            text = self.env._("A service takes so long, costs so much, and some of you give it.")
            return self._make_step("service", title, text, self.env._("Add a service"), False)
        names = self._list_names(services)
        return self._make_step("service", title, names, self.env._("Change"), True)

    def _get_practitioner_step(self):
        practitioners = self._search_own("clinic.practitioner")
        title = self.env._("Who sees patients")
        if not practitioners:
            text = self.env._("Each practitioner has a column on the day sheet.")
            button = self.env._("Add a practitioner")
            return self._make_step("practitioner", title, text, button, False)
        names = self._list_names(practitioners)
        return self._make_step("practitioner", title, names, self.env._("Change"), True)

    def _get_hours_step(self):
        practitioners, title = self._search_own("clinic.practitioner"), self.env._("When they work")
        missing = self._without_hours()
        if not practitioners:
            text = self.env._("The hours of the week decide which times are offered.")
            return self._make_step("hours", title, text, "", False)
        if missing:
            text = self.env._("No hours yet: %(names)s.", names=self._list_names(missing))
            return self._make_step("hours", title, text, self.env._("Add hours"), False)
        text = self.env._("Everybody has hours.")
        return self._make_step("hours", title, text, self.env._("Change"), True)

    def _get_login_step(self):
        practitioners, title = self._search_own("clinic.practitioner"), self.env._("Who logs in")
        missing = practitioners.filtered(lambda one: not one.user_id)
        if practitioners and not missing:
            text, button = self.env._("Every practitioner has a login."), self.env._("Invite staff")
        elif missing:
            names = self._list_names(missing)
            text = self.env._("Practitioners without a login: %(names)s.", names=names)
            button = self.env._("Invite %(name)s", name=missing[0].name)
        else:
            text, button = self.env._("Practitioners see their own day on their phone."), ""
        return self._make_step("login", title, text, button, bool(practitioners - missing))

    def _get_publish_step(self):
        title = self.env._("On the website")
        services, hidden = self._get_published()
        if hidden:
            text = self.env._("Not on the website yet: %(names)s.", names=self._list_hidden(hidden))
            return self._make_step(
                "publish", title, text, self.env._("Publish all"), bool(services)
            )
        if services:
            text = self.env._("Patients can choose from all services and practitioners.")
            return self._make_step("publish", title, text, "", True)
        text = self.env._("Services and practitioners are published when they are there.")
        return self._make_step("publish", title, text, "", False)

    def _get_published(self):
        """The services that somebody gives online, and what is not on the website."""
        services = self._search_own("clinic.service")
        practitioners = self._search_own("clinic.practitioner")
        given = services.filtered(
            lambda one: one.is_published and one.practitioner_ids.filtered("is_published")
        )
        hidden = [each for each in (*services, *practitioners) if not each.is_published]
        return given, hidden

    def _list_hidden(self, hidden):
        return format_list(self.env, [each.name for each in hidden])

    def _get_signup_step(self):
        websites, title = self._search_websites(), self.env._("Patients make their own account")
        if not websites:
            text = self.env._("%(company)s has no website.", company=self.env.company.name)
            return self._make_step("signup", title, text, "", False)
        closed = websites.filtered(lambda one: one.auth_signup_uninvited != "b2c")
        if not closed:
            text = self.env._("Anybody can make an account when they first book.")
            return self._make_step("signup", title, text, "", True)
        text, is_open = self.env._("Only those whom you invite can book online."), False
        if closed != websites:
            names, is_open = self._list_names(closed), True
            text = self.env._(
                "At %(websites)s, only those whom you invite can book online.", websites=names
            )
        return self._make_step("signup", title, text, self.env._("Open sign-up"), is_open)

    def _get_mail_step(self):
        title = self.env._("Messages arrive")
        if self.env.company.sudo().clinic_mail_tried_at:
            text = self.env._("The mail server has taken a test message.")
            return self._make_step("mail", title, text, self.env._("Send another"), True)
        text = self.env._(
            "A test message to %(address)s shows whether e-mail leaves the clinic.",
            address=self.env.user.email or self.env._("your address"),
        )
        return self._make_step("mail", title, text, self.env._("Send a test message"), False)

    # Done

    def _open_list(self, key):
        return self.env["ir.actions.act_window"]._for_xml_id(f"clinic_family.{OPENED[key][1]}")

    def _open_form(self, key):
        """A form in a window, filled with what is likely: everybody gives everything, online."""
        defaults = {
            "service": {
                "default_practitioner_ids": self._search_own("clinic.practitioner").ids,
                "default_is_published": True,
            },
            "practitioner": {
                "default_service_ids": self._search_own("clinic.service").ids,
                "default_is_published": True,
            },
            "hours": {"default_practitioner_id": self._without_hours()[:1].id},
        }
        return {
            "type": "ir.actions.act_window",
            "name": self.env[OPENED[key][0]]._description,
            "res_model": OPENED[key][0],
            "views": [(False, "form")],
            "target": "new",
            "context": defaults.get(key, {}),
        }

    def _open_login(self):
        missing = self._search_own("clinic.practitioner").filtered(lambda one: not one.user_id)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clinic_family.clinic_staff_add_action"
        )
        return {**action, "context": {"default_practitioner_id": missing[:1].id}}

    def _publish(self):
        _given, hidden = self._get_published()
        for record in hidden:
            record.is_published = True
        return self._tell(self.env._("Published."))

    def _open_signup(self):
        # A website's settings are its administrators' affair, but for whom this clinic lets in.
        self._search_websites().auth_signup_uninvited = "b2c"
        return self._tell(self.env._("Patients can make an account now."))

    def _send_test_message(self):
        self.env.company._send_test_message(self.env.user.email)
        return self._tell(self.env._("Sent to %(address)s.", address=self.env.user.email))

    def _tell(self, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "success", "message": message},
        }
