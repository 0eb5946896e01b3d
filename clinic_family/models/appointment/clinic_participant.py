from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ...exceptions import ChangeRefused
from ..family.res_partner import FRONT_DESK
from .clinic_appointment import EXPECTED, STATES

CANCELLING = ("cancelled_at", "cancelled_by_id", "cancelled_under_id")


class ClinicParticipant(models.Model):
    """One patient in one appointment, with a state of their own.

    The participant who pays is the primary one. When the payer doesn't come themselves (a
    grandmother who books and pays for her grandson), no participant is primary.

    Who comes along is named here, for one patient, and is no participant: children of two
    households who come to one visit are each brought by somebody of their own. To be named is no
    permission. It takes no seat and no message, and opens no page.
    """

    _name = "clinic.participant"
    _inherit = ["clinic.hidden.mixin", "clinic.written.mixin"]
    _description = "Participant"
    _chosen_once = ("appointment_id", "partner_id")
    _written_by_hand_by = {"along_id": FRONT_DESK}
    # Not by appointment: Odoo looks the participants up in the middle of a change of a visit, and
    # would store its start before its end.
    _order = "id"

    appointment_id = fields.Many2one(
        "clinic.appointment", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", string="Patient", required=True, index=True, ondelete="restrict"
    )
    # The name and nothing else: not everybody who sees the participant may read the contact.
    name = fields.Char(compute="_compute_name", search="_search_name")
    state = fields.Selection(
        STATES, string="Status", required=True, default="booked", readonly=True
    )
    is_confidential = fields.Boolean(
        related="appointment_id.is_confidential", store=True, groups="base.group_user"
    )
    # Whose patient this makes them. Stored, for it is asked of everybody in a practitioner's lists.
    treated_by_id = fields.Many2one(
        "clinic.practitioner",
        compute="_compute_treated_by_id",
        store=True,
        ondelete="restrict",
        groups="base.group_user",
    )
    along_id = fields.Many2one(
        "res.partner",
        string="Comes Along",
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="base.group_user",
        help="The adult who comes along with the patient. Takes no seat, and may do and see no "
        "more by it.",
    )
    is_primary = fields.Boolean(
        string="Primary", compute="_compute_is_primary", groups="base.group_user"
    )
    booked_by_id = fields.Many2one(
        "res.partner", readonly=True, copy=False, ondelete="restrict", groups="base.group_user"
    )
    permission_id = fields.Many2one(
        "clinic.permission",
        string="Booked Under",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups="base.group_user",
        help="The permission the booker acted under; empty for oneself or by staff.",
    )
    cancelled_at = fields.Datetime(readonly=True, copy=False, groups="base.group_user")
    cancelled_by_id = fields.Many2one(
        "res.partner", readonly=True, copy=False, ondelete="restrict", groups="base.group_user"
    )
    cancelled_under_id = fields.Many2one(
        "clinic.permission",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups="base.group_user",
        help="The permission under which a relative cancelled; empty for oneself or by staff.",
    )
    create_uid = fields.Many2one("res.users", groups="base.group_user")
    write_uid = fields.Many2one("res.users", groups="base.group_user")

    _patient_unique = models.UniqueIndex(
        "(appointment_id, partner_id)", "This patient takes part in the appointment already."
    )
    _patient_of_index = models.Index("(treated_by_id, partner_id) WHERE treated_by_id IS NOT NULL")

    @api.depends("appointment_id.practitioner_id", "appointment_id.booked_at")
    def _compute_treated_by_id(self):
        """What was only held, or booked and undone at once, makes nobody a patient."""
        for participant in self:
            visit_sudo = participant.appointment_id.sudo()
            participant.treated_by_id = visit_sudo.booked_at and visit_sudo.practitioner_id

    @api.constrains("appointment_id", "partner_id", "along_id")
    def _check_companies(self):
        for participant in self.sudo():
            participant.appointment_id.company_id._verify_together(
                participant.partner_id, participant.along_id
            )

    @api.constrains("along_id")
    def _check_along(self):
        # First, because a refusal names them.
        self._check_companies()
        for participant_sudo in self.sudo().filtered("along_id"):
            refusal = participant_sudo._refuse_along(participant_sudo.along_id)
            if refusal:
                raise ValidationError(refusal)

    @api.depends("partner_id")
    def _compute_name(self):
        for participant in self:
            participant.name = participant.partner_id.sudo().name

    def _search_name(self, operator, value):
        return [("partner_id.name", operator, value)]

    @api.depends("partner_id", "appointment_id.payer_id")
    def _compute_is_primary(self):
        for participant in self:
            participant.is_primary = participant.partner_id == participant.appointment_id.payer_id

    @api.model_create_multi
    def create(self, vals_list):
        self._verify_known([vals.get("along_id") for vals in vals_list])
        named = {vals["appointment_id"] for vals in vals_list if vals.get("appointment_id")}
        with self.env["clinic.appointment"].browse(named)._changing():
            participants = super().create(vals_list)
            participants._make_patients()
        return participants

    def write(self, vals):
        """Whose participation it is never changes, whatever else is written."""
        for name in set(self._chosen_once) & vals.keys():
            if any(participant[name].id != vals[name] for participant in self):
                raise UserError(self.env._(
                    "Whose appointment it is never changes. Take this patient off it, and add "
                    "the other one."
                ))  # fmt: skip
        self._verify_known([vals.get("along_id")])
        if vals.keys().isdisjoint(("state", "along_id")):
            return super().write(vals)
        with self.appointment_id._changing():
            return super().write(vals)

    def unlink(self):
        """Refuses to take the last one off a visit: the visit is cancelled instead."""
        with self.appointment_id._changing():
            return super().unlink()

    def _verify_known(self, along_ids):
        """Whoever names who comes along may read them: what follows says their name."""
        if not self.env.su:
            self.env["res.partner"].browse(filter(None, along_ids)).check_access("read")

    def _make_patients(self):
        """Makes everybody who takes part in an appointment a patient of the clinic."""
        coming_sudo = self.sudo().filtered(lambda participant: participant.state != "held")
        coming_sudo.partner_id.filtered(lambda person: not person.is_patient).is_patient = True

    def _record_cancelling(self, actor, permissions):
        """Notes who cancels for these participants, and under which permission, by person id."""
        # At one moment, which says who was cancelled together.
        now = fields.Datetime.now()
        for participant in self:
            participant.write({
                "cancelled_at": now,
                "cancelled_by_id": actor.id,
                "cancelled_under_id": permissions[participant.partner_id.id],
            })  # fmt: skip

    def _cancel(self):
        """These participants no longer come; an appointment nobody comes to is cancelled."""
        self.check_access("write")
        # States are nobody's to write by hand.
        coming_sudo = self.sudo().filtered(lambda p: p.state in ("booked", "arrived"))
        with self.appointment_id._changing():
            coming_sudo._set_state("cancelled")
            self.appointment_id.filtered(
                lambda visit: not visit.participant_count and visit.state == "booked"
            )._update_state("cancelled")

    def action_move(self):
        """Opens the window in which they are moved to another visit."""
        self.ensure_one()
        self.check_access("read")
        self.check_access("write")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clinic_family.clinic_participant_move_action"
        )
        return {**action, "context": {"default_participant_id": self.id}}

    def _move_to(self, visit):
        """They come to this other visit instead, as who is returned; both change in one step."""
        self.ensure_one()
        visit.check_access("write")
        with (self.appointment_id | visit)._changing():
            self._cancel()
            # Who comes back to where they came before is taken up again; states are verbs' alone.
            there_sudo = visit.sudo().participant_ids.filtered(
                lambda one: one.partner_id == self.partner_id
            )
            there_sudo._set_state("booked")
            there = there_sudo.sudo(False) or self.create(
                {"appointment_id": visit.id, "partner_id": self.partner_id.id}
            )
            # Who moves them may not name anybody, and names nobody anew; nor is moving refused by
            # a name that can't be any more.
            along_sudo, there_sudo = self.sudo().along_id, there.sudo()
            is_still = along_sudo and not there_sudo._refuse_along(along_sudo)
            there_sudo.along_id = is_still and along_sudo
            return there

    def _set_state(self, state):
        """Notes since when they are cancelled, and forgets it of those who are taken up again."""
        self.state = state
        if state == "cancelled":
            self.filtered(lambda p: not p.cancelled_at).cancelled_at = fields.Datetime.now()
        else:
            self.write(dict.fromkeys(CANCELLING, False))

    def _get_last_cancelled(self):
        """Of participants who cancelled, those who did so last."""
        last = max(self.mapped(lambda p: p.cancelled_at or datetime.min), default=None)
        return self.filtered(lambda p: (p.cancelled_at or datetime.min) == last)

    # Two visits at once

    @api.model
    def _search_at_once(self, spans, people, besides, known_to=None):
        """Where these people come within these spans, besides these appointments.

        Found with full rights, which is one query, and told as far as the reader may see it. Of
        what is confidential the search itself leaves out what a relative may not know of: to read
        it first would take longer than if it weren't there.
        """
        if not spans or not people:
            return self.browse()
        at_that_time = Domain.OR(
            Domain("start", "<", stop) & Domain("stop", ">", start) for start, stop in spans
        )
        known = Domain.TRUE
        if known_to:
            known = Domain("is_confidential", "=", False) | Domain("partner_id", "=", known_to.id)
        found_sudo = self.sudo().search(
            known
            & Domain("partner_id", "in", people._origin.ids)
            & Domain("state", "in", EXPECTED)
            & Domain("appointment_id", "not in", besides._origin.ids)
            & Domain("appointment_id", "any", at_that_time & Domain("state", "in", EXPECTED))
        )
        return found_sudo.sudo(False)._filtered_access("read")

    def _describe_at_once(self):
        """A sentence for each of these who come somewhere else at the same time, for the staff."""
        known = self.env._("%(name)s already has a visit at this time: %(service)s, %(time)s.")
        hidden = self.env._(
            "%(name)s already has a visit at this time: %(service)s, %(time)s. It is confidential: "
            "no relative knows of it."
        )
        return " ".join(
            (hidden if one.is_confidential else known)
            % {
                "name": one.name,
                "service": one.appointment_id.service_id.name,
                "time": one.appointment_id.local_time,
            }
            for one in self
        )

    # Who comes along

    def _refuse_along(self, along):
        """Why this person can't come along with the patient, in a sentence; nothing if they can."""
        names = {"name": along.name, "patient": self.partner_id.name}
        if self.is_confidential:
            return self.env._("This visit is confidential, so nobody is named who comes along.")
        if along == self.partner_id:
            return self.env._("%(name)s is the patient. Please choose who comes along.", **names)
        if self.env["clinic.block"]._stops(self.partner_id, along):
            return self.env["clinic.block"]._get_sentence()
        if not along.active:
            return self.env._(
                "%(name)s is archived, and can't be who comes along with %(patient)s.", **names
            )
        family = self.env["clinic.family"].with_company(self.appointment_id.company_id)
        if not family._is_adult(along):
            return self.env._(
                "%(name)s isn't an adult, and can't be who comes along with %(patient)s.", **names
            )
        return ""

    def _choose_along(self, actor, along):
        """The actor, who may book for this patient, names who comes along; or that nobody does."""
        self.ensure_one()
        # Who may not see them is refused here, and not by what is read on the way.
        self_sudo, person = self.sudo(), self.sudo().partner_id.sudo(False)
        decision = self.env["clinic.authority"]._decide(actor, "book", person)[person.id]
        if not decision or self_sudo.is_confidential:
            raise ChangeRefused("not_yours", self.env._("You can't change this visit."))
        if self_sudo.state != "booked" or self_sudo.appointment_id.start <= fields.Datetime.now():
            raise ChangeRefused("state", self.env._(
                "Who comes along is said before the visit, while it is booked."
            ))  # fmt: skip
        adults = self.env["clinic.family"]._find_adults_along(actor, person)
        if along and along not in adults[person.id]:
            raise ChangeRefused("along", self._get_along_refusal())
        # Decided above; nobody but the front desk writes it by hand.
        self_sudo.along_id = along

    @api.model
    def _get_along_refusal(self):
        return self.env._(
            "This adult can't be named here as who comes along. Please choose somebody else, or "
            "nobody."
        )

    @api.model
    def _forget_along(self, domain):
        """Of what is still to come, those in the domain are brought by nobody any more."""
        # What ended binds everybody, whose visits they may see or not.
        self.sudo().search(
            Domain(domain)
            & Domain("along_id", "!=", False)
            & Domain("appointment_id.stop", ">", fields.Datetime.now())
        ).along_id = False

    def _get_known_along(self, reader):
        """Who comes along with each of these, with full rights, as far as the reader may know.

        By participant. Who comes along knows it, and whoever is linked with them, may book for
        them or lets them book: to others, as of another household, it is nobody.
        """
        brought_sudo = {one: one.sudo().along_id for one in self if one.sudo().along_id}
        if not brought_sudo:
            return {}
        adults = self.env["res.partner"].union(*brought_sudo.values())
        either = Domain("actor_id", "=", reader.id) & Domain("person_id", "in", adults.ids)
        either |= Domain("person_id", "=", reader.id) & Domain("actor_id", "in", adults.ids)
        acting_sudo = self.env["clinic.authority"].sudo().search_fetch(
            Domain("kind", "=", "book") & either, ["person_id", "actor_id"]
        )  # fmt: skip
        known = acting_sudo.person_id | acting_sudo.actor_id
        known |= self.env["clinic.family"]._find_linked(reader)[reader.id]
        return {one: along_sudo for one, along_sudo in brought_sudo.items() if along_sudo in known}

    def _describe_along(self):
        """A sentence for each who is brought by somebody who is no relative, for the staff."""
        family = self.env["clinic.family"]
        return " ".join(
            self.env._(
                "%(name)s comes along with %(patient)s, and isn't recorded as a relative.",
                name=along_sudo.name,
                patient=one.partner_id.name,
            )
            for one, along_sudo in self._get_along_for_staff().items()
            if not family._is_tied(along_sudo, one.partner_id._origin)
        )

    def _get_along_for_staff(self):
        """Who comes along with each of these: stored, whoever sees the visit reads the name.

        What is only being typed is told to those who may read the contact.
        """
        return {
            one: one.along_id._origin
            for one in self.sudo().filtered("along_id")
            if one.along_id._origin == one._origin.along_id
            or one.along_id._origin.sudo(False)._filtered_access("read")
        }
