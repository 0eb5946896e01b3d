from urllib.parse import urlsplit

from odoo.fields import Command
from odoo.http import root
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import TUESDAY
from ..common_site import TEN, SiteCase
from ..company_common import Neighbours
from ..package_common import PackageBuilders


@tagged("post_install", "-at_install")
class TestTwoWebsites(Neighbours, PackageBuilders, SiteCase):
    """The first company's site, and a second website of a second company on the same Odoo."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_neighbours()
        cls.our_site = cls.env["website"].search([("company_id", "=", cls.company.id)], limit=1)
        cls.their_site = cls.env["website"].create({
            "name": "Neighbour site", "company_id": cls.neighbour.id,
        })  # fmt: skip
        cls.theo = cls.practitioner(
            "Theo Their-Doctor", location=cls.their_place, company_id=cls.neighbour.id
        )
        cls.their_talk = cls.service(
            "Neighbour Talk", cls.theo, company_id=cls.neighbour.id, max_participants=3
        )
        cls.our_package = cls.package(cls.group, name="Our ten", is_published=True)
        cls.their_package = cls.package(
            cls.their_talk, name="Their ten", is_published=True, company_id=cls.neighbour.id
        )
        cls.owned = cls.user("test_owned", "Olga Owned")
        cls.owned.partner_id.company_id = cls.company
        cls.desk = cls.user("test_desk", "Dee Desk", "clinic_family.clinic_family_group_front_desk")

    def visit_ours(self, user):
        self.visit(user, self.our_site)

    def visit_theirs(self, user):
        self.visit(user, self.their_site)

    def visit(self, user, website):
        """Comes to this website, logged in or as the public; a domain of its own does the same."""
        self.authenticate(*(2 * [user and user.login]))
        self.session["force_website_id"] = website.id
        root.session_store.save(self.session)

    def get_status(self, service):
        return self.get(service.website_url).status_code

    def look_around(self, user):
        """What there is for this user, or for the public, on either site."""
        self.visit_ours(user)
        ours = [self.get_status(self.group), self.get_status(self.their_talk)]
        self.visit_theirs(user)
        theirs = [self.get_status(self.group), self.get_status(self.their_talk)]
        listed = self.text(self.get("/book"))
        return ours, theirs, "Neighbour Talk" in listed, "Test Family Talk" in listed

    def choose(self, user, people):
        """Comes to the second site, chooses ten o'clock with Theo, and says who is coming."""
        self.visit_theirs(user)
        who = self.get(
            f"{self.their_talk.website_url}/who",
            practitioner=0,
            location=self.their_place.id,
            start=TEN,
        )
        ids = [person.id for person in people]
        return self.submit(self.form(who, "/hold"), participant=ids, payer=ids[0])

    def their_visits(self):
        self.env.invalidate_all()
        return self.env["clinic.appointment"].search([("location_id", "=", self.their_place.id)])

    @mute_logger("odoo.http")
    def test_the_website_decides_what_is_offered_whoever_comes(self):
        for user in (
            None, self.mother, self.owned, self.desk, self.theirs["patient"],
            self.theirs["no role"],
        ):  # fmt: skip
            with self.subTest(who=user and user.login):
                self.assertEqual(self.look_around(user), ([200, 404], [404, 200], True, False))

    @mute_logger("odoo.http")
    def test_the_domain_decides_which_website_is_visited(self):
        ours, theirs = self.base_url(), f"http://localhost:{self.http_port()}"
        self.our_site.domain, self.their_site.domain = ours, theirs
        for user in (None, self.mother, self.owned, self.desk):
            self.authenticate(*(2 * [user and user.login]))
            cookies = {"session_id": self.session.sid}
            statuses = [
                self.url_open(host + service.website_url, cookies=cookies).status_code
                for host in (ours, theirs)
                for service in (self.group, self.their_talk)
            ]

            with self.subTest(who=user and user.login):
                self.assertEqual(statuses, [200, 404, 404, 200])

    def test_the_website_decides_which_packages_are_on_sale(self):
        for user in (self.mother, self.owned, self.theirs["patient"]):
            self.visit_ours(user)
            ours = self.get("/my/packages").text
            self.visit_theirs(user)
            theirs = self.get("/my/packages").text

            with self.subTest(who=user.login):
                self.assertEqual(("Our ten" in ours, "Their ten" in ours), (True, False))
                self.assertEqual(("Our ten" in theirs, "Their ten" in theirs), (False, True))

    @mute_logger("odoo.http")
    def test_what_the_other_site_sells_is_not_there(self):
        self.visit_ours(self.mother)
        there = self.get(f"/my/packages/{self.their_package.id}")
        self.visit_theirs(self.mother)
        here = self.get(f"/my/packages/{self.their_package.id}")

        self.assertEqual((there.status_code, here.status_code), (404, 200))

    def test_a_patient_of_one_company_books_at_the_site_of_another(self):
        me = self.mother.partner_id

        basket = self.choose(self.mother, [me])
        thanks = self.submit(self.form(basket, "/confirm"))
        mine = self.get("/my/appointments")
        visit = self.their_visits()
        page = self.get(f"/my/appointments/{visit.id}")

        self.assertIn("Neighbour Talk", self.text(thanks))
        self.assertIn("Neighbour Talk", mine.text)
        self.assertEqual(page.status_code, 200)
        self.assertEqual((visit.state, visit.company_id), ("booked", self.neighbour))
        self.assertEqual(visit.booking_id.company_id, self.neighbour)

    def test_each_site_has_a_basket_of_its_own(self):
        self.choose(self.mother, [self.mother.partner_id])
        self.visit_ours(self.mother)
        self.check([self.mother])

        ours = self.text(self.get("/book/basket"))
        self.submit(self.form(self.get("/book/basket"), "/confirm"))

        self.assertIn("Test Family Talk", ours)
        self.assertNotIn("Neighbour Talk", ours)
        self.assertEqual(self.visits().state, "booked")
        self.assertEqual(self.their_visits().state, "held")

    def test_whoever_comes_belongs_to_the_company_of_the_visit_or_to_none(self):
        self.leo.company_id = self.company

        refused = self.choose(self.mother, [self.leo])

        self.assertEqual(refused.status_code, 422)
        self.assertFalse(self.their_visits().participant_ids)

    def test_who_belongs_to_another_company_is_told_to_book_as_somebody_else(self):
        for user in (self.owned, self.desk):
            answer = self.choose(user, [user.partner_id])

            with self.subTest(who=user.login):
                self.assertIn("belongs to another company", self.text(answer, 422))
        self.assertFalse(self.their_visits())

    @mute_logger("odoo.http")
    def test_the_site_of_another_company_shows_staff_none_of_its_visits(self):
        visit = self.appointment(
            TUESDAY,
            "11:00",
            [self.mother],
            service_id=self.their_talk.id,
            practitioner_id=self.theo.id,
            location_id=self.their_place.id,
        )
        statuses = {}

        for user in (self.desk, self.owned, self.stranger, self.mother):
            self.visit_theirs(user)
            statuses[user.login] = self.get(f"/my/appointments/{visit.id}").status_code

        self.assertEqual(
            statuses,
            {"test_desk": 404, "test_owned": 404, "test_stranger": 404, "test_mother": 200},
        )

    def test_the_website_decides_by_whose_settings_families_grow(self):
        self.company.clinic_allow_related, self.neighbour.clinic_allow_related = True, False
        self.visit_ours(self.mother)
        ours = self.get("/my/family/add")
        self.visit_theirs(self.mother)
        theirs = self.get("/my/family/add")

        self.assertNotIn("at the front desk", ours.text)
        self.assertIn("at the front desk", theirs.text)

    def test_odoos_own_pages_show_the_documents_of_the_accounts_companies_on_every_site(self):
        """Many companies share one website, and their customers find their invoices there."""
        invoice = self.env["account.move"].with_company(self.company).create({
            "move_type": "out_invoice",
            "partner_id": self.mother.partner_id.id,
            "invoice_line_ids": [Command.create({"name": "A lamp", "price_unit": 20})],
        })  # fmt: skip
        invoice.action_post()
        self.visit_theirs(self.mother)

        page = self.get(f"/my/invoices/{invoice.id}")

        self.assertEqual(urlsplit(page.url).path, f"/my/invoices/{invoice.id}")
        self.assertIn(invoice.name, page.text)
        self.assertIn(invoice.name, self.get("/my/invoices").text)

    def test_outside_of_a_website_a_patient_has_the_companies_of_the_account(self):
        self.visit_theirs(self.mother)

        seen = self.make_jsonrpc_request(
            "/web/dataset/call_kw/clinic.service/search_read",
            {
                "model": "clinic.service",
                "method": "search_read",
                "args": [[("id", "in", (self.group + self.their_talk).ids)], ["id"]],
                "kwargs": {},
            },
        )

        self.assertEqual([one["id"] for one in seen], self.group.ids)
