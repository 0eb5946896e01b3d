"""Somebody who makes an account, over the message that confirms their address."""

import re

from odoo import http

NEWCOMER = "nina@example.com"


class SignUps:
    """For a case of HTTP, where sign-up is open."""

    def open_sign_up(self):
        self.env["website"].search([]).auth_signup_uninvited = "b2c"
        self.authenticate(None, None)

    def post_sign_up(self, **values):
        """The answer to the form; a redirect isn't followed."""
        form = {"csrf_token": http.Request.csrf_token(self), **values}
        return self.url_open("/web/signup", data=form, allow_redirects=False)

    def ask_for_account(self, address=NEWCOMER, **values):
        """The path of the page that asks for the code."""
        answer = self.post_sign_up(login=address, **values)
        self.assertEqual(answer.status_code, 303, answer.text)
        return answer.headers["Location"].removeprefix(self.base_url())

    def get_mails(self, address=NEWCOMER):
        """What the job writes to an address, the last first."""
        self.env.ref("clinic_family.ir_cron_send_signups").method_direct_trigger()
        self.env.invalidate_all()
        return self.env["mail.mail"].search([("email_to", "=", address)], order="id desc")

    def read_code(self, address=NEWCOMER):
        """The code in the last message."""
        return re.search(r"<strong>(\d{6})</strong>", self.get_mails(address)[0].body_html)[1]

    def confirm(self, page, code, **values):
        """Where one is sent with this code and all the rest of the form."""
        return self.post_sign_up(**{
            "key": re.search("key=([^&]*)", page)[1],
            "code": code,
            "name": "Nina Newcomer",
            "password": "a long password",
            "confirm_password": "a long password",
            **values,
        })  # fmt: skip
