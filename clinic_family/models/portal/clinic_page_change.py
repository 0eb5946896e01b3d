from odoo import api, fields, models

from ...engine.forms import read_id
from ...engine.instants import to_stored
from ...engine.relative import get_first_name
from ...exceptions import ChangeRefused


class ClinicPageChange(models.AbstractModel):
    """The pages on which a visit is cancelled and moved, and what their forms say.

    Each is asked for an appointment the reader may see, and raises ChangeRefused when the reader
    may not do that to it.
    """

    _name = "clinic.page.change"
    _inherit = "clinic.page"
    _description = "Change Page"

    @api.model
    def _get_detail(self, appointment, done="", error=""):
        """The page of one appointment."""
        [values] = appointment._get_portal_details()
        return {
            **self._get_head(values),
            "done": self._get_done_words(done),
            "warning": self._get_warning(done),
            "error": error,
            "put_back": self._get_put_back(appointment),
            "brought": self._get_brought(appointment),
        }

    @api.model
    def _find_undone(self, appointment_id):
        """What the reader has just taken back or cancelled, for the list."""
        visits = self.env["clinic.appointment"]
        return visits._find_undone(appointment_id) or visits._find_mine(appointment_id)

    @api.model
    def _get_put_back(self, appointment):
        """How long what was cancelled by a slip can be put back; nothing when it can't."""
        me = self.env.user.partner_id
        visits = appointment and appointment._get_put_back_with(me)
        if not visits:
            return {}
        until = min(visit._get_put_back_until(me) for visit in visits)
        values = appointment.sudo()._get_undo_values(until)
        gone_sudo = appointment._get_gone_last()
        is_part = appointment.sudo().state == "booked" and len(visits) == 1
        return {
            "id": appointment.id,
            "visit_ids": visits.ids,
            "who_ids": gone_sudo.ids,
            "names": is_part
            and self._join(
                self.env._("you") if one.partner_id == me else get_first_name(one.name)
                for one in gone_sudo
            ),
            "until": values["undo_until"],
            "seconds": values["undo_seconds"],
        }

    @api.model
    def _put_back(self, appointment, visit_ids, who_ids):
        """Puts back what the page named; answers with what was done."""
        me = self.env.user.partner_id
        if len(visit_ids) < 2:
            appointment._put_back(me, who_ids)
            return "put_back"
        named = appointment._get_put_back_with(me).filtered(lambda one: one.id in visit_ids)
        staying = (appointment | named)._put_back_all(me)
        return "some_stay" if staying else "put_back"

    def _get_brought(self, appointment):
        """Those the reader acts for who need an adult, and who may come along with each.

        Who takes part in the visit is there anyway, and isn't asked.
        """
        me = self.env.user.partner_id
        is_ahead = appointment.state == "booked" and appointment.start > fields.Datetime.now()
        if not is_ahead or appointment.sudo().is_confidential:
            return []
        plans = self.env["clinic.family.plan"]
        led = appointment._get_acted_for(me).filtered(lambda one: plans._is_led(one.partner_id))
        if me in appointment._get_coming().partner_id.sudo(False):
            led = led.filtered("along_id")
        adults = self.env["clinic.family"]._find_adults_along(me, led.partner_id.sudo(False))
        return [
            {
                "who": one.id,
                "name": get_first_name(one.name),
                "adults": self._get_adult_values(me, adults[one.partner_id.id], one.along_id),
                # Maybe somebody the reader doesn't know, or may not choose: not theirs to undo
                # by saving the page.
                "is_other": bool(one.along_id - adults[one.partner_id.id].sudo()),
            }
            for one in led
            if adults[one.partner_id.id]
        ]

    @api.model
    def _choose_along(self, appointment, who, along_text):
        """Says who comes along with one of those who come; "0" for nobody.

        What names nobody and isn't that leaves it as it is noted.
        """
        one = appointment._get_leaving(who) if who != "everyone" else ()
        if not one:
            raise ChangeRefused("not_yours", self.env._("You can't change this visit."))
        along_id = read_id(along_text)
        if not along_id and along_text != "0":
            return ""
        along = self.env["res.partner"].browse(along_id or ())
        one.sudo(False)._choose_along(self.env.user.partner_id, along)
        return "along"

    def _get_head(self, values, names=None):
        """The appointment, and in whose name the reader is here: all they see in it, or these."""
        if names is None:
            names = [person["name"] for person in values["people"] if not person["is_me"]]
        acting = self._get_acting(names, "/my/appointments")
        return {"clinic_appointment": values, "clinic_acting": acting}

    @api.model
    def _get_done_words(self, done):
        return {
            "cancelled": self.env._("Cancelled."),
            "undone": self.env._("Taken back. Nobody gets a message."),
            "moved": self.env._("Moved. The new time is yours."),
            "put_back": self.env._("Put back. It is booked as before."),
            "outing_moved": self.env._("Moved. The new times are yours."),
            "along": self.env._("It is noted who comes along."),
        }.get(done, "")

    @api.model
    def _get_warning(self, done):
        """What wasn't done, and what to do instead."""
        return {
            "stays": self.env._(
                "This stays cancelled: it can't be put back any more. Please book it anew."
            ),
            "some_stay": self.env._(
                "Not all of it could be put back: somebody else has a time by now. Please look at "
                "what is booked, and book the rest anew."
            ),
        }.get(done, "")

    @api.model
    def _get_taken_url(self, appointment):
        """Where the nearest times are, to one of whose time somebody was faster."""
        # It may be gone for the reader, who has just taken it back.
        visit_sudo = appointment.sudo()
        return f"{visit_sudo.service_id.website_url}/taken?{visit_sudo._get_checkout().query}"

    # Cancelling

    @api.model
    def _get_cancelling(self, appointment, who, error=""):
        """What cancelling for these people means, before it is done; raises as doing it would."""
        me = self.env.user.partner_id
        leaving_sudo = appointment._get_leaving(who)
        appointment._verify_leaving(me, leaving_sudo)
        appointment._verify_change("cancel", me)
        [values] = appointment._get_portal_details()
        choices = {one["who"]: one for one in values["options"]["cancels"]}
        if who not in choices:
            raise ChangeRefused("state", self.env._("This was cancelled already."))
        theirs_sudo = (leaving_sudo & appointment._get_acted_for(me)).partner_id - me
        return {
            **self._get_head(values, theirs_sudo.mapped("name")),
            "choice": choices[who],
            "is_undo": bool(appointment._get_undo_until(me)),
            "others": choices.get("everyone"),
            "consequences": appointment._get_consequences(me, leaving_sudo),
            "cost": appointment._get_late_cost(me, leaving_sudo),
            "payers": self._get_payers(appointment, me, leaving_sudo),
            "error": error,
        }

    def _get_payers(self, appointment, me, leaving_sudo):
        """Who may be named as payer when the payer leaves; the first is the usual answer."""
        if not appointment._needs_payer(leaving_sudo):
            return []
        leavers_sudo = leaving_sudo.partner_id
        return [
            {
                "id": person_sudo.id,
                "name": person_sudo.name,
                "is_me": person_sudo == me,
                "stays_away": person_sudo in leavers_sudo,
            }
            for person_sudo in appointment._get_payers_after(me)
        ]

    @api.model
    def _cancel_from_form(self, appointment, who, payer_id, is_undo, cost):
        """Cancels as the form says; answers with what was done.

        Nobody pays more than the page said. The buttons of the undo period act at once: pressed
        after it, they lead to the page that says what follows.
        """
        me = self.env.user.partner_id
        was_undo = bool(appointment._get_undo_until(me))
        if is_undo and not was_undo and appointment.sudo().state == "booked":
            raise ChangeRefused("undo_over", self.env._("The time to take it back is over."))
        leaving_sudo = appointment._get_leaving(who)
        if appointment._get_late_cost(me, leaving_sudo & appointment._get_coming()) > cost:
            raise ChangeRefused("cost", self.env._(
                "Nothing was cancelled yet: it costs something by now. Please look at it again."
            ))  # fmt: skip
        payer = self.env["res.partner"].browse(payer_id or ())
        appointment._cancel_for(me, leaving_sudo, payer)
        return "undone" if was_undo else "cancelled"

    # Moving

    @api.model
    def _get_move_times(
        self, appointment, practitioner_id, location_id, day, *, error="", is_month=False
    ):
        """A week of free times to move the visit to, or its month.

        From the day it is on and with the same practitioner, unless others are asked for:
        ``practitioner_id`` None stands for the same, 0 for any practitioner.
        """
        self._verify_moving(appointment)
        service = appointment.service_id
        practitioners, _locations = service._get_places()
        same = (practitioners & appointment.practitioner_id).id or 0
        times = self.env["clinic.page.booking"]._get_times(
            service,
            same if practitioner_id is None else practitioner_id,
            location_id or appointment.location_id.id,
            day or appointment._get_day(),
            appointment,
            is_month=is_month,
        )
        chosen = times["practitioner"] or appointment.practitioner_id
        [values] = appointment._get_portal_details()
        is_here = (
            chosen == appointment.practitioner_id and times["location"] == appointment.location_id
        )
        return {
            **self._get_head(values),
            **times,
            "present_start": values["param"] if is_here else "",
            "error": error,
        }

    def _verify_moving(self, appointment):
        me = self.env.user.partner_id
        appointment._verify_for_everyone(me)
        appointment._verify_change("reschedule", me)

    @api.model
    def _get_move_check(
        self, appointment, start_text, practitioner_id, location_id, meant=(), error=""
    ):
        """The old and the new time, before the visit is moved; raises as moving it would.

        Visits at once are no reason to raise: the page shows them. ``meant`` names those that the
        reader has already said they mean.
        """
        me = self.env.user.partner_id
        appointment._verify_for_everyone(me)
        checkout = appointment._as_checkout(start_text, practitioner_id, location_id)
        location, start, practitioners = appointment._verify_new_time(me, checkout)
        [values] = appointment._get_portal_details()
        return {
            **self._get_head(values),
            **self._get_choice(appointment, checkout),
            "is_undo": bool(appointment._get_undo_until(me)),
            "words": appointment._get_words_after(start),
            "session_words": appointment._get_session_words_after(
                me, start, location, practitioners
            ),
            "clashes": [
                {**clash, "is_meant": clash["key"] in meant}
                for clash in appointment._find_clashes_at(to_stored(start))
            ],
            "error": error,
        }

    def _get_choice(self, appointment, checkout):
        return self.env["clinic.page.booking"]._get_choice(appointment.service_id, checkout)

    @api.model
    def _get_move_taken(self, appointment, start_text, practitioner_id, location_id):
        """The nearest free times to one that somebody else took first."""
        self._verify_moving(appointment)
        [values] = appointment._get_portal_details()
        checkout = appointment._as_checkout(start_text, practitioner_id, location_id)
        taken = self.env["clinic.page.checkout"]._get_taken(
            appointment.service_id, checkout, appointment
        )
        return {**self._get_head(values), **taken}
