from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..family.res_partner import FRONT_DESK, STAFF


class ResPartner(models.Model):
    """Whose patient somebody is: practitioners see those they treat, and no other patient."""

    # A room of its own in a large model.
    _name = "res.partner"
    _inherit = ["res.partner", "clinic.written"]
    _written_by_hand_by = {"clinic_practitioner_ids": FRONT_DESK}

    clinic_practitioner_ids = fields.Many2many(
        "clinic.practitioner",
        relation="clinic_partner_practitioner_rel",
        column1="partner_id",
        column2="practitioner_id",
        string="Also Seen By",
        copy=False,
        groups=STAFF,
        help="Practitioners who see this patient without a visit of theirs: a colleague who "
        "stands in, or is asked for advice.",
    )
    is_my_patient = fields.Boolean(
        string="My Patient",
        compute="_compute_is_my_patient",
        search="_search_is_my_patient",
        groups=STAFF,
        help="Whether the reader is a practitioner who treats this person.",
    )

    @api.depends_context("uid")
    def _compute_is_my_patient(self):
        # By a search, because what is read with full rights stays in the cache for everybody.
        mine = self.sudo().search([("id", "in", self.ids), ("is_my_patient", "=", True)])
        for person in self:
            person.is_my_patient = person._origin.id in mine._ids

    @api.model
    def _search_is_my_patient(self, operator, value):
        """Who has been in an appointment of the reader's, whatever became of it, or is named."""
        self._check_field_access(self._fields["is_my_patient"], "read")
        if operator != "in":
            return NotImplemented
        self._flush_what_says_whose()
        mine = SQL(
            """
            SELECT participant.partner_id
              FROM clinic_practitioner practitioner
              JOIN clinic_appointment visit ON visit.practitioner_id = practitioner.id
              JOIN clinic_participant participant ON participant.appointment_id = visit.id
             WHERE practitioner.user_id = %(user)s
             UNION
            SELECT named.partner_id
              FROM clinic_practitioner practitioner
              JOIN clinic_partner_practitioner_rel named ON named.practitioner_id = practitioner.id
             WHERE practitioner.user_id = %(user)s
            """,
            user=self.env.uid,
        )
        wanted = SQL("IN") if True in value else SQL("NOT IN")
        return Domain.custom(
            to_sql=lambda _model, alias, _query: SQL(
                "%s %s (%s)", SQL.identifier(alias, "id"), wanted, mine
            )
        )

    @api.model
    def _flush_what_says_whose(self):
        self.flush_model(["clinic_practitioner_ids"])
        self.env["clinic.practitioner"].flush_model(["user_id"])
        self.env["clinic.appointment"].flush_model(["practitioner_id"])
        self.env["clinic.participant"].flush_model(["appointment_id", "partner_id"])
