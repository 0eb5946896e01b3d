from odoo import fields, models
from odoo.tools import format_amount, format_list

from ...engine.instants import from_instant, from_stored
from ..schedule.clinic_location import read_zone

# A subject names so many days, and of more how many there are.
DAYS_NAMED = 3
# What the reader may do about a visit, for one of those who come or for another.
DONE = {"rule", "url"}


class Letters:
    """The letters of one mail, as long as it is being written."""

    def __init__(self):
        self.letters = {}


class ClinicParticipant(models.Model):
    """What a message says."""

    _inherit = "clinic.participant"

    # The letter

    def _get_messages(self):
        """The messages of the mail that is being written, if any."""
        return self.env["clinic.message"].browse(self.env.context.get("clinic_message"))

    def _get_message(self):
        """The one about this patient's visit."""
        return self._get_messages().filtered(lambda one: one.participant_id == self)[:1]

    def _get_reader(self):
        return self._get_message().recipient_id or self.partner_id

    def _get_greeted(self, reader):
        """The name by which the reader is greeted: a child's messages are read by somebody else."""
        return "" if self._is_childs(reader) else reader.name

    def _is_read_by(self, person, reader):
        """Whether this person is the one who reads, to whom the message says “you”."""
        return person == reader and not self._is_childs(reader)

    def _get_letter(self):
        """Everything a template may say to its reader; what isn't for them is empty.

        Of several visits what holds for all of them, and each in ``visits``; when there is only
        one, ``is_one``, what holds for it. It is made once for each mail.
        """
        self.ensure_one()
        written = self.env.context.get("clinic_letters")
        if written is None:
            return self._make_letter()
        key = (self.id, self.env.lang)
        if key not in written.letters:
            written.letters[key] = self._make_letter()
        return written.letters[key]

    def _make_letter(self):
        visits = self._get_visits_told()
        readers = self._get_messages().recipient_id or self.partner_id
        others = dict.fromkeys(name for one in visits for name in one["others"])
        names = dict.fromkeys(name for one in visits for name in one["names"])
        names = format_list(self.env, list(names))
        return {
            **visits[0],
            "reader": self._get_greeted(readers) if len(readers) == 1 else "",
            "visits": visits,
            "is_one": len(visits) == 1,
            "is_own": len(visits) == 1 and visits[0]["is_own"],
            "is_childs": bool(readers.filtered(self._is_childs)),
            "names": names,
            "patient": names,
            "others": format_list(self.env, list(others)),
            "forms": [],
            "when": self._get_short_words(visits),
        }

    def _get_visits_told(self):
        """What is said of each visit, the next first; of whom it says the same, at once."""
        told = {}
        for one in self._get_messages().participant_id or self:
            letter, own = one._get_visit_letter()
            same = {name: letter[name] for name in letter.keys() - DONE - {"booked_by"}}
            known, people = told.setdefault(repr(sorted(same.items())), (letter, []))
            known.update({name: known[name] or letter[name] for name in DONE})
            if known["booked_by"] != letter["booked_by"]:
                # One sentence can't say who booked for whom.
                known["booked_by"] = ""
            people.append((one.partner_id.name, own))
        visits = [
            {
                **letter,
                "names": [name for name, _own in people],
                "patient": format_list(self.env, [name for name, _own in people]),
                "others": [name for name, own in people if not own],
                "is_own": all(own for _name, own in people),
            }
            for letter, people in told.values()
        ]
        return sorted(visits, key=lambda letter: (letter["start"], letter["id"]))

    def _get_visit_letter(self):
        """What is said of one patient's visit to who reads of it, and whether it is their own."""
        message, reader = self._get_message(), self._get_reader()
        # Of a cancellation, what the patient knew; in a preview, what is so.
        says = message.says if message else self._get_truth()
        facts = says or message.before or self._get_last_facts()
        decision = self.env["clinic.authority"]._decide(reader, "book", self.partner_id)
        may_book = bool(decision[self.partner_id.id])
        letter = {
            "id": self.appointment_id.id,
            "start": facts["start"],
            "is_cancelled": bool(message) and not says,
            "companions": self._get_companions(reader),
            "along": says and self._get_along_told(reader),
            "by": self._get_canceller_words(reader),
            "rule": says and may_book and self.appointment_id._get_cancel_rule_words(),
            "url": may_book and self._get_page(),
            "sessions": self._get_paying_words(reader),
            **self._get_price_words(reader, is_told=bool(says)),
            "booked_by": says and self._get_booker_words(reader),
            "preparation": says and self.appointment_id.service_id.preparation,
            **self._get_place_words(facts),
            **self._get_time_words(facts, reader),
            "before": says and self._get_before_words(message.before, says),
        }
        return letter, self._is_read_by(self.partner_id, reader)

    def _get_paying_words(self, reader):
        """The package sessions that pay, to their owner and to those who use them."""
        sessions_sudo = self.appointment_id.sudo().session_ids.filtered(
            lambda session: session.participant_id in (self, self.browse())
        )
        return sessions_sudo._get_paid_words(sessions_sudo._get_seen(reader))

    def _get_price_words(self, reader, is_told):
        """What the visit costs and who pays, to those who may see the payer's bills."""
        visit_sudo = self.appointment_id.sudo()
        payer, fees = visit_sudo.payer_id, visit_sudo._get_fees()
        service_sudo = visit_sudo.service_id
        price = service_sudo._get_price_for(payer, len(fees))
        may_know = self.env["clinic.authority"]._decide(reader, "pay", payer)[payer.id]
        if not (is_told and price and may_know) or self._is_divided():
            return {"price": "", "payer": "", "reader_pays": False}
        return {
            "price": format_amount(self.env, price, service_sudo.currency_id),
            "payer": payer.name,
            "reader_pays": self._is_read_by(payer, reader),
        }

    def _is_divided(self):
        """Whether somebody else pays a part, so that the price isn't what the payer pays."""
        visit_sudo = self.appointment_id.sudo()
        day = visit_sudo._get_day()
        return bool(
            self.env["clinic.payer.share"].sudo().search_count([
                ("patient_id", "in", visit_sudo.participant_ids.partner_id.ids),
                ("company_id", "=", visit_sudo.company_id.id),
                ("first_day", "<=", day),
                "|", ("last_day", "=", False), ("last_day", ">=", day),
            ], limit=1)
        )  # fmt: skip

    def _get_letter_details(self):
        """The visit as a block of its own: when, with whom, where."""
        return self._render_letter("clinic_family.message_details")

    def _get_letter_end(self):
        """How to cancel it and the way to its page, for those who may; why others get it."""
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
        """The address of the visit's page, which asks its reader to log in."""
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
            "map_url": location._get_map_url(),
            "phone": location.phone,
        }

    def _get_time_words(self, facts, reader):
        """The time at the location, and by the reader's own clock when it shows another."""
        location = self._get_location(facts) or self.appointment_id.location_id
        start = from_stored(fields.Datetime.to_datetime(facts["start"]))
        values = location._get_time_values(start)
        return {
            "day": values["day"],
            "when": f"{values['day']} {values['time']}",
            "long_when": self._get_long_words(values),
            "own_when": self._shows_another(start, location.tz, reader.tz)
            and self._get_long_words(location._get_zone_values(start, reader.tz)),
        }

    def _get_short_words(self, visits):
        """When they are, for a subject: the time of one, the days of several."""
        moments = list(dict.fromkeys(letter["when"] for letter in visits))
        days = list(dict.fromkeys(letter["day"] for letter in visits))
        if len(moments) > 1 and len(days) > DAYS_NAMED:
            return self.env._("%(day)s and %(count)s more days", day=days[0], count=len(days) - 1)
        return moments[0] if len(moments) == 1 else format_list(self.env, days)

    def _get_before_words(self, before, says):
        """What was told before, as far as it is different now."""
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
        people = (others - self._get_messages().participant_id - self).partner_id
        known = self.env["clinic.authority"]._decide(reader, "book", people)
        return ", ".join(
            self.env._("you") if person == reader else person.name
            for person in people
            if known[person.id]
        )

    def _get_along_told(self, reader):
        """Who comes along with the patient, to those who may know; to others nothing.

        What goes to a child's contact is read by somebody, and not known by whom.
        """
        along_sudo = self._get_known_along(reader).get(self)
        if not along_sudo or self._is_childs(reader):
            return ""
        if along_sudo == reader:
            return self.env._("You come along")
        return self.env._("%(name)s comes along", name=along_sudo.name)

    def _get_booker_words(self, reader):
        """Who booked it, to those who may know; to others nothing."""
        booker = self.booked_by_id
        if not booker:
            return self.env._("Booked by the clinic")
        if self._is_read_by(booker, reader):
            return self.env._("Booked by you")
        if booker == self.partner_id or self._is_read_by(self.partner_id, reader):
            return self.env._("Booked by %(name)s", name=booker.name)
        return ""

    def _get_canceller_words(self, reader):
        """Who cancelled it, to those who may know; to others only that it was."""
        canceller = self.cancelled_by_id
        if not canceller:
            return self.env._("The clinic cancelled this visit.")
        if self._is_read_by(canceller, reader):
            return self.env._("You cancelled this visit.")
        if canceller == self.partner_id or self._is_read_by(self.partner_id, reader):
            return self.env._("%(name)s cancelled this visit.", name=canceller.name)
        return self.env._("This visit was cancelled.")
