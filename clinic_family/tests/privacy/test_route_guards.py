"""What holds for every address of the addon, whoever asks for it and whatever it is."""

import secrets
from unittest.mock import patch

from lxml import html

from odoo.tests import tagged

from ..common import NO_ID
from ..route_common import RouteCase


@tagged("post_install", "-at_install", "timeless")
class TestRouteGuards(RouteCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.type_other = cls.env.ref("clinic_family.clinic_relationship_type_other")
        cls.build_requests(cls.mother, cls.stranger, cls.father)
        with patch.object(secrets, "token_urlsafe", lambda _size: "live"):
            cls.env["clinic.invitation"]._ask(
                cls.stranger.partner_id,
                {"name": "Somebody", "email": "some@test.example", "expires_at": "2099-01-01"},
            )
        cls.parts["<string:token>"] = "live"

    def login(self, user):
        self.authenticate(*(2 * [user and user.login]))

    def get_rules(self, method):
        return {rule for one, rule in self.get_routes() if one == method}

    def answers(self, method, rules, user):
        """The status of every address, asked for with all that its form says."""
        self.login(user)
        return {rule: self.ask(method, self.get_url(rule), self.form).status_code for rule in rules}

    # A method that is exempt from Odoo's token

    def test_no_address_answers_options(self):
        rules = self.get_rules("POST")
        self.assertGreater(len(rules), 15)

        for user in (None, self.stranger, self.mother):
            refused = self.answers("OPTIONS", rules, user)
            self.assertEqual(refused, dict.fromkeys(rules, 405))

    def test_options_books_and_cancels_nothing(self):
        self.login(self.mother)
        address = f"/my/appointments/{self.visit.id}/cancel"

        self.url_open(address, params={"who": self.form["who"]}, method="OPTIONS")

        self.env.invalidate_all()
        self.assertEqual(self.visit.state, "booked")

    def test_a_change_needs_the_token(self):
        self.login(self.mother)

        refused = {
            rule: self.url_open(
                self.get_url(rule), data=self.form, allow_redirects=False
            ).status_code
            for rule in self.get_rules("POST")
        }

        self.assertEqual(refused, dict.fromkeys(refused, 400))

    # A change that is opened as if it were a page

    def test_the_address_of_a_change_opens_the_page_it_belongs_to(self):
        alone = self.get_rules("POST") - self.get_rules("GET")
        self.login(self.mother)

        opened = {rule: self.ask("GET", self.get_url(rule), {}) for rule in alone}

        self.assertEqual({answer.status_code for answer in opened.values()}, {303})
        pages = [self.url_open(answer.headers["Location"]) for answer in opened.values()]
        self.assertEqual({page.status_code for page in pages}, {200})

    def test_whoever_logs_in_again_in_the_check_out_finds_the_basket(self):
        self.login(self.mother)

        for address in ("/book/confirm", "/book/basket/remove"):
            self.assertURLEqual(
                self.url_open(address, allow_redirects=False).headers["Location"], "/book/basket"
            )

    def test_the_page_it_opens_says_nothing_of_what_is_not_there(self):
        self.login(self.mother)

        answer = self.url_open("/book/no-such-service-%3Fx%26y/hold")

        self.assertEqual(answer.status_code, 404)

    # Pages about a person

    def test_pages_of_a_person_are_kept_nowhere(self):
        self.login(self.mother)
        rules = self.get_rules("GET") | {
            "/my", "/my/home", "/my/account", "/my/invoices", "/payment/status",
        }  # fmt: skip

        kept = {
            rule
            for rule in rules
            if self.ask("GET", self.get_url(rule), self.form).headers.get("Cache-Control")
            != "no-store"
        }

        # A calendar keeps what it fetches, as it is meant to; nobody in between may.
        self.assertEqual(kept, {"/calendar/<string:secret>.ics"})

    def test_refusals_and_what_is_not_there_are_kept_nowhere_either(self):
        self.login(self.mother)

        refused = self.ask("POST", "/my/family/add", {})
        missing = self.ask("GET", f"/my/appointments/{NO_ID}", {})

        self.assertEqual((refused.status_code, missing.status_code), (422, 404))
        self.assertEqual(refused.headers["Cache-Control"], "no-store")
        self.assertEqual(missing.headers["Cache-Control"], "no-store")

    def test_what_is_not_there_and_what_is_not_theirs_read_the_same_and_lead_on(self):
        visit, relative = self.visit.id, self.father.partner_id.id
        hidden = (f"/my/appointments/{visit}", f"/my/family/{relative}/share")
        missing = (f"/my/appointments/{NO_ID}", f"/my/family/{NO_ID}/share")
        self.login(self.stranger)

        read = [self.read_not_here(path) for path in (*hidden, *missing, f"/book/x-{NO_ID}")]

        self.assertEqual(read, read[:1] * 5)
        words, links = read[0]
        self.assertIn("This page isn't here, or isn't yours to see.", words)
        self.assertEqual(links, ["/my/appointments", "/book"])
        self.login(None)
        self.assertEqual(self.read_not_here(f"/book/x-{NO_ID}")[1], ["/book"])
        self.assertNotIn("yours to see", self.url_open("/no-such-page").text)

    def read_not_here(self, path):
        answer = self.url_open(path)
        self.assertEqual(answer.status_code, 404, path)
        [page] = html.fromstring(answer.text).find_class("o_clinic_not_here")
        return " ".join(page.text_content().split()), page.xpath(".//a/@href")

    def test_what_everybody_sees_may_be_kept(self):
        self.login(None)

        answer = self.url_open("/book")

        self.assertNotIn("no-store", answer.headers.get("Cache-Control", ""))

    def test_addresses_of_odoo_that_know_no_user_answer_as_ever(self):
        self.assertEqual(self.url_open("/web/health").status_code, 200)
