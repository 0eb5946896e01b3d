"""The booking site as a browser without JavaScript uses it."""

from contextlib import contextmanager
from unittest.mock import patch

from lxml import html

from odoo.tests import test_cursor
from odoo.tools import SQL, mute_logger

from .common import TUESDAY, ClinicHttpCase, written

TEN = written(TUESDAY, "10:00")
# What PostgreSQL answers where somebody else has just written the row.
BEATEN = "DO $$ BEGIN RAISE EXCEPTION 'could not serialize' USING ERRCODE = '40001'; END $$"


def dict_of_lists(pairs):
    """The pairs grouped by their first, as requests wants them."""
    grouped = {}
    for name, value in pairs:
        grouped.setdefault(name, []).append(value)
    return grouped


class SiteCase(ClinicHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.grant(cls.leo, cls.mother, "book")
        cls.slug = cls.group.website_url

    def login(self, user):
        self.authenticate(user.login, user.login)

    def get(self, url, **params):
        """The page at an address, redirects followed."""
        return self.url_open(url, params=params)

    def page(self, response, status=200):
        """The content of an answer with this status."""
        self.assertEqual(response.status_code, status, response.url)
        document = html.fromstring(response.content, base_url=response.url)
        return document.find_class("o_clinic_booking")[0]

    def text(self, response, status=200):
        """What one reads on the page, in one line."""
        return " ".join(self.page(response, status).text_content().split())

    def free_times(self, element):
        """What takes a free time, by its start."""
        return {one.get("value"): one for one in element.xpath(".//button[@name='start']")}

    def form(self, response, action):
        """The first form on the page that is sent to an address like this."""
        return self.page(response).xpath(f".//form[contains(@action, '{action}')]")[0]

    def submit(self, form, **changes):
        """Sends the form as the browser would, some fields filled in otherwise."""
        fields = {**dict_of_lists(form.form_values()), **changes}
        if form.method == "GET":
            return self.url_open(form.action, params=fields)
        return self.url_open(form.action, data=fields)

    def who(self, start=TEN):
        """The page that asks who is coming."""
        return self.get(f"{self.slug}/who", practitioner=0, location=self.harbour.id, start=start)

    def check(self, people):
        """The last page before booking; the first of the people pays."""
        people = [getattr(person, "partner_id", person).id for person in people]
        return self.submit(self.form(self.who(), "/hold"), participant=people, payer=people[0])

    @contextmanager
    def beaten_once(self, column):
        """The first time this column is written, another request has just written the row."""
        cursor, beaten = test_cursor.TestCursor, []
        execute = cursor.execute

        def execute_beside(cr, query, *args, **kwargs):
            words = query.code if isinstance(query, SQL) else query
            if not beaten and words.lstrip().startswith("UPDATE") and column in words:
                beaten.append(words)
                query, args = BEATEN, ()
            return execute(cr, query, *args, **kwargs)

        with (
            patch.object(cursor, "execute", execute_beside),
            # Odoo waits by chance before it begins anew.
            patch("odoo.service.model.random.uniform", return_value=0),
            mute_logger("odoo.sql_db"),
        ):
            yield
        self.assertTrue(beaten)

    def visits(self):
        """The appointments in the database."""
        self.env.invalidate_all()
        return self.env["clinic.appointment"].search([("location_id", "=", self.harbour.id)])
