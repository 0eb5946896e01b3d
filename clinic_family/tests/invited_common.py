"""Mira is a patient; staff invite Rita, whom nobody knows, or Greta, her mother."""

import re
from datetime import date, timedelta

from odoo import http

from .common import ROLE
from .family_common import FamilyHttpCase

LIVE_STATES = ("open", "named")
DEAD_STATES = ("expired", "accepted", "declined", "withdrawn", "locked", "resent", "unknown")


class InvitedCase(FamilyHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.desk = cls.user("test_desk", "Fran Frontdesk", ROLE + "front_desk")
        cls.mira, cls.greta = cls.mother.partner_id, cls.grandmother.partner_id

    def offer(self, person=None, with_code=False, patient=None, **values):
        """An invitation by the front desk; the address of its link, and its code."""
        invitations = self.env["clinic.invitation"].with_user(self.desk).sudo()
        invitation, link, code = invitations._invite(
            patient or self.mira,
            person or self.env["res.partner"],
            {
                "name": person.name if person else "Rita Relative",
                "email": "rita@example.com",
                "type_id": self.kind("other").id,
                "offered_kinds": "book,notify",
                "basis": "consent",
                "lang": "en_US",
                **values,
            },
            with_code,
        )
        return invitation, "/clinic" + link.partition("/clinic")[2], code

    def offer_in(self, state):
        """An invitation with a code, in this state; the address of a link to it, and the code."""
        person = self.greta if state == "named" else None
        invitation, link, code = self.offer(person, with_code=True)
        if state == "expired":
            invitation.expires_at = self.env.cr.now() - timedelta(seconds=1)
        elif state == "resent":
            invitation.with_user(self.desk).action_resend()
        elif state == "unknown":
            link += "x"
        elif state not in LIVE_STATES:
            invitation._update_state(state)
        self.env.flush_all()
        return invitation, link, code

    # As somebody in a browser

    def log_in(self, user):
        login = user.login if user else None
        self.authenticate(login, login)

    def send(self, path, **form):
        """Sends a form as whoever is logged in, or as nobody."""
        token = http.Request.csrf_token(self)
        answer = self.url_open(path, data={**form, "csrf_token": token}, allow_redirects=False)
        self.env.invalidate_all()
        return answer

    def make_account(self, link, **form):
        """Fills in the form of the page, as somebody who isn't logged in."""
        self.log_in(None)
        fields = {
            "login": "rita@example.com",
            "password": "a long password",
            "confirm_password": "a long password",
            **form,
        }
        return self.send(f"{link}/account", **fields)

    def answer(self, link, **form):
        """Accepts on the page itself, as whoever is logged in now; gives the page."""
        page = self.url_open(link)
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.text).group(1)
        fields = {"answer": "accept", "csrf_token": token, **form}
        self.url_open(link, data=fields, allow_redirects=False)
        self.env.invalidate_all()
        return page

    def find_account(self, login):
        return self.env["res.users"].with_context(active_test=False).search([("login", "=", login)])

    def plain(self, answer):
        """The words of a page without anything that is new each time."""
        return re.sub(r"\s+", " ", self.words(answer))

    def child_user(self):
        user = self.user("test_kim", "Kim Kid")
        user.partner_id.birth_date = date(2018, 5, 1)
        return user
