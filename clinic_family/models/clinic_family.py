from datetime import datetime, timezone

from odoo import api, models
from odoo.fields import Domain

from ..engine.ages import birthday, is_younger
from ..engine.decision import Decision
from ..engine.instants import day_bounds, from_instant
from ..engine.permissions import GUARDING, KINDS
from ..exceptions import FamilyRefused
from .clinic_location import read_zone

# What a new child's profile gives the adult who made it, by what the child is to them.
BASIS_BY_CODE = {"CHILD": "parental"}
HELPING_KINDS = ("book", "intake", "notify")


class ClinicFamily(models.AbstractModel):
    """What people do about their family: add, ask, answer, share, end.

    Each verb asks for whom it is done and by whom, decides, and then acts with full rights,
    because a person may decide about their own sharing but has no rights on the records.
    """

    _name = "clinic.family"
    _description = "Family"

    # Deciding

    @api.model
    def _decide_sharing(self, actor, person):
        """Whether the actor may decide what the person shares: for oneself, or as a guardian."""
        if actor == person:
            return Decision.yes()
        held_sudo = self.env["clinic.permission"].sudo()._get_held(person, actor)
        if any(permission.basis in GUARDING for permission in held_sudo):
            return Decision.yes()
        return Decision.no("no_guardian")

    @api.model
    def _get_wards(self, actor):
        """Those for whom the actor answers: live permissions on a guardian's basis."""
        return self.env["clinic.permission"].sudo().search([
            ("grantee_id", "=", actor.id),
            ("basis", "in", GUARDING),
            ("is_live", "=", True),
        ]).grantor_id  # fmt: skip

    def _verify_sharing(self, actor, person):
        if not self._decide_sharing(actor, person):
            raise FamilyRefused("no_guardian", self.env._(
                "You can't decide this for somebody else. Please ask them, or the clinic."
            ))  # fmt: skip

    def _verify_allowed(self):
        """Whether the clinic lets patients add family members by themselves (R8)."""
        if not self.env.company.sudo().clinic_allow_related:
            raise FamilyRefused("not_allowed", self.env._(
                "This clinic adds family members at the front desk. Please call or ask there."
            ))  # fmt: skip

    def _verify_linked(self, person, other):
        if not self.env["clinic.relationship"].sudo()._find(person, other):
            raise FamilyRefused("not_linked", self.env._(
                "This person isn't among the family members here."
            ))  # fmt: skip

    @api.model
    def _is_child(self, birth):
        return is_younger(birth, self.env.company.sudo().clinic_child_age, self._get_today())

    def _get_zone(self):
        return read_zone(self.env.company.sudo().clinic_tz)

    def _get_today(self):
        return datetime.now(self._get_zone()).date()

    @api.model
    def _get_day(self, moment):
        """The day of a stored moment at the clinic."""
        return moment.replace(tzinfo=timezone.utc).astimezone(self._get_zone()).date()

    # Adding

    @api.model
    def _add(self, actor, relative):
        """Adds a family member as the page's values describe them.

        A child gets a profile at once, and the adult who made it permissions on a recorded basis
        until the child reaches the clinic's age. Anybody else is asked, and nothing is shared
        until they accept; the answer is the same whether the clinic knows them or not.
        Returns "added" or "asked".
        """
        self._verify_allowed()
        if self._is_child(actor.sudo().birth_date):
            raise FamilyRefused("minor", self.env._(
                "Please ask the person who looks after you to add family members."
            ))  # fmt: skip
        if self._is_child(relative.birth_date):
            self._add_child(actor, relative)
            return "added"
        self._ask_stranger(actor, relative)
        return "asked"

    def _add_child(self, actor, relative):
        kind = self._get_type(relative.type_id)
        basis = BASIS_BY_CODE.get(kind.code, "best_interests")
        if relative.is_guardian:
            basis = "guardianship"
        child_sudo = self.env["res.partner"].sudo().create({
            "name": relative.name,
            "email": relative.email,
            "birth_date": relative.birth_date,
            "is_patient": True,
            "lang": actor.lang,
            "tz": actor.tz,
        })  # fmt: skip
        self.env["clinic.relationship"].sudo()._link(actor, child_sudo, kind)
        self.env["clinic.permission"].sudo()._grant(
            child_sudo,
            actor,
            KINDS if basis in GUARDING else HELPING_KINDS,
            basis,
            ends_at=self._get_end_of_childhood(relative.birth_date),
        )
        return child_sudo

    def _get_end_of_childhood(self, birth):
        """The moment the child reaches the clinic's age, at midnight there, as stored."""
        day = birthday(birth, self.env.company.sudo().clinic_child_age)
        start = day_bounds(day, self._get_zone()).start
        return from_instant(start).replace(tzinfo=None)

    def _get_type(self, type_id):
        kind = self.env["clinic.relationship.type"].search([("id", "=", type_id)])
        if not kind:
            raise FamilyRefused("type", self.env._("Please choose what this person is to you."))
        return kind

    def _ask_stranger(self, actor, relative):
        offered = "pay" if relative.may_bill else ""
        self.env["clinic.invitation"].sudo()._ask(actor, {
            "name": relative.name,
            "email": relative.email,
            "type_id": self._get_type(relative.type_id).id,
            "kinds": ",".join(relative.kinds),
            "offered_kinds": offered,
        })  # fmt: skip

    @api.model
    def _ask_relative(self, actor, relative, kinds):
        """Asks somebody who is a relative already to let the actor do more."""
        self._verify_linked(actor, relative)
        self.env["clinic.invitation"].sudo()._ask(
            actor, {"name": relative.sudo().name, "kinds": ",".join(kinds)}, relative
        )

    # Answering

    @api.model
    def _find_question(self, actor, token="", invitation_id=0):
        """The open question put to the actor: by the link in a message, or among their own."""
        invitations_sudo = self.env["clinic.invitation"].sudo()
        if token:
            found = invitations_sudo._find_by_token(token)
        else:
            found = invitations_sudo.search([
                ("id", "=", invitation_id), ("grantor_id", "=", actor.id), ("state", "=", "open"),
            ])  # fmt: skip
        blocked = found and self.env["clinic.block"]._stops(actor, found.asker_id)
        return found.browse() if blocked else found

    @api.model
    def _accept(self, actor, question, kinds):
        """The actor lets the asking person do these kinds of things, and no more than asked."""
        if not question or not question._is_open() or question.asker_id == actor:
            raise self._no_question()
        if self._is_child(actor.sudo().birth_date):
            raise FamilyRefused("minor", self.env._(
                "Please let the person who looks after you answer this."
            ))  # fmt: skip
        question._move_to("accepted", actor)
        if question.type_id:
            self.env["clinic.relationship"].sudo()._link(question.asker_id, actor, question.type_id)
        permissions = self.env["clinic.permission"].sudo()
        allowed = [kind for kind in question._get_kinds() if kind in kinds]
        link = {"invitation_id": question.id}
        permissions._grant(actor.sudo(), question.asker_id, allowed, "consent", **link)
        permissions._grant(
            question.asker_id, actor.sudo(), question._get_offered_kinds(), "consent", **link
        )

    @api.model
    def _decline(self, actor, question):
        if not question or not question._is_open():
            raise self._no_question()
        # Who declined stays unnamed unless they were asked by name.
        question._move_to("declined")

    def _no_question(self):
        return FamilyRefused("no_question", self.env._(
            "This invitation has ended or was answered already."
        ))  # fmt: skip

    # Sharing

    @api.model
    def _share(self, actor, person, grantee, kinds, ends_at=False):
        """The person shares exactly these kinds with the grantee from now on.

        Decided by the person, or by a guardian; what a guardian of the person holds is not
        changed here, that is between the guardians and the clinic.
        """
        self._verify_sharing(actor, person)
        self._verify_linked(person, grantee)
        permissions_sudo = self.env["clinic.permission"].sudo()
        held_sudo = permissions_sudo._get_held(person, grantee)
        held_sudo = held_sudo.filtered(lambda permission: self._is_endable(actor, permission))
        fixed_sudo = permissions_sudo._get_held(person, grantee) - held_sudo
        dropped = held_sudo.filtered(lambda permission: permission.kind not in kinds)
        dropped._revoke(self.env._("No longer shared."))
        kept = held_sudo - dropped
        kept.filtered(lambda permission: permission.ends_at != ends_at)._renew(ends_at)
        new_kinds = [kind for kind in kinds if kind not in fixed_sudo.mapped("kind")]
        permissions_sudo._grant(person.sudo(), grantee.sudo(), new_kinds, "consent", ends_at)

    def _is_endable(self, actor, permission):
        """Whether the actor may end it: what they gave or hold; a guardian's only by that one."""
        if actor in (permission.grantee_id, permission.grantor_id):
            return True
        return permission.basis not in GUARDING

    @api.model
    def _end_permissions(self, actor, person, grantee):
        """Ends what the grantee may do for the person, decided by the person or a guardian."""
        if actor != grantee:
            self._verify_sharing(actor, person)
        held_sudo = self.env["clinic.permission"].sudo()._get_held(person, grantee)
        endable = held_sudo.filtered(lambda permission: self._is_endable(actor, permission))
        if not endable:
            raise FamilyRefused("not_endable", self.env._(
                "Only the clinic can end this: it rests on responsibility for the person."
            ))  # fmt: skip
        endable._revoke(self.env._("Ended on the family page."))

    # Ending

    @api.model
    def _get_knots(self, person, other):
        """The person's future visits that hang on the other, who booked them or pays for them.

        Each has to be decided when the two separate: kept (and then paid by the person) or
        cancelled for the person.
        """
        participants_sudo = (
            self.env["clinic.participant"]
            .sudo()
            .search(
                Domain("partner_id", "=", person.id)
                & Domain("state", "=", "booked")
                & Domain("appointment_id.start", ">", self.env.cr.now())
                & (
                    Domain("booked_by_id", "=", other.id)
                    | Domain("appointment_id.payer_id", "=", other.id)
                )
            )
        )
        return participants_sudo

    @api.model
    def _end_with(self, actor, other, cancelled_ids=()):
        """The actor ends everything with the other, and keeps or cancels what hangs on them.

        ``cancelled_ids`` are those of the actor's participants from `_get_knots` to be
        cancelled; the rest are kept. All in one transaction.
        """
        relationship = self.env["clinic.relationship"].sudo()._find(actor, other)
        held = self.env["clinic.permission"].sudo()
        if not (relationship or held._get_held(actor, other) or held._get_held(other, actor)):
            self._verify_linked(actor, other)
        self._untie(actor, other, cancelled_ids)
        self._separate(actor, other, self.env._("Ended on the family page."))

    def _untie(self, person, other, cancelled_ids):
        knots_sudo = self._get_knots(person, other)
        cancelled = knots_sudo.filtered(lambda knot: knot.id in cancelled_ids)
        cancelled._cancel()
        for appointment in (knots_sudo - cancelled).appointment_id:
            if appointment.payer_id == other:
                appointment._change_payer(person.sudo())

    @api.model
    def _separate(self, person, other, reason):
        """Each sees only their own from this moment on: nothing shared, nothing asked, no link."""
        pair = (person.id, other.id)
        permissions_sudo = self.env["clinic.permission"].sudo().search([
            ("grantor_id", "in", pair), ("grantee_id", "in", pair), ("ended_at", "=", False),
        ])  # fmt: skip
        permissions_sudo._revoke(reason)
        self.env["clinic.invitation"].sudo().search([
            ("asker_id", "in", pair), ("grantor_id", "in", pair), ("state", "=", "open"),
        ])._move_to("withdrawn")  # fmt: skip
        self.env["clinic.relationship"].sudo()._find(person, other)._end(reason)
