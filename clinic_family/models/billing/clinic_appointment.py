import logging

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError

from ..appointment.clinic_appointment_change import PLACE

_logger = logging.getLogger(__name__)
INVOICED = ("payer_id", "service_id")


class ClinicAppointment(models.Model):
    """The appointment's invoice: addressed to the payer, naming every participant."""

    _inherit = "clinic.appointment"

    invoice_id = fields.Many2one(
        "account.move",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="base.group_user",
    )
    is_invoiced = fields.Boolean(
        compute="_compute_is_invoiced",
        search="_search_is_invoiced",
        groups="base.group_user",
        help="Has an invoice that is neither cancelled nor credited.",
    )
    invoice_difference = fields.Char(
        compute="_compute_invoice_difference",
        groups="clinic_family.clinic_family_group_billing",
        help="What the invoice says that isn't so any more.",
    )

    # Making it

    def action_view_invoice(self):
        """Opens the appointment's invoice, made as a draft when there is none yet."""
        self.ensure_one()
        return self._get_or_create_invoice()._get_parts()._view_invoices()

    def _get_or_create_invoice(self):
        """The invoice, addressed to the payer and naming every participant.

        Written on the appointment, so that of two clicks at once one is retried and finds it.
        """
        self.ensure_one()
        standing = self._get_standing_invoice()
        if standing:
            return standing
        lines = self._prepare_lines()
        if self.state == "held" or (self.state == "cancelled" and not lines):
            return self._get_past_invoice()
        if self.session_ids and not lines:
            raise UserError(self.env._("This appointment is paid with a package session."))
        if not lines:
            raise UserError(self.env._("Nobody comes to this appointment, so nobody pays."))
        invoices = self.env["account.move"]
        invoices.check_access("create")
        # Who writes invoices may invoice a visit; the links between both are verbs' alone.
        self.sudo().invoice_id = invoices.sudo().create(self._prepare_invoice())
        return self.invoice_id

    def _get_standing_invoice(self):
        """The invoice that is neither cancelled nor credited, also one made in its place."""
        if self.invoice_id._is_standing():
            return self.invoice_id
        later = self.env["account.move"].search([
            ("move_type", "=", "out_invoice"),
            ("invoice_line_ids.clinic_appointment_id", "in", self.ids),
        ])  # fmt: skip
        standing = later.filtered(lambda invoice: invoice._is_standing())
        standing = (standing._get_rest() or standing)[:1]
        if standing:
            # Asking for it writes nothing.
            self.sudo().invoice_id = standing
        return standing

    def _get_past_invoice(self):
        if self.invoice_id:
            return self.invoice_id
        raise UserError(self.env._(
            "An appointment that is only held, or cancelled, has nothing to invoice."
        ))  # fmt: skip

    def _get_fees(self):
        """The fees to be paid for the visit: for each of them, the participants it is for.

        What a package session pays is not among them, nor what nobody came to where that has a
        fee of its own.
        """
        self.ensure_one()
        coming = self._get_coming()
        if self._is_missed_for_a_fee():
            return []
        sessions_sudo = self.sudo().session_ids
        if self.sudo().service_id.fee_per == "participant":
            return list(coming - sessions_sudo.participant_id)
        return [coming] if coming and not sessions_sudo else []

    def _prepare_invoice(self):
        return {
            "move_type": "out_invoice",
            "partner_id": self.payer_id.id,
            "company_id": self.company_id.id,
            "invoice_origin": self._as_payer_reads()._get_invoice_origin(),
            "invoice_line_ids": [fields.Command.create(line) for line in self._prepare_lines()],
        }

    def _prepare_lines(self):
        return [self._prepare_line(fee.partner_id) for fee in self._get_fees()] + [
            self._prepare_owed_line(owing) for owing in self._get_owed()
        ]

    def _prepare_line(self, patients):
        return {
            "product_id": self.service_id.product_id.id,
            "name": self._get_invoice_text(patients),
            "clinic_appointment_id": self.id,
            "clinic_patient_ids": [fields.Command.set(patients.ids)],
        }

    def _as_payer_reads(self, payer=None):
        return self.with_context(lang=(payer or self.payer_id).lang or self.env.lang)

    def _get_invoice_text(self, patients, payer=None):
        """What the visit was, when, with whom and for whom, in the payer's language."""
        visit = self._as_payer_reads(payer)
        if self.is_confidential:
            return visit.env._("Clinic service")
        return visit.env._(
            "%(service)s\n%(start)s, %(location)s, with %(practitioner)s\n%(people)s",
            service=visit.service_id.name,
            start=visit.local_time,
            location=visit.location_id.name,
            practitioner=visit.practitioner_id.name,
            people=visit._get_people_words(patients, payer or self.payer_id),
        )

    def _get_people_words(self, patients, payer):
        names = self.company_id._get_invoice_names(patients, payer)
        if self.service_id.fee_per == "participant":
            return self.env._("For %s", names)
        return self.env._("Participants: %s", names)

    # Following what happens to the visit

    def _change_payer(self, payer):
        """Somebody else pays from now on: a draft invoice goes along, a posted one never."""
        self.check_access("write")
        written, drafts = self._get_written_lines(), self._get_drafts()
        usual, before = written._filter_usual(), drafts._get_rest().fiscal_position_id
        # By hand nobody changes who pays once there is an invoice.
        self.sudo().payer_id = payer
        drafts._get_rest().partner_id = payer
        written._follow_payer(usual, before)
        written._rewrite()

    def _get_drafts(self):
        """Its invoices that are drafts.

        Verbs follow it with full rights, so the link alone isn't trusted: the invoice names the
        visit, or is for visits that the same person pays.
        """
        return self._get_bills().filtered(
            lambda invoice: invoice.state == "draft" and self._is_named_by(invoice)
        )

    def _is_named_by(self, invoice):
        visits = invoice.invoice_line_ids.clinic_appointment_id
        is_payers = invoice.partner_id == self.payer_id and invoice.company_id == self.company_id
        return invoice.move_type == "out_invoice" and bool(visits & self or (visits and is_payers))

    def _get_written_lines(self):
        """The lines of a draft that say what was written for the visit, not what staff wrote."""
        return self._get_drafts().invoice_line_ids.filtered(lambda line: line._is_as_written())

    def _adapt_draft_invoice(self, written):
        """A draft follows what happened to the visit; what is posted the clinic settles.

        Only the lines that were ``written`` for the visit are written anew.
        """
        if self.state == "cancelled" and not self._get_owed():
            self._cancel_drafts()
            return
        fees, owed, drafts = self._get_fees(), self._get_owed(), self._get_drafts()
        for line in drafts.invoice_line_ids:
            if line.clinic_appointment_id == self:
                line._fit(owed if line.clinic_missed else fees)
        self._add_owed_lines(drafts._get_rest())
        written.exists()._rewrite()
        empty = drafts.filtered(lambda draft: not draft.invoice_line_ids)
        if empty:
            empty.button_cancel()

    def _cancel_drafts(self):
        """The drafts of visits that are cancelled, all of them, are cancelled too.

        Unless they keep the fee of another of these visits.
        """
        drafts = self._get_drafts().filtered(
            lambda draft: all(
                v.state == "cancelled" and not v._get_owed()
                for v in draft.clinic_appointment_ids or draft._get_clinic_appointments()
            )
        )
        if drafts:
            drafts.button_cancel()

    # What a posted invoice says that isn't true any more: it is credited, never rewritten

    @api.depends(
        "state",
        "payer_id",
        "participant_ids.state",
        "participant_ids.owes",
        "session_ids.state",
        "invoice_id.state",
        "invoice_id.reversal_move_ids.state",
    )
    def _compute_invoice_difference(self):
        for appointment in self:
            is_standing = any(
                bill.state == "posted" and bill._is_standing() for bill in appointment._get_bills()
            )
            appointment.invoice_difference = is_standing and " ".join(
                appointment._get_differences()
            )

    def _get_differences(self):
        """A sentence for each thing that the invoice says and that isn't so."""
        bills = self._get_bills()
        if self.state == "cancelled" and not self._has_only_fees():
            # Whatever was credited, the clinic has decided what it keeps.
            whole = bills.filtered(lambda one: one.state == "posted" and not one._get_credits())
            return [self._get_cancelled_words(whole)] if whole else []
        words = self._get_fee_differences()
        invoice = bills._get_rest().filtered(lambda bill: bill._is_standing())[:1]
        if invoice and invoice.partner_id != self.payer_id:
            words.append(self.env._(
                "%(now)s pays, and the invoice is addressed to %(then)s.",
                now=self.payer_id.name,
                then=invoice.partner_id.name,
            ))  # fmt: skip
        return words if self._is_missed_for_a_fee() else words + self._get_people_differences()

    def _get_cancelled_words(self, bills):
        if len(bills) > 1:
            return self.env._(
                "The visit was cancelled, and these have invoices for it: %s.",
                self._list(bills.partner_id),
            )
        return self.env._(
            "The visit was cancelled, and %s has an invoice for it.", bills.partner_id.name
        )

    def _get_people_differences(self):
        """Who is invoiced and doesn't come, when each pays for themselves; who isn't and does."""
        invoiced = self._get_invoiced_people()
        to_pay = self.env["res.partner"].union(*(fee.partner_id for fee in self._get_fees()))
        words = []
        away = invoiced - self._get_coming().partner_id
        if self.service_id.fee_per == "participant" and away:
            words.append(self.env._(
                "On the invoice, but no longer coming: %s.", self._list(away)
            ))  # fmt: skip
        if invoiced - away - to_pay:
            words.append(self.env._(
                "On the invoice, and paid with a package session too: %s.",
                self._list(invoiced - away - to_pay),
            ))  # fmt: skip
        if self.service_id.fee_per == "participant" and to_pay - invoiced:
            words.append(self.env._(
                "Coming, but not on the invoice: %s.", self._list(to_pay - invoiced)
            ))  # fmt: skip
        return words

    def _list(self, people):
        return ", ".join(people.mapped("name"))

    def _get_invoiced_people(self, missed=False):
        """For whom there are more fees of this visit on the invoice than were credited.

        ``missed`` asks for those who cancelled late or didn't come.
        """
        bills = self._get_bills().filtered(lambda bill: bill.state != "cancel")
        return self._find_people_on(bills, missed)

    def _find_people_on(self, bills, missed=False):
        lines = (bills + bills._get_credits()).invoice_line_ids
        balance = dict.fromkeys(lines.clinic_patient_ids, 0)
        for line in lines.filtered(
            lambda one: one.clinic_appointment_id == self and bool(one.clinic_missed) == missed
        ):
            sign = 1 if line.move_id in bills else -1
            for patient in line.clinic_patient_ids:
                balance[patient] += sign * line.quantity
        return self.env["res.partner"].union(*(one for one, left in balance.items() if left > 0))

    def action_credit_invoice(self):
        """Opens Odoo's own window for the credit note."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_view_account_move_reversal"
        )
        standing = self._get_bills().filtered(lambda bill: bill._is_standing())
        context = {"active_model": "account.move", "active_ids": standing.ids}
        return {**action, "views": [(False, "form")], "context": context}

    def _after_change(self, old):
        result = super()._after_change(old)
        # Who cancels a visit, or takes it up again, need not be an accountant.
        self.sudo()._forgive_who_comes()
        self.sudo()._follow_with_drafts(old)
        self.filtered(lambda visit: visit._has_become_due(old))._invoice_by_itself()
        self.sudo().filtered(lambda visit: visit._is_called_off(old))._settle_called_off()
        return result

    def _has_become_due(self, old):
        # What the front desk books is booked from the beginning.
        before = self._get_old_state(old) or "held"
        return before != self.state and self.sudo().service_id._becomes_due(before, self.state)

    def _verify_writing(self, vals):
        """What an invoice says of a visit, its draft too, isn't changed beside it."""
        super()._verify_writing(vals)
        named = vals.keys() & set(INVOICED)
        if self.env.su or not named:
            return
        for visit in self.filtered("is_invoiced"):
            if any(visit[name].id != vals[name] for name in named):
                raise UserError(self.env._(
                    "%(appointment)s has an invoice. Cancel or credit it before you change who "
                    "pays, or for what.",
                    appointment=visit.display_name,
                ))  # fmt: skip

    def _invoice_what_is_due(self):
        """What has to be paid after all is invoiced if the moment for it is past."""
        for appointment in self:
            if appointment.sudo().service_id._becomes_due("held", appointment.state):
                appointment.sudo()._complete_draft()
                appointment._invoice_by_itself()

    def _invoice_by_itself(self):
        """Each that has none gets an invoice, confirmed when the clinic wants that."""
        for appointment in self:
            # Who checks a patient in, or books online, need not be an accountant, and isn't
            # the salesperson whom the invoice names.
            appointment_sudo = appointment.sudo().with_user(SUPERUSER_ID)
            appointment_sudo = appointment_sudo.with_company(appointment_sudo.company_id)
            if appointment_sudo._prepare_lines() and not appointment_sudo._get_standing_invoice():
                appointment_sudo._make_invoice_by_itself()

    def _make_invoice_by_itself(self):
        """Whatever is wrong with the accounts keeps nobody from being booked or treated."""
        try:
            with self.env.cr.savepoint():
                self.invoice_id = self.env["account.move"].create({
                    **self._prepare_invoice(), "invoice_user_id": False,
                })  # fmt: skip
        except UserError as error:
            _logger.warning("Appointment %s was not invoiced: %s", self.id, error)
            return
        if not self.company_id.clinic_post_invoices:
            return
        self.invoice_id.clinic_post_at = self._get_post_at()
        if self.invoice_id.clinic_post_at <= fields.Datetime.now():
            self.invoice_id._post_by_itself()

    def _get_post_at(self):
        """What was just booked, or called off, may still be taken back, or lack a participant."""
        if self.state in ("arrived", "fulfilled"):
            return fields.Datetime.now()
        return self.company_id._get_undo_until()

    def _complete_draft(self):
        """A draft that nobody has looked at yet has a line for everybody who comes by now."""
        self._adapt_draft_invoice(self._get_written_lines())
        self._add_lines_for(self._get_coming())

    def _follow_with_drafts(self, old):
        """A draft says who comes, when and where, as it is now."""
        for visit in self.filtered("invoice_id")._filter_changed(old, [*PLACE, "coming"]):
            visit._get_drafts().invoice_line_ids._follow_visit(visit, old[visit.id])

    def _add_lines_for(self, participants):
        """Those of them who pay a fee get a line on the draft, if it has none for them yet."""
        drafts = self._get_drafts()._get_rest()
        lines = drafts.invoice_line_ids.filtered(lambda line: not line.clinic_missed)
        invoiced = lines.clinic_patient_ids
        fees = [fee for fee in self._get_fees() if fee & participants]
        missing = [fee for fee in fees if not fee.partner_id & invoiced]
        if drafts and missing:
            drafts.invoice_line_ids = [
                fields.Command.create(self._prepare_line(fee.partner_id)) for fee in missing
            ]
