"""The pages of the wait list, as a browser without JavaScript uses them."""

from lxml import html

from odoo.tests import tagged

from ..common import TUESDAY, WEDNESDAY
from ..common_site import SiteCase
from ..message_common import MailCatcher


@tagged("post_install", "-at_install")
class TestWaitlistSite(MailCatcher, SiteCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.clinic_undo_minutes = 0

    def text_of(self, response, status=200):
        self.assertEqual(response.status_code, status, response.url)
        return " ".join(self.page_of(response).text_content().split())

    def page_of(self, response):
        return self.parse(response).find_class("o_clinic_family")[0]

    def parse(self, response):
        return html.fromstring(response.content, base_url=response.url)

    def form_of(self, response, action):
        return self.page_of(response).xpath(f".//form[contains(@action, '{action}')]")[0]

    def join(self, **changes):
        page = self.get("/my/waitlist/join", service=self.single.id)
        return self.submit(self.form_of(page, "/join"), **changes)

    def offer(self):
        self.env.invalidate_all()
        self.env["clinic.waitlist"]._look()
        self.env.invalidate_all()
        return self.env["clinic.wait.offer"].search([], limit=1)

    def test_where_nothing_suits_one_joins_and_is_led_back_there_after_logging_in(self):
        self.authenticate(None, None)
        times = self.get(self.single.website_url)
        [link] = self.page(times).xpath(".//a[contains(@href, '/my/waitlist/join')]")
        self.assertIn("Nothing suits? Join the wait list", self.text(times))

        login = self.url_open(link.get("href"))
        self.assertIn("/web/login", login.url)
        self.login(self.mother)
        page = self.url_open(link.get("href"))

        self.assertIn("Join the wait list", self.text_of(page))
        self.assertIn("Test Physio", self.text_of(page))
        self.assertIn("Leo Littleton", self.text_of(page))

    def test_joined_offered_and_booked(self):
        self.login(self.mother)
        day = TUESDAY.isoformat()
        joined = self.join(
            participant=self.leo.id, until=day, not_before="9", over_by="12", **{"from": day}
        )
        self.assertIn("You are on the wait list", self.text_of(joined))
        self.assertIn("For Leo Littleton", self.text_of(joined))
        self.assertIn("9:00 AM to 12:00 PM", self.text_of(joined))
        offer = self.offer()

        listed = self.get("/my/waitlist")
        self.assertIn("Free for you: Tue 30 Mar", self.text_of(listed))
        page = self.get(f"/my/waitlist/{offer.request_id.id}")
        self.assertIn("Nothing is booked yet", self.text_of(page))
        self.assertIn("Leo Littleton", self.text_of(page))
        self.assertIn("paid at the clinic", self.text_of(page))
        thanks = self.submit(self.form_of(page, "/accept"))

        self.assertIn("/book/thanks/", thanks.url)
        self.assertIn("Leo Littleton", self.text(thanks))
        self.env.invalidate_all()
        self.assertEqual(offer.request_id.state, "booked")
        self.assertIn(
            "You don't wait for this any more",
            self.text_of(self.get(f"/my/waitlist/{offer.request_id.id}")),
        )

    def test_declined_one_stays_on_the_list_and_leaves_by_a_click(self):
        self.login(self.mother)
        day = TUESDAY.isoformat()
        self.join(until=day, **{"from": day})
        offer = self.offer()
        page = self.get(f"/my/waitlist/{offer.request_id.id}")

        declined = self.submit(self.form_of(page, "/decline"))
        self.assertIn("You stay on the wait list", self.text_of(declined))
        left = self.submit(self.form_of(declined, "/leave"))

        self.assertIn("You are off the wait list", self.text_of(left))
        self.assertIn("You don't wait for anything", self.text_of(left))

    def test_two_visits_at_once_are_asked_about(self):
        self.appointment(TUESDAY, "9:00", [self.mother], practitioner_id=self.other().id)
        self.login(self.mother)
        day = TUESDAY.isoformat()
        self.join(until=day, practitioner=self.nora.id, over_by="10", **{"from": day})
        offer = self.offer()

        page = self.get(f"/my/waitlist/{offer.request_id.id}")
        self.assertIn("already has a visit at this time", self.text_of(page))
        refused = self.submit(self.form_of(page, "/accept"))
        self.assertIn("two visits at once", self.text_of(refused, 422))
        [meant] = self.page_of(refused).xpath(".//input[@name='meant']")
        booked = self.submit(self.form_of(refused, "/accept"), meant=meant.get("value"))

        self.assertIn("/book/thanks/", booked.url)

    def other(self):
        other = self.practitioner("Otto Other")
        (self.single + self.group).practitioner_ids += other
        return other

    def test_a_form_that_cannot_be_meant_says_why(self):
        self.login(self.mother)
        for changes, sentence in (
            ({"day": []}, "day of the week"),
            ({"not_before": "12", "over_by": "9"}, "begin before they end"),
            ({"until": "2026-01-01"}, "choose the last day"),
            ({"until": "tomorrow"}, "choose the last day"),
            ({"participant": self.father.partner_id.id}, "You can't book for one of the people"),
        ):
            self.assertIn(sentence, self.text_of(self.join(**changes), 422))

    def test_who_waits_longer_waits_for_the_same(self):
        self.login(self.mother)
        day = TUESDAY.isoformat()
        wish = {
            "participant": self.leo.id, "day": "on_tue", "practitioner": self.nora.id,
            "not_before": "9", "over_by": "11",
        }  # fmt: skip
        self.join(until=day, **{"from": day}, **wish)
        request = self.env["clinic.wait.request"].search([], limit=1)
        longer = self.get("/my/waitlist/join", wait=request.id)

        fields = dict(self.form_of(longer, "/join").form_values())
        self.submit(self.form_of(longer, "/join"))
        self.env.invalidate_all()

        self.assertEqual(
            {name: fields[name] for name in wish}, {k: str(v) for k, v in wish.items()}
        )
        self.assertEqual(self.env["clinic.wait.request"].search([]), request)
        self.assertGreater(request.date_until, TUESDAY)
        self.login(self.father)
        self.assertEqual(self.get("/my/waitlist/join", wait=request.id).content.count(b"on_tue"), 0)

    def test_what_somebody_else_waits_for_is_not_there(self):
        self.login(self.mother)
        day = WEDNESDAY.isoformat()
        self.join(until=day, **{"from": day})
        request = self.offer().request_id
        before = self.text_of(self.get("/my/waitlist/join", service=self.single.id))

        self.login(self.father)
        self.assertIn("You don't wait for anything", self.text_of(self.get("/my/waitlist")))
        for number in (request.id, 999_999):
            self.assertEqual(self.get(f"/my/waitlist/{number}").status_code, 404)
        fathers = self.text_of(self.get("/my/waitlist/join", service=self.single.id))
        self.assertNotIn("Mira", fathers)
        # Neither does the week tell that somebody waits: the time is taken, as any other.
        self.assertNotIn(
            "wait", self.text(self.get(self.single.website_url)).replace("Join the wait list", "")
        )
        self.assertIn("Mira Motherwell", before)
