from odoo import api, fields, models

from ...engine.instants import from_instant, from_stored
from ...engine.permissions import GUARDING
from ...engine.telling import what_to_tell
from ..schedule.clinic_location import read_zone

# As long as a participant or a visit is in one of these, the patient isn't expected.
NOT_COMING = ("held", "cancelled")
TELLINGS_A_RUN = 200


class ClinicParticipant(models.Model):
    """What each participant was told about the visit, who hears of it, and in which words.

    A change of a visit isn't announced: whenever what is true differs from what was told, a time
    is set at which the difference is told, and emptied when they agree again.

    The clinic's templates take their words from here. In Odoo's preview the patient reads.
    """

    _inherit = "clinic.participant"

    told = fields.Json(
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="What the patient was last told: when, with whom, where. Empty when nothing, or that "
        "it is cancelled.",
    )
    tell_at = fields.Datetime(
        compute="_compute_tell_at",
        store=True,
        precompute=True,
        copy=False,
        index="btree_not_null",
        groups="base.group_user",
        help="When the patient is told what has changed: after the undo period.",
    )
    settled_at = fields.Datetime(
        compute="_compute_settled_at",
        store=True,
        precompute=True,
        copy=False,
        groups="base.group_user",
        help="When the patient's time was last chosen: booked, moved or taken up again. Nobody is "
        "reminded of what was chosen later than the reminder would have left.",
    )
    clinic_message_ids = fields.One2many(
        "clinic.message",
        "participant_id",
        string="Messages",
        readonly=True,
        groups="clinic_family.clinic_family_group_front_desk",
    )

    @api.depends(
        "state",
        "told",
        "appointment_id.state",
        "appointment_id.booked_at",
        "appointment_id.start",
        "appointment_id.practitioner_id",
        "appointment_id.location_id",
    )
    def _compute_tell_at(self):
        for participant in self:
            company = participant.appointment_id.company_id
            tells = participant._is_to_come() and participant._get_kind()
            participant.tell_at = tells and company._get_undo_until()

    @api.depends("state", "appointment_id.booked_at", "appointment_id.start")
    def _compute_settled_at(self):
        self.settled_at = fields.Datetime.now()

    @api.depends("name", "appointment_id.local_time", "appointment_id.service_id")
    @api.depends_context("uid")
    def _compute_display_name(self):
        # Names for the staff only, as on the appointment.
        is_staff = self.env.user.has_group("clinic_family.clinic_family_group_practitioner")
        for participant in self:
            visit = participant.appointment_id
            service = visit.sudo().service_id
            parts = (is_staff and participant.name, visit.local_time, service.name)
            participant.display_name = " · ".join(part for part in parts if part)

    # What is true

    def _is_to_come(self):
        start = self.appointment_id.start
        return bool(start) and start > fields.Datetime.now()

    def _get_truth(self):
        """What is true of the visit for this patient; nothing when they aren't expected."""
        visit = self.appointment_id
        if not visit.booked_at or self.state in NOT_COMING or visit.state in NOT_COMING:
            return {}
        return {
            "start": fields.Datetime.to_string(visit.start),
            "practitioner": visit.practitioner_id.id,
            "location": visit.location_id.id,
        }

    def _get_kind(self):
        """The kind of message that is due to this patient, if any."""
        return what_to_tell(self.told, self._get_truth())

    # Who hears

    def _get_recipients(self):
        """Who hears of the visit now, and at which address, for each participant.

        The patient and those who may have the patient's messages; for a child that has no
        address, those who look after it. Nobody twice at one address.
        """
        told = self._get_relatives(("kind", "=", "notify"))
        guardians = self._get_relatives(("basis", "in", GUARDING))
        recipients = {}
        for participant in self:
            patient = participant.partner_id
            readers = patient + told.get(patient, patient.browse())
            if not patient._get_clinic_address() and self._is_childs(patient):
                readers += guardians.get(patient, patient.browse())
            recipients[participant] = readers._get_clinic_addresses()
        return recipients

    def _get_relatives(self, condition):
        """Who may act for each patient now, under authorities that meet the condition."""
        relatives = {}
        # Fetched with the search: the view can't find its rows by id without making them all.
        for authority in self.env["clinic.authority"].search_fetch(
            [("person_id", "in", self.partner_id.ids), condition], ["person_id", "actor_id"]
        ):
            known = relatives.setdefault(authority.person_id, authority.actor_id)
            relatives[authority.person_id] = known | authority.actor_id
        return relatives

    def _is_childs(self, patient):
        company = self.appointment_id.company_id[:1] or self.env.company
        return self.env["clinic.family"].with_company(company)._is_child(patient.birth_date)

    def _describe_cancelling(self):
        """Who will be told, and how, if the clinic cancels now: a sentence for each."""
        coming = self.filtered(lambda one: one.state not in NOT_COMING and one._is_to_come())
        if not coming:
            return [self.env._("The visit isn't ahead of anybody, so nobody is told.")]
        recipients = coming.sudo()._get_recipients()
        return [
            sentence
            for one in coming
            for sentence in one._get_cancelling_words(recipients[one.sudo()])
        ]

    def _get_cancelling_words(self, recipients):
        if not self.told:
            yield self.env._(
                "%s hasn't been told of this visit yet, so no message leaves.", self.name
            )
        elif not recipients:
            yield self.env._("No message reaches %s. Please call.", self.name)
        elif not self.env.user.has_group("clinic_family.clinic_family_group_front_desk"):
            # Who else gets somebody's messages is for the front desk.
            yield self.env._("A message about the visit of %s leaves by e-mail.", self.name)
        else:
            for person in recipients:
                if person == self.partner_id:
                    yield self.env._("%s will be told by e-mail.", person.name)
                else:
                    yield self.env._(
                        "%(reader)s will be told by e-mail about the visit of %(patient)s.",
                        reader=person.name,
                        patient=self.name,
                    )

    # Telling

    @api.model
    def _queue_tellings(self):
        """Puts what is due to be told among the messages, one participant after the other."""
        now = fields.Datetime.now()
        due = self.search([("tell_at", "<=", now)], order="tell_at, id", limit=TELLINGS_A_RUN)
        for participant in due:
            if participant.exists():
                participant._tell()
                self.env["ir.cron"]._commit_progress()

    def _tell(self):
        """Queues messages to all who hear of it; what was taken back meanwhile counts as told."""
        if not self.tell_at or self.tell_at > fields.Datetime.now():
            return
        truth, kind = self._get_truth(), self._get_kind()
        if kind and self._is_to_come():
            # What was tried in vain is said anew by what follows.
            self.clinic_message_ids.filtered(lambda m: m._is_said_anew()).try_at = False
            values = {"kind": kind, "before": self.told, "says": truth}
            self.env["clinic.message"]._queue([(self, values)])
        self.told = truth

    def _count_as_told(self):
        """The patients know of these visits already: they aren't confirmed to them."""
        for participant in self:
            participant.told = participant._get_truth()

    # In words

    def _get_message(self):
        """The message that is being written, if any."""
        return self.env["clinic.message"].browse(self.env.context.get("clinic_message"))

    def _get_reader(self):
        return self._get_message().recipient_id or self.partner_id

    def _get_letter(self):
        """Everything a template may say to its reader; what isn't for them is empty."""
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
        """The package sessions that pay, to their owner and to those who use them."""
        sessions_sudo = self.appointment_id.sudo().session_ids.filtered(
            lambda session: session.participant_id in (self, self.browse())
        )
        return sessions_sudo._get_paid_words(sessions_sudo._get_seen(reader))

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
            "phone": location.phone,
        }

    def _get_time_words(self, facts, reader):
        """The time at the location, and by the reader's own clock when it shows another."""
        location = self._get_location(facts) or self.appointment_id.location_id
        start = from_stored(fields.Datetime.to_datetime(facts["start"]))
        values = location._get_time_values(start)
        return {
            "when": f"{values['day']} {values['time']}",
            "long_when": self._get_long_words(values),
            "own_when": self._shows_another(start, location.tz, reader.tz)
            and self._get_long_words(location._get_zone_values(start, reader.tz)),
        }

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
