from odoo import fields, models
from odoo.tools import SQL, drop_view_if_exists, format_list


class ClinicSharedDocuments(models.Model):
    """Patients whose documents somebody else sees because both are contacts of one parent.

    Odoo shows invoices, addresses and saved cards to everybody below the same commercial entity:
    a family built with ``parent_id``, or the colleagues at a company, share everything, whatever
    permissions say. One row a patient and reader; addresses and companies only if they log in.
    """

    _name = "clinic.shared.documents"
    _inherit = ["clinic.hidden.mixin", "clinic.written.mixin"]
    _description = "Documents Shared Through a Parent Contact"
    _auto = False
    _order = "patient_id, reader_id"
    _depends = {
        "res.partner": ["commercial_partner_id", "is_company", "is_patient", "active", "type"],
        "res.users": ["partner_id", "active"],
    }

    patient_id = fields.Many2one("res.partner", readonly=True)
    reader_id = fields.Many2one("res.partner", string="Sees Them", readonly=True)
    commercial_partner_id = fields.Many2one("res.partner", string="Through", readonly=True)
    has_login = fields.Boolean(string="Can Log In", readonly=True)

    def init(self):
        drop_view_if_exists(self.env.cr, self._table)
        self.env.cr.execute(SQL(
            """
            CREATE VIEW %s AS
                SELECT patient.id::bigint * 4294967296 + reader.id AS id,
                       patient.id AS patient_id,
                       reader.id AS reader_id,
                       patient.commercial_partner_id,
                       login.exists AS has_login
                  FROM res_partner patient
                  JOIN res_partner reader
                    ON reader.commercial_partner_id = patient.commercial_partner_id
                   AND reader.id <> patient.id
            CROSS JOIN LATERAL (
                       SELECT EXISTS (SELECT FROM res_users
                                       WHERE res_users.partner_id = reader.id
                                         AND res_users.active) AS exists
                       ) login
                 WHERE patient.is_patient AND patient.active AND reader.active
                   AND (login.exists OR (NOT reader.is_company AND reader.type = 'contact'))
            """,
            SQL.identifier(self._table),
        ))  # fmt: skip

    def _get_warning(self):
        """Who sees the documents of the one patient these rows are about, and what to do."""
        readers = self.sorted(lambda row: not row.has_login).reader_id
        names = format_list(self.env, readers[:4].mapped("name"))
        if len(readers) > 4:
            names = self.env._("%(names)s and %(count)s more", names=names, count=len(readers) - 4)
        return self.env._(
            "%(names)s can see the invoices, addresses and saved cards of %(patient)s, because "
            "the contacts below %(parent)s count as one customer. Permissions can't prevent that. "
            "Empty the field Company above %(patient)s's address, and link family members on the "
            "tab Family instead.",
            names=names,
            patient=self.patient_id.name,
            parent=self[:1].commercial_partner_id.name,
        )

    def action_open_patient(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.patient_id.id,
            "views": [(False, "form")],
        }
