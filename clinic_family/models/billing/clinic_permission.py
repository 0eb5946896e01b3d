from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import NO_ACCESS, Command
from odoo.tools import SQL, format_list

from .payment_transaction import TAKEN

# Runs daily; a few days more, should it have been down.
DAYS_OF_CLEARING = 7


class ClinicPermission(models.Model):
    """What somebody may pay with another's saved cards; what they have seen dies with it.

    The terms of a card are part of the ledger: which cards, and how much a month.
    """

    _inherit = "clinic.permission"

    # Nobody but the owner ever sees which cards there are.
    card_is_chosen = fields.Boolean(
        string="Chosen Cards Only",
        readonly=True,
        groups=NO_ACCESS,
        help="Otherwise all of the owner's cards, also those saved later.",
    )
    card_ids = fields.Many2many("payment.token", string="Cards", readonly=True, groups=NO_ACCESS)
    card_limit = fields.Monetary(
        string="With the Card a Month",
        currency_field="card_currency_id",
        readonly=True,
        help="How much may be paid under it in a calendar month; 0: any amount.",
    )
    card_currency_id = fields.Many2one("res.currency", readonly=True)
    card_used = fields.Monetary(
        string="Paid This Month",
        currency_field="card_currency_id",
        compute="_compute_card_used",
        groups="base.group_user",
    )

    _card_limit_positive = models.Constraint(
        "CHECK (card_limit IS NULL OR card_limit = 0"
        " OR card_limit > 0 AND card_currency_id IS NOT NULL)",
        "An amount a month is more than nothing, in some currency.",
    )

    def _close(self, end_kind, reason, moment=None):
        result = super()._close(end_kind, reason, moment)
        if end_kind != "renewed":
            payers = self.filtered(lambda permission: permission.kind == "pay").grantor_id
            self._find_linked_invoices(payers).access_token = False
        return result

    @api.model
    def _clear_after_ends(self):
        """Sweeps up the links that died when a permission ended by itself."""
        now = self.env.cr.now()
        early = now - timedelta(days=DAYS_OF_CLEARING)
        ended = self.search([
            ("kind", "=", "pay"),
            ("ended_at", "=", False),
            "|",
            "&", ("ends_at", "<=", now), ("ends_at", ">", early),
            "&", ("grown_at", "<=", now), "|", ("grown_at", ">", early), ("aged_at", ">", early),
        ])  # fmt: skip
        invoices = self._find_linked_invoices(ended.grantor_id)
        invoices.filtered(lambda invoice: invoice._has_dead_key()).access_token = False

    @api.model
    def _get_last_end(self, payer):
        """When a permission to pay for this person last ended by itself, if ever."""
        now = self.env.cr.now()
        ended = self.search([
            ("grantor_id", "=", payer.id),
            ("kind", "=", "pay"),
            ("ended_at", "=", False),
            "|", ("ends_at", "<=", now), ("grown_at", "<=", now),
        ])  # fmt: skip
        return max((permission._get_last_moment() for permission in ended), default=False)

    @api.model
    def _find_linked_invoices(self, payers):
        """Whoever has seen an invoice holds its link, which Odoo never lets die by itself."""
        return self.env["account.move"].sudo().search([
            ("partner_id", "in", payers.ids), ("access_token", "!=", False),
        ])  # fmt: skip

    # Cards

    def _compute_last_used_at(self):
        """A card is used when it pays."""
        done = super()._compute_last_used_at()
        cards = self.filtered(lambda permission: permission.kind == "card")
        if cards:
            used = dict(
                self.env["payment.transaction"]
                .sudo()
                ._read_group(
                    [("clinic_card_permission_id", "in", cards.ids), ("state", "in", TAKEN)],
                    ["clinic_card_permission_id"],
                    ["clinic_asked_at:max"],
                )
            )
            for permission in cards:
                permission.last_used_at = used.get(permission.sudo(), False)
        return done

    def _get_continued(self):
        return super()._get_continued() | {
            # Which cards these are is between the owner and the ledger.
            "card_is_chosen": self.sudo().card_is_chosen,
            "card_ids": [Command.set(self.sudo().card_ids.ids)],
            "card_limit": self.card_limit,
            "card_currency_id": self.card_currency_id.id,
        }

    @api.model
    def _share_card(self, owner, user, cards, limit, ends_at):
        """The owner lets the user pay with these cards, all for None, from now on.

        At most the ``limit`` a month, in the clinic's currency; 0 is any amount. What was paid
        this month before the terms changed counts.
        """
        terms = {
            "card_is_chosen": cards is not None,
            "card_ids": [Command.set(cards.ids if cards is not None else [])],
            "card_limit": limit,
            "card_currency_id": self.env.company.currency_id.id,
        }
        held = self._get_held(owner, user).filtered(lambda one: one.kind == "card")
        if not held:
            return self._grant(owner, user, ["card"], "consent", ends_at, **terms)
        held._close("renewed", self.env._("Other cards, amount or end."))
        changed = held._reopen(ends_at=ends_at, **terms)
        if changed._is_wider_than(held):
            self.env["clinic.sharing.notice"]._tell_shared(changed)
        return changed

    def _is_wider_than(self, before):
        """Whether its user pays with another card under it, pays more, or for longer."""
        limit, end = before.card_limit, before.ends_at
        return bool(
            self._find_cards() - before._find_cards()
            or (before.card_is_chosen and not self.card_is_chosen)
            or (limit and not 0 < self.card_limit <= limit)
            or (end and not (self.ends_at and self.ends_at <= end))
        )

    def _find_cards(self):
        """The saved cards it is about, as long as they are saved."""
        cards_sudo = self.env["payment.token"].sudo().search([
            ("partner_id", "=", self.grantor_id.id)
        ])  # fmt: skip
        return cards_sudo & self.sudo().card_ids if self.sudo().card_is_chosen else cards_sudo

    def _is_card_usable(self, company, currency):
        """Whether it counts for what is paid to this company in this currency.

        That it is in force says the authority; here, that both are still there, and relatives.
        """
        owner, user = self.grantor_id, self.grantee_id
        is_here = owner.active and user.active and (owner | user).company_id <= company
        is_of_currency = not self.card_limit or self.card_currency_id == currency
        return is_here and is_of_currency and self.env["clinic.family"]._is_linked(owner, user)

    def _compute_card_used(self):
        cards = self.filtered(lambda permission: permission.kind == "card")
        used = cards._get_card_uses() if cards else {}
        for permission in self:
            key = (permission.grantor_id, permission.grantee_id, permission.card_currency_id)
            permission.card_used = used.get(key, 0)

    def _get_card_uses(self):
        """What was paid this month, less what went back, by owner, user and currency.

        What is being charged counts too; what came to nothing doesn't.
        """
        first_day = self.env.company._get_clinic_today().replace(day=1)
        paid_sudo = self.env["payment.transaction"].sudo().search([
            ("clinic_card_permission_id.grantor_id", "in", self.grantor_id.ids),
            ("clinic_card_permission_id.grantee_id", "in", self.grantee_id.ids),
            ("clinic_asked_at", ">=", self._get_midnight(first_day)),
            ("state", "not in", ("cancel", "error")),
        ])  # fmt: skip
        used = defaultdict(float)
        for one in paid_sudo:
            under = one.clinic_card_permission_id
            used[under.grantor_id, under.grantee_id, one.currency_id] += one._get_charged()
        return used

    def _get_card_left(self):
        """How much more may be paid under it this month; None is any amount."""
        if not self.card_limit:
            return None
        return max(0, self.card_currency_id.round(self.card_limit - self.sudo().card_used))

    def _take_from_card(self, amount):
        """Refuses more than is left; of two who pay at once the second begins anew.

        So does who pays while it ends or changes: whatever happens to it writes its row.
        """
        queue = SQL("UPDATE clinic_permission SET write_date = write_date WHERE id = %s", self.id)
        self.env.cr.execute(queue, log_exceptions=False)
        left = self._get_card_left()
        if left is not None and self.card_currency_id.compare_amounts(amount, left) > 0:
            raise ValidationError(self.env._(
                "Only %(left)s is left to pay with %(name)s's card this month. Please pay another "
                "way, or ask %(name)s.",
                left=self.card_currency_id.format(left),
                name=self.sudo().grantor_id.name,
            ))  # fmt: skip

    def _get_card_words(self):
        """Which cards may be used under it and how much of them, in a few words."""
        self.ensure_one()
        words = [self.env._("all cards, also those saved later")]
        if self.sudo().card_is_chosen:
            names = [card_sudo._get_card_name() for card_sudo in self._find_cards()]
            words = [format_list(self.env, names) or self.env._("no card that is still saved")]
        if self.card_limit:
            words.append(self.env._(
                "at most %(limit)s a month, %(used)s used so far",
                limit=self.card_currency_id.format(self.card_limit),
                used=self.card_currency_id.format(self.sudo().card_used),
            ))  # fmt: skip
        return ", ".join(words)
