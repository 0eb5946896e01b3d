from odoo import api, fields, models
from odoo.fields import NO_ACCESS
from odoo.modules.db import FunctionStatus

from ...engine.searching import fold, get_digits
from ..family.res_partner import MANAGER, STAFF


def index_parts(column):
    """What finds a part of what a column holds, if PostgreSQL can: Odoo's own finds the whole."""

    def define(registry):
        may = registry.has_trigram and registry.has_unaccent in (False, FunctionStatus.INDEXABLE)
        return f"USING gin ({registry.unaccent(column)} gin_trgm_ops)" if may else ""

    return define


class ResPartner(models.Model):
    """Patients are found however somebody spells them, and looked at who become such online."""

    _inherit = "res.partner"

    clinic_search_key = fields.Char(
        compute="_compute_clinic_search_key",
        store=True,
        copy=False,
        index="trigram",
        groups=NO_ACCESS,
        help="Of patients: the words of name and e-mail address, each after a space, and after # "
        "the digits of the phone number.",
    )

    _name_part = models.Index(index_parts("name"))
    # A name as it is typed is looked for in all of these: one without an index, and all are read.
    _complete_name_part = models.Index(index_parts("complete_name"))
    _email_part = models.Index(index_parts("email"))
    _ref_part = models.Index(index_parts("ref"))
    _vat_part = models.Index(index_parts("vat"))

    clinic_is_refused = fields.Boolean(
        string="Refused",
        readonly=True,
        copy=False,
        groups=STAFF,
        help="The clinic refused their last registration: who books again is looked at again.",
    )
    clinic_merged_into_id = fields.Many2one(
        "res.partner",
        string="Merged Into",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups=STAFF,
        help="Of an archived contact that stands in the ledger for somebody who was merged.",
    )
    clinic_merged_number = fields.Integer(
        string="Merged Number", readonly=True, copy=False, groups=STAFF, help="Their number before."
    )

    terms_agreed_at = fields.Datetime(
        string="Agreed to the Terms", readonly=True, copy=False, groups=STAFF
    )
    terms_agreed = fields.Text(
        string="What Was Agreed To",
        readonly=True,
        copy=False,
        groups=STAFF,
        help="The terms as they stood on the page where this person made an account.",
    )
    clinic_merge_id = fields.Many2one(
        "clinic.merge",
        string="Merge That Can Be Undone",
        compute="_compute_clinic_merge_id",
        groups=MANAGER,
    )

    def _compute_clinic_merge_id(self):
        """The last merge into each of them, if it can still be undone."""
        merges = self.env["clinic.merge"]._search_undoable(self)
        for person in self:
            person.clinic_merge_id = merges.filtered(lambda one, p=person: one.kept_id == p)[:1]

    @api.depends("is_patient", "name", "email", "phone")
    def _compute_clinic_search_key(self):
        for person in self:
            # Of everybody else the clinic keeps nothing twice.
            person.clinic_search_key = person.is_patient and "".join(
                (fold(person.name), fold(person.email), " #", get_digits(person.phone))
            )

    # Merging

    def action_view_merge(self):
        """Shows what would follow if the last merge were undone."""
        action = self.env["ir.actions.act_window"]._for_xml_id("clinic_family.clinic_merge_action")
        return {**action, "res_id": self.clinic_merge_id.id}

    def _make_stand_in(self, kept):
        """The archived contact that goes on being named where this one was, once it is merged."""
        self.ensure_one()
        # What says of a contact that it was merged is nobody's to write by hand.
        people_sudo = self.env["res.partner"].sudo().with_context(active_test=False)
        found = people_sudo.search([("clinic_merged_number", "=", self.id)], limit=1)
        return found or people_sudo.create({
            "name": self.name,
            "birth_date": self.sudo().birth_date,
            # Contacts who are no patients can be read by every employee.
            "is_patient": True,
            "active": False,
            "company_id": self.company_id.id,
            "lang": self.lang,
            "clinic_merged_into_id": kept.id,
            "clinic_merged_number": self.id,
        })  # fmt: skip
