"""Two households with one child, and what people see and send on the family pages.

Mira and Fergus are Leo's parents and live apart; Greta is Mira's mother; Stan is nobody's.
"""

import html
import re
from datetime import date, timedelta

from odoo import http
from odoo.sql_db import BaseCursor
from odoo.tests import tagged
from odoo.tests.test_cursor import TestCursor

from .common import MONDAY, ClinicHttpCase

CHILD_BORN = date(2018, 5, 1)
ADULT_BORN = date(1960, 5, 1)
TEENAGER_BORN = date(2011, 3, 1)
PARENTAL = ("pay", "book", "intake", "notify")


@tagged("post_install", "-at_install")
class FamilyHttpCase(ClinicHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # What a request stores counts from the database's clock, as outside of tests.
        cls.classPatch(TestCursor, "now", BaseCursor.now)
        cls.company.write({"clinic_allow_related": True, "clinic_child_age": 16})
        cls.leo.write({"birth_date": CHILD_BORN, "email": "home@example.com"})
        cls.mother.partner_id.write({"street": "8 Mother Street", "email": "home@example.com"})
        cls.father.partner_id.write({"street": "155 Father Road", "email": "fergus@example.com"})
        cls.link(cls.mother, cls.leo, "child")
        cls.link(cls.father, cls.leo, "child")
        cls.link(cls.mother, cls.grandmother, "parent")
        cls.guard(cls.mother, cls.leo)
        cls.guard(cls.father, cls.leo)

    @classmethod
    def kind(cls, name):
        return cls.env.ref(f"clinic_family.clinic_relationship_type_{name}")

    @classmethod
    def link(cls, person, relative, kind):
        """The relative is this to the person."""
        person = getattr(person, "partner_id", person)
        relative = getattr(relative, "partner_id", relative)
        return cls.env["clinic.relationship"]._link(person, relative, cls.kind(kind))

    @classmethod
    def guard(cls, guardian, ward, *kinds):
        """A parent acts for a child until they are sixteen."""
        return cls.record(ward, guardian.partner_id, kinds or PARENTAL, "parental")

    def relative(self, first_name, email, type_name="child", **more):
        """What is typed on the page on which somebody is added."""
        return {
            "first_name": first_name,
            "last_name": "Littleton",
            "email": email,
            "type": self.kind(type_name).id,
            "key": "first key",
            **more,
        }

    def child(self, first_name, **more):
        return self.relative(
            first_name, "home@example.com", birth_date=CHILD_BORN.isoformat(), **more
        )

    def visit(self, people, clock="10:00", **values):
        """A visit in a week."""
        return self.appointment(MONDAY + timedelta(days=7), clock, people, **values)

    # As somebody in a browser

    def get(self, user, path):
        self.authenticate(user.login, user.login)
        return self.url_open(path, allow_redirects=False)

    def post(self, user, path, data=()):
        """Sends a form; answers with the page, or the redirect to the next one."""
        self.authenticate(user.login, user.login)
        fields = list(dict(data).items()) if isinstance(data, dict) else list(data)
        token = http.Request.csrf_token(self)
        answer = self.url_open(path, data=[*fields, ("csrf_token", token)], allow_redirects=False)
        self.env.invalidate_all()
        return answer

    def see(self, user, path):
        """The words of a page."""
        answer = self.get(user, path)
        self.assertEqual(answer.status_code, 200, path)
        return self.words(answer)

    def words(self, answer):
        """The words on the page itself, without those of the site around it."""
        body = answer.text.partition("<main")[2].partition("</main>")[0]
        text = re.sub(r"<(script|style).*?</\1>", " ", body, flags=re.DOTALL)
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())

    # What is stored

    def held(self, grantor, grantee):
        """The kinds of things the grantee may do for the grantor now."""
        grantor = getattr(grantor, "partner_id", grantor)
        grantee = getattr(grantee, "partner_id", grantee)
        found = self.env["clinic.permission"]._get_held(grantor, grantee)
        return sorted(found.mapped("kind"))

    def invitations(self):
        return self.env["clinic.invitation"].search([])

    def invite(self, asker, kinds="book,notify", **values):
        """A question by e-mail, and the token of its link."""
        invitation = self.env["clinic.invitation"]._ask(
            asker.partner_id,
            {
                "name": "Somebody",
                "email": "somebody@example.com",
                "type_id": self.kind("sibling").id,
                "kinds": kinds,
                **values,
            },
        )
        return invitation, self.last_token()

    def ask(self, asker, relative, kinds="book,notify"):
        """A question to somebody who is a relative already."""
        person = getattr(relative, "partner_id", relative)
        return self.env["clinic.invitation"]._ask(
            asker.partner_id, {"name": person.name, "kinds": kinds}, person
        )

    def last_token(self):
        mail = self.env["mail.mail"].search([], order="id desc", limit=1)
        return re.search(r"/clinic/invitation/([\w-]+)", mail.body_html).group(1)
