from odoo import api, models

from ...engine.addresses import with_query
from ...engine.relative import get_first_name


class ClinicPageInvitation(models.AbstractModel):
    """The page behind the link of an invitation, before a login and after it.

    Before, it says no more than the message with the link: of what staff offer the patient's first
    name, of what a patient asks not even who it is. It is the same whether somebody with an account
    was invited or not.
    """

    _name = "clinic.page.invitation"
    _inherit = "clinic.page"
    _description = "Invitation Page"

    @api.model
    def _get_page(self, me, token, account=None, error=""):
        """Empty for a link that is dead, unknown or put to others."""
        question = self.env["clinic.family"]._find_question(me, token)
        if not question:
            return {}
        link = f"/clinic/invitation/{token}"
        is_visitor = self.env.user._is_public()
        if not (question.staff_id or is_visitor):
            return {
                **self.env["clinic.page.family.forms"]._get_question(me, question, error),
                **self._get_reader(me, link),
            }
        return {
            "error": error,
            "link": link,
            "clinic": question.company_id.name,
            "is_from_clinic": bool(question.staff_id),
            "is_own": question.is_own,
            "offer": self._get_offer(question),
            "is_visitor": is_visitor,
            "visitor": is_visitor and self._get_visitor(question, link, account),
            "is_mine": self.env["clinic.family"]._may_accept(me, question),
            **self._get_reader(me, link),
        }

    def _get_offer(self, question):
        """What staff offer, as far as the message said about whom."""
        if not question.staff_id:
            return {}
        words = self.env["clinic.permission.kind"]
        patient = question.asker_id
        return {
            "name": question.name,
            "lines": (question.text or "").splitlines(),
            "patient": get_first_name(patient.name),
            "until": self._format_moment(question.ends_at),
            "has_code": question.has_code,
            "kinds": words._get_choices(
                self.env._("you"),
                words._get_whose(patient, self.env["res.partner"]),
                question._get_offered_kinds(),
            ),
        }

    def _get_visitor(self, question, link, account):
        """What somebody needs who isn't logged in: the way to the login, and a form."""
        questions = self.env["clinic.signup.questions"].with_company(question.company_id)
        return {
            **questions._get_asked(question.grantor_id.sudo()),
            **(account.answers if account else {}),
            "login_url": with_query("/web/login", redirect=link),
            "login": account.login if account else question.email,
            "has_address": bool(self.env["clinic.family"]._get_invited_address(question.email)),
            "name": account.name if account else "",
            "shortest_password": self.env["res.users"]._get_shortest_password(),
        }

    def _get_reader(self, me, link):
        """As whom somebody would answer, and how to do it as somebody else."""
        return {
            "reader": me.name,
            "other_account": with_query("/web/session/logout", redirect=link),
        }
