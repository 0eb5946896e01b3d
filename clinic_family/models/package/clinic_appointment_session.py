from datetime import datetime, timezone

from odoo import api, fields, models

from ...engine.instants import to_instant
from ...engine.sessions import Visit

# What a session was reserved for: another of these, and it may not count any more.
TERMS = {"start", "service_id", "practitioner_id", "location_id"}


class ClinicAppointment(models.Model):
    """Paid with package sessions: which, and what becomes of them when the visit changes."""

    _inherit = "clinic.appointment"

    session_ids = fields.One2many(
        "clinic.package.session", "appointment_id", readonly=True, groups="base.group_user"
    )
    uses_session = fields.Boolean(
        string="Use a Package Session",
        default=True,
        copy=False,
        groups="base.group_user",
        help="Whether a session that counts for it is used automatically when it is booked.",
    )

    # Reading

    def _get_session_fees(self):
        """The fees a session could pay, each with its appointment.

        The participant is empty where one fee is for the whole visit.
        """
        nobody = self.env["clinic.participant"]
        return [
            (one, fee if one.service_id.fee_per == "participant" else nobody)
            for one in self
            for fee in one._get_fees()
        ]

    def _describe_visit(self, participant):
        """The visit as the engine judges whether a session counts for it."""
        people = participant.partner_id or self._get_coming().partner_id
        return Visit(
            self.service_id.id,
            self.practitioner_id.id,
            self.location_id.id,
            self._get_local_day(),
            frozenset(people.ids),
        )

    def _get_local_day(self):
        start = self.start.replace(tzinfo=timezone.utc)
        return start.astimezone(self.location_id._get_zone()).date()

    def _plan_sessions(self, actor):
        """The sessions that would pay for these visits by the actor's right.

        A list of (appointment, participant, session, permission id), the session empty where the
        fee has to be paid.
        """
        return self._plan_fees(self.filtered("uses_session")._get_session_fees(), actor)

    @api.model
    def _plan_fees(self, fees, actor):
        sessions = self.env["clinic.package.session"]
        chosen = sessions._choose(fees, sessions._get_rights(actor)) if fees else ()
        return [
            (*fee, session, permission_id)
            for fee, (session, permission_id) in zip(fees, chosen, strict=True)
        ]

    # Verbs

    def _reserve_planned(self, plan):
        """Reserves what was planned: of two who want the last session one is retried."""
        for appointment, participant, session, permission_id in plan:
            if not session:
                continue
            written = appointment._get_written_lines()
            session.sudo()._move_to(
                "reserved",
                self.env._("Booked."),
                appointment_id=appointment.id,
                participant_id=participant.id,
                permission_id=permission_id or False,
            )
            appointment._adapt_draft_invoice(written)

    def _use_sessions(self):
        """Reserves the sessions that the patient, or who pays, may use; for visits staff make."""
        sessions = self.env["clinic.package.session"]
        for appointment in self.filtered("uses_session"):
            for fee in appointment._get_session_fees():
                for person in appointment._get_session_users(fee[1]):
                    [(session, permission_id)] = sessions._choose(
                        [fee], sessions._get_rights(person)
                    )
                    if session:
                        appointment._reserve_planned([(*fee, session, permission_id)])
                        break
        self._settle_sessions()

    def _get_session_users(self, participant):
        """Whose rights to sessions count for a fee, in order: the patient's, then the payer's.

        Of several who come to a visit with one fee only the payer's, when they come too.
        """
        coming = self._get_coming().partner_id
        patients = participant.partner_id or (
            self.payer_id if self.payer_id in coming else coming
        )  # fmt: skip
        return patients | self.payer_id

    def _settle_sessions(self):
        """The sessions follow what became of their visits, whoever changed them."""
        now = to_instant(datetime.now(timezone.utc))
        for session in self.sudo().session_ids:
            session._move_to(*session._get_state_after(now))
            session.filtered(lambda one: one.state == "free")._settle_expiry()

    def _recheck_sessions(self):
        """After a move: what doesn't count any more is given back, and another one taken."""
        for session in self.sudo().session_ids.filtered(lambda s: s.state == "reserved"):
            decision = session._judge_terms()
            if not decision:
                appointment = session.appointment_id
                session._move_to("free", session._explain(decision))
                appointment._use_sessions()
                appointment._invoice_what_is_due()

    def _drop_session(self, session):
        """Takes the session off the visit, which has to be paid then."""
        self.uses_session = False
        session._give_back(self.env._("Taken off the appointment."))
        session._settle_expiry()

    @api.model_create_multi
    def create(self, vals_list):
        appointments = super().create(vals_list)
        # Whoever makes an appointment needn't be the one who may see the packages.
        appointments.sudo().filtered(lambda a: a.state == "booked")._use_sessions()
        return appointments

    def write(self, vals):
        result = super().write(vals)
        if TERMS & set(vals):
            self._recheck_sessions()
        return result

    def unlink(self):
        self.sudo()._free_sessions()
        return super().unlink()

    def _free_sessions(self):
        """Before they are deleted: what is reserved is free again, what is used was used then."""
        for session in self.session_ids:
            session._leave_appointment()

    def _move_to(self, target):
        back = self.filtered(lambda a: a.state in ("cancelled", "noshow"))
        result = super()._move_to(target)
        self._settle_sessions()
        if target == "booked":
            back.sudo()._use_sessions()
        return result
