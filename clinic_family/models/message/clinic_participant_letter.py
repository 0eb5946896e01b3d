from datetime import timezone

from odoo import fields, models

from ...engine.instants import from_instant, to_instant
from ..schedule.clinic_location import read_zone


class ClinicParticipant(models.Model):
    """What a message says about a visit, in words, to the one who reads it.

    The clinic's templates take their words from here. In Odoo's preview the patient reads.
    """

    # A room of its own in a large model.
    _inherit = "clinic.participant"  # pylint: disable=consider-merging-classes-inherited

    def _get_message(self):
        """The message that is being written, if any."""
        return self.env["clinic.message"].browse(self.env.context.get("clinic_message"))

    def _get_reader(self):
        return self._get_message().recipient_id or self.partner_id

    def _get_letter(self):
        """Everything a template may say to its reader; empty what isn't for them."""
        self.ensure_one()
        message, reader = self._get_message(), self._get_reader()
        # Of a cancellation, what the patient knew; in a preview, what is so.
        says = message.says if message else self._get_truth()
        facts = says or message.before or self._get_last_facts()
        decision = self.env["clinic.authority"]._decide(reader, "book", self.partner_id)
        may_book = bool(decision[self.partner_id.id])
        return {
            "reader": reader.name,
            "patient": self.partner_id.name,
            "is_own": reader == self.partner_id,
            "companions": self._get_companions(reader),
            "by": self._get_canceller_words(reader),
            "rule": says and may_book and self.appointment_id._get_cancel_rule_words(),
            "url": may_book and self._get_page(),
            "sessions": self._get_paying_words(reader),
            **self._get_place_words(facts),
            **self._get_time_words(facts, reader),
            "before": says and self._get_before_words(message.before, says),
        }

    def _get_paying_words(self, reader):
        """The package sessions that pay, to their owner and to whoever uses them."""
        sessions_sudo = self.appointment_id.sudo().session_ids.filtered(
            lambda session: session.participant_id in (self, self.browse())
        )
        return sessions_sudo._get_paid_words(sessions_sudo._get_seen(reader))

    def _get_letter_details(self):
        """The visit as a block of its own: when, with whom, where."""
        return self._render_letter("clinic_family.message_details")

    def _get_letter_end(self):
        """How to cancel it and the way to its page, for whom that is; why others get it."""
        return self._render_letter("clinic_family.message_end")

    def _render_letter(self, template):
        company = self.appointment_id.company_id
        letter = self._get_letter()
        return self.env["ir.qweb"]._render(template, {"letter": letter, "company": company})

    def _get_last_facts(self):
        visit = self.appointment_id
        return {
            "start": fields.Datetime.to_string(visit.start),
            "practitioner": visit.practitioner_id.id,
            "location": visit.location_id.id,
        }

    def _get_page(self):
        """The visit's page, for whom it is after they have logged in."""
        return f"{self.get_base_url()}/my/appointments/{self.appointment_id.id}"

    # When and where

    def _get_location(self, facts):
        return self.env["clinic.location"].browse(facts["location"]).exists()

    def _get_place_words(self, facts):
        location = self._get_location(facts) or self.appointment_id.location_id
        practitioner = self.env["clinic.practitioner"].browse(facts["practitioner"]).exists()
        return {
            "service": self.appointment_id.service_id.name,
            "practitioner": practitioner.name,
            "location": location.name,
            "address": location.address,
            "phone": location.phone,
        }

    def _get_time_words(self, facts, reader):
        """The time at the location, and by the reader's own clock when it shows another."""
        location = self._get_location(facts) or self.appointment_id.location_id
        start = self._read_instant(facts["start"])
        values = location._get_time_values(start)
        return {
            "when": f"{values['day']} {values['time']}",
            "long_when": self._get_long_words(values),
            "own_when": self._shows_another(start, location.tz, reader.tz)
            and self._get_long_words(location._get_zone_values(start, reader.tz)),
        }

    def _get_before_words(self, before, says):
        """What was told before, of that what is different now."""
        if not before:
            return False
        values = self._get_place_words(before)
        words = {
            "start": self._get_time_words(before, self._get_reader())["long_when"],
            "practitioner": values["practitioner"],
            "location": values["location"],
        }
        return " · ".join(
            word for part, word in words.items() if word and before[part] != says[part]
        )

    def _read_instant(self, stored):
        return to_instant(fields.Datetime.to_datetime(stored).replace(tzinfo=timezone.utc))

    def _get_long_words(self, values):
        return self.env._(
            "%(day)s, %(time)s, %(zone)s",
            day=values["long_day"],
            time=values["time"],
            zone=values["zone"],
        )

    def _shows_another(self, start, tz, reader_tz):
        if not reader_tz:
            return False
        moment = from_instant(start)
        theirs, ours = (moment.astimezone(read_zone(zone)) for zone in (reader_tz, tz))
        return theirs.utcoffset() != ours.utcoffset()

    # Who

    def _get_companions(self, reader):
        """Who else comes, of those the reader may act for."""
        others = self.appointment_id.participant_ids.filtered(lambda p: p.state != "cancelled")
        people = (others - self).partner_id
        known = self.env["clinic.authority"]._decide(reader, "book", people)
        return ", ".join(
            self.env._("you") if person == reader else person.name
            for person in people
            if known[person.id]
        )

    def _get_canceller_words(self, reader):
        """Who cancelled it, to those who may know; to others only that it was."""
        canceller = self.cancelled_by_id
        if not canceller:
            return self.env._("The clinic cancelled this visit.")
        if canceller == reader:
            return self.env._("You cancelled this visit.")
        if canceller == self.partner_id or reader == self.partner_id:
            return self.env._("%(name)s cancelled this visit.", name=canceller.name)
        return self.env._("This visit was cancelled.")
