from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..family.res_partner import FRONT_DESK, STAFF
from .clinic_appointment import EXPECTED


class ResPartner(models.Model):
    """A contact's appointments: nobody is archived who is expected or pays for one who is."""

    _name = "res.partner"
    _inherit = ["res.partner", "clinic.written.mixin"]
    _written_by_hand_by = {"clinic_practitioner_ids": FRONT_DESK}

    participant_ids = fields.One2many(
        "clinic.participant", "partner_id", string="Appointments", groups=STAFF
    )
    appointment_count = fields.Integer(compute="_compute_appointment_count", groups=STAFF)
    clinic_next_visit = fields.Datetime(
        string="Next Visit",
        compute="_compute_clinic_visits",
        groups=STAFF,
        help="The first visit that isn't over, of those you may see.",
    )
    clinic_last_visit = fields.Datetime(
        string="Last Visit",
        compute="_compute_clinic_visits",
        groups=STAFF,
        help="The last visit that took place, of those you may see.",
    )
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

    def _is_of_clinic(self):
        """Who pays for a visit reads whose it was."""
        paid = Domain("payer_id", "=", self.id)
        return super()._is_of_clinic() or bool(
            self.env["clinic.appointment"].sudo().search_count(paid, limit=1)
        )

    @api.depends("participant_ids")
    def _compute_appointment_count(self):
        counts = dict(
            self.env["clinic.participant"]._read_group(
                [("partner_id", "in", self.ids)], ["partner_id"], ["__count"]
            )
        )
        for partner in self:
            partner.appointment_count = counts.get(partner._origin, 0)

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_clinic_visits(self):
        """Both in one statement, of the visits that the reader may see."""
        found = self._find_visits()
        for partner in self:
            following, last = found.get(partner._origin.id, (False, False))
            partner.clinic_next_visit = following
            partner.clinic_last_visit = last

    def _find_visits(self):
        """When each of these people is expected next, and when they came last, by their number."""
        participants = self.env["clinic.participant"]
        query = participants._search([
            ("partner_id", "in", self.ids), ("state", "in", (*EXPECTED, "fulfilled")),
        ])  # fmt: skip
        # Who may see that somebody takes part may see when.
        visits_sudo = self.env["clinic.appointment"].sudo()
        visit = query.join(query.table, "appointment_id", visits_sudo._table, "id", "visit")
        person = participants._field_to_sql(query.table, "partner_id", query)
        start = visits_sudo._field_to_sql(visit, "start", query)
        is_over = SQL(
            "(%s <= %s OR %s = 'fulfilled')",
            visits_sudo._field_to_sql(visit, "stop", query),
            fields.Datetime.now(),
            participants._field_to_sql(query.table, "state", query),
        )
        query.groupby = person
        rows = self.env.execute_query(
            query.select(
                person,
                SQL("MIN(%s) FILTER (WHERE NOT %s)", start, is_over),
                SQL("MAX(%s) FILTER (WHERE %s)", start, is_over),
            )
        )
        return {number: (following, last) for number, following, last in rows}

    def write(self, vals):
        archiving = "active" in vals and not vals["active"]
        leaving = self.filtered("active") if archiving else self.browse()
        if leaving:
            leaving._verify_not_expected()
            self.env["clinic.participant"]._forget_along([("along_id", "in", leaving.ids)])
        return super().write(vals)

    def _verify_not_expected(self):
        """Nobody is archived who is expected or pays for somebody who is."""
        ground = self.env["clinic.ground"]
        ground._verify_none_ahead("payer_id", self)
        # Whose participation it is counts, and not who archives.
        coming_sudo = self.env["clinic.participant"].sudo().search([
            ("partner_id", "in", self.ids), ("state", "in", EXPECTED),
        ])  # fmt: skip
        ahead = coming_sudo.appointment_id.filtered_domain(
            coming_sudo.appointment_id._get_domain_of_ahead()
        )
        ground._verify_none(ahead.sorted("start"), self)

    def action_view_appointments(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clinic_family.clinic_appointment_action"
        )
        return {
            **action,
            "views": [(False, "list"), (False, "form")],
            "domain": [("participant_ids.partner_id", "=", self.id)],
            "context": {},
        }

    # Whose patient somebody is: practitioners see those they treat

    @api.depends_context("uid")
    def _compute_is_my_patient(self):
        only = SQL("AND partner_id = ANY(%s)", self._origin.ids)
        mine = {person_id for (person_id,) in self.env.execute_query(self._select_mine(only))}
        for person in self:
            person.is_my_patient = person._origin.id in mine

    @api.model
    def _search_is_my_patient(self, operator, value):
        """Who has been in an appointment of the reader's, whatever became of it, or is named."""
        self._check_field_access(self._fields["is_my_patient"], "read")
        if operator != "in":
            return NotImplemented
        # Said of an id: whoever points at such a person is then found without a look at them.
        return Domain("id", "any!" if True in value else "not any!", self._select_mine())

    @api.model
    def _select_mine(self, only=None):
        """The reader's own patients, once or more; *only* is a further condition."""
        self._flush_what_says_whose()
        return SQL(
            """(
            SELECT partner_id
              FROM clinic_participant
             WHERE treated_by_id = ANY(%(own)s) %(only)s
             UNION ALL
            SELECT partner_id
              FROM clinic_partner_practitioner_rel
             WHERE practitioner_id = ANY(%(own)s) %(only)s
            )""",
            own=self.env["clinic.practitioner"]._get_own_ids(),
            only=only or SQL(),
        )

    @api.model
    def _flush_what_says_whose(self):
        self.flush_model(["clinic_practitioner_ids"])
        self.env["clinic.participant"].flush_model(["treated_by_id", "partner_id"])
