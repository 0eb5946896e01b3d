import re
from datetime import timedelta

from odoo import api, models

from ...engine.forms import read_amount
from ...engine.relative import get_first_name
from ...exceptions import FamilyRefused

MOST = 1_000_000


class ClinicPageCard(models.AbstractModel):
    """The form on which the reader says what a relative may pay with their saved cards."""

    _name = "clinic.page.card"
    _inherit = "clinic.page"
    _description = "Card Page"

    @api.model
    def _get_sharing(self, me, user_id, error="", form=None):
        """The cards, the amount a month and the end; empty when it isn't a relative of mine."""
        family = self.env["clinic.family"]
        user = self.env["res.partner"].sudo().browse(user_id)
        if not family._is_linked(me, user):
            return {}
        permission_sudo = family._find_card_permission(me, user)
        form = form or self._get_terms(permission_sudo)
        chosen = form["card_ids"] or []
        cards_sudo = family._find_own_cards(me)
        if not permission_sudo and not error:
            # One is the one that is meant.
            chosen = cards_sudo.ids if len(cards_sudo) == 1 else []
        currency = self.env.company.currency_id
        used = permission_sudo.card_used
        return {
            "error": error,
            "grantee": {
                "id": user.id,
                "name": user.name,
                "first_name": get_first_name(user.name),
            },
            "limit": form["limit"],
            "until": form["until"],
            "tomorrow": (self.env.company._get_clinic_today() + timedelta(days=1)).isoformat(),
            "only": form["card_ids"] is not None,
            "cards": [
                {"id": card.id, "name": card._get_card_name(), "chosen": card.id in chosen}
                for card in cards_sudo
            ],
            "currency": currency,
            "used": used and currency.format(used),
            "is_shared": bool(permission_sudo),
        }

    def _get_terms(self, permission_sudo):
        """What is agreed, as the form shows it; to begin with, chosen cards alone."""
        if not permission_sudo:
            return {"card_ids": [], "limit": "", "until": ""}
        ends_at, limit = permission_sudo.ends_at, permission_sudo.card_limit
        digits = permission_sudo.card_currency_id.decimal_places
        is_chosen = permission_sudo.card_is_chosen
        return {
            "card_ids": permission_sudo.card_ids.ids if is_chosen else None,
            "limit": f"{limit:.{digits}f}" if limit else "",
            "until": self.env["clinic.family"]._get_day(ends_at).isoformat() if ends_at else "",
        }

    @api.model
    def _share_from_form(self, me, user_id, card_ids, limit, until):
        """Shares what was chosen, up to this amount a month, until the end of that day."""
        family = self.env["clinic.family"]
        user = self.env["res.partner"].browse(user_id)
        family._share_card(me, user, card_ids, self._read_limit(limit), family._read_end(until))

    def _read_limit(self, text):
        """The amount as typed; 0, for any amount, when nothing is."""
        # 1,000 is a thousand to some and one to others: nobody's limit is guessed.
        is_clear = not re.search(r"[.,]\d{3}$", text)
        amount = is_clear and self.env.company.currency_id.round(
            read_amount(text.replace(",", "."))
        )
        if text and not 0 < amount <= MOST:
            raise FamilyRefused("limit", self.env._(
                "“%s” can't be read as an amount. Please write it like 60 or 60.50, or leave it "
                "empty.",
                text,
            ), ["limit"])  # fmt: skip
        return amount
