from odoo import api, models

from ...exceptions import FamilyRefused


class ClinicFamily(models.AbstractModel):
    """Who pays with whose saved card: for oneself alone, and never for somebody looked after."""

    _inherit = "clinic.family"

    @api.model
    def _find_card_permission(self, owner, user):
        """Under which the user may pay with the owner's cards right now, with full rights."""
        held_sudo = self.env["clinic.permission"].sudo()._get_held(owner, user)
        return held_sudo.filtered(lambda permission: permission.kind == "card")

    @api.model
    def _verify_sharing_card(self, owner, user):
        """Whether the owner may share a card with this relative."""
        self._verify_linked(owner, user)
        self._verify_grown(owner)
        if "card" in self._get_suspended_kinds(owner, user):
            raise FamilyRefused("suspended", self.env._(
                "The clinic has paused this. Please call or ask there."
            ))  # fmt: skip

    @api.model
    def _share_card(self, owner, user, card_ids, limit, ends_at):
        """The owner lets a relative pay with these cards of theirs, with all for None."""
        self._verify_sharing_card(owner, user)
        self._verify_end(ends_at)
        self._wait_for_own_requests(owner)
        cards_sudo = None
        if card_ids is not None:
            cards_sudo = self._find_own_cards(owner).filtered(lambda card: card.id in card_ids)
            if not cards_sudo:
                raise FamilyRefused("no_card", self.env._(
                    "Please choose at least one card. To share none any more, end it."
                ))  # fmt: skip
        permissions_sudo = self.env["clinic.permission"].sudo()
        permissions_sudo._share_card(owner.sudo(), user.sudo(), cards_sudo, limit, ends_at)

    @api.model
    def _find_own_cards(self, owner):
        """The owner's saved cards, with full rights: their provider is nobody's business."""
        return self.env["payment.token"].sudo().search([("partner_id", "=", owner.id)])

    @api.model
    def _stop_sharing_card(self, owner, user):
        """From this moment on the user pays with none of the owner's cards."""
        held_sudo = self._find_card_permission(owner, user)
        if not held_sudo:
            raise self._not_linked()
        held_sudo._revoke(self.env._("No longer shared."))
