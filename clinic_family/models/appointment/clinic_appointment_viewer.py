from odoo import api, fields, models
from odoo.fields import NO_ACCESS, Domain
from odoo.tools import SQL

BOOK = ("kind", "=", "book")


class ClinicAppointment(models.Model):
    """Which patients and relatives see an appointment: for the record rules alone.

    Odoo evaluates record rules with full rights and keeps what it read, so they ask a field of
    their own: through `participant_ids` whoever may see one participant would see all of them.
    """

    _inherit = "clinic.appointment"

    viewer_ids = fields.Many2many(
        "res.partner",
        string="Who Sees It on the Website",
        compute="_compute_viewer_ids",
        search="_search_viewer_ids",
        groups=NO_ACCESS,
    )

    def _compute_viewer_ids(self):
        """Whoever may book for one of the participants now."""
        coming = dict(
            self.env["clinic.participant"]._read_group(
                [("appointment_id", "in", self.ids)], ["appointment_id"], ["partner_id:recordset"]
            )
        )
        nobody = self.env["res.partner"]
        people = nobody.union(*coming.values())
        actors = dict(
            self.env["clinic.authority"]._read_group(
                [("person_id", "in", people.ids), BOOK], ["person_id"], ["actor_id:recordset"]
            )
        )
        for appointment in self:
            here = coming.get(appointment._origin, nobody)
            appointment.viewer_ids = nobody.union(*(actors[person] for person in here))

    @api.model
    def _search_viewer_ids(self, operator, value):
        """First for whom they may book, then where these come, then those appointments.

        As lists that PostgreSQL looks up one after the other: for joins, as of a dotted path, it
        weighs every order of the tables, which takes longer than to find a family's visits.
        """
        # Odoo asks who may read a field, and not who may search by one: rules alone may.
        self._check_field_access(self._fields["viewer_ids"], "read")
        if operator != "in":
            return NotImplemented
        people = self.env["clinic.authority"].sudo()._search([("actor_id", "in", value), BOOK])
        participants_sudo = self.env["clinic.participant"].sudo()
        coming = participants_sudo._search([])
        person = participants_sudo._field_to_sql(coming.table, "partner_id", coming)
        coming.add_where(SQL("%s = ANY(ARRAY(%s))", person, people.select("person_id")))
        found = coming.select("appointment_id")
        return Domain.custom(
            to_sql=lambda _model, alias, _query: SQL(
                "%s = ANY(ARRAY(%s))", SQL.identifier(alias, "id"), found
            )
        )
