from odoo import api, fields, models
from odoo.exceptions import UserError

from ...engine.instants import get_now
from ...engine.sessions import Planned, Visit

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
    session_text = fields.Char(
        string="Paid With",
        compute="_compute_session_text",
        groups="base.group_user",
        help="The packages whose sessions pay for it, and how many of them are left.",
    )
    wants_session = fields.Boolean(
        compute="_compute_wants_session", compute_sudo=True, groups="base.group_user"
    )
    returned_session_ids = fields.Many2many(
        "clinic.package.session",
        compute="_compute_returned_session_ids",
        compute_sudo=True,
        groups="base.group_user",
        help="Given back when it was cancelled or nobody came, and still free.",
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

    def _get_fees_not_invoiced(self):
        """Those of these fees for which no confirmed invoice stands: nothing is paid twice."""
        invoiced = {one: one._get_people_on_posted() for one in self.sudo()}
        return [
            (one, participant)
            for one, participant in self._get_session_fees()
            if not (participant.partner_id & invoiced[one] if participant else invoiced[one])
        ]

    def _get_people_on_posted(self):
        return self._find_people_on(self._get_bills().filtered(lambda one: one.state == "posted"))

    def _describe_visit(self, participant):
        """The visit as the engine judges whether a session counts for it."""
        people = participant.partner_id or self._get_coming().partner_id
        return Visit(
            self.service_id.id,
            self.practitioner_id.id,
            self.location_id.id,
            self._get_day(),
            frozenset(people.ids),
        )

    def _plan_sessions(self, actor):
        """The sessions that would pay for these visits by the actor's right.

        One ``Planned`` a fee.
        """
        return self._plan_fees(self._filter_with_sessions()._get_session_fees(), actor)

    def _filter_with_sessions(self):
        """Those that use a session by themselves: none that is confidential, as others count."""
        return self.filtered(lambda visit: visit.uses_session and not visit.is_confidential)

    @api.model
    def _plan_fees(self, fees, actor):
        sessions = self.env["clinic.package.session"]
        chosen = sessions._choose(fees, sessions._get_rights(actor)) if fees else ()
        return [
            Planned(*fee, session, permission_id)
            for fee, (session, permission_id) in zip(fees, chosen, strict=True)
        ]

    # Verbs

    def _reserve_planned(self, plan):
        """Reserves what was planned: of two who want the last session one is retried."""
        for appointment, participant, session, permission_id in plan:
            if not session:
                continue
            written = appointment._get_written_lines()
            self.env["clinic.permission"].sudo().browse(permission_id or ())._queue_for_sessions()
            session.sudo()._update_state(
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
        for appointment in self._filter_with_sessions():
            for fee in appointment._get_fees_not_invoiced():
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
        """The sessions follow what became of their visits."""
        now = get_now()
        for session in self.sudo().session_ids:
            session._update_state(*session._get_state_after(now))

    def _recheck_sessions(self):
        """After a move: what doesn't count any more is given back, and another one taken."""
        for session in self.sudo().session_ids.filtered(lambda s: s.state == "reserved"):
            decision = session._judge_terms()
            if not decision:
                appointment = session.appointment_id
                session._update_state("free", session._explain(decision))
                appointment._use_sessions()
                appointment._invoice_what_is_due()
        self._reserve_given_back()

    def _reserve_given_back(self):
        """What it gave back pays again where it counts again, and nothing else."""
        on = ("booked", "arrived", "fulfilled")
        for visit in self._filter_with_sessions().filtered(lambda one: one.state in on):
            if not visit.is_invoiced or visit._get_drafts():
                for fee in visit._get_session_fees():
                    visit._reserve_planned(visit._plan_given_back(fee[1]))

    def _plan_given_back(self, participant):
        """The session that was reserved for this fee, by the right it had, if both still stand.

        Whether it is paid was asked as it was reserved, or the front desk chose it unpaid.
        """
        changes = self.env["clinic.package.session.change"].search([
            ("appointment_id", "=", self.id),
            ("partner_id", "=", participant.partner_id.id),
            ("old_state", "=", "reserved"),
            ("session_id.state", "=", "free"),
        ])  # fmt: skip
        for change in changes:
            session, permission = change.session_id, change.permission_id
            live = self.env["clinic.authority"]._get_live_permissions(permission)
            rights = session._make_rights([(session.owner_id.id, permission.id)])
            seen = self._describe_visit(participant)
            if live == permission and session._judge_visit_at_desk(seen, rights):
                return [Planned(self, participant, session, permission.id)]
        return []

    def _drop_session(self, session):
        """Takes the session off the visit, which has to be paid then."""
        self.uses_session = False
        session._give_back(self.env._("Taken off the appointment."))

    def _set_confidential(self, is_confidential):
        """Sessions are given back, and the visit is paid: others read how many are left."""
        changed_sudo = super()._set_confidential(is_confidential)
        for visit_sudo in changed_sudo.filtered("is_confidential"):
            for session_sudo in visit_sudo.session_ids:
                visit_sudo._drop_session(session_sudo)
                visit_sudo._invoice_what_is_due()
        return changed_sudo

    def _keep_ties(self):
        return super()._keep_ties() | {"uses_session": bool(self.sudo().session_ids)}

    def _tie_again(self, kept):
        """A session that counts pays again, while nothing else does."""
        result = super()._tie_again(kept)
        if kept["uses_session"]:
            self.sudo().uses_session = True
            self.sudo()._use_sessions()
        return result

    # What it costs to cancel late, or not to come

    def _find_owing(self, kind, leaving):
        """A session that counts as used pays instead of a fee."""
        covered = self._find_covered(self._get_sessions_used_by(kind), leaving)
        return super()._find_owing(kind, leaving) - covered

    def _get_sessions_used_by(self, kind):
        """Its sessions that count as used when it is cancelled now ("late") or missed."""
        state, now = {"late": "cancelled", "noshow": "noshow"}[kind], get_now()
        return self.sudo().session_ids.filtered(lambda s: s._get_state_if(state, now)[0] == "used")

    def _find_covered(self, sessions_sudo, leaving):
        """Those for whom one of these sessions pays: all, where one is for the whole visit."""
        for_all = sessions_sudo.filtered(lambda session: not session.participant_id)
        return leaving if for_all else leaving & sessions_sudo.participant_id

    # What follows

    def _after_change(self, old):
        """Sessions follow their visits first: what they pay isn't invoiced."""
        # Who changes an appointment needn't be allowed to see the packages.
        visits_sudo = self.sudo()
        left_sudo = visits_sudo.filtered(lambda visit: visit._has_been_left(old))
        (visits_sudo._filter_changed(old, ["state"]) | left_sudo)._settle_sessions()
        to_pay_sudo = visits_sudo.filtered(lambda visit: visit._is_to_pay_since(old))
        # What is booked again is as it was.
        to_pay_sudo.filtered(lambda visit: visit._get_old_state(old))._reserve_given_back()
        to_pay_sudo._use_sessions()
        # What is held for nobody yet has none.
        moved_sudo = visits_sudo._filter_changed(old, TERMS).filtered("participant_ids")
        (moved_sudo | left_sudo)._recheck_sessions()
        return super()._after_change(old)

    def _has_been_left(self, old):
        return bool(old[self.id] and old[self.id]["coming"] - self._get_coming())

    def _is_to_pay_since(self, old):
        """Whether it was just booked or taken up again, or somebody joined it who pays a fee.

        What was held has reserved those sessions that the check-out showed.
        """
        before = self._get_old_state(old)
        if before == "noshow":
            return self.state in ("booked", "arrived", "fulfilled")
        if self.state != "booked":
            return False
        if before != "booked":
            return before in ("", "cancelled")
        # Where the whole visit is paid, nobody who joins it has to pay.
        is_each = self.service_id.fee_per == "participant"
        return is_each and bool(self._get_coming() - old[self.id]["coming"])

    @api.ondelete(at_uninstall=True)
    def _unlink_free_sessions(self):
        """Before they are deleted: what is reserved is free again, what is used was used then."""
        for session in self.sudo().session_ids:
            session._leave_appointment()

    @api.depends("session_ids.state")
    @api.depends_context("uid")
    def _compute_session_text(self):
        for visit in self:
            sessions = visit.session_ids._filtered_access("read")
            # Who sees the session may know of which package it is.
            visit.session_text = sessions.sudo().purchase_id._list_with_left()

    @api.depends("session_ids", "participant_ids.state", "state", "service_id", "is_invoiced")
    def _compute_wants_session(self):
        for visit in self:
            is_on = visit.id and visit.state in ("booked", "arrived", "fulfilled")
            visit.wants_session = bool(
                is_on
                and not (visit.is_invoiced or visit.is_confidential)
                and visit._get_session_fees()
            )

    @api.depends("session_ids.state", "state", "is_confidential")
    def _compute_returned_session_ids(self):
        over = self.filtered(lambda visit: visit._can_use_up())
        changes = self.env["clinic.package.session.change"].search([
            ("appointment_id", "in", over._origin.ids),
            ("new_state", "=", "free"),
            ("session_id.state", "=", "free"),
        ])  # fmt: skip
        last = {}
        for change in changes:
            # Of what was given back for one fee, the last is counted.
            last.setdefault((change.appointment_id, change.partner_id), change.session_id)
        for visit in self:
            its = [s for (one, _who), s in last.items() if visit in over and one == visit._origin]
            visit.returned_session_ids = changes.session_id.browse().union(*its)

    def _can_use_up(self):
        is_over = self.id and self.state in ("cancelled", "noshow")
        return is_over and not self.is_confidential and not self.session_ids

    @api.depends("session_ids")
    @api.depends_context("clinic_signs")
    def _compute_display_name(self):
        """In the calendar a sign says that sessions pay for a visit."""
        result = super()._compute_display_name()
        if self.env.context.get("clinic_signs"):
            for visit in self.filtered(lambda one: one.sudo().session_ids):
                visit.display_name = f"▣ {visit.display_name}"
        return result

    # Steps

    def action_use_session(self):
        """Opens the window with the sessions that count for the visit, and why others don't."""
        self.ensure_one()
        choosing = self.env["clinic.package.session.choose"].create({"appointment_id": self.id})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Use a Session"),
            "res_model": choosing._name,
            "res_id": choosing.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_use_up(self):
        """Counts as used what was given back although it was late, or nobody came."""
        self.ensure_one()
        self.returned_session_ids.sudo(False)._verify_desk()
        for session_sudo in self.returned_session_ids.sudo():
            last = session_sudo.change_ids.filtered(lambda one: one.appointment_id == self)[:1]
            whose = self.participant_ids.filtered(
                lambda p, last=last: p.partner_id == last.partner_id
            )
            session_sudo._update_state(
                "used",
                self.env._("Counted as used by the clinic."),
                appointment_id=self.id,
                participant_id=whose.id,
                permission_id=last.permission_id.id,
            )
        # What a session pays costs no fee on top.
        paid_sudo = self._find_covered(self.sudo().session_ids, self.sudo().participant_ids)
        self.sudo()._drop_fees(paid_sudo.filtered("owes"))

    def _use_chosen(self, participant, session, permission_id):
        """Reserves the session the front desk chose; of a visit that took place it is used."""
        self._verify_takes_session()
        self._reserve_planned([(self, participant, session, permission_id)])
        self.uses_session = True
        self._settle_sessions()

    def _verify_takes_session(self):
        if any(self.sudo().mapped("is_confidential")):
            raise UserError(self.env._(
                "A confidential visit isn't paid with a package session: how many are left would "
                "tell of it."
            ))  # fmt: skip

    def _get_or_create_invoice(self):
        if self.session_ids and not self.is_invoiced and not self._prepare_lines():
            raise UserError(self.env._(
                "This visit is paid with package sessions, so there is nothing to invoice."
            ))  # fmt: skip
        return super()._get_or_create_invoice()
