from odoo import api, models
from odoo.exceptions import ValidationError


class PaymentToken(models.Model):
    """A saved card is paid with by its owner, and by those whom its owner lets.

    Nobody else ever sees, renames or deletes it: Odoo's own rules are as they were, and what others
    may pay with is found here, for a page of the clinic or for a payment that begins.
    """

    _inherit = "payment.token"

    def _get_card_name(self):
        """What it is and its last digits: all that somebody else sees of it."""
        return f"{self.payment_method_id.name} {self.display_name}"

    @api.model
    def _find_shared(self, user, company, currency, providers=None):
        """The cards others let the user pay with here and now, each with its permission."""
        # Fetched with the search: the view can't find its rows by id without making them all.
        permissions_sudo = self.env["clinic.authority"].sudo().search_fetch([
            ("actor_id", "=", user.id), ("kind", "=", "card"), ("permission_id", "!=", False),
        ], ["permission_id"]).permission_id  # fmt: skip
        return {
            card_sudo: permission_sudo
            for permission_sudo in permissions_sudo
            if permission_sudo._is_card_usable(company, currency)
            for card_sudo in permission_sudo._find_cards()
            if providers is None or card_sudo.provider_id in providers
        }

    @api.model
    def _get_offered(self, user, company, currency, amount, providers):
        """What a payment form offers of others' cards: the cards, whose each is, what is short.

        A card on which too little is left isn't offered; why not is said beside the form.
        """
        cards_sudo, owners, short = self.sudo().browse(), {}, {}
        shared = self._find_shared(user, company, currency, providers)
        for card_sudo, permission_sudo in shared.items():
            left, owner = permission_sudo._get_card_left(), permission_sudo.grantor_id.name
            if left is not None and currency.compare_amounts(amount, left) > 0:
                short[owner] = currency.format(left)
                continue
            cards_sudo |= card_sudo
            owners[card_sudo.id] = {"name": owner, "left": left and currency.format(left)}
        return {"cards": cards_sudo, "owners": owners, "short": sorted(short.items())}

    @api.model
    def _hide_from_visitors(self):
        """No saved card is on a payment form for who isn't logged in: who knows who that is?"""
        return {"tokens_sudo": self.sudo().browse()} if self.env.user._is_public() else {}

    @api.model
    def _add_offered(self, form, user, company, currency, amount):
        """The payment form with the cards that others let the user pay with, after their own."""
        if self.env.user._is_public() or "tokens_sudo" not in form:
            return form
        own_sudo, providers_sudo = form["tokens_sudo"], form["providers_sudo"]
        offered = self._get_offered(user, company, currency, amount, providers_sudo)
        # Somebody else's card is chosen with a tap, and never for them.
        chosen = own_sudo[:1].id or (offered["cards"] and -1)
        return {
            **form,
            "tokens_sudo": own_sudo + offered["cards"],
            "default_token_id": chosen,
            "clinic_card_owners": offered["owners"],
            "clinic_cards_short": offered["short"],
        }

    # Paying

    @api.model
    def _judge_use(
        self,
        *,
        partner_id,
        token_id=None,
        provider_id=None,
        amount=0,
        currency_id=None,
        custom_create_values=None,
        **form,
    ):
        """What a payment with a saved card is made with, whatever the page offered a while ago.

        None for what isn't the clinic's: whoever sells that decides when the card is charged.
        A card that isn't there, is somebody else's, or has ended, gets one and the same answer.
        """
        custom = custom_create_values or {}
        payer = self.env["res.partner"].browse(partner_id)
        company_sudo = self._find_company_paid(custom)
        card_sudo = self._find_meant(token_id, provider_id)
        if not card_sudo or self.env.user._is_public() or form.get("is_validation"):
            raise self._unknown_card()
        if company_sudo and card_sudo.partner_id == payer:
            return {}
        if not company_sudo:
            # Of what isn't the clinic's Odoo asks whose card it is, and answers as here.
            commercial = card_sudo.partner_id.commercial_partner_id
            if commercial == payer.sudo().commercial_partner_id:
                return None
            raise self._unknown_card()
        currency = self.env["res.currency"].browse(currency_id)
        permission_sudo = self._find_shared(payer, company_sudo, currency).get(card_sudo)
        if not permission_sudo:
            raise self._unknown_card()
        permission_sudo._take_from_card(amount)
        return {
            # Odoo asks whether the card is this person's; the payer stays who pays.
            "partner_id": card_sudo.partner_id.id,
            "custom_create_values": {
                **custom,
                "partner_id": payer.id,
                "clinic_card_permission_id": permission_sudo.id,
            },
        }

    def _find_meant(self, token_id, provider_id):
        """The saved card of this number, with full rights, if it is this provider's."""
        # A script sends whatever it likes.
        if type(token_id) is not int:
            return self.sudo().browse()
        return self.sudo().search([("id", "=", token_id), ("provider_id", "=", provider_id)])

    def _find_company_paid(self, custom):
        """The company to which something for a patient is paid; none for all else."""
        moves_sudo = self.env["account.move"].sudo()
        for command in custom.get("invoice_ids", ()):
            moves_sudo |= moves_sudo.browse(command[2])
        is_for_patient = any(move._is_for_patient() for move in moves_sudo)
        return moves_sudo.company_id if is_for_patient else moves_sudo.browse().company_id

    @api.model
    def _unknown_card(self):
        return ValidationError(self.env._(
            "This card isn't there, or not yours to pay with. Please open the page again."
        ))  # fmt: skip
