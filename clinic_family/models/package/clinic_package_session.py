from odoo import api, fields, models
from odoo.exceptions import UserError

from ...engine.decision import Decision
from ...engine.sessions import Right, judge_right, judge_terms, state_after

STATES = [
    ("free", "Free"),
    ("reserved", "Reserved"),
    ("used", "Used"),
    ("expired", "Expired"),
    ("refunded", "Refunded"),
]
# Which state may follow which; the ways back undo a mistake.
TRANSITIONS = {
    "free": {"reserved", "used", "expired", "refunded"},
    "reserved": {"free", "used", "refunded"},
    "used": {"free", "reserved"},
    "expired": {"free", "refunded"},
    "refunded": {"free"},
}
USE = ("appointment_id", "participant_id", "permission_id", "used_on")


class ClinicPackageSession(models.Model):
    """One entitlement, bought on one invoice line: free, or for one visit, or gone.

    Of a service whose fee is per participant a session pays for one of them, otherwise for the
    whole visit. Every change of its state leaves a row in the ledger.
    """

    _name = "clinic.package.session"
    _inherit = ["clinic.hidden.mixin", "clinic.written.mixin"]
    _description = "Package Session"
    _order = "purchase_id, id"

    purchase_id = fields.Many2one(
        "clinic.package.purchase", required=True, readonly=True, index=True, ondelete="cascade"
    )
    owner_id = fields.Many2one(
        related="purchase_id.owner_id", store=True, precompute=True, index=True
    )
    company_id = fields.Many2one(related="purchase_id.company_id", store=True, precompute=True)
    expires_on = fields.Date(related="purchase_id.expires_on")
    service_id = fields.Many2one(
        "clinic.service", required=True, readonly=True, ondelete="restrict"
    )
    state = fields.Selection(
        STATES, string="Status", required=True, default="free", readonly=True, copy=False
    )
    appointment_id = fields.Many2one(
        "clinic.appointment",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups="base.group_user",
    )
    participant_id = fields.Many2one(
        "clinic.participant",
        string="For",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups="base.group_user",
        help="Empty when it pays for the whole visit.",
    )
    permission_id = fields.Many2one(
        "clinic.permission",
        string="Used Under",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups="base.group_user",
        help="The permission by which a relative uses it; empty for the owner's own use.",
    )
    used_on = fields.Date(readonly=True, copy=False, help="For a use without an appointment.")
    day = fields.Date(
        compute="_compute_day",
        compute_sudo=True,
        groups="base.group_user",
        help="Of its appointment, at the location; or the day it was used without one.",
    )
    left_count = fields.Integer(
        related="purchase_id.free_count", string="Left", groups="base.group_user"
    )
    line_ids = fields.One2many(
        "account.move.line",
        "clinic_session_id",
        string="Invoice Lines",
        groups="account.group_account_invoice",
    )
    change_ids = fields.One2many(
        "clinic.package.session.change",
        "session_id",
        groups="clinic_family.clinic_family_group_billing",
    )
    create_uid = fields.Many2one("res.users", groups="base.group_user")
    write_uid = fields.Many2one("res.users", groups="base.group_user")

    _free_by_owner = models.Index("(owner_id, service_id) WHERE state = 'free'")
    # One session for one fee: two clicks, or two requests at once, don't pay it twice.
    _fee_unique = models.UniqueIndex(
        "(appointment_id, COALESCE(participant_id, 0)) WHERE appointment_id IS NOT NULL",
        "This is paid with a session already.",
    )
    _state_fits = models.Constraint(
        "CHECK (CASE state"
        " WHEN 'reserved' THEN appointment_id IS NOT NULL AND used_on IS NULL"
        " WHEN 'used' THEN appointment_id IS NOT NULL OR used_on IS NOT NULL"
        " ELSE appointment_id IS NULL AND participant_id IS NULL AND used_on IS NULL END)",
        "A session is for a visit exactly while it is reserved or used.",
    )

    @api.depends("purchase_id", "service_id")
    def _compute_display_name(self):
        for session in self:
            session.display_name = self.env._(
                "%(package)s: %(service)s",
                package=session.purchase_id.sudo().name,
                service=session.service_id.sudo().name,
            )

    @api.depends("used_on", "appointment_id.start", "appointment_id.location_id")
    def _compute_day(self):
        for session in self:
            visit = session.appointment_id
            session.day = visit._get_day() if visit else session.used_on

    # The one gate

    def _update_state(self, target, reason, **use):
        """Moves the sessions to the target state, and says in the ledger why.

        ``use`` is what they are for from then on (appointment, participant, permission, day); a
        session that is free again is for nothing, and free only if that is still paid for.
        Repeating a move is harmless.

        :raises UserError: for a confidential visit, which its owner isn't told of
        """
        if target in ("reserved", "used"):
            self.appointment_id.browse(use.get("appointment_id") or [])._verify_takes_session()
        moving = self.filtered(lambda session: session.state != target)
        for session in moving:
            if target not in TRANSITIONS[session.state]:
                raise UserError(session._get_refusal(target))
        changes = [session._prepare_change(target, reason, use) for session in moving]
        is_for = use if target in ("reserved", "used") else dict.fromkeys(USE, False)
        # The row two requests compete for: one of them fails and is retried.
        moving.write({"state": target, **is_for})
        moving.flush_recordset()
        self.env["clinic.package.session.change"].create(changes)
        if moving and target in ("free", "reserved"):
            # What was used may have been credited meanwhile, or its last day be over.
            moving.sudo()._settle()

    def _prepare_change(self, target, reason, use):
        """The line of the ledger: what it is for from then on, or else what it was for (of a
        confidential visit nothing)."""
        was_for = {name: self[name].id for name in USE[:3]}
        if self.appointment_id.is_confidential:
            was_for = dict.fromkeys(was_for, False)
        is_for = was_for | use
        participant = self.participant_id.browse(is_for["participant_id"])
        return {
            "session_id": self.id,
            "old_state": self.state,
            "new_state": target,
            "reason": reason,
            "appointment_id": is_for["appointment_id"],
            "partner_id": participant.partner_id.id,
            "permission_id": is_for["permission_id"],
        }

    def _get_refusal(self, target):
        states = dict(self._fields["state"]._description_selection(self.env))
        return self.env._(
            "%(session)s is %(state)s and can't become %(target)s.",
            session=self.display_name,
            state=states[self.state],
            target=states[target],
        )

    # What follows from time and money

    def _settle(self):
        """What was credited can't be used any more, and neither can what is over."""
        self._settle_money()
        self._settle_expiry()

    @api.model
    def _expire_due(self):
        """Lets the free sessions expire whose last day is over; clinics are a day ahead at most."""
        self.search([
            ("state", "=", "free"), ("purchase_id.expires_on", "<=", fields.Date.today()),
        ])._settle_expiry()  # fmt: skip

    def _settle_expiry(self):
        """Free sessions whose last day is over expire; those that got a later one are free."""
        today = {
            company: company._get_clinic_today() for company in self.company_id
        }  # fmt: skip
        over = self.filtered(
            lambda s: s.expires_on and s.expires_on < today[s.company_id]
        )  # fmt: skip
        over.filtered(lambda s: s.state == "free")._update_state(
            "expired", self.env._("Its last day is over.")
        )
        (self - over).filtered(lambda s: s.state == "expired")._update_state(
            "free", self.env._("It is valid again.")
        )

    def _settle_money(self):
        """Sessions that were credited, or whose invoice is cancelled, can't be used any more.

        What has been used stays used: that is for the clinic to decide. What is invoiced again,
        or no longer credited, is free again.
        """
        for session in self.sorted("id"):
            is_sold = session._is_sold()
            if not is_sold and session.state in ("free", "reserved", "expired"):
                session._give_back(
                    self.env._("Its invoice was cancelled or credited."), state="refunded"
                )
            elif is_sold and session.state == "refunded":
                session._update_state("free", self.env._("It is invoiced again."))
                session._reserve_again()

    def _reserve_again(self):
        """For the visit it was reserved for when it was credited, if that is still unpaid."""
        last = self.change_ids.filtered(lambda change: change.new_state == "refunded")[:1]
        visit = last.appointment_id
        is_open = visit.state == "booked" and not visit.is_confidential
        if self.state != "free" or last.old_state != "reserved" or not is_open:
            return
        for _visit, participant in visit._get_fees_not_invoiced():
            if participant.partner_id == last.partner_id:
                visit._reserve_planned([(visit, participant, self, last.permission_id.id)])

    def _is_sold(self):
        """Whether an invoice stands for it that isn't cancelled, or credited all of it."""
        return any(
            line.move_id.move_type == "out_invoice"
            and line.parent_state != "cancel"
            and line._get_session_share_left()
            for line in self.line_ids
        )

    # What becomes of it with its visit

    def _get_state_after(self, now):
        """The state the session has to be in as its visit is now, and why."""
        visit = self.appointment_id
        state = visit.state if visit.state in ("cancelled", "noshow") else None
        return self._get_state_if(state or self.participant_id.state or visit.state, now)

    def _get_state_if(self, state, now):
        """The same were its visit, or its patient, in this state."""
        # What the clinic itself calls off uses up nobody's session.
        is_clinics = self.appointment_id.cancel_reason_id.is_clinics
        late = self._is_late(now) and not is_clinics
        target = state_after(
            state,
            late=late,
            late_uses=self.company_id.clinic_late_uses_session,
            noshow_uses=self.company_id.clinic_noshow_uses_session and not is_clinics,
        )
        if target == "used" and not self._is_honoured():
            return "free", self.env._("The permission it was reserved under has ended.")
        reasons = {
            "arrived": self.env._("Arrived."),
            "fulfilled": self.env._("Done."),
            "cancelled": self.env._("Cancelled late.") if late else self.env._("Cancelled."),
            "noshow": self.env._("No-show."),
        }
        return target, reasons.get(state, self.env._("Booked."))

    def _is_late(self, now):
        """Whether its visit would be cancelled late; what was never booked is nobody's visit."""
        return bool(self.appointment_id.booked_at) and self.appointment_id._is_late(now)

    def _is_honoured(self):
        """Whether it may be used although the permission may have ended since it was reserved."""
        if not self.permission_id or self.company_id.clinic_honour_reserved:
            return True
        return bool(self.env["clinic.authority"]._get_live_permissions(self.permission_id))

    def _judge_terms(self):
        """Whether it still counts for the visit it is reserved for."""
        return self._judge_terms_for(self.appointment_id._describe_visit(self.participant_id))

    def _judge_terms_for(self, visit):
        """The same for what the visit would be."""
        [session] = self._describe()
        as_sold = session._replace(state="free", paid=True)
        return judge_right(session, visit, Right(session.owner_id)) and judge_terms(as_sold, visit)

    def _give_back(self, reason, state="free"):
        """The sessions no longer pay for their visits, which are invoiced if it is time."""
        visits = self.appointment_id
        self._update_state(state, reason)
        visits._invoice_what_is_due()

    def _leave_appointment(self):
        if self.state == "used":
            day = self.appointment_id._get_day()
            self.write({"appointment_id": False, "participant_id": False, "used_on": day})
        else:
            self._update_state("free", self.env._("The appointment was deleted."))

    # Without a visit

    def _judge_day(self, day):
        """Whether it may be used on this day without an appointment."""
        if self.state != "free":
            return Decision.no(self.state)
        if self.expires_on and day > self.expires_on:
            return Decision.no("expired")
        return Decision.yes()

    def _use_on(self, day):
        """Uses a free session without an appointment, on this day."""
        self.ensure_one()
        decision = self._judge_day(day)
        if not decision:
            raise UserError(self._explain(decision))
        self._update_state("used", self.env._("Used without an appointment."), used_on=day)

    # Steps

    def _verify_desk(self):
        """Only those who keep purchased packages change what their sessions are for."""
        self.purchase_id.check_access("write")

    def action_book(self):
        """Opens the window that uses it: for a visit, or on a day without one."""
        self.ensure_one()
        decision = self._judge_at_desk()
        if not decision:
            raise UserError(self._explain(decision))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Use a Session"),
            "res_model": "clinic.package.session.use",
            "view_mode": "form",
            "target": "new",
            "context": {"default_session_id": self.id},
        }

    def action_show(self):
        """Opens its appointment; of a use without one, the session with its ledger."""
        self.ensure_one()
        target = self.appointment_id or self
        return {
            "type": "ir.actions.act_window",
            "res_model": target._name,
            "res_id": target.id,
            "view_mode": "form",
        }

    def action_take_off(self):
        """Frees it from its appointment, which has to be paid then, or from its day."""
        self._verify_desk()
        sessions_sudo = self.sudo()
        sessions_sudo._verify_freed(lambda one: one.state in ("reserved", "used"))
        for session_sudo in sessions_sudo:
            if session_sudo.appointment_id:
                session_sudo.appointment_id._drop_session(session_sudo)
            else:
                session_sudo._update_state("free", self.env._("Not used after all."))

    def action_give_back(self):
        """Frees a session that a late cancellation or a no-show has used."""
        self._verify_desk()
        sessions_sudo = self.sudo()
        sessions_sudo._verify_freed(lambda one: one.state == "used" and one._is_missed())
        sessions_sudo._update_state("free", self.env._("Given back by the clinic."))

    def _verify_freed(self, may_be):
        """Each of them may be freed by this step."""
        for session in self:
            if not may_be(session):
                raise UserError(session._get_refusal("free"))

    def _is_missed(self):
        """Whether its visit was cancelled or missed, or its patient alone."""
        states = {self.appointment_id.state, self.participant_id.state}
        return bool(states & {"cancelled", "noshow"})
