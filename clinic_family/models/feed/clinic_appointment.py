from odoo import models

from ...engine.calendar_file import write_calendar
from ...engine.feed import Event, get_calendar_links, merge_levels
from ...engine.instants import from_stored
from ...engine.relative import get_first_name


class ClinicAppointment(models.Model):
    """What a calendar outside the clinic says of a visit, as far as its reader may know."""

    _inherit = "clinic.appointment"

    def _get_events(self, levels, reader, linked):
        """An event for each visit; of the others who come it says nothing, not even that they do.

        ``levels`` says how much is shown of each person whose visits the reader may know of. Who
        has somebody's visits in a calendar need not be let into their pages: a link leads to the
        visits of those who are ``linked``.
        """
        domain = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        base_url = reader.get_base_url()
        participants_sudo = self.sudo().participant_ids.filtered(
            lambda one: levels.get(one.partner_id, "none") != "none"
        )
        coming = participants_sudo.grouped("appointment_id")
        return [
            visit_sudo._make_event(
                coming[visit_sudo],
                levels,
                reader,
                uid=f"visit-{visit_sudo.id}@{domain}",
                url=f"{base_url}/my/appointments/{visit_sudo.id}"
                if coming[visit_sudo].partner_id & linked
                else "",
            )
            for visit_sudo in self.sudo()
            if visit_sudo in coming
        ]

    def _make_event(self, participants, levels, reader, uid, url):
        staying = participants.filtered(lambda one: one.state != "cancelled")
        shown = staying or participants
        level = merge_levels(levels[one.partner_id] for one in shown)
        named = shown.partner_id.filtered(lambda person: levels[person] in ("name", "full"))
        return Event(
            uid=uid,
            is_cancelled=self.state == "cancelled" or not staying,
            url=url if level == "full" else "",
            **self._get_event_times(),
            **self._get_event_words(level, named, reader),
        )

    def _get_event_times(self):
        # Of all who come, so that it never goes back when one of them isn't shown any more.
        changed = from_stored(max(self.write_date, *self.participant_ids.mapped("write_date")))
        return {
            "start": from_stored(self.start),
            "stop": from_stored(self.stop),
            "changed": changed,
            "sequence": max(int(changed - from_stored(self.create_date)), 0),
        }

    def _make_work_events(self, level, practitioner):
        """An event for each visit that the user gives; asked with full rights.

        It names who comes, by their first names, where the clinic wants that.
        """
        domain = self.env["ir.config_parameter"].get_param("database.uuid")
        page = f"{practitioner.get_base_url()}/odoo/action-clinic_family.clinic_appointment_action"
        return [
            Event(
                uid=f"work-{visit.id}@{domain}",
                is_cancelled=visit.state == "cancelled",
                url=f"{page}/{visit.id}" if level == "full" else "",
                **visit._get_event_times(),
                **visit._get_work_words(level),
            )
            for visit in self
        ]

    def _get_work_words(self, level):
        if level == "busy":
            return {"summary": self.env._("Busy")}
        words = {"summary": self.service_id.name, "location": self.location_id.name}
        if not self.company_id.clinic_names_in_calendars:
            return words
        coming = self.participant_ids.filtered(lambda one: one.state != "cancelled").partner_id
        if coming and not self.is_confidential:
            names = ", ".join(get_first_name(person.name) for person in coming)
            words["summary"] = self.env._(
                "%(service)s: %(names)s", service=self.service_id.name, names=names
            )
        return words

    def _get_event_words(self, level, named, reader):
        """What the event says at this level of those who may be named."""
        if level == "busy":
            return {"summary": self.env._("Busy")}
        names = ", ".join(get_first_name(person.name) for person in named if person != reader)
        if level == "name":
            return {
                "summary": self.env._("%s at the clinic", names)
                if names
                else self.env._("At the clinic"),
                "location": self.location_id.name,
            }
        service = self.service_id.name
        place = [self.location_id.name, " ".join((self.location_id.address or "").split())]
        words = [
            self.local_time,
            self.env._("With %s", self.practitioner_id.name),
            self.location_id.phone and self.env._("Telephone: %s", self.location_id.phone),
        ]
        return {
            "summary": self.env._("%(service)s for %(names)s", service=service, names=names)
            if names
            else service,
            "description": "\n".join(filter(None, words)),
            "location": ", ".join(filter(None, place)),
        }

    def _write_event(self, reader):
        """The visit as a file to put into a calendar, for one who sees its page."""
        self.ensure_one()
        return write_calendar("", self._get_seen_events(reader))

    def _get_calendar_links(self, reader):
        """Where one who sees its page puts it into a calendar, by the name of that; or nowhere."""
        return next(map(get_calendar_links, self._get_seen_events(reader)), {})

    def _find_seen(self, reader):
        """Those who come of whom the reader's own page speaks: whom they may act for.

        The rules let staff read more than that, which isn't for their own calendars.
        """
        seen = self.env["clinic.participant"].search_fetch(
            [("appointment_id", "in", self.ids)], ["appointment_id", "partner_id", "state"]
        )
        if self.env.user.share:
            return seen
        may = self.env["clinic.authority"]._decide(reader, "book", seen.partner_id)
        return seen.filtered(lambda one: may[one.partner_id.id])._filter_known_to(reader)

    def _get_seen_events(self, reader):
        """An event for each visit, of those whom the one at work may see in it."""
        people_sudo = self._find_seen(reader).sudo().partner_id
        return self._get_events(dict.fromkeys(people_sudo, "full"), reader, linked=people_sudo)
