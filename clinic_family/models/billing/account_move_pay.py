from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

# Who has begun to pay has this long before somebody else may begin: they type a card's number.
PAYING_TAKES = timedelta(minutes=10)
OPEN = [
    ("move_type", "=", "out_invoice"),
    ("state", "=", "posted"),
    ("payment_state", "in", ("not_paid", "partial", "in_payment")),
    ("amount_residual", ">", 0),
]


BILLING = "clinic_family.clinic_family_group_billing"


class AccountMove(models.Model):
    """Who pays an invoice: several payers a part each; and online, one or several in one go.

    What is paid is judged once more as the payment begins, whatever the page offered.
    """

    _inherit = "account.move"

    # Nobody but who keeps the books knows that there is another payer.
    clinic_share_ids = fields.One2many(
        "clinic.payer.share",
        "invoice_id",
        string="Other Payers",
        readonly=True,
        copy=False,
        groups=BILLING,
    )
    clinic_part_ids = fields.One2many(
        "clinic.payer.share", "document_id", readonly=True, copy=False, groups=BILLING
    )
    clinic_stays_whole = fields.Boolean(
        readonly=True,
        copy=False,
        groups=BILLING,
        help="Isn't divided as it was agreed for a patient.",
    )
    clinic_division_text = fields.Char(
        compute="_compute_clinic_division_text",
        groups=BILLING,
        help="What each payer pays of this draft once it is confirmed.",
    )
    clinic_is_divided = fields.Boolean(compute="_compute_clinic_is_divided", groups=BILLING)
    clinic_replaces_id = fields.Many2one(
        "account.move",
        string="Made in Place Of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups=BILLING,
    )
    clinic_replacement_ids = fields.One2many(
        "account.move", "clinic_replaces_id", readonly=True, copy=False, groups=BILLING
    )

    # Several payers

    @api.depends("clinic_share_ids.document_id", "clinic_part_ids", "clinic_replaces_id")
    def _compute_clinic_is_divided(self):
        for move in self:
            parts = move._get_parts()
            move.clinic_is_divided = len(parts) > 1 or parts != parts._get_rest()

    @api.depends("state", "clinic_share_ids", "clinic_stays_whole", "partner_id", "amount_total")
    @api.depends_context("lang")
    def _compute_clinic_division_text(self):
        for move in self:
            is_whole = move.state != "draft" or not move._origin._get_scopes()
            move.clinic_division_text = not is_whole and ", ".join(
                f"{payer.name} {move.currency_id.format(amount)}"
                for payer, amount in move._origin._get_division()
            )

    def _get_division(self):
        """Who pays how much of a draft, the customer first."""
        shares_sudo = self.env["clinic.payer.share"].sudo()
        return [
            (part.payer, part.get_units() * self.currency_id.rounding)
            for part in shares_sudo._plan(self.sudo())
        ]

    def _get_scopes(self):
        """Lines that are divided, with the shares that they are divided by."""
        lines = self._get_divisible_lines() if self.move_type == "out_invoice" else None
        # What was confirmed once may have been sent and paid.
        if not lines or self.posted_before:
            return []
        if self.clinic_share_ids:
            return [(lines, self.clinic_share_ids)]
        if self.clinic_stays_whole:
            return []
        find = self.env["clinic.payer.share"].sudo()._find_standing
        return [(own, shares) for shares, own in lines.grouped(find).items() if shares]

    def _get_divisible_lines(self):
        """A fee for what was missed is owed by the one who pays for the visit."""
        return self.invoice_line_ids.filtered(
            lambda line: line.display_type == "product" and not line.clinic_missed
        )

    def _get_parts(self):
        """All the invoices that this one was divided into with it; else itself alone.

        One that was credited and made anew gives way to the one in its place.
        """
        found, new = self.sudo(), self.sudo()
        while new:
            divided = new.clinic_part_ids.invoice_id | new.clinic_share_ids.document_id
            new = (divided | new.clinic_replaces_id | new.clinic_replacement_ids) - found
            found |= new
        # The whole is older than its parts.
        return found.sorted("id").filtered(
            lambda one: not one.clinic_replacement_ids or one._is_standing()
        ).with_env(self.env)  # fmt: skip

    def _get_rest(self):
        """Of these parts the one that nobody's share is."""
        return self.filtered(lambda move: not move.sudo()._get_first().clinic_part_ids)

    def _get_first(self):
        """The one in whose place it stands in the end; as a rule itself."""
        replaced = self.clinic_replaces_id
        return replaced._get_first() if replaced else self

    def _stand_in(self, invoices):
        """It was made in place of that one of these which was its customer's, of its visits."""
        for new in self.sudo().filtered(lambda move: move.move_type == "out_invoice"):
            visits = new.invoice_line_ids.clinic_appointment_id
            new.clinic_replaces_id = (
                visits
                and invoices.sudo().filtered(
                    lambda old, new=new, visits=visits: (
                        old.partner_id == new.partner_id
                        and old.invoice_line_ids.clinic_appointment_id == visits
                    )
                )[:1]
            )

    def action_divide(self):
        """Opens the window that says who pays which part."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clinic_family.clinic_payer_divide_action"
        )
        return {**action, "context": {"default_invoice_id": self.id}}

    def action_view_parts(self):
        """Opens all the invoices that this one was divided into; whose they are is the books'."""
        self.check_access("read")
        self.env["clinic.payer.share"].check_access("read")
        return self._get_parts()._view_invoices()

    def _view_invoices(self):
        action = {"type": "ir.actions.act_window", "res_model": "account.move"}
        if len(self) == 1:
            return {**action, "res_id": self.id, "view_mode": "form"}
        return {
            **action,
            "name": self.env._("Invoices"),
            "views": [(self.env.ref("account.view_out_invoice_tree").id, "list"), (False, "form")],
            "domain": [("id", "in", self.ids)],
            # The columns of customer invoices; each is made by its visit.
            "context": {"default_move_type": "out_invoice", "create": False},
        }

    def _verify_unknown_to_customer(self):
        """Somebody else gets it, and with it everything that was written about it."""
        written = self.message_ids.filtered(lambda one: one.message_type in ("comment", "email"))
        if self.posted_before or written:
            raise UserError(self.env._(
                "Nothing is left for %s to pay, who may have been written about this invoice "
                "already. Please cancel it, and make a new one.",
                self.partner_id.name,
            ))  # fmt: skip

    def _post(self, soft=True):
        """What several pay is divided as it is confirmed, into an invoice for each.

        The clinic's own are dated by its day, whoever confirms them: a job has no zone, and
        patients are anywhere.
        """
        posted = self.browse()
        for tz, moves in self.grouped(lambda move: move._get_posting_zone()).items():
            here = moves.with_context(tz=tz)
            today = fields.Date.context_today(here)
            made = [
                here.env["clinic.payer.share"]._divide(move)
                for move in here
                if move.state == "draft" and not (soft and move.date and move.date > today)
            ]
            posted += super(AccountMove, here.union(*made))._post(soft).with_env(self.env)
        return posted

    def _get_posting_zone(self):
        """The clinic's zone for what is about visits or packages, else the reader's as ever."""
        lines = self.invoice_line_ids
        is_clinics = any(line._get_clinic_links() for line in lines)
        return self.company_id.sudo().clinic_tz if is_clinics else self.env.context.get("tz")

    def button_draft(self):
        self.check_access("write")
        for move in self.sudo().filtered("clinic_is_divided"):
            raise UserError(self.env._(
                "%s was divided between several payers, so it isn't changed any more. Please "
                "credit it instead.",
                move.name,
            ))  # fmt: skip
        result = super().button_draft()
        lines_sudo = self.sudo().invoice_line_ids
        lines_sudo.filtered("clinic_appointment_id.is_confidential")._follow_confidentiality()
        return result

    # Online

    @api.model
    def _find_open_for(self, payer, ids=None):
        """What is open of the payer's own invoices and of those of the people they may pay for.

        Of the named ones, if some are named. Employees who see more see no more here.
        """
        people = self.env["clinic.authority"]._get_people(payer, "pay")
        mine = ("partner_id", "child_of", payer.commercial_partner_id.id)
        theirs = [("partner_id", "in", people.ids), ("clinic_viewer_ids", "in", payer.ids)]
        whose = ["|", mine, "&", *theirs]
        named = [] if ids is None else [("id", "in", ids)]
        # By id and with full rights first, so that rules are asked of few. What is confidential the
        # search itself leaves out: to read it first would take longer than if it weren't there.
        found_sudo = self.sudo().search([*OPEN, *whose, *named], order="invoice_date_due, id")
        return found_sudo.sudo(False)._filtered_access("read")

    @api.model
    def _find_chosen(self, payer, ids):
        """All the named invoices, if the payer may pay them in one go: else none of them."""
        chosen = self._find_open_for(payer, ids)
        is_one_sum = len(chosen.company_id) == 1 and len(chosen.currency_id) == 1
        return chosen if is_one_sum and len(chosen) == len(set(ids)) else self.browse()

    def _is_payable(self):
        """Whether a page offers to pay it online right now."""
        is_open = self.sudo()._has_to_be_paid() and not self._get_paid_unbooked()
        return is_open and not self._get_unanswered()

    def _offer_cards(self, form):
        """A payment form for these, with the cards that others let the reader pay with."""
        moves_sudo, me = self.sudo(), self.env.user.partner_id
        if "tokens_sudo" not in form or not any(move._is_for_patient() for move in moves_sudo):
            return form
        amount = form.get("next_amount_to_pay") or sum(moves_sudo.mapped("amount_residual"))
        return self.env["payment.token"]._add_offered(
            form, me, moves_sudo.company_id, moves_sudo.currency_id, amount
        )

    def _verify_paid_online(self, payer, amount=0, provider_id=None, **form):
        """Judges a payment once more as it begins, whatever the page offered a while ago.

        A part of one invoice may be paid, as Odoo's page offers it for instalments; more than is
        open may not, and of several people's invoices all that is left.
        """
        moves_sudo = self.sudo()
        if not any(move._is_for_patient() for move in moves_sudo):
            return
        if not all(move._has_to_be_paid() for move in moves_sudo):
            raise ValidationError(self.env._(
                "Nothing is left to pay here, or it can't be paid online now. Please open the "
                "invoice again."
            ))  # fmt: skip
        moves_sudo._verify_nobody_pays(payer)
        company, currency = moves_sudo.company_id, moves_sudo.currency_id
        left = currency.round(sum(moves_sudo.mapped("amount_residual")))
        least = left if len(moves_sudo.commercial_partner_id) > 1 else currency.rounding
        is_number = isinstance(amount, (int, float)) and not form.get("is_validation")
        if not is_number or not least <= currency.round(amount) <= left:
            raise ValidationError(self.env._(
                "That isn't what is left to pay. Please open the invoice again."
            ))  # fmt: skip
        providers_sudo = self.env["payment.provider"].sudo()
        compatible = providers_sudo._get_compatible_providers(
            company.id, payer.id, amount, currency_id=currency.id
        )
        if provider_id not in compatible.ids:
            raise ValidationError(self.env._("This invoice can't be paid that way."))

    def _verify_nobody_pays(self, payer):
        """Nobody pays what somebody else is paying, or what was paid and isn't booked yet.

        Odoo books what a provider has confirmed minutes later, and till then offers it again. Who
        begins queues up: of two at once the second begins anew, and sees what the first has done.
        """
        queue = SQL("UPDATE account_move SET write_date = write_date WHERE id = ANY(%s)", self.ids)
        self.env.cr.execute(queue, log_exceptions=False)
        if self._get_paid_unbooked():
            raise ValidationError(self.env._(
                "This invoice was paid a moment ago, and the payment isn't booked yet. Please call "
                "the clinic if it stays so."
            ))  # fmt: skip
        if self._get_unanswered():
            raise ValidationError(self.env._(
                "A saved card is being charged for this, and the answer isn't there yet. Nothing "
                "is charged twice. Please open it again later, or call the clinic if it stays so."
            ))  # fmt: skip
        begun = self._get_begun()
        if begun - begun._get_replaceable(self, payer):
            raise ValidationError(self.env._(
                "This invoice is being paid at the moment. Please open it again in ten minutes."
            ))  # fmt: skip

    def _get_paid_unbooked(self):
        """Payments that a provider has confirmed and Odoo hasn't booked yet."""
        done_sudo = self.sudo().transaction_ids.filtered(lambda one: one.state == "done")
        return done_sudo.filtered(lambda one: not one.is_post_processed)

    def _get_unanswered(self):
        """Payments with a saved card of which nobody knows yet what became of them."""
        return self.sudo().transaction_ids.filtered(lambda one: one._is_unanswered())

    def _get_begun(self):
        """Payments that somebody has begun a moment ago, and may be about to finish."""
        since = self.env.cr.now() - PAYING_TAKES
        return self.sudo().transaction_ids.filtered(
            lambda one: (
                one.state == "draft" and one.create_date > since and not one._is_unanswered()
            )
        )

    def _give_up_begun(self):
        """Whoever begins anew gives up what was begun before; the two would both be paid."""
        begun = self._get_begun() if any(move._is_for_patient() for move in self) else None
        if begun:
            begun._set_canceled(self.env._("The payment was begun anew."))

    def _get_payment_reference(self):
        """What a payment of several invoices is called; one's own name does for one.

        The names of the others' invoices would stand on the page of each.
        """
        is_one = len(self) == 1
        return False if is_one else self.sudo().company_id.get_next_batch_payment_communication()
