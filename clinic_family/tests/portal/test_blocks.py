"""The building blocks of the clinic on pages that a clinic makes with Odoo's editor."""

from datetime import timedelta

from lxml import html

from odoo.http import root
from odoo.tests import tagged

from ..common import MONDAY, TUESDAY
from ..common_site import SiteCase
from ..company_common import Neighbours

PAGE = "/test-welcome"
KINDS = ("services", "practitioners", "locations")
YESTERDAY = MONDAY - timedelta(days=1)
NOTHING = "Nothing can be booked online at the moment. Please call us."


def make_block(kind, inside=""):
    return f'<section><div data-clinic-block="{kind}">{inside}</div></section>'


def read_blocks(text):
    """What stands in each block of a page."""
    return {
        block.get("data-clinic-block"): " ".join(block.text_content().split())
        for block in html.fromstring(text).xpath("//*[@data-clinic-block]")
    }


@tagged("post_install", "-at_install")
class TestBlocks(Neighbours, SiteCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_neighbours()
        cls.harbour.write({"phone": "+64 9 555 7777", "opening_hours": "Mornings only"})
        cls.hidden_service = cls.service("Test Not Offered", cls.nora, is_published=False)
        cls.hidden_person = cls.practitioner("Hanna Not-Shown", is_published=False)
        cls.hidden_person.service_ids = cls.group
        cls.theo = cls.practitioner(
            "Theo Their-Doctor", location=cls.their_place, company_id=cls.neighbour.id
        )
        cls.their_talk = cls.service("Neighbour Talk", cls.theo, company_id=cls.neighbour.id)
        cls.view = cls.env["ir.ui.view"].create({
            "name": "Welcome", "type": "qweb", "key": "clinic_family.test_welcome",
            "arch": '<t t-call="website.layout"><div id="wrap" class="oe_structure">'
            f"<p>Welcome</p>{''.join(map(make_block, KINDS))}</div></t>",
        })  # fmt: skip
        cls.env["website.page"].create({
            "url": PAGE, "view_id": cls.view.id, "is_published": True,
        })  # fmt: skip
        cls.designer = cls.user(
            "test_designer",
            "Dora Designer",
            "website.group_website_designer,clinic_family.clinic_family_group_manager",
        )

    def look(self, user=None, website=None):
        """What stands in each block of the page, for this user or for a visitor."""
        self.authenticate(*(2 * [user and user.login]))
        self.session["force_website_id"] = (website or self.env["website"]).id
        root.session_store.save(self.session)
        return read_blocks(self.get(PAGE).text)

    def assert_ours(self, shown):
        self.assertIn("Test Family Talk", shown["services"])
        self.assertNotIn("Test Not Offered", shown["services"])
        self.assertNotIn("Neighbour Talk", shown["services"])
        self.assertIn(self.nora.name, shown["practitioners"])
        self.assertNotIn("Hanna Not-Shown", shown["practitioners"])
        self.assertNotIn("Theo Their-Doctor", shown["practitioners"])
        self.assertIn("+64 9 555 7777", shown["locations"])
        self.assertIn("Mornings only", shown["locations"])
        self.assertNotIn("Neighbour Bay", shown["locations"])

    def test_a_visitor_sees_in_the_blocks_what_the_booking_site_offers(self):
        self.assert_ours(self.look())

    def test_a_place_of_the_past_or_of_the_future_is_not_where_to_find_us(self):
        calendar = self.nora.resource_calendar_id or self.calendar((9, 12))
        left, later = self.location("Left House"), self.location("Later House")
        self.schedule(self.nora, calendar, left, date_to=YESTERDAY)
        self.schedule(self.nora, calendar, later, date_from=TUESDAY)
        today = self.location("House of Today")
        self.schedule(self.nora, calendar, today, date_from=MONDAY, date_to=MONDAY)

        shown = self.look()["locations"]

        self.assertIn("House of Today", shown)
        self.assertNotIn("Left House", shown)
        self.assertNotIn("Later House", shown)

    def test_where_nothing_is_published_every_block_says_so(self):
        self.env["clinic.service"].search([("is_published", "=", True)]).is_published = False

        self.assertEqual(self.look(), dict.fromkeys(KINDS, NOTHING))

    def test_staff_see_in_the_blocks_what_a_visitor_sees(self):
        visitor = self.look()

        self.assertEqual(self.look(self.mother), visitor)
        self.assertEqual(self.look(self.designer), visitor)

    def test_the_website_decides_what_stands_in_the_blocks(self):
        site = self.env["website"].create({
            "name": "Neighbour site", "company_id": self.neighbour.id,
        })  # fmt: skip
        self.designer.company_ids |= self.neighbour

        shown = self.look(website=site), self.look(self.designer, site)

        self.assertEqual(shown[0], shown[1])
        self.assertIn("Neighbour Talk", shown[0]["services"])
        self.assertNotIn("Test Family Talk", shown[0]["services"])
        self.assertIn("Theo Their-Doctor", shown[0]["practitioners"])
        self.assertIn("Neighbour Bay", shown[0]["locations"])
        self.assertNotIn("Mornings only", shown[0]["locations"])

    def test_what_is_taken_off_the_site_is_gone_from_the_next_page(self):
        self.assertIn("Test Family Talk", self.look()["services"])

        self.group.is_published = False

        self.assertNotIn("Test Family Talk", self.look()["services"])

    def test_the_editor_keeps_the_place_of_a_block_and_nothing_it_showed(self):
        edited = make_block("services", "<p>Test Not Offered</p>")

        self.view.with_user(self.designer).save(
            f'<div id="wrap" class="oe_structure"><p>Hello</p>{edited}</div>',
            "/t[1]/div[1]",
        )

        kept = self.view.arch
        self.assertIn("Hello", kept)
        self.assertIn('data-clinic-block="services"', kept)
        self.assertNotIn("Not Offered", kept)
        self.assertIn("Test Family Talk", self.look()["services"])

    def test_what_a_page_holds_in_a_block_is_not_shown(self):
        kept = "".join(make_block(kind, "<p>Kept text</p>") for kind in ("secrets", "services"))
        self.view.arch = f'<t t-call="website.layout"><div id="wrap">{kept}</div></t>'

        shown = self.look()

        self.assertEqual(shown["secrets"], "")
        self.assertNotIn("Kept text", shown["services"])

    def test_the_editor_offers_the_blocks_as_they_will_be_shown(self):
        # Whoever designs for two companies previews the places of the website's alone.
        self.designer.company_ids |= self.neighbour
        self.nora.company_id = False
        self.schedule(self.nora, self.calendar((9, 12), company_id=False), self.their_place)
        website = self.env["website"].search([("company_id", "=", self.company.id)], limit=1)
        self.login(self.designer)

        offered = self.make_jsonrpc_request("/web/dataset/call_kw", {
            "model": "ir.ui.view",
            "method": "render_public_asset",
            "args": ["website.snippets", {}],
            "kwargs": {"context": {"website_id": website.id}},
        })  # fmt: skip

        self.assert_ours(read_blocks(offered))
