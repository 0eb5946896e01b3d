from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import email_normalize

from odoo.addons.auth_signup.models.res_partner import SignupError

from ...engine.account import is_login_name
from ...engine.addresses import is_email
from ...engine.relative import is_name
from ...exceptions import FamilyRefused

LONGEST_PASSWORD = 1000


class ClinicFamilyInvited(models.AbstractModel):
    """Whoever has the link of an invitation makes an account of their own, and accepts with it.

    A part of ``clinic.family``.
    """

    _name = "clinic.family.invited"
    _description = "Family: Invited"

    # Accepting what staff offer

    def _accept_invitation(self, actor, question, code):
        """The actor may do for the patient what staff offered, on the basis that they recorded."""
        if not self._may_accept(actor, question):
            raise self._no_question()
        self._verify_grown(actor)
        question._verify_code(code)
        # The try counts even when what follows is refused.
        with self.env.cr.savepoint():
            question._update_state("accepted", actor)
            self._take_offer(question, actor.sudo())

    def _may_accept(self, actor, question):
        """Whether it is put to the actor, and not to somebody else whom staff have named."""
        if self.env.user._is_public() or not self._is_put_to(actor, question):
            return False
        return bool(question) and question._is_open() and question.asker_id != actor

    def _is_put_to(self, actor, question):
        return not question.grantor_id or question.grantor_id == actor

    def _take_offer(self, question, person):
        patient = question.asker_id
        self.env["clinic.relationship"].sudo()._link(patient, person, question.type_id)
        self.env["clinic.permission"].sudo()._grant(
            patient,
            person,
            question._get_offered_kinds(),
            question.basis,
            question.ends_at,
            invitation_id=question.id,
            granted_by_id=question.staff_id.id,
        )

    # An account

    @api.model
    def _make_account(self, token, account):
        """An account for whoever was invited, also where nobody signs up freely; returns its login.

        It is for the person whom staff have named, else for somebody new: a person is never found
        by an address. One for each link; why there is none is the same answer for all reasons that
        would tell of another account, and there are as many tries as at a code.
        """
        questions = self.env["clinic.invitation"].sudo()._search_by_token(token)
        questions = questions.filtered(lambda question: not question._is_dead())
        if not questions or not questions._works_for(questions.asker_id.sudo().company_id):
            raise self._no_question()
        self._verify_account(questions[0], account)
        if self._has_account(questions, account.login):
            questions._count_try()
            questions._lock_if_tried_out()
            raise FamilyRefused("account", self.env._(
                "We can't make an account with this login. If you have one here, please log in. "
                "Otherwise choose a name to log in with, such as rosa.smith, or call the clinic."
            ), ["login"])  # fmt: skip
        # The account may be that of a person whom the clinic knows: the link alone is not enough.
        for question in questions:
            question._verify_code(account.code)
        questions.account_id = self._create_account(questions[0], account)
        # To an account of their own there is nothing else to say.
        own = questions.filtered("is_own")
        own._update_state("accepted")
        own.answered_by_id = own.account_id
        return account.login

    def _verify_account(self, question, account):
        if not question.staff_id:
            self._verify_name(account.name)
        self._verify_login(account.login, question.email)
        self._verify_password(account.password)
        self._verify_confirmed(account.password, account.confirmed)
        self._read_asked(question, account)

    def _read_asked(self, question, account):
        """What else the clinic asks of whoever makes an account, as values of the person."""
        return {}

    @api.model
    def _get_invited_address(self, email):
        """The address somebody was invited at, with which they may log in; empty if it is none."""
        return email_normalize(email or "", strict=False)

    @api.model
    def _verify_login(self, login, email):
        """Nobody has confirmed another address than the invited: it may be somebody else's."""
        address = self._get_invited_address(email)
        is_invited = is_email(login) and email_normalize(login) == address
        if is_invited or is_login_name(login):
            return
        if not address:
            raise FamilyRefused("login", self.env._(
                "Please choose a name to log in with: letters and digits, such as rosa.smith."
            ), ["login"])  # fmt: skip
        raise FamilyRefused("login", self.env._(
            "Please log in with %(email)s, or with a name of letters and digits, such as "
            "rosa.smith.",
            email=address,
        ), ["login"])  # fmt: skip

    @api.model
    def _verify_name(self, name):
        if not (name and is_name(name)):
            words = self.env._("Please write your first and last name.")
            raise FamilyRefused("name", words, ["name"])

    @api.model
    def _verify_password(self, password):
        shortest = self.env["res.users"]._get_shortest_password()
        if len(password) < shortest:
            raise FamilyRefused("password", self.env._(
                "Please choose a password of at least %s characters.", shortest
            ), ["password"])  # fmt: skip
        if len(password) > LONGEST_PASSWORD:
            words = self.env._("Please choose a shorter password.")
            raise FamilyRefused("password", words, ["password"])

    @api.model
    def _verify_confirmed(self, password, confirmed):
        if password != confirmed:
            words = self.env._("The two passwords aren't the same.")
            raise FamilyRefused("password", words, ["confirm_password"])

    def _has_account(self, questions, login):
        """Whether an account was made through the link, the person has one, or the login is taken.

        Those that are closed count too.
        """
        users_sudo = self.env["res.users"].sudo().with_context(active_test=False)
        return bool(
            questions.account_id
            or self._is_login_taken(login)
            or users_sudo.search_count([("partner_id", "in", questions.grantor_id.ids)], limit=1)
        )

    @api.model
    def _is_login_taken(self, login):
        """Whether somebody logs in with it at this site, or did, in whatever letters.

        A site may have accounts of its own: whose they are is no matter of another.
        """
        users_sudo = self.env["res.users"].sudo().with_context(active_test=False)
        website = self.env["website"].get_current_website()
        taken = Domain("login", "=ilike", self._escape(login)) & website.website_domain()
        return bool(users_sudo.search_count(taken, limit=1))

    @staticmethod
    def _escape(text):
        """The text as a pattern that is equal to nothing else."""
        return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")

    def _create_account(self, question, account):
        try:
            with self.env.cr.savepoint():
                return self._sign_up(question, account)
        except SignupError as refusal:
            reason = refusal.__context__
            if isinstance(reason, UserError):
                raise FamilyRefused("password", str(reason), ["password"]) from None
            words = self.env._("The account couldn't be made. Please try again.")
            raise FamilyRefused("password", words) from None

    def _sign_up(self, question, account):
        # Who is invited has no rights yet, and the link says that they were.
        person_sudo = question.grantor_id.sudo() or self._create_invited(question, account)
        return self.env["res.users"].sudo()._signup_create_user({
            "login": account.login,
            "password": account.password,
            "partner_id": person_sudo.id,
            **self._read_asked(question, account),
        })  # fmt: skip

    def _create_invited(self, question, account):
        """Somebody the clinic didn't know: named by staff, or else by themselves."""
        asker_sudo = question.asker_id.sudo()
        return self.env["res.partner"].sudo().create({
            "name": question.name if question.staff_id else account.name,
            # The link was sent there; what somebody logs in with is no address we know of.
            "email": question.email,
            "company_id": asker_sudo.company_id.id,
            "lang": question.lang or asker_sudo.lang,
            "tz": asker_sudo.tz,
        })  # fmt: skip
