import logging

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...engine.cancelling import get_deadline
from ...engine.instants import from_stored, get_now
from ..appointment.clinic_appointment import EXPECTED

# As what somebody misses a visit that comes to this state.
MISSED_AS = {"cancelled": "late", "noshow": "noshow"}
# Is neither cancelled nor credited, of what is its own or has a line for it.
STANDS = """
    bill.move_type = 'out_invoice' AND bill.state <> 'cancel'
    AND (SELECT COUNT(*) = 0 OR SUM(note.amount_total) < bill.amount_total
           FROM account_move note
          WHERE note.reversed_entry_id = bill.id AND note.state = 'posted')
"""
INVOICED = f"""(
    EXISTS (SELECT FROM account_move bill WHERE bill.id = %s AND {STANDS})
    OR EXISTS (SELECT FROM account_move_line line JOIN account_move bill ON bill.id = line.move_id
                WHERE line.clinic_appointment_id = %s AND {STANDS})
)"""
_logger = logging.getLogger(__name__)


class ClinicAppointment(models.Model):
    """What a late cancellation or a no-show costs: who owes it, and where it is invoiced.

    It is on the invoice of the visit, to who pays for the visit. A posted invoice of the visit
    itself stands, and no fee comes on top.
    """

    _inherit = "clinic.appointment"

    owed_text = fields.Char(
        string="Fee",
        compute="_compute_owed_text",
        groups="base.group_user",
        help="What it costs that somebody cancelled late, or didn't come.",
    )

    noshow_costs = fields.Boolean(
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="Not coming had a fee of its own when nobody came: that is to pay, if anything.",
    )

    @api.depends("participant_ids.owes", "invoice_id.state", "service_id")
    def _compute_owed_text(self):
        for visit in self:
            visit.owed_text = " ".join(visit._get_owed_words())

    def _get_owed_words(self):
        owed = self._get_owed()
        words = [
            self.env._(
                "%(what)s: %(fee)s, %(names)s.",
                what=self._get_missed_word(owing[0].owes),
                fee=self.sudo().service_id._format_fee(
                    owing[0].sudo().owed_amount, self.sudo().payer_id
                ),
                names=", ".join(owing.mapped("name")),
            )
            for owing in owed
        ]
        if owed and self._has_standing_bill():
            words.append(self.env._("The invoice of the visit stands, so no fee comes on top."))
        return words

    def _get_bills(self):
        """The invoices of the visit: one, or one for each payer."""
        return self.invoice_id._get_parts()

    @api.depends("invoice_id.state", "invoice_id.reversal_move_ids.state")
    def _compute_is_invoiced(self):
        # A practitioner doesn't read invoices, but sees that there is one.
        invoiced = self.sudo().search([("id", "in", self.ids), ("is_invoiced", "=", True)])
        for appointment in self:
            appointment.is_invoiced = appointment._origin in invoiced

    @api.model
    def _search_is_invoiced(self, operator, value):
        """By the documents that stand: the visit's own, and those that have a line for it."""
        # Odoo asks who may read a field, and not who may search by one.
        self._check_field_access(self._fields["is_invoiced"], "read")
        if operator != "in":
            return NotImplemented
        self.flush_model(["invoice_id"])
        self.env["account.move.line"].flush_model(["move_id", "clinic_appointment_id"])
        self.env["account.move"].flush_model([
            "move_type", "state", "amount_total", "reversed_entry_id",
        ])  # fmt: skip

        def to_sql(_model, alias, _query):
            visit, own = SQL.identifier(alias, "id"), SQL.identifier(alias, "invoice_id")
            return SQL(INVOICED, own, visit)

        return Domain.custom(to_sql=to_sql)

    # What it would cost

    def _is_late(self, now):
        """Whether it is later than patients may cancel; within the undo period it never is."""
        visit_sudo = self.sudo()
        if visit_sudo._is_in_undo():
            return False
        _is_allowed, hours = visit_sudo.service_id._get_change_rule("cancel")
        return now > get_deadline(from_stored(visit_sudo.start), hours)

    def _find_missing(self, kind, leaving):
        """For whom of these the service charges when they cancel now ("late"), or don't come.

        What everybody may know. A fee for the whole visit is due when nobody comes any more.
        """
        service_sudo = self.sudo().service_id
        is_free = kind == "late" and not self._is_late(get_now())
        stays = service_sudo.fee_per == "appointment" and self._get_coming() - leaving
        if is_free or stays or not service_sudo._get_missed_fee(kind):
            return leaving.browse()
        return leaving

    def _find_owing(self, kind, leaving):
        """Who of these would really owe it: nobody whom the clinic lets off, and no child pays."""
        payer_sudo = self.sudo().payer_id
        family = self.env["clinic.family"].with_company(self.sudo().company_id)
        if payer_sudo.clinic_pays_no_fees or not family._decide_paying(payer_sudo):
            return leaving.browse()
        missing_sudo = self._find_missing(kind, leaving).sudo()
        return missing_sudo.filtered(lambda one: not one.partner_id.clinic_pays_no_fees)

    def _get_cost(self, kind, owing):
        """What it costs that these don't come."""
        service_sudo = self.sudo().service_id
        count = len(owing) if service_sudo.fee_per == "participant" else bool(owing)
        return service_sudo._get_missed_fee(kind) * count

    def _describe_cost(self, kind, owing):
        return self.sudo().service_id._format_fee(self._get_cost(kind, owing), self.sudo().payer_id)

    def _get_missed_rule(self, is_late):
        """What it costs to cancel late and not to come, a sentence each, for everybody to read."""
        service_sudo = self.sudo().service_id
        payer_sudo = self.sudo().payer_id
        late, noshow = (
            service_sudo._get_missed_price(kind, payer_sudo) for kind in ("late", "noshow")
        )
        words = []
        if late:
            words.append(
                self.env._("Cancelling now costs %s.", late)
                if is_late
                else self.env._("Cancelling later costs %s.", late)
            )
        if noshow:
            words.append(self.env._("Not coming without cancelling costs %s.", noshow))
        return words

    def _describe_fees(self, target):
        """What it costs that these visits come to the target state now, a sentence each."""
        kind = MISSED_AS[target]
        words = []
        for visit in self.filtered(lambda one: one.state in EXPECTED).sorted("start"):
            owing = visit._find_owing(kind, visit._get_coming())
            if owing and not visit._has_standing_bill():
                words.append(visit.env._(
                    "%(time)s: %(what)s, %(fee)s, will be invoiced to %(payer)s.",
                    time=visit.local_time,
                    what=visit._get_missed_word(kind),
                    fee=visit._describe_cost(kind, owing),
                    payer=visit.sudo().payer_id.name,
                ))  # fmt: skip
        return words

    def _has_standing_bill(self):
        """Whether a posted invoice for the visit itself stands, so that no fee comes on top."""
        is_posted = any(
            bill.state == "posted" and bill._is_standing() for bill in self.sudo()._get_bills()
        )
        return is_posted and not self._has_only_fees()

    # Confidential: a neutral line

    def _get_invoice_origin(self):
        """What Odoo prints as the source of the invoice; nothing of a confidential visit."""
        return not self.is_confidential and f"{self.service_id.name} · {self.local_time}"

    def _set_confidential(self, is_confidential):
        """Its drafts say nothing of it any more, or say it again; what was posted stays."""
        changed_sudo = super()._set_confidential(is_confidential)
        for visit_sudo in changed_sudo:
            lines_sudo = self.env["account.move.line"].sudo().search([
                ("clinic_appointment_id", "=", visit_sudo.id), ("parent_state", "=", "draft"),
            ])  # fmt: skip
            lines_sudo._follow_confidentiality()
            for draft_sudo in lines_sudo.move_id:
                is_only = draft_sudo.invoice_line_ids.clinic_appointment_id <= visit_sudo
                origin = is_only and visit_sudo._as_payer_reads()._get_invoice_origin()
                draft_sudo.invoice_origin = origin
            if visit_sudo.is_confidential:
                # Who kept a link finds nothing there any more.
                visit_sudo._get_bills().access_token = False
        return changed_sudo

    @api.ondelete(at_uninstall=False)
    def _unlink_except_confidential_and_billed(self):
        """Relatives would find its invoice again, as nothing says any more what it is for."""
        for visit_sudo in self.sudo().filtered("is_confidential"):
            if self.env["account.move.line"].sudo().search_count([
                ("clinic_appointment_id", "=", visit_sudo.id), ("parent_state", "=", "posted"),
            ], limit=1):  # fmt: skip
                raise UserError(self.env._(
                    "A confidential visit that was invoiced isn't deleted: the patient's relatives "
                    "would find its invoice. Please cancel the visit instead."
                ))  # fmt: skip

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts(self):
        """Nobody pays for a visit that isn't there any more."""
        for visit_sudo in self.sudo():
            visit_sudo._get_drafts().invoice_line_ids._part_with(self)

    def _get_told_before(self):
        """Who was invoiced by name."""
        told = super()._get_told_before()
        for bill in self._get_bills():
            lines = bill.invoice_line_ids.filtered(lambda one: one.clinic_appointment_id == self)
            if bill.state == "posted" and lines.product_id:
                told.append(self.env._(
                    "Invoice %(number)s to %(payer)s names the visit. Credit it to bill the visit "
                    "anew, without a word of it.",
                    number=bill.name,
                    payer=bill.partner_id.name,
                ))  # fmt: skip
        return told

    # Owing it

    def _charge(self, kind, leaving):
        """Who of these has cancelled late, or didn't come, owes the fee for it."""
        price = self.sudo().service_id._get_missed_fee(kind)
        # What somebody owes is nobody's to write by hand; later prices are for later visits.
        self._find_owing(kind, leaving).sudo().write({"owes": kind, "owed_amount": price})

    def _get_owed(self):
        """The fees that are owed: for each, the participants it is for."""
        self.ensure_one()
        owing_sudo = self.sudo().participant_ids.filtered("owes")
        if self.sudo().service_id.fee_per == "participant":
            return list(owing_sudo)
        return [owing_sudo] if owing_sudo else []

    def _is_missed_for_a_fee(self):
        """Whether nobody came, and that is what has to be paid, if anything."""
        return self.state == "noshow" and self.sudo().noshow_costs

    def _waive_fee(self, why, but=()):
        """Nobody pays for a late cancellation, or for not having come, whatever was invoiced.

        Those in ``but`` owed it before, for another reason.
        """
        for visit_sudo in self.sudo():
            visit_sudo._drop_fees(
                visit_sudo.participant_ids.filtered(lambda one: one.owes and one not in but)
            )

    def _forgive_who_comes(self):
        """Who comes after all owes nothing any more."""
        for visit in self:
            visit._drop_fees(
                visit.participant_ids.filtered(
                    lambda p: p.owes and p.state not in ("cancelled", "noshow")
                )
            )

    def _drop_fees(self, owing):
        """These owe nothing any more: a draft loses the fee, a posted invoice is credited."""
        if not owing:
            return
        people = owing.partner_id
        owing.owes = False
        self._adapt_draft_invoice(self.env["account.move.line"])
        if self._get_invoiced_people(missed=True) & people:
            self.sudo().with_user(SUPERUSER_ID)._credit_fees(people)

    def _credit_fees(self, people):
        """Whatever is wrong with the accounts keeps nobody from coming after all."""

        def is_credited(line):
            is_ours = line.clinic_missed and line.clinic_appointment_id == self
            return is_ours and line.clinic_patient_ids & people

        bills = self._get_bills().with_company(self.company_id)
        try:
            with self.env.cr.savepoint():
                for bill in bills.filtered(
                    lambda one: one.state == "posted" and one.invoice_line_ids.filtered(is_credited)
                ):
                    bill._credit_lines(self._get_credit_reason(bill), is_credited)
        except UserError as error:
            _logger.warning("The fee of appointment %s was not credited: %s", self.id, error)

    def _get_credit_reason(self, bill):
        """What stands on the credit note; of a confidential visit not that it was for a fee."""
        if self.is_confidential:
            return self.env._("Credit for %s", bill.name)
        return self.env._("No fee after all: %s", bill.name)

    def action_waive_fee(self):
        """Opens the window that asks why nobody has to pay it."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clinic_family.clinic_fee_waive_action"
        )
        return {**action, "context": {"default_appointment_id": self.id}}

    # On the invoice

    def _prepare_owed_line(self, owing):
        kind, patients = owing[0].owes, owing.partner_id
        return {
            **self._prepare_line(patients),
            "name": self._get_owed_name(kind, patients),
            "price_unit": self._adapt_to_payer(owing[0].owed_amount),
            "clinic_missed": kind,
        }

    def _adapt_to_payer(self, price):
        """The price as the payer's fiscal position has it."""
        taxes_sudo = self.env["account.tax"].sudo().with_company(self.company_id)
        payer_sudo = self.payer_id.with_env(taxes_sudo.env)
        return taxes_sudo._adapt_clinic_price(
            taxes_sudo.env.company,
            self.service_id.product_id.with_env(taxes_sudo.env),
            price,
            taxes_sudo.env["account.fiscal.position"]._get_fiscal_position(payer_sudo),
        )

    def _get_owed_name(self, kind, patients, payer=None):
        """What the fee is for, and of which visit, in the payer's language."""
        visit = self._as_payer_reads(payer)
        if self.is_confidential:
            return visit._get_invoice_text(patients, payer)
        return visit.env._(
            "%(what)s: %(visit)s",
            what=visit._get_missed_word(kind),
            visit=visit._get_invoice_text(patients, payer),
        )

    def _get_missed_word(self, kind):
        return {
            "late": self.env._("Late cancellation"),
            "noshow": self.env._("No-show"),
        }[kind]

    def _add_owed_lines(self, drafts):
        """A draft gets a line for each fee that is owed and isn't on it yet."""
        missed = drafts.invoice_line_ids.filtered(
            lambda line: line.clinic_missed and line.clinic_appointment_id == self
        )
        missing = [
            one for one in self._get_owed() if not one.partner_id & missed.clinic_patient_ids
        ]
        if drafts and missing:
            drafts.invoice_line_ids = [
                fields.Command.create(self._prepare_owed_line(owing)) for owing in missing
            ]

    def _is_called_off(self, old):
        return self.state in ("cancelled", "noshow") and self.state != self._get_old_state(old)

    def _settle_called_off(self):
        """A draft keeps the fee alone, if any; a fee without an invoice gets one by itself."""
        for visit in self:
            if visit.state == "cancelled" or visit._is_missed_for_a_fee():
                visit._adapt_draft_invoice(self.env["account.move.line"])
            if visit._get_owed():
                visit._invoice_by_itself()

    def _has_only_fees(self):
        """Whether the invoice has fees for this visit and nothing for the visit itself."""
        bills_sudo = self.sudo()._get_bills()
        lines = bills_sudo.invoice_line_ids.filtered(
            lambda line: line.clinic_appointment_id == self
        )
        return bool(lines) and all(lines.mapped("clinic_missed"))

    def _get_fee_differences(self):
        """What is on the invoice although nobody owes it any more."""
        owing = self.participant_ids.filtered("owes").partner_id
        paid = self._get_invoiced_people(missed=True) - owing
        return [self.env._(
            "On the invoice for cancelling late or not coming, which isn't owed any more: %s.",
            self._list(paid),
        )] if paid else []  # fmt: skip
