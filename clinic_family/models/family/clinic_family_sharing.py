from odoo import api, models

from ...engine.forms import read_day
from ...engine.instants import day_bounds, to_stored
from ...engine.permissions import GUARDING, SWITCHES
from ...exceptions import FamilyRefused


class ClinicFamilySharing(models.AbstractModel):
    """What somebody lets others do, widened or narrowed at any time.

    A part of ``clinic.family``.
    """

    _name = "clinic.family.sharing"
    _description = "Family: Sharing"

    @api.model
    def _share(self, actor, person, grantee, kinds, ends_at=False):
        """The person shares exactly these kinds with the grantee from now on.

        Decided by the person, or by a guardian; what a guardian of the person holds is not
        changed here, that is between the guardians and the clinic. A child decides the kinds whose
        age has passed, and leaves the others as they are.
        """
        self._verify_sharing(actor, person, kinds)
        self._verify_end(ends_at)
        self._make_relatives(actor, person, grantee)
        permissions_sudo = self.env["clinic.permission"].sudo()
        held_sudo = permissions_sudo._get_held(person, grantee)
        held_sudo = held_sudo.filtered(
            lambda permission: permission.kind in SWITCHES and self._is_endable(actor, permission)
        )
        fixed_sudo = permissions_sudo._get_held(person, grantee) - held_sudo
        dropped = held_sudo.filtered(lambda permission: permission.kind not in kinds)
        dropped._revoke(self.env._("No longer shared."))
        kept = held_sudo - dropped
        kept.filtered(lambda permission: permission.ends_at != ends_at)._renew(ends_at)
        fixed_kinds = fixed_sudo.mapped("kind") + self._get_suspended_kinds(person, grantee)
        new_kinds = [kind for kind in kinds if kind not in fixed_kinds]
        by_parent = self._is_parent(actor, person)
        permissions_sudo._grant(
            person.sudo(),
            grantee.sudo(),
            new_kinds,
            "consent",
            ends_at,
            is_own=actor == person,
            is_by_parent=by_parent,
        )

    def _is_parent(self, actor, person):
        """Whether the actor decides for the person with parental responsibility."""
        held_sudo = self.env["clinic.permission"].sudo()._get_held(person, actor)
        return actor != person and "parental" in held_sudo.mapped("basis")

    @api.model
    def _may_share_with(self, actor, person, grantee):
        """Whether the grantee is a relative: of the person, or of one who looks after them."""
        if grantee == actor or self.env["clinic.block"]._stops(person, grantee):
            return False
        return self._is_linked(person, grantee) or self._is_linked(actor, grantee)

    def _make_relatives(self, actor, person, grantee):
        """A guardian's own relatives become those of the person looked after."""
        if not self._may_share_with(actor, person, grantee):
            raise self._not_linked()
        other = self.env.ref("clinic_family.clinic_relationship_type_other").sudo()
        self.env["clinic.relationship"].sudo()._link(person, grantee, other)

    def _verify_end(self, ends_at):
        if ends_at and ends_at <= self.env.cr.now():
            words = self.env._("The end must lie in the future.")
            raise FamilyRefused("end", words, ["until"])

    def _get_suspended_kinds(self, person, grantee):
        """What was suspended: neither shared anew nor ended by the way."""
        suspended_sudo = self.env["clinic.permission"].sudo().search([
            ("grantor_id", "=", person.id),
            ("grantee_id", "=", grantee.id),
            ("end_kind", "=", "suspended"),
        ])  # fmt: skip
        return suspended_sudo.filtered(lambda p: p.state == "suspended").mapped("kind")

    @api.model
    def _read_end(self, day_text):
        """The last moment at the clinic of the day that was typed, as stored; False for none."""
        if not day_text:
            return False
        day = read_day(day_text)
        if not day:
            raise FamilyRefused("end", self.env._(
                "“%s” can't be read as a date. Please write it like 2027-12-31.", day_text
            ), ["until"])  # fmt: skip
        return to_stored(day_bounds(day, self.env.company._get_clinic_zone()).stop - 1)

    def _is_endable(self, actor, permission):
        """Whether the actor may end it: what they hold, or gave if it is theirs to decide; a
        guardian's only by that one."""
        if actor == permission.grantee_id:
            return True
        if actor == permission.grantor_id:
            return permission.kind in self._get_own_kinds(actor)
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

    @api.model
    def _end_for_ward(self, actor, ward, other):
        """The same for somebody the actor looks after; there has to be something to end."""
        if not self.env["clinic.permission"].sudo()._get_held(ward, other):
            raise self._not_linked()
        self._end_permissions(actor, ward, other)
