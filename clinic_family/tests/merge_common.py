"""For tests of merging: what stands in the database, and what has changed in it."""

from odoo.tools import SQL

# Who may see what follows from the rest; windows; and what Odoo counts and remembers by itself.
LEFT_OUT = ("clinic_authority", "clinic_merge", "ir_", "bus_", "base_partner_merge_")
# What was closed stays closed, and what was said was said.
MAY_DIFFER = {"res_users": ["closed_at"], "account_move": ["access_token"]}
MAY_COME = ("mail_message", "mail_notification", "mail_mail", "mail_tracking_value")
# Of the longest tables, what a merge of contacts may touch.
ABOUT = {"ir_attachment": "res_model = 'res.partner'", "ir_model_data": "model = 'res.partner'"}
# What a file contains is told by its checksum.
IN_FILES = "db_datas"
PICTURE = (
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABpfZFQAAA"
    b"AABJRU5ErkJggg=="
)


class Snapshots:
    """For a test case: a checksum of each row of all tables, as they are."""

    def take(self):
        self.env.flush_all()
        return {table: self.read_table(table) for table in self.get_tables()}

    def get_tables(self):
        passing = {model._table for model in self.env.values() if model._transient}
        for model in self.env.values():
            passing |= {
                field.relation
                for field in model._fields.values()
                if model._transient and field.type == "many2many" and field.store
            }
        found = self.env.execute_query(SQL(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = "
            "current_schema()::regnamespace"
        ))  # fmt: skip
        return sorted(
            name
            for (name,) in found
            if name not in passing and (name in ABOUT or not name.startswith(LEFT_OUT))
        )

    def read_table(self, table):
        """By key, where there is one, what stands in the row."""
        found = self.env.execute_query(SQL(
            "SELECT hashtextextended((to_jsonb(one) - %(left_out)s)::text, 0), "
            "to_jsonb(one) -> 'id' FROM %(table)s one WHERE %(about)s",
            left_out=[IN_FILES, *MAY_DIFFER.get(table, ())],
            table=SQL.identifier(table),
            about=SQL(ABOUT.get(table, "true")),
        ))  # fmt: skip
        return {key or mark: mark for mark, key in found}

    def read_row(self, table, key):
        found = self.env.execute_query(SQL(
            "SELECT to_jsonb(one) - %s FROM %s one WHERE to_jsonb(one) -> 'id' = to_jsonb(%s)",
            IN_FILES, SQL.identifier(table), key,
        ))  # fmt: skip
        return found[0][0] if found else key

    def get_differences(self, before, after):
        """What is lost, new or different, table by table."""
        for table, olds in before.items():
            news = after[table]
            for key in olds.keys() - news.keys():
                yield table, "lost", key
            for key in news.keys() - olds.keys():
                if not table.startswith(MAY_COME):
                    yield table, "new", self.read_row(table, key)
            for key in olds.keys() & news.keys():
                if olds[key] != news[key]:
                    yield table, "different", self.read_row(table, key)

    def assertAsBefore(self, before):
        self.assertEqual(list(self.get_differences(before, self.take())), [])
