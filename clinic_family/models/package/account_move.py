from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, format_list


class AccountMove(models.Model):
    """Packages on invoices: sold on a draft, and what an invoice's fate means for sessions."""

    _inherit = "account.move"

    clinic_package_note = fields.Char(
        compute="_compute_clinic_package_note",
        groups="account.group_account_invoice",
        help="What has become of the sessions on an invoice that was cancelled or credited.",
    )
    clinic_has_sessions = fields.Boolean(
        compute="_compute_clinic_has_sessions", groups="clinic_family.clinic_family_group_billing"
    )

    @api.depends("invoice_line_ids.clinic_session_id")
    def _compute_clinic_has_sessions(self):
        for move in self:
            move.clinic_has_sessions = bool(move.invoice_line_ids.clinic_session_id)

    @api.depends("state", "payment_state", "invoice_line_ids.clinic_session_id.state")
    def _compute_clinic_package_note(self):
        for move in self:
            sessions = move.invoice_line_ids.clinic_session_id.sudo()
            gone = move.state == "cancel" or move.payment_state == "reversed"
            credits = move.move_type == "out_refund" and move.state == "draft"
            used = sessions.filtered(lambda session: session.state == "used")
            reserved = sessions.filtered(lambda session: session.state == "reserved")
            if used and (gone or credits):
                move.clinic_package_note = self.env._(
                    "%(used)s of the %(count)s package sessions on it have been used already.",
                    used=len(used),
                    count=len(sessions),
                )
            elif reserved and credits:
                move.clinic_package_note = self.env._(
                    "%(reserved)s of the package sessions on it are reserved for appointments, "
                    "which have to be paid once this is confirmed.",
                    reserved=len(reserved),
                )
            else:
                move.clinic_package_note = False

    def action_add_package(self):
        """Opens the window that sells a package on this draft."""
        self.ensure_one()
        if not self.partner_id:
            raise UserError(self.env._(
                "Please choose the customer first: that is who pays for the package."
            ))  # fmt: skip
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Add a Package"),
            "res_model": "clinic.package.sell",
            "view_mode": "form",
            "target": "new",
            "context": {"default_invoice_id": self.id},
        }

    def _get_divisible_lines(self):
        """A package has one buyer, to whom its unused sessions are credited."""
        return super()._get_divisible_lines().filtered(lambda line: not line.clinic_session_id)

    def _post(self, soft=True):
        posted = super()._post(soft)
        posted._settle_sessions()
        return posted

    def button_cancel(self):
        result = super().button_cancel()
        self._settle_sessions()
        return result

    def button_draft(self):
        result = super().button_draft()
        self._settle_sessions()
        return result

    def unlink(self):
        # Through the lines, which take unused sessions along or refuse.
        self.line_ids.filtered("clinic_session_id").unlink()
        return super().unlink()

    def _settle_sessions(self):
        """What became of the invoice holds for all its sessions, hidden ones too."""
        self.sudo().invoice_line_ids.clinic_session_id._settle_money()

    def _credit_sessions(self, sessions):
        """Credits these sessions of the invoice, to its customer, and confirms the credit note."""
        reason = self.env._("Unused sessions of %s", self.name)
        sold = self.invoice_line_ids.filtered(lambda line: line.clinic_session_id in sessions)
        left = {line.clinic_session_id: line._get_session_share_left() for line in sold}
        note = self._draft_credit(reason, lambda line: line.clinic_session_id in sessions)
        for line in note.invoice_line_ids:
            line.price_unit *= left[line.clinic_session_id]
        note.action_post()
        return note

    def _take_off(self, purchase):
        """Removes a package and its heading from a draft; an empty draft is deleted."""
        for move in self:
            ordered = move.invoice_line_ids.sorted(lambda line: (line.sequence, line.id))
            taken = ordered.filtered(lambda line: line.clinic_session_id in purchase.session_ids)
            before = ordered[: list(ordered).index(taken[0])][-1:]
            taken |= before.filtered(lambda line: line.display_type == "line_section")
            if (ordered - taken).filtered(lambda line: line.display_type == "product"):
                taken.unlink()
            else:
                move.unlink()

    def _is_patients_own(self):
        is_sold = self.state == "posted" and bool(self.invoice_line_ids.clinic_session_id)
        return is_sold or super()._is_patients_own()

    # On paper: a package is one line

    def _get_move_lines_to_report(self):
        folded = self.env["account.move.line"].union(*self._get_folded_sessions().values())
        return super()._get_move_lines_to_report() - folded

    def _get_folded_sessions(self):
        """The lines of sessions right below the heading of their package, by the heading's id."""
        lines = self.env["account.move.line"]
        folded, heading, purchase_id = {}, lines, None
        for line in self.invoice_line_ids.sorted(lambda line: (line.sequence, line.id)):
            sold_id = line.sudo().clinic_session_id.purchase_id.id
            if line.display_type == "line_section":
                heading, purchase_id = line, None
            elif heading and sold_id and purchase_id in (None, sold_id):
                purchase_id = sold_id
                folded[heading.id] = folded.get(heading.id, lines) | line
            else:
                heading = lines
        return folded

    # What is left of the packages, for the reader

    @api.model
    def _add_page_customers(self, rows):
        """With what was sold: who may see the invoice may see that."""
        rows = super()._add_page_customers(rows)
        invoices_sudo = self.union(*(row["invoice"] for row in rows)).sudo()
        sold_sudo = self.env["account.move.line"].sudo().search_fetch([
            ("move_id", "in", invoices_sudo.ids), ("clinic_session_id", "!=", False),
        ], ["move_id", "clinic_session_id"])  # fmt: skip
        names = defaultdict(dict)
        for line_sudo in sold_sudo:
            names[line_sudo.move_id.id][line_sudo.clinic_session_id.purchase_id.name] = True
        return [
            {**row, "clinic_packages": format_list(self.env, list(names[row["invoice"].id]))}
            for row in rows
        ]

    def _get_package_notes(self, reader):
        """One sentence a package; how many are left is for its owner alone."""
        self.ensure_one()
        if self.move_type != "out_invoice":
            return []
        # Who may see the invoice may see what was sold on it.
        purchases_sudo = self.sudo().invoice_line_ids.clinic_session_id.purchase_id
        return [
            self._get_package_note(purchase_sudo, is_owner=purchase_sudo.owner_id == reader)
            for purchase_sudo in purchases_sudo
        ]

    def _get_package_note(self, purchase_sudo, is_owner):
        count = purchase_sudo.session_count
        left = 0 if purchase_sudo._is_over() else purchase_sudo.free_count
        sessions = self._get_package_balance(count, left if is_owner else None)
        until = (
            self.env._(
                "valid until %s",
                format_date(self.env, purchase_sudo.expires_on, date_format=self.env._("d MMMM y")),
            )
            if purchase_sudo.expires_on
            else self.env._("valid without end")
        )
        words = f"{purchase_sudo.name}: {sessions}, {until}"
        if purchase_sudo._is_waiting():
            words = self.env._("%s; can be used once the invoice is paid", words)
        return words

    def _get_package_balance(self, count, left):
        """How many sessions it has, and of them are left, where that may be known."""
        if left is None:
            return self.env._("1 session") if count == 1 else self.env._("%s sessions", count)
        if count == 1:
            return self.env._("%s of 1 session left", left)
        return self.env._("%(left)s of %(count)s sessions left", left=left, count=count)

    def _get_package_reader(self, user):
        """For whom the invoice is written: its customer, or the visitor who looks at it."""
        return self.partner_id if user._is_internal() else user.partner_id
