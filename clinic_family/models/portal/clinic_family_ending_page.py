from odoo import api, models


class ClinicFamilyEndingPage(models.AbstractModel):
    """What the page shows on which two people separate: everything that hangs on it.

    A part of ``clinic.family.page``.
    """

    _name = "clinic.family.ending.page"
    _description = "Family Pages: Ending"

    @api.model
    def _get_ending(self, me, other_id, error=""):
        """Empty when there is nothing between the two."""
        family = self.env["clinic.family"]
        other = self.env["res.partner"].sudo().browse(other_id)
        if not family._is_tied(me, other):
            return {}
        is_ward = other in family._get_wards(me)
        permissions_sudo = self.env["clinic.permission"].sudo()
        return {
            **self._get_pair_values(me, me.sudo(), other),
            "error": error,
            "i_may": self._get_held_names(permissions_sudo._get_held(other, me)),
            "they_may": self._get_held_names(permissions_sudo._get_held(me, other)),
            "mine": self._get_visits(me, other, family._get_knots(me, other), other),
            "theirs": self._get_visits(me, other, family._get_their_knots(me, other), me),
            "sessions": self._get_reserved(me, other),
            "may_cancel_theirs": family._may_book(me, other),
            "is_ward": is_ward,
            "is_lonely": is_ward and not self._is_guarded(other, me),
            "wards": self._get_shared_wards(me, other),
        }

    def _get_held_names(self, held_sudo):
        return self.env["clinic.family.words"]._get_names(held_sudo.mapped("kind"))

    def _get_visits(self, me, other, knots_sudo, leaver):
        """The visits that hang on the one who leaves, and who pays for those that are kept."""
        family = self.env["clinic.family"]
        return [
            {
                "id": knot_sudo.id,
                **knot_sudo.appointment_id._get_time_values(),
                "service": knot_sudo.appointment_id.service_id.name,
                "practitioner": knot_sudo.appointment_id.practitioner_id.name,
                "payer": self._get_payer_sentence(
                    me, other, family._get_payer_after(knot_sudo, leaver)
                ),
            }
            for knot_sudo in knots_sudo.sorted(lambda knot: knot.appointment_id.start)
        ]

    def _get_reserved(self, me, other):
        """The sessions that one has reserved of the other's packages, and what becomes of them."""
        pair = (me.id, other.id)
        reserved_sudo = self.env["clinic.package.session"].sudo().search([
            ("state", "=", "reserved"),
            ("permission_id.grantor_id", "in", pair),
            ("permission_id.grantee_id", "in", pair),
        ])  # fmt: skip
        return [
            {
                "day": self._format(session_sudo.appointment_id.start),
                "service": session_sudo.service_id.name,
                "package": session_sudo.purchase_id.name,
                "is_mine": session_sudo.owner_id == me,
                "stays": session_sudo.company_id.clinic_honour_reserved,
            }
            for session_sudo in reserved_sudo.sorted(lambda s: s.appointment_id.start)
        ]

    def _get_payer_sentence(self, me, other, payer):
        if payer == me:
            return self.env._("you pay for it")
        if payer == other:
            words = self.env["clinic.family.words"]
            return self.env._("%s pays for it", words._get_first_name(other.name))
        return self.env._("who pays stays as it is")

    def _get_shared_wards(self, me, other):
        """Those I look after for whom the other may still act: that is ended one by one."""
        wards = self.env["clinic.family"]._get_wards(me) - other
        permissions_sudo = self.env["clinic.permission"].sudo().search([
            ("grantor_id", "in", wards.ids), ("grantee_id", "=", other.id), ("is_live", "=", True),
        ])  # fmt: skip
        return permissions_sudo.grantor_id.mapped("name")
