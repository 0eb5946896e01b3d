from odoo import models
from odoo.exceptions import UserError
from odoo.tools import email_normalize


class PortalWizardUser(models.TransientModel):
    """A patient gets an account by Odoo's own way only where the clinic would invite them.

    Odoo takes the address that is typed for the person, and writes it on the contact.
    """

    _inherit = "portal.wizard.user"

    def action_grant_access(self):
        self._verify_invitable()
        return super().action_grant_access()

    def action_invite_again(self):
        self._verify_address()
        return super().action_invite_again()

    def _verify_invitable(self):
        self._verify_address()
        # Who makes accounts may not always read who is a patient.
        patients = self.partner_id.filtered(lambda one: one.sudo().is_patient)
        if any(self.env["clinic.invitation.bulk"]._judge(patients).values()):
            raise self._get_refusal()

    def _verify_address(self):
        for one in self:
            person_sudo = one.partner_id.sudo()
            address = person_sudo._get_clinic_address()
            if person_sudo.is_patient and email_normalize(one.email) != address:
                raise self._get_refusal()

    def _get_refusal(self):
        return UserError(self.env._(
            "Patients are invited by the front desk, at Clinic > Patients > Actions > Invite to an "
            "Account, where it is shown why somebody can't be."
        ))  # fmt: skip
