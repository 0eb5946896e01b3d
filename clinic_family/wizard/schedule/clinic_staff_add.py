from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import email_normalize

MANAGER = "clinic_family.clinic_family_group_manager"


class ClinicStaffAdd(models.TransientModel):
    """Lets somebody work here: a manager gives a login and a role, and nothing beside them.

    Odoo leaves accounts to its administrators. A manager of the clinic decides who sees its
    patients, and hands out no more than what a manager has.
    """

    _name = "clinic.staff.add"
    _inherit = ["clinic.assistant"]
    _description = "Add Staff"

    practitioner_id = fields.Many2one("clinic.practitioner", ondelete="cascade")
    name = fields.Char(compute="_compute_name", store=True, readonly=False, required=True)
    email = fields.Char(string="E-mail", required=True, help="They log in with it.")
    role = fields.Selection(
        [
            ("practitioner", "Practitioner: sees their own appointments"),
            ("billing", "Billing: sees all appointments and invoices them"),
            ("front_desk", "Front desk: books, changes and invoices all appointments"),
            ("manager", "Manager: sets up the clinic too"),
        ],
        required=True,
        default="practitioner",
    )

    @api.depends("practitioner_id")
    def _compute_name(self):
        for window in self:
            window.name = window.practitioner_id.name or window.name

    def action_save(self):
        """Makes the account, or gives a colleague's the role; who never logged in is invited."""
        self.ensure_one()
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Only managers of the clinic say who works here."))
        login = email_normalize(self.email)
        if not login:
            raise UserError(self.env._("“%(email)s” is no e-mail address.", email=self.email))
        # Accounts are the administrators' affair, and this window does no more than it says.
        users_sudo = self.env["res.users"].sudo().with_context(active_test=False)
        user_sudo = users_sudo.search([("login", "in", (login, self.email.strip()))], limit=1)
        if user_sudo:
            self._verify_colleague(user_sudo)
            role = self.env.ref(f"clinic_family.clinic_family_group_{self.role}")
            user_sudo.write({"group_ids": [Command.link(role.id)]})
        else:
            user_sudo = users_sudo.create(self._get_account(login))
            # Odoo invites whoever is made with an address, and keeps to itself when that fails.
            user_sudo.email = login
        if self.practitioner_id:
            self.practitioner_id.user_id = user_sudo.sudo(False)
        if user_sudo._is_to_be_invited():
            user_sudo._invite_to_clinic()
        return {"type": "ir.actions.act_window_close"}

    def _get_company(self):
        """Where they work: with the practitioner whose login it is, or else where one is now."""
        return self.practitioner_id.company_id or self.env.company

    def _verify_colleague(self, user_sudo):
        """An account of a patient, of another company or out of use is for administrators."""
        is_colleague = user_sudo.active and user_sudo._is_internal()
        # A role counts in all companies of its user, which only who works for all of them gives.
        works_beside = user_sudo.company_ids - self.env.user.company_ids
        if not is_colleague or works_beside or self._get_company() not in user_sudo.company_ids:
            raise UserError(self.env._(
                "There is an account with this address that isn't a colleague's, such as a "
                "patient's. Please choose another address, or ask an administrator of Odoo."
            ))  # fmt: skip

    def _get_account(self, login):
        company = self._get_company()
        groups = self.env.ref("base.group_user") + self.env.ref(
            f"clinic_family.clinic_family_group_{self.role}"
        )
        return {
            "name": self.name,
            "login": login,
            "company_id": company.id,
            "company_ids": [Command.set(company.ids)],
            "group_ids": [Command.set(groups.ids)],
            "tz": company._get_clinic_zone().key,
        }
