from odoo import fields, models
from odoo.tools import SQL, drop_view_if_exists


class ClinicSharedDocuments(models.Model):
    """Patients whose documents somebody else sees because both are contacts of one parent.

    Odoo shows invoices, addresses and saved cards to everybody below the same commercial entity.
    A family built with ``parent_id`` thus shares everything, whatever permissions say. One row a
    patient and reader.
    """

    _name = "clinic.shared.documents"
    _description = "Documents Shared Through a Parent Contact"
    _auto = False
    _order = "patient_id, reader_id"
    _depends = {"res.partner": ["commercial_partner_id", "parent_id", "is_company", "is_patient"]}

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
                       EXISTS (SELECT FROM res_users
                                WHERE res_users.partner_id = reader.id AND res_users.active)
                       AS has_login
                  FROM res_partner patient
                  JOIN res_partner reader
                    ON reader.commercial_partner_id = patient.commercial_partner_id
                   AND reader.id <> patient.id
                 WHERE patient.is_patient AND patient.active AND reader.active
                   AND NOT reader.is_company
                   AND reader.type = 'contact'
                   AND (patient.parent_id IS NOT NULL OR reader.parent_id = patient.id)
            """,
            SQL.identifier(self._table),
        ))  # fmt: skip
