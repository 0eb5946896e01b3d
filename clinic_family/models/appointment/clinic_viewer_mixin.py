from odoo import api, fields, models
from odoo.fields import NO_ACCESS, Domain
from odoo.tools import SQL

BOOK = ("kind", "=", "book")


class ClinicViewerMixin(models.AbstractModel):
    """Who sees a visit: what the record rules ask, and nothing else may.

    A rule that followed a path of several models would have PostgreSQL go through all visits.
    """

    _name = "clinic.viewer.mixin"
    _description = "Who Sees a Visit"

    viewer_ids = fields.Many2many(
        "res.partner",
        string="Who Sees It on the Website",
        compute="_compute_viewer_ids",
        search="_search_viewer_ids",
        groups=NO_ACCESS,
    )
    is_given_by_me = fields.Boolean(
        string="Given by Me",
        compute="_compute_is_given_by_me",
        search="_search_is_given_by_me",
        groups=NO_ACCESS,
    )

    def _compute_viewer_ids(self):
        """Those who may book for one of the participants now; of a confidential one its patient."""
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
            everybody = nobody.union(*(actors[person] for person in here))
            appointment.viewer_ids = here if appointment.sudo().is_confidential else everybody

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
        person, is_confidential = (
            participants_sudo._field_to_sql(coming.table, name, coming)
            for name in ("partner_id", "is_confidential")
        )
        coming.add_where(SQL("%s = ANY(ARRAY(%s))", person, people.select("person_id")))
        coming.add_where(SQL("(%s IS NOT TRUE OR %s = ANY(%s))", is_confidential, person, [*value]))
        found = coming.select("appointment_id")
        return Domain.custom(
            to_sql=lambda _model, alias, _query: SQL(
                "%s = ANY(ARRAY(%s))", SQL.identifier(alias, "id"), found
            )
        )

    @api.depends("practitioner_id.user_id")
    @api.depends_context("uid")
    def _compute_is_given_by_me(self):
        for appointment in self:
            appointment.is_given_by_me = appointment.practitioner_id.user_id.id == self.env.uid

    @api.model
    def _search_is_given_by_me(self, operator, value):
        """By the reader's own practitioners, for whom there is an index of visits."""
        self._check_field_access(self._fields["is_given_by_me"], "read")
        if operator != "in" or True not in value or False in value:
            return NotImplemented
        return Domain("practitioner_id", "in", self.env["clinic.practitioner"]._get_own_ids())
