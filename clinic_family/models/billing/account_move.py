import logging

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import NO_ACCESS, Domain
from odoo.tools import SQL, consteq

from odoo.addons.payment.utils import generate_access_token

_logger = logging.getLogger(__name__)
POSTED_A_RUN = 200
PAY = ("kind", "=", "pay")


class AccountMove(models.Model):
    """An invoice of appointments names those it is for, wherever it is read.

    A patient's is seen and paid by those who may pay for them, for just as long.
    """

    _name = "account.move"
    _inherit = ["account.move", "clinic.written.mixin"]

    # Nobody's address in the headers of what somebody else gets.
    _CUSTOMER_HEADERS_LIMIT_COUNT = 0
    clinic_appointment_ids = fields.One2many(
        "clinic.appointment",
        "invoice_id",
        string="Appointments",
        readonly=True,
        groups="clinic_family.clinic_family_group_practitioner",
    )
    clinic_appointment_count = fields.Integer(
        compute="_compute_clinic_appointment_count",
        groups="clinic_family.clinic_family_group_practitioner",
    )
    # Readers of the invoice read them in its text anyway.
    clinic_patient_names = fields.Char(
        string="For", compute="_compute_clinic_patient_names", compute_sudo=True
    )
    clinic_post_at = fields.Datetime(
        string="Confirms Itself On",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="clinic_family.clinic_family_group_practitioner",
    )

    # For record rules alone.
    clinic_viewer_ids = fields.Many2many(
        "res.partner",
        string="May See and Pay",
        compute="_compute_clinic_viewer_ids",
        search="_search_clinic_viewer_ids",
        groups=NO_ACCESS,
    )
    clinic_key_made_at = fields.Datetime(
        string="Link Made On", readonly=True, copy=False, groups=NO_ACCESS
    )

    @api.depends("invoice_line_ids.clinic_appointment_id", "clinic_appointment_ids")
    def _compute_clinic_appointment_count(self):
        for move in self:
            move.clinic_appointment_count = len(move._get_clinic_appointments())

    def _get_clinic_appointments(self):
        return self.clinic_appointment_ids | self.invoice_line_ids.clinic_appointment_id

    def _is_confidential(self):
        """Whether it is for a confidential visit: then its customer alone sees it."""
        lines_sudo = self.sudo().invoice_line_ids
        # Line by line, so that those of other invoices are read with them.
        return any(line.clinic_appointment_id.is_confidential for line in lines_sudo)

    def _is_patients_own(self):
        """Whether it was written for patients, to whom *proforma* says nothing once it counts."""
        return self.state == "posted" and bool(self.sudo()._get_clinic_patients())

    def _get_invoice_proforma_pdf_report_filename(self):
        # What Odoo hands out for as long as nobody has sent the invoice.
        if self._is_patients_own():
            return self._get_invoice_report_filename()
        return super()._get_invoice_proforma_pdf_report_filename()

    def _get_clinic_patients(self):
        """For whom it is, told or not."""
        return self.invoice_line_ids.clinic_patient_ids

    @api.depends(
        "invoice_line_ids.clinic_patient_ids.name",
        "invoice_line_ids.clinic_appointment_id.is_confidential",
        "partner_id",
    )
    @api.depends_context("lang")
    def _compute_clinic_patient_names(self):
        for move in self:
            patients = move.invoice_line_ids._get_named_patients()
            company = move.company_id
            move.clinic_patient_names = bool(patients) and company._get_invoice_names(
                patients, move.partner_id
            )

    def _notify_get_recipients_groups(self, message, model_description, msg_vals=False):
        """Gives nobody a key to a patient's invoice, as Odoo gives to all it writes to.

        Those who may see it log in, and the customer keeps a way of their own.
        """
        groups = super()._notify_get_recipients_groups(message, model_description, msg_vals)
        if not self.env["clinic.receipt.copy"]._is_of_patient(self):
            return groups
        return [group for group in groups if group[0] != "additional_intended_recipient"]

    def _is_standing(self):
        """Whether there is such an invoice, neither cancelled nor credited."""
        return bool(self) and self.state != "cancel" and not self._is_credited()

    def _is_credited(self):
        """Whether posted credit notes have taken all of it back."""
        credits = self._get_credits()
        amount = sum(credits.mapped("amount_total"))
        return bool(credits) and self.currency_id.compare_amounts(amount, self.amount_total) >= 0

    def _get_credits(self):
        return self.reversal_move_ids.filtered(lambda move: move.state == "posted")

    def _credit_lines(self, reason, is_credited):
        """Credits those of its lines, to its customer, and confirms the credit note."""
        note = self._draft_credit(reason, is_credited)
        note.action_post()
        return note

    def _draft_credit(self, reason, is_credited):
        self.ensure_one()
        note = self._reverse_moves([{
            "ref": reason, "invoice_date": self.company_id._get_clinic_today(),
        }])  # fmt: skip
        note.invoice_line_ids.filtered(lambda line: not is_credited(line)).unlink()
        return note

    def action_view_clinic_appointment(self):
        """Opens the appointment this is about, or the list when there are several."""
        self.ensure_one()
        appointments = self._get_clinic_appointments()
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Appointments"),
            "res_model": "clinic.appointment",
        }
        if len(appointments) == 1:
            return {**action, "res_id": appointments.id, "view_mode": "form"}
        return {**action, "domain": [("id", "in", appointments.ids)], "view_mode": "list,form"}

    # Invoices that confirm themselves

    @api.model
    def _post_clinic_due(self):
        """Confirms what is due, one after the other."""
        due = self.search(
            [("clinic_post_at", "<=", fields.Datetime.now())],
            order="clinic_post_at, id",
            limit=POSTED_A_RUN,
        )
        for left, invoice in zip(reversed(range(len(due))), due, strict=True):
            invoice._post_by_itself()
            if not self.env["ir.cron"]._commit_progress(1, remaining=left):
                return

    def _post_by_itself(self):
        """Confirms a draft as things are now; one that can't be stays a draft and says why."""
        self.clinic_post_at = False
        try:
            with self.env.cr.savepoint():
                for visit in self.clinic_appointment_ids:
                    visit._complete_draft()
                if self.state == "draft" and self.invoice_line_ids:
                    self.action_post()
        except UserError as error:
            _logger.info("Invoice %s was not confirmed: %s", self.id, error)
            self.message_post(body=self.env._("This didn't confirm itself: %s", error))
        except OperationalError:
            # Somebody else was faster: the next run looks again.
            raise
        except Exception:
            _logger.exception("Invoice %s was not confirmed", self.id)

    # Who sees it: whoever is logged in goes by what they may see, and is handed no key. A link that
    # opens an invoice to everybody would outlive the permission to see it.

    def _fetch_duplicate_reference(self, matching_states=("draft", "posted")):
        """Of two that look alike, nobody is told of the one they may not see."""
        found = super()._fetch_duplicate_reference(matching_states)
        return {move: alike._filtered_access("read") for move, alike in found.items()}

    def _compute_clinic_viewer_ids(self):
        nobody = self.env["res.partner"]
        actors = dict(
            self.env["clinic.authority"]._read_group(
                [("person_id", "in", self.partner_id.ids), PAY],
                ["person_id"],
                ["actor_id:recordset"],
            )
        )
        for move in self:
            everybody = actors.get(move.partner_id, nobody)
            move.clinic_viewer_ids = move.partner_id if move._is_confidential() else everybody

    @api.model
    def _search_clinic_viewer_ids(self, operator, value):
        """Whose the invoice itself is: contacts below a patient may be other people.

        One for a confidential visit is its customer's alone.
        """
        # Odoo asks who may read a field, and not who may search by one: rules alone may.
        self._check_field_access(self._fields["clinic_viewer_ids"], "read")
        if operator != "in":
            return NotImplemented
        people = self.env["clinic.authority"].sudo()._search([("actor_id", "in", value), PAY])
        visits = self.env["clinic.appointment"]
        lines = self.env["account.move.line"]
        lines.flush_model(["move_id", "clinic_appointment_id"])
        visits.flush_model(["is_confidential"])

        def to_sql(model, alias, query):
            customer = model._field_to_sql(alias, "partner_id", query)
            return SQL(
                """(%s = ANY(ARRAY(%s)) AND (%s = ANY(%s) OR NOT EXISTS (
                    SELECT FROM account_move_line line
                      JOIN clinic_appointment visit ON visit.id = line.clinic_appointment_id
                     WHERE line.move_id = %s AND visit.is_confidential)))""",
                customer,
                people.select("person_id"),
                customer,
                [*value],
                SQL.identifier(alias, "id"),
            )

        return Domain.custom(to_sql=to_sql)

    def _filter_shared(self):
        """Those that a logged-in patient may see by permission alone, or not at all."""
        if not self.env.user._is_portal():
            return self.browse()
        mine = [("partner_id", "child_of", self.env.user.commercial_partner_id.id)]
        return self - self.sudo().filtered_domain(mine).sudo(False)

    def _is_for_patient(self):
        """Whether permissions say who may see it; Odoo's other customers are as ever."""
        self.ensure_one()
        given_sudo = self.env["clinic.permission"].sudo().search_count(
            [("grantor_id", "=", self.sudo().partner_id.id), PAY], limit=1
        )  # fmt: skip
        return bool(given_sudo) or self.env["clinic.receipt.copy"]._is_of_patient(self.sudo())

    # What was written about it

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        """Messages on somebody else's invoice aren't meant for those who may pay it."""
        operations = super()._mail_get_operation_for_mail_message_operation(message_operation)
        return {**operations, **dict.fromkeys(self._filter_shared(), "write")}

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Whoever sees it by permission alone doesn't follow it: Odoo asks no more than that."""
        me = self.env.user.partner_id
        if me.id in (partner_ids or ()) and self._filter_shared():
            partner_ids = [each for each in partner_ids if each != me.id]
        return super().message_subscribe(partner_ids, subtype_ids)

    @api.model
    def _get_thread_with_access(self, thread_id, *, hash=None, pid=None, token=None, **kwargs):  # pylint: disable=redefined-builtin
        if not self._pick_key(thread_id, "any"):
            hash = token = None
            if self.browse(thread_id).exists()._filter_shared():
                return self.browse()
        return super()._get_thread_with_access(thread_id, hash=hash, pid=pid, token=token, **kwargs)

    @api.model
    def _get_page_customer(self, move_id):
        """The name over somebody else's invoice; empty over one's own."""
        return self.browse(move_id)._filter_shared().sudo().partner_id.name or ""

    @api.model
    def _add_page_customers(self, rows):
        """The rows of the list of invoices, each with the name over somebody else's."""
        shared = self.union(*(row["invoice"] for row in rows))._filter_shared()
        return [
            {
                **row,
                "clinic_customer": shared & row["invoice"]
                and row["invoice"].sudo().partner_id.name,
            }
            for row in rows
        ]

    def _get_invoice_portal_extra_values(self, custom_amount=None):
        """Instalments, which stand in lines that those who may pay don't read."""
        found = self.sudo() if self.env.user._is_portal() else self
        values = super(AccountMove, found)._get_invoice_portal_extra_values(custom_amount)
        return {**values, "invoice": self}

    # The key in a link

    @api.model
    def _is_closed_to_visitors(self, move_id, amount, signature):
        """Whether a link that is signed for no invoice opens none for who isn't logged in."""
        move_sudo = self.sudo().browse(move_id).exists()
        if not (self.env.user._is_public() and move_sudo and move_sudo._is_for_patient()):
            return False
        signed = (move_sudo.partner_id.id, amount, move_sudo.currency_id.id)
        return consteq(signature or "", generate_access_token(*signed, env=self.env))

    @api.model
    def _pick_key(self, move_id, key):
        """The key, if it still opens the invoice for who asks; for other logged-in people none."""
        move = self.browse(move_id).exists()
        if not move or not key:
            return key
        is_closed = move._filter_shared() and move._is_for_patient()
        return None if is_closed or move._has_dead_key() else key

    def _portal_ensure_token(self):
        """A new one where somebody may have kept the old one."""
        move_sudo = self.sudo()
        if not move_sudo.access_token or self._has_dead_key():
            move_sudo.write({"access_token": False, "clinic_key_made_at": self.env.cr.now()})
        return super(AccountMove, move_sudo)._portal_ensure_token()

    def _has_dead_key(self):
        """Whether it is from before a permission to see the invoice ended by itself."""
        end = self.env["clinic.permission"].sudo()._get_last_end(self.sudo().partner_id)
        made_at = self.sudo().clinic_key_made_at
        return bool(end) and not (made_at and made_at > end)

    def _is_keyless(self):
        """Whether the page is for somebody who is logged in."""
        keyless = self.env.context.get("clinic_keyless")
        return keyless or (self.env.user._is_portal() and not self.env.su)

    @api.model
    def _opens_keyless(self, move_id):
        """Whether somebody who is logged in may see it as they are."""
        return self.env.user._is_portal() and self.browse(move_id).exists().has_access("read")

    @api.model
    def _hides_key(self, move_id):
        """Whether its pages carry no key; those of Odoo's other customers do, as ever."""
        move = self.browse(move_id).exists()
        return self._opens_keyless(move_id) or (
            self.env.user._is_portal() and bool(move) and move._is_for_patient()
        )

    def _get_portal_payment_link(self):
        """On paper that somebody logged in looks at, the way to the page and no key."""
        if self.env.user._is_portal() and self._is_for_patient():
            return f"{self.get_base_url()}/my/invoices/{self.id}"
        return super()._get_portal_payment_link()

    def get_portal_url(
        self, suffix=None, report_type=None, download=None, query_string=None, anchor=None
    ):
        """A page that is looked at by permission needs no key, where Odoo would make one."""
        if not self._is_keyless():
            return super().get_portal_url(suffix, report_type, download, query_string, anchor)
        asked = [
            f"report_type={report_type}" if report_type else "",
            "download=true" if download else "",
            (query_string or "").removeprefix("&"),
        ]
        query = "&".join(filter(None, asked))
        page = f"{self.sudo().access_url}{suffix or ''}"
        return page + (f"?{query}" if query else "") + (f"#{anchor}" if anchor else "")

    @api.model
    def _drop_key(self, url):
        """The same address without the key, which Odoo writes first."""
        path, _mark, query = url.partition("?access_token=")
        rest = query.partition("#")
        others = rest[0].partition("&")[2]
        return path + (others and f"?{others}") + rest[1] + rest[2]

    def _get_share_url(self, redirect=False, signup_partner=False, pid=None, share_token=True):
        share_token = share_token and not self._is_keyless()
        return super()._get_share_url(redirect, signup_partner, pid, share_token)

    def _has_field_access(self, field, operation):
        """The key to an invoice is nothing that somebody reads there."""
        is_key = field.name == "access_token" and self.env.user._is_portal() and not self.env.su
        return not is_key and super()._has_field_access(field, operation)
