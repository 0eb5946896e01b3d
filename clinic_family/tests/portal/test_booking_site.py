"""The booking site as a browser without JavaScript sees it."""

import re
from urllib.parse import parse_qs, urlsplit

from lxml import html

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import MONDAY, NO_ID, TUESDAY, written
from ..common_site import TEN, SiteCase


@tagged("post_install", "-at_install")
class TestVisitor(SiteCase):
    def test_a_visitor_sees_the_services_and_which_are_for_groups(self):
        page = self.page(self.get("/book"))

        (group,) = page.xpath(f".//a[@href='{self.slug}']")
        (single,) = page.xpath(f".//a[@href='{self.single.website_url}']")
        self.assertRegex(" ".join(group.text_content().split()), "Test Family Talk Group.*30 min")
        self.assertIn("80.00", group.text_content())
        self.assertNotIn("Group", single.text_content())
        self.assertEqual(len(group.find_class("fa-users")), 1)

    def test_no_page_has_a_browser_connect_elsewhere(self):
        page = self.page(self.get("/book"))
        self.assertEqual(page.xpath("//link[@rel='preconnect' or @rel='dns-prefetch']"), [])
        self.assertFalse(page.xpath("//link[@rel='stylesheet'][starts-with(@href, 'http')]"))

    def test_the_page_has_its_head_where_odoo_has_no_such_link(self):
        """Another version may say nothing of Google."""
        layout = self.env.ref("website.layout")
        layout.arch_db = re.sub(r"<link rel=.preconnect[^>]*>", "", layout.arch_db)

        page = self.page(self.get("/book"))
        self.assertEqual(page.xpath("count(//head/title)"), 1)

    def test_a_search_finds_services_by_name_and_description(self):
        self.single.description = "For sore elbows"

        by_name = self.text(self.get("/book", search="family talk"))
        by_description = self.text(self.get("/book", search=" elbows "))
        nothing = self.text(self.get("/book", search="zzz<b>"))

        self.assertRegex(by_name, "Test Family Talk")
        self.assertNotRegex(by_name, "Test Physio")
        self.assertRegex(by_description, "Test Physio")
        self.assertIn('Nothing here is called "zzz<b>"', nothing)

    def test_an_unpublished_service_is_an_unknown_page(self):
        url = self.group.website_url
        self.group.is_published = False

        self.assertNotIn(url, self.get("/book").text)
        self.assertEqual(self.get(url).status_code, 404)
        self.assertEqual(self.get(f"/book/no-such-thing-{NO_ID}").status_code, 404)

    def test_a_service_that_nobody_gives_is_not_offered_and_its_page_says_whom_to_call(self):
        nobody = self.env["clinic.practitioner"]
        hidden = self.practitioner("Hanna Test-Hidden", is_published=False)
        gone = self.practitioner("Gus Test-Gone", active=False)
        idle = nobody.create({"name": "Ida Test-Idle", "is_published": True})
        lonely = [
            self.service(f"Test Lonely {number}", who)
            for number, who in enumerate((nobody, hidden, gone, idle))
        ]
        places = self.env["clinic.location"].search([("company_id", "=", self.company.id)])
        places.write({"phone": "+64 9 555 4242"})

        for page in ("/book", "/sitemap.xml"):
            self.assertNotIn("lonely", self.get(page).text.lower())
        for service in lonely:
            page = self.page(self.get(service.website_url))
            self.assertFalse(page.xpath(".//select"))
            self.assertEqual(page.xpath(".//a[.='+64 9 555 4242']/@href"), ["tel:+64 9 555 4242"])
        self.assertIn(self.slug, self.get("/sitemap.xml").text)

    def test_a_visitor_sees_a_week_of_times(self):
        page = self.page(self.get(self.slug))

        days = page.find_class("o_clinic_day")
        self.assertEqual(days[0].xpath(".//h2/time/@datetime"), [str(MONDAY)])
        self.assertEqual(len(days), 7)
        self.assertEqual(len(self.free_times(days[1])), 14)
        self.assertRegex(self.free_times(days[1])[written(TUESDAY, "9:00")].text, r"^9:00\sAM$")
        self.assertIn("Auckland (NZDT)", page.text_content())

    def test_the_week_in_which_the_clocks_go_back_is_like_any_other(self):
        page = self.page(self.get(self.slug, day="2027-04-04"))

        days = page.find_class("o_clinic_day")
        self.assertEqual([len(self.free_times(day)) for day in days], [14] * 7)
        self.assertIn("2027-04-04T09:00+12:00", self.free_times(days[0]))

    def test_times_lead_to_the_login_and_back_to_the_choice(self):
        times = self.get(self.slug)
        self.assertIn(TEN, self.free_times(self.page(times)))

        response = self.submit(self.form(times, "/hold"), start=TEN)

        # Whoever has an account, and who asks for one, are led on alike.
        forms = html.fromstring(response.text).xpath("//form[.//input[@name='login']]")
        self.assertEqual(len(forms), 2)
        (redirect,) = {form.fields["redirect"] for form in forms}
        self.assertIn("/web/login", response.url)
        self.assertIn(f"{self.slug}/who?", redirect)
        self.assertEqual(parse_qs(urlsplit(redirect).query)["start"], [TEN])

    def test_nobody_books_without_logging_in(self):
        for page in (f"{self.slug}/who", f"{self.slug}/taken", "/book/basket"):
            self.assertIn("/web/login", self.get(page).url)
        self.assertIn("/web/login", self.get("/book/thanks/some-key").url)
        self.assertIn("/web/login", self.get("/my/appointments").url)

    def test_more_services_need_no_more_queries(self):
        few = self.count_queries()
        for number in range(20):
            self.service(f"Test Extra {number}", self.nora, max_participants=2)

        self.assertEqual(self.count_queries(), few)

    def count_queries(self):
        """How often the database is asked for the page of services, everything warm."""
        self.get("/book")
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        self.assertEqual(self.get("/book").status_code, 200)
        return self.env.cr.sql_log_count - before


@tagged("post_install", "-at_install")
class TestCheckout(SiteCase):
    def test_a_mother_books_for_herself_and_her_son_by_filling_in_forms(self):
        self.login(self.mother)
        who = self.submit(self.form(self.get(self.slug), "/hold"), start=TEN)
        people = [str(self.mother.partner_id.id), str(self.leo.id)]
        check = self.submit(self.form(who, "/hold"), participant=people)
        thanks = self.submit(self.form(check, "/confirm"))

        self.assertIn("/book/thanks/", thanks.url)
        self.assertRegex(self.text(thanks), r"Booked.*Mira Motherwell.*Leo Littleton.*30 March")
        visit = self.visits()
        self.assertEqual(visit.participant_ids.partner_id, self.mother.partner_id + self.leo)
        self.assertEqual(visit.payer_id, self.mother.partner_id)

    def test_one_chooses_among_those_one_may_book_for(self):
        self.grant(self.leo, self.mother, "pay")
        self.login(self.mother)

        form = self.form(self.get(f"{self.slug}/who", start=TEN), "/hold")

        people = form.xpath(".//input[@name='participant']/@value")
        payers = form.xpath(".//select[@name='payer']/option/text()")
        self.assertEqual(people, [str(self.mother.partner_id.id), str(self.leo.id)])
        self.assertEqual(payers, ["Mira Motherwell", "Leo Littleton"])

    def test_everything_is_shown_before_it_is_booked(self):
        self.login(self.mother)

        text = self.text(self.check([self.mother, self.leo]))

        for fact in (
            "Test Family Talk",
            "30 March",
            "Test Harbour",
            "Mira",
            "Leo",
            "80.00",
            "NZDT",
        ):
            self.assertIn(fact, text)
        self.assertEqual(self.visits().mapped("state"), ["held"])

    def test_sending_the_form_twice_books_once(self):
        self.login(self.mother)
        form = self.form(self.check([self.mother]), "/confirm")

        first, second = self.submit(form), self.submit(form)

        self.assertEqual((first.url, first.status_code), (second.url, second.status_code))
        self.assertEqual(len(self.visits()), 1)

    @mute_logger("odoo.http")
    def test_a_link_books_nothing(self):
        self.login(self.mother)
        form = self.form(self.check([self.mother]), "/confirm")

        response = self.url_open(form.action, params=form.form_values())

        # The page to which the button belongs.
        self.assertIn("/book/basket", response.url)
        self.assertEqual(self.visits().mapped("state"), ["held"])

    @mute_logger("odoo.http")
    def test_another_site_books_nothing(self):
        self.login(self.mother)
        form = self.form(self.check([self.mother]), "/confirm")

        response = self.submit(form, csrf_token="forged")

        self.assertEqual(response.status_code, 400)
        self.assertEqual(self.visits().mapped("state"), ["held"])

    def assertRefused(self, sentence, **changes):
        """The form with these changes is answered with a sentence, and nothing is booked."""
        me = self.mother.partner_id.id
        form = self.form(self.who(), "/hold")
        response = self.submit(form, **{"participant": me, "payer": me, **changes})
        self.assertIn(sentence, self.text(response, 422))
        self.assertFalse(self.visits())

    def test_a_form_that_was_tampered_with_books_nothing(self):
        self.login(self.mother)
        stranger = self.stranger.partner_id

        self.assertRefused("You can't book for one of the people", participant=stranger.id)
        self.assertRefused("You can't book for one of the people", participant=NO_ID)
        self.assertRefused("Please choose who is coming", participant=[])
        self.assertRefused("can't be asked to pay", payer=stranger.id)
        self.assertRefused("can't be asked to pay", payer="x")
        self.assertRefused("isn't offered there", practitioner=NO_ID)
        self.assertRefused("isn't offered there", location=NO_ID)
        self.assertRefused("can't be read", start="garbage")
        self.assertRefused("has passed", start="2027-03-28T10:00:00+13:00")
        self.assertRefused("Nobody works", start="2027-03-30T03:00:00+13:00")

    def test_a_refusal_names_nobody(self):
        self.login(self.mother)
        form = self.form(self.who(), "/hold")

        response = self.submit(form, participant=self.stranger.partner_id.id)

        self.assertNotRegex(response.text, "Stan|Strangeways")

    def test_whoever_comes_second_is_offered_the_nearest_times_with_one_tap(self):
        self.login(self.mother)
        form = self.form(self.who(), "/hold")
        self.appointment(TUESDAY, "10:00", [self.father])

        with mute_logger("odoo.sql_db"):
            taken = self.submit(form)
        check = self.submit(self.form(taken, "/hold"))
        thanks = self.submit(self.form(check, "/confirm"))

        nearest = self.page(taken).xpath(".//form//time/@datetime")
        self.assertIn("/taken?", taken.url)
        self.assertRegex(self.text(taken), "Just taken.*Nothing was booked")
        self.assertEqual(nearest, [written(TUESDAY, clock) for clock in ("9:00", "9:30", "10:30")])
        self.assertIn("/book/thanks/", thanks.url)
        self.assertEqual(
            self.visits().mapped("payer_id.name"), ["Fergus Fatherly", "Mira Motherwell"]
        )

    def test_the_page_of_thanks_is_for_whoever_booked(self):
        self.login(self.mother)
        thanks = self.submit(self.form(self.check([self.mother]), "/confirm"))
        self.login(self.stranger)

        foreign, unknown = self.get(thanks.url), self.get("/book/thanks/no-such-key")

        self.assertEqual((foreign.status_code, unknown.status_code), (404, 404))
        self.assertNotIn("Mira", foreign.text)
