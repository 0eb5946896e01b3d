from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..family.res_partner import STAFF


class ClinicAppointment(models.Model):
    """A confidential visit: its patient and the staff know of it, and no relative does.

    Whatever somebody may do for the patient, it isn't there for them. It is marked by who may
    change the visit: the front desk, or the practitioner whose visit it is. Nothing marks or
    unmarks it by itself.
    """

    _inherit = "clinic.appointment"

    confidential_at = fields.Datetime(
        string="Confidential Since", readonly=True, copy=False, groups=STAFF
    )
    confidential_by_id = fields.Many2one(
        "res.users", string="Marked Confidential By", readonly=True, copy=False, groups=STAFF
    )
    told_before = fields.Text(
        compute="_compute_told_before",
        groups=STAFF,
        help="What others were told of it before it was marked, and can't be taken back.",
    )

    # Who may know of it

    def _is_known_to(self, person):
        """Whether this person may know of the visit as its patient, or as a relative."""
        visit_sudo = self.sudo()
        return not visit_sudo.is_confidential or person in visit_sudo.participant_ids.partner_id

    def _filter_known_to(self, person):
        return self.filtered(lambda visit: visit._is_known_to(person))

    @api.model
    def _get_domain_of_known(self, person):
        """The same of all visits."""
        return Domain("is_confidential", "=", False) | Domain(
            "participant_ids.partner_id", "=", person.id
        )

    # Marking

    def action_mark_confidential(self):
        """From now on no relative finds it."""
        self.check_access("read")
        self.check_access("write")
        for visit in self:
            visit._verify_can_be_confidential()
        self._set_confidential(True)

    def action_unmark_confidential(self):
        """From now on it is a visit like any other, for all who may see the patient's."""
        self.check_access("read")
        self.check_access("write")
        self._set_confidential(False)

    def _verify_can_be_confidential(self):
        """It is one patient's: of several, one would know of the other's visit."""
        visit_sudo = self.sudo()
        if visit_sudo.state == "held":
            raise UserError(self.env._("Only a visit that was booked can be confidential."))
        if len(visit_sudo.participant_ids) != 1:
            raise UserError(self.env._(
                "A visit of several patients can't be confidential: each of them knows who comes. "
                "Please book a visit of their own for the patient."
            ))  # fmt: skip

    def _set_confidential(self, is_confidential):
        """Marks or unmarks those that aren't so yet; who may is asked before.

        What follows is done by the domains, which extend this.
        """
        # Who said so, and when, is nobody's to write by hand.
        changing_sudo = self.sudo().filtered(lambda one: one.is_confidential != is_confidential)
        with changing_sudo._changing():
            if is_confidential:
                # Who comes along knows of it.
                changing_sudo.participant_ids.along_id = False
            changing_sudo.write({
                "is_confidential": is_confidential,
                "confidential_at": is_confidential and fields.Datetime.now(),
                "confidential_by_id": is_confidential and self.env.uid,
            })  # fmt: skip
        return changing_sudo

    def _keep_ties(self):
        """What marking takes off the visit, by names of fields: each domain adds its own."""
        return {"along": {str(one.id): one.along_id.id for one in self.sudo().participant_ids}}

    def _tie_again(self, kept):
        """Puts that on again, once the visit isn't confidential any more, as far as it may be."""
        people_sudo = self.env["res.partner"].sudo()
        for one_sudo in self.sudo().participant_ids:
            along_sudo = people_sudo.browse(kept["along"].get(str(one_sudo.id))).exists()
            if along_sudo and not one_sudo._refuse_along(along_sudo):
                one_sudo.along_id = along_sudo

    def _get_followed(self):
        return super()._get_followed() | {"is_confidential": self.is_confidential}

    def _after_change(self, old):
        result = super()._after_change(old)
        for visit_sudo in self.sudo().filtered("is_confidential"):
            if len(visit_sudo.participant_ids) > 1:
                raise ValidationError(self.env._(
                    "This visit is confidential, so nobody else can be added to it."
                ))  # fmt: skip
        return result

    # What can't be taken back

    @api.depends("is_confidential")
    @api.depends_context("uid")
    def _compute_told_before(self):
        for visit in self:
            told = visit.sudo()._get_told_before() if visit.is_confidential else ()
            visit.told_before = "\n".join(told)

    def _get_told_before(self):
        """A sentence for each thing that somebody else was told before it was marked."""
        return []
