import logging
from datetime import timedelta

from odoo import api, fields, models

from ...engine.instants import from_stored, get_day
from ...engine.permissions import GUARDING
from ...engine.telling import what_to_tell

_logger = logging.getLogger(__name__)

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
    reminded_for = fields.Datetime(
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="The last reminder time that is done with: the reminders have been written, or all "
        "who hear of the visit knew of it.",
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

    def _get_visit_day(self):
        """The day of the visit at its location."""
        visit = self.appointment_id
        return get_day(from_stored(visit.start), visit.location_id._get_zone())

    def _get_reminder_time(self, hours):
        """When the reminder so many hours before the visit is due."""
        return self.appointment_id.start - timedelta(hours=hours)

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
        address, those who look after it. Nobody twice at one address. Of a confidential visit the
        patient alone, where nobody else reads.
        """
        told = self._get_relatives(("kind", "=", "notify"))
        guardians = self._get_relatives(("basis", "in", GUARDING))
        recipients = {}
        for participant in self:
            patient = participant.partner_id
            if participant.is_confidential:
                recipients[participant] = participant._get_private_recipient()
                continue
            relatives = told.get(patient, patient.browse()) - patient
            address = patient._get_clinic_address()
            is_child = (relatives or not address) and participant._is_childs(patient)
            if is_child and not address:
                relatives += guardians.get(patient, patient.browse())
            # Who has given a child their own address reads what goes there.
            readers = relatives + patient if is_child else patient + relatives
            recipients[participant] = readers._get_clinic_addresses()
        return recipients

    def _get_private_recipient(self):
        """The patient with an address at which nobody else reads; empty without one."""
        patient = self.partner_id
        private = patient.with_company(self.appointment_id.company_id)._get_private_address()
        return {patient: private} if private else {}

    def _get_reading(self, recipient):
        """Who reads what goes to the recipient: of a child, whoever reads at its address."""
        return recipient._get_clinic_address() if self._is_childs(recipient) else recipient

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
        """Whether this is the contact of a child, whose messages somebody else reads."""
        company = self.appointment_id.company_id[:1] or self.env.company
        return self.env["clinic.family"].with_company(company)._may_be_child(patient)

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
        for participant in due._with_those_booked_together():
            if participant.exists():
                try:
                    with self.env.cr.savepoint():
                        participant._tell()
                except Exception:
                    _logger.exception("Nobody is told of the visit of %s", participant)
                self.env["ir.cron"]._commit_progress()

    def _with_those_booked_together(self):
        """The same without those whose confirmation waits for that of others, and with these.

        What was booked in one check-out is confirmed together, when the last of it may be told:
        as long as that is before the visit.
        """
        bookings = self.filtered(lambda one: not one.told).appointment_id.booking_id
        fresh = self.search([
            ("appointment_id.booking_id", "in", bookings.ids), ("tell_at", "!=", False),
        ]).filtered(lambda one: not one.told)  # fmt: skip
        last = {
            booking: max(together.mapped("tell_at"))
            for booking, together in fresh.grouped(
                lambda one: one.appointment_id.booking_id
            ).items()
        }
        now = fields.Datetime.now()

        def waits(one):
            until = last.get(one.appointment_id.booking_id, now)
            return one in fresh and now < until < one.appointment_id.start

        return (self | fresh).filtered(lambda one: one.tell_at <= now and not waits(one))

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
