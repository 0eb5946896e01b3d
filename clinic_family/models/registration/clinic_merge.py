from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import NO_ACCESS, Domain
from odoo.tools import SQL

from ...engine import rows

DAY = timedelta(days=1)
# What may not have changed since, and what of it: it was decided for the one they were together.
RIGHTS = {
    "clinic_permission": ("grantor_id", "grantee_id", "kind", "ends_at", "ended_at"),
    "clinic_block": ("person_a_id", "person_b_id", "lifted_at"),
    "clinic_relationship": ("person_a_id", "person_b_id", "ended_at"),
    "res_users": ("partner_id", "active"),
}
# What may not have changed of what goes back: it was paid, invoiced or used together with the rest.
BOOKS = {
    "account_move": ("state", "payment_state", "amount_residual"),
    "account_move_line": ("reconciled", "amount_residual"),
    "clinic_appointment": ("invoice_id",),
    "clinic_package_session": ("state", "participant_id"),
}


class ClinicMerge(models.Model):
    """A merge of two patients that can still be undone, for a day; then it is forgotten.

    It remembers each row that it moved, changed or deleted. Undone, each is what it was, unless
    somebody has changed it since. What was made since stays with the one who stayed.
    """

    _name = "clinic.merge"
    _inherit = ["clinic.hidden.mixin", "clinic.written.mixin"]
    _description = "Merge of Patients"
    _order = "merged_at desc, id desc"
    _rec_name = "source_name"

    kept_id = fields.Many2one(
        "res.partner", string="Stayed", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.company,
    )
    kept_number = fields.Integer(string="Their Number", required=True, readonly=True)
    source_name = fields.Char(string="Entered Twice", required=True, readonly=True)
    source_number = fields.Integer(string="Number Before", required=True, readonly=True)
    merged_at = fields.Datetime(
        string="On", required=True, readonly=True, default=lambda self: self.env.cr.now()
    )
    merged_by_id = fields.Many2one("res.users", string="By", required=True, readonly=True)
    moved = fields.Json(string="What It Moved", readonly=True, groups=NO_ACCESS)
    obstacle_text = fields.Text(string="Why Not", compute="_compute_what_follows")
    back_text = fields.Text(string="Goes Back", compute="_compute_what_follows")
    stays_text = fields.Text(string="Made Since, Stays", compute="_compute_what_follows")

    def _compute_what_follows(self):
        for merge in self:
            merge.obstacle_text = "\n".join(merge._find_obstacles())
            back, since = merge._count_back(), merge._count_since()
            merge.back_text, merge.stays_text = self._list(back), self._list(since)

    @api.model
    def _list(self, counts):
        return "\n".join(
            self.env._("%(what)s: %(count)s", what=title, count=count)
            for title, count in counts.items()
            if count
        )

    @api.model
    def _search_undoable(self, people):
        return self.search([
            ("kept_id", "in", people.ids), ("merged_at", ">", self.env.cr.now() - DAY),
        ])  # fmt: skip

    # Recording

    @api.model
    def _record(self, source, kept, merge):
        """Merges by calling ``merge``, and remembers what that has done to whose rows."""
        reader = self.env["clinic.merge.rows"].sudo()
        before = reader._read_about((source | kept).ids)
        last = {model: self._get_last(model) for _title, model, _name in self._get_counted()}
        known = {"source_name": source.name, "source_number": source.id}
        merge()
        stand_ins = self._search_stand_ins(known["source_number"], kept.id)
        after = reader._read_again(before, (kept | stand_ins).ids)
        journal = rows.compare(before, after)
        # What happened is nobody's to write by hand.
        recorded_sudo = self.sudo().create({
            **known,
            "kept_id": kept.id,
            "kept_number": kept.id,
            "merged_by_id": self.env.uid,
            "moved": {
                "journal": journal,
                "last": last,
                "rights": self._pick(after, RIGHTS),
                "books": self._pick_changed(after, journal),
            },
        })  # fmt: skip
        recorded_sudo._keep_files(journal)
        return recorded_sudo.sudo(False)

    def _keep_files(self, journal):
        """Odoo deletes files that no attachment names: a copy names them as long as this lasts,
        for nobody to open."""
        files = self.env["ir.attachment"]
        for table, row in journal.gone:
            if table == "ir_attachment" and row["store_fname"]:
                content = files._file_read(row["store_fname"])
                files.create({
                    "name": row["name"], "raw": content,
                    "res_model": self._name, "res_field": "moved", "res_id": self.id,
                })  # fmt: skip

    @api.model
    def _get_counted(self):
        """What is counted of somebody: a label, the model, and the field that names whose."""
        return [
            (self.env._("Visits"), "clinic.participant", "partner_id"),
            (self.env._("Invoices"), "account.move", "partner_id"),
            (self.env._("Purchased packages"), "clinic.package.purchase", "owner_id"),
            (self.env._("Others who pay a part"), "clinic.payer.share", "patient_id"),
            (self.env._("Saved cards"), "payment.token", "partner_id"),
            (self.env._("Forms"), "clinic.form.request", "patient_id"),
        ]

    def _get_last(self, model):
        table = SQL.identifier(self.env[model]._table)
        return self.env.execute_query(SQL("SELECT coalesce(max(id), 0) FROM %s", table))[0][0]

    def _search_stand_ins(self, *numbers):
        """Who stands in the ledger, or has a closed login, for one of these."""
        people_sudo = self.env["res.partner"].sudo().with_context(active_test=False)
        return people_sudo.search([("clinic_merged_number", "in", numbers)])

    def _pick(self, found, watched):
        """Of each row that is watched, what may not change."""
        return {
            table: {
                key: {name: row[name] for name in names}
                for key, row in found.get(table, {}).items()
            }
            for table, names in watched.items()
        }

    def _pick_changed(self, found, journal):
        moved = {(table, str(id_)) for table, id_, _columns in journal.changed}
        return {
            table: {key: row for key, row in picked.items() if (table, key) in moved}
            for table, picked in self._pick(found, BOOKS).items()
        }

    # What follows

    def _get_journal(self):
        # Kept for this alone; whoever may see the merge may undo it.
        return rows.Journal(*self.sudo().moved["journal"])

    def _count_back(self):
        """How much goes back to the one who was entered twice, by its title."""
        changed = self._get_journal().changed
        # A card that was closed with its login goes back, too.
        known = self.with_context(active_test=False)._count_known
        return {
            title: known(model, Domain("id", "in", [
                id_
                for table, id_, columns in changed
                if table == self.env[model]._table and name in columns
            ]))
            for title, model, name in self._get_counted()
        }  # fmt: skip

    def _count_since(self):
        """How much was made since, which stays."""
        last = self.sudo().moved["last"]
        return {
            title: self._count_known(
                model, Domain(name, "=", self.kept_id.id) & Domain("id", ">", last[model])
            )
            for title, model, name in self._get_counted()
        }

    @api.model
    def _count_known(self, model, domain):
        """How many there are in the companies that somebody works in: of others they know nothing.

        Numbers only, of what a manager joins and separates whether they may open it or not.
        """
        company = "appointment_id.company_id" if model == "clinic.participant" else "company_id"
        here = Domain(company, "in", [*self.env.companies.ids, False])
        return self.env[model].sudo().search_count(domain & here)

    def _find_obstacles(self):
        """The sentences that say why it can't be undone."""
        names = {"kept": self.kept_id.name, "double": self.source_name}
        if self.merged_at <= self.env.cr.now() - DAY:
            return [self.env._("It is more than a day ago.")]
        if self.kept_id.id != self.kept_number or self._search_later():
            return [self.env._(
                "%(kept)s was merged with somebody again since. Please undo that first.", **names
            )]  # fmt: skip
        return [
            sentence
            for is_so, sentence in (
                (self._has_other_rights() or self._has_parted(), self.env._(
                    "Who may act for whom, who is related or kept apart, or a login of %(kept)s "
                    "has changed since, and nobody but you can tell for which of the two that "
                    "was meant.",
                    **names,
                )),
                (self._has_other_books(), self.env._(
                    "An invoice or a session that would go back to %(double)s has been invoiced, "
                    "paid or used since.",
                    **names,
                )),
            )
            if is_so
        ]  # fmt: skip

    def _search_later(self):
        later = Domain("kept_id", "=", self.kept_id.id) & Domain("id", ">", self.id)
        return self.sudo().search(later, limit=1)

    def _has_other_rights(self):
        left = self.sudo().moved["rights"]
        stand_ins = self._search_stand_ins(self.source_number, self.kept_number)
        found = self.env["clinic.merge.rows"].sudo()._read_about((self.kept_id | stand_ins).ids)
        now = self._pick(found, RIGHTS)
        return any(now[table] != left[table] for table in RIGHTS)

    def _has_parted(self):
        """Whether somebody who would act again was erased since, or their account was closed."""
        held = self.sudo().moved["rights"]["clinic_permission"].values()
        people_sudo = self.env["res.partner"].sudo().with_context(active_test=False)
        since = Domain("clinic_erased_at", ">", self.merged_at)
        since |= Domain("user_ids.closed_at", ">", self.merged_at)
        ids = {row[side] for row in held for side in ("grantor_id", "grantee_id")}
        return bool(people_sudo.search_count(Domain("id", "in", list(ids)) & since, limit=1))

    def _has_other_books(self):
        reader = self.env["clinic.merge.rows"].sudo()
        self.env.flush_all()
        for table, left in self.sudo().moved["books"].items():
            ids = [int(key) for key in left]
            now = {str(row["id"]): row for row in reader._select(table, SQL("id = ANY(%s)", ids))}
            if any(rows.is_touched(row, now.get(key)) for key, row in left.items()):
                return True
        return False

    # Undoing

    def action_undo(self):
        """Both are what they were; who has undone it stands on both."""
        self.ensure_one()
        self.check_access("read")
        self.kept_id.sudo().lock_for_update()
        obstacles = self._find_obstacles()
        if obstacles:
            raise UserError("\n".join(obstacles))
        kept, number, name = self.kept_id, self.source_number, self.source_name
        self._undo()
        source = self.env["res.partner"].browse(number)
        for person in (kept, source):
            person.message_post(body=self.env._("The merge with %(name)s was undone.", name=name))
        return source.get_formview_action()

    def _undo(self):
        # The ledger and what others may not write is put back as it was, by nobody's hand.
        journal = self._get_journal()
        refused = self.env["clinic.merge.rows"].sudo()._put_back(journal)
        if refused:
            models_ = self.env["ir.model"].sudo().search([("model", "in", [
                model._name for model in self.env.values() if model._table in refused
            ])])  # fmt: skip
            raise UserError(self.env._(
                "Something that was entered since stands in the way: %(what)s. Please remove it "
                "first.",
                what=", ".join(models_.mapped("name") or refused),
            ))  # fmt: skip
        made = [row["id"] for table, row in journal.made if table == "res_partner"]
        self.env["res.partner"].sudo().browse(made).unlink()
        self.sudo().unlink()
        self.env.flush_all()
        # Whose records an account sees is kept by account.
        self.env.registry.clear_cache()

    @api.autovacuum
    def _gc_over(self):
        """After a day it is as it is."""
        self.search([("merged_at", "<=", self.env.cr.now() - DAY)]).unlink()
