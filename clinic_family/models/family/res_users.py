import logging
from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import AccessDenied, UserError
from odoo.fields import NO_ACCESS, Domain
from odoo.tools import SQL, email_normalize

from ...engine.account import is_login_name
from ...engine.forms import read_id

SHORTEST_PASSWORD = 8

_logger = logging.getLogger(__name__)


class ResUsers(models.Model):
    """An account that is closed lets nobody in again by itself, and its person acts no more.

    Whoever tries to log in, or asks for a new password, learns nothing of who has an account.
    """

    _inherit = "res.users"

    closed_at = fields.Datetime(
        readonly=True,
        copy=False,
        groups=NO_ACCESS,
        help="When the account was last deactivated: sessions from before are over.",
    )
    reset_asked_at = fields.Datetime(
        readonly=True,
        copy=False,
        groups=NO_ACCESS,
        index="btree_not_null",
        help="When somebody asked for a new password for this account; a job sends the link.",
    )

    def write(self, vals):
        if self == self.env.user and not self.env.su:
            # Odoo lets everybody write some fields of their own account.
            self.env["clinic.contact"]._verify_kept(self.partner_id, vals)
        closing = self.browse()
        if "active" in vals and not vals["active"]:
            closing = self.filtered("active")
        result = super().write(vals)
        closing._close()
        return result

    def _close(self):
        """Ends what logs in by itself, for good, and lets rest what the person holds.

        What they let others do goes on: that is theirs, and no matter of an account.
        """
        if not self:
            return
        # Who may deactivate an account may end its sessions; the ledger is for verbs only.
        self.sudo().write({"closed_at": self.env.cr.now()})
        self.sudo().api_key_ids.unlink()
        if "auth_totp.device" in self.env:
            # From these, Odoo asks for no second factor.
            self.sudo().totp_trusted_device_ids.unlink()
        self.env["clinic.permission"].sudo()._rest_held_by(
            self.sudo().partner_id, self.env._("The account was deactivated.")
        )

    def _get_session_token_fields(self):
        """What a session is signed with; Odoo forgets that an account was inactive meanwhile."""
        return super()._get_session_token_fields() | {"closed_at"}

    @api.model
    def _get_shortest_password(self):
        """The least length of a new password; Odoo's own policy, where one is set, may ask more."""
        # Who chooses a password isn't logged in yet.
        policy = self.env["ir.config_parameter"].sudo().get_param("auth_password_policy.minlength")
        return max(SHORTEST_PASSWORD, read_id(policy))

    def _get_own_shortest_password(self):
        """The least length of what one changes one's own to; nothing is asked of staff here."""
        return self._get_shortest_password() if self._is_portal() else 0

    def _change_password(self, new_passwd):
        """A patient's is no shorter than at sign-up, whoever changes it, on whatever page."""
        if self._is_portal():
            # As Odoo stores it.
            self.env["clinic.family.invited"]._verify_password(new_passwd.strip())
        return super()._change_password(new_passwd)

    @api.model
    def _signup_create_user(self, values):
        """A name that somebody logs in with is no address, though Odoo takes it for theirs."""
        email = values.get("email")
        if email and email == values.get("login") and is_login_name(email):
            values = {**values, "email": False}
        return super()._signup_create_user(values)

    # Who has an account

    def _login(self, credential, user_agent_env):
        """Refuses no password before it looks whose it would be."""
        if credential.get("type") == "password" and not credential.get("password"):
            raise AccessDenied()
        return super()._login(credential, user_agent_env)

    @contextmanager
    def _assert_can_auth(self, user=None):
        """A refusal takes as long whether there is such an account or not."""
        with super()._assert_can_auth(user=user):
            try:
                yield
            except AccessDenied:
                if not self._has_password(user):
                    self._crypt_context().hash("")
                raise

    def _has_password(self, login):
        """Whether Odoo computes a password for this login, at this site."""
        # Whose account it is has nobody said yet.
        found = self.sudo()._search(
            self._get_login_domain(str(login)), order=self._get_login_order(), limit=1
        )
        return bool(self.env.execute_query(SQL(
            "SELECT 1 FROM res_users WHERE id IN %s AND coalesce(password, '') != ''",
            found.subselect(),
        )))  # fmt: skip

    @api.model
    def reset_password(self, login):
        """Answers the same whether there is such an account or not: a job sends the link."""
        by_login = self.search(self._get_login_domain(login))
        by_email = self.search(self._get_email_domain(login))
        # Odoo's page shows every error, and goes on. Where somebody else has just asked for the
        # same account, all of it begins anew instead, as after any other request.
        self.env.cr.precommit.add((by_login or by_email)._note_reset_asked)
        self.env.ref("clinic_family.ir_cron_send_resets").sudo()._trigger()

    def _note_reset_asked(self):
        """Notes it of any number of accounts, also of none, in one statement."""
        # Written through the fields it would take longer where there is an account.
        self.env.cr.execute(SQL(
            "UPDATE res_users SET reset_asked_at = %s WHERE id = ANY(%s)",
            self.env.cr.now(),
            self.ids,
        ))  # fmt: skip
        self.invalidate_model(["reset_asked_at"], flush=False)

    @api.model
    def _get_email_domain(self, email):
        """An address is the same in capitals, or beside a name."""
        address = email_normalize(email, strict=False)
        if not address:
            return Domain.FALSE
        by_address = Domain("email_normalized", "=", address)
        by_email = super()._get_email_domain(email)
        return by_email.map_conditions(
            lambda condition: by_address if condition.field_expr == "email" else condition
        )

    @api.model
    def _send_resets(self):
        """Sends the links that were asked for; one that can't be sent stops no other."""
        asked = self.search([("reset_asked_at", "!=", False)], order="reset_asked_at, id")
        for left, user in zip(reversed(range(len(asked))), asked, strict=True):
            if user.try_lock_for_update():
                user.reset_asked_at = False
                user._send_reset()
            if not self.env["ir.cron"]._commit_progress(1, remaining=left):
                return

    def _send_reset(self):
        address = self._get_reset_address()
        if not address:
            return
        try:
            with self.env.cr.savepoint():
                self._write_reset_to(address)
        except UserError:
            _logger.warning("User %s can't be sent a new password", self.id, exc_info=True)

    def _get_reset_address(self):
        """The address of one's contact, if it is theirs alone, or what they log in with.

        Who has the link has the account. An address one only logs in with may be an old one. Who
        logs in with a name is written to where others read, as there is no other way.
        """
        person = self.partner_id
        address, login = person._get_clinic_address(), email_normalize(self.login)
        is_theirs = not login or login == address or person._get_private_address()
        return is_theirs and address

    def _write_reset_to(self, address):
        """Odoo's message with the link, to this address."""
        self.partner_id.signup_prepare(signup_type="reset")
        user = self.with_context(lang=self.lang)
        body = user.env["mail.render.mixin"]._render_template(
            "auth_signup.reset_password_email",
            model="res.users",
            res_ids=self.ids,
            engine="qweb_view",
            options={"post_process": True},
        )[self.id]
        subject = user.env._("Your new password")
        self.company_id._make_mail(address, subject=subject, body_html=body).send()
