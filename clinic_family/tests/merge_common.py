"""For tests of merging: what stands in the database, and what has changed in it."""

from odoo.tools import SQL

# Who may see what follows from the rest; windows; and what Odoo counts and remembers by itself.
LEFT_OUT = ("clinic_authority", "clinic_merge", "ir_", "bus_", "base_partner_merge_")
# What was closed stays closed, and what was said was said.
MAY_DIFFER = {("res_users", "closed_at"), ("account_move", "access_token")}
MAY_COME = ("mail_message", "mail_notification", "mail_mail", "mail_tracking_value")


class Snapshots:
    """For a test case: all rows of all tables, as they are."""

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
        kept = {"ir_attachment", "ir_model_data"}
        return sorted(
            name
            for (name,) in found
            if name not in passing and (name in kept or not name.startswith(LEFT_OUT))
        )

    def read_table(self, table):
        found = self.env.execute_query(SQL("SELECT to_jsonb(t) FROM %s t", SQL.identifier(table)))
        rows = [row for (row,) in found]
        return {row["id"] if "id" in row else str(sorted(row.items())): row for row in rows}

    def get_differences(self, before, after):
        """What is lost, new or different, table by table."""
        for table, olds in before.items():
            news = after[table]
            for key in olds.keys() - news.keys():
                yield table, "lost", olds[key]
            for key in news.keys() - olds.keys():
                if not table.startswith(MAY_COME):
                    yield table, "new", news[key]
            for key in olds.keys() & news.keys():
                for name, value in olds[key].items():
                    if value != news[key][name] and (table, name) not in MAY_DIFFER:
                        yield table, name, (key, value, news[key][name])

    def assertAsBefore(self, before):
        self.assertEqual(list(self.get_differences(before, self.take())), [])
