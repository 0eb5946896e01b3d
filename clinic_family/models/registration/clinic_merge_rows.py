from psycopg2 import IntegrityError

from odoo import api, models
from odoo.tools import SQL, mute_logger, ormcache

from ...engine import rows

# Where somebody is named by a model and a number.
NAMED = {
    "ir_attachment": "res_model",
    "ir_model_data": "model",
    "mail_activity": "res_model",
    "mail_followers": "res_model",
    "mail_message": "model",
}
# What points at rows of these goes and comes with them.
FOLLOWED = ("clinic_permission", "mail_followers", "res_partner_bank", "website_visitor")
# What follows from a change of these is done and told: of them goes back whose they are.
WHOSE_ALONE = {
    "account_move",
    "account_move_line",
    "account_payment",
    "clinic_appointment",
    "clinic_package_session",
    "clinic_participant",
    "payment_transaction",
}
# What was closed lets nobody in again by itself: sessions, and links to invoices.
STAYS_CLOSED = {("res_users", "closed_at"), ("account_move", "access_token")}


class ClinicMergeRows(models.AbstractModel):
    """The rows of the database that are about some people: what a merge does to them is noted.

    Odoo moves them in SQL, in tables of other addons too; so they are read and put back there.
    """

    _name = "clinic.merge.rows"
    _description = "What a Merge Moves, Row by Row"

    # Reading

    @api.model
    def _read_about(self, ids):
        """By table and key, every row that points at one of these contacts, or at such a row."""
        self.env.flush_all()
        found = {}
        for table, column in self._get_pointing("res_partner"):
            self._collect(found, table, SQL("%s = ANY(%s)", SQL.identifier(column), ids))
        self._collect(found, "res_partner", SQL("id = ANY(%s)", ids))
        for table, column in NAMED.items():
            named = SQL("%s = 'res.partner' AND res_id = ANY(%s)", SQL.identifier(column), ids)
            self._collect(found, table, named)
        for table, column in self._get_references():
            names = [f"res.partner,{id_}" for id_ in ids]
            self._collect(found, table, SQL("%s = ANY(%s)", SQL.identifier(column), names))
        for followed in FOLLOWED:
            its_ids = [row["id"] for row in found.get(followed, {}).values()]
            for table, column in self._get_pointing(followed) if its_ids else ():
                self._collect(found, table, SQL("%s = ANY(%s)", SQL.identifier(column), its_ids))
        return found

    @api.model
    def _read_again(self, found, ids):
        """The same rows as they are now, and what points at these contacts meanwhile."""
        again = self._read_about(ids)
        for table, known in found.items():
            missing = [row["id"] for key, row in known.items() if "id" in row]
            if missing:
                self._collect(again, table, SQL("id = ANY(%s)", missing))
        return again

    def _collect(self, found, table, condition):
        rows_of_table = self._select(table, condition)
        if rows_of_table:
            found.setdefault(table, {}).update((rows.get_key(row), row) for row in rows_of_table)

    @api.model
    def _select(self, table, condition):
        query = SQL("SELECT to_jsonb(one) FROM %s one WHERE %s", SQL.identifier(table), condition)
        return [row for (row,) in self.env.execute_query(query)]

    @api.model
    @ormcache("table")
    def _get_pointing(self, table):
        """Which columns of which tables point there, but for windows, which are gone tomorrow."""
        passing = self._get_passing_tables()
        pointing = self.env["base.partner.merge.automatic.wizard"].sudo()._get_fk_on(table)
        return tuple((one, column) for one, column in pointing if one not in passing)

    def _get_passing_tables(self):
        passing = set()
        for model in self.env.values():
            if model._transient:
                passing.add(model._table)
                passing.update(
                    field.relation
                    for field in model._fields.values()
                    if field.type == "many2many" and field.store
                )
        return passing

    def _get_references(self):
        for model in self.env.values():
            if model._auto and not (model._abstract or model._transient):
                for name, field in model._fields.items():
                    if field.type == "reference" and field.store:
                        yield model._table, name

    # Putting back

    @api.model
    def _put_back(self, journal):
        """Makes the rows what they were; what was changed since stays. Answers with the tables
        of those that the database refuses."""
        made = [entry for entry in journal.made if self._is_taken_back(*entry)]
        steps = [
            *((table, self._insert, row) for table, row in self._sort_gone(journal.gone)),
            *((table, self._restore, (id_, old)) for table, id_, old in journal.changed),
            *((table, self._delete, row) for table, row in made),
        ]
        # One may wait for another: a permission can't be open beside the one that continued it.
        while steps:
            left = [step for step in steps if not self._try(*step)]
            if len(left) == len(steps):
                break
            steps = left
        self.env.invalidate_all()
        return sorted({table for table, _do, _what in steps})

    def _is_taken_back(self, table, row):
        """Rows without a number link two others; messages and the like stay where they are."""
        is_picture = table == "ir_attachment" and row["res_field"]
        return "id" not in row or is_picture or table in ("clinic_permission", "clinic_block")

    def _sort_gone(self, gone):
        """People first, because everything points at them."""
        return sorted(gone, key=lambda entry: entry[0] != "res_partner")

    def _try(self, table, do, what):
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint(flush=False):
                do(table, what)
        except IntegrityError:
            return False
        return True

    def _insert(self, table, row):
        # What links two may have been linked again since.
        self.env.cr.execute(SQL(
            "INSERT INTO %(table)s "
            "SELECT * FROM jsonb_populate_record(NULL::%(table)s, %(values)s::jsonb) %(twice)s",
            table=SQL.identifier(table),
            values=rows.write(row),
            twice=SQL() if "id" in row else SQL("ON CONFLICT DO NOTHING"),
        ))  # fmt: skip

    def _restore(self, table, change):
        id_, columns = change
        now = self._select(table, SQL("id = %s", id_))
        back = rows.get_return(self._filter_columns(table, columns), now[0]) if now else {}
        if back:
            self.env.cr.execute(SQL(
                "UPDATE %(table)s SET (%(names)s) = (SELECT %(names)s FROM "
                "jsonb_populate_record(NULL::%(table)s, %(values)s::jsonb)) WHERE id = %(id)s",
                table=SQL.identifier(table),
                names=SQL(", ").join(map(SQL.identifier, back)),
                values=rows.write(back),
                id=id_,
            ))  # fmt: skip

    def _filter_columns(self, table, columns):
        whose = {"res_partner", "clinic_permission"}
        if table in WHOSE_ALONE:
            pointing = {
                column
                for target in whose
                for one, column in self._get_pointing(target)
                if one == table
            }
            pointing.update(rows.WRITTEN)
            columns = {name: change for name, change in columns.items() if name in pointing}
        return {
            name: change for name, change in columns.items() if (table, name) not in STAYS_CLOSED
        }

    def _delete(self, table, row):
        same = SQL("id = %s", row["id"]) if "id" in row else SQL(" AND ").join(
            SQL("%s = %s", SQL.identifier(name), value) for name, value in row.items()
        )  # fmt: skip
        # Another picture was put there since.
        if table == "ir_attachment":
            same = SQL("%s AND checksum = %s", same, row["checksum"])
        self.env.cr.execute(SQL("DELETE FROM %s WHERE %s", SQL.identifier(table), same))
