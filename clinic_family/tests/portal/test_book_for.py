"""Who comes from *Book for Leo* on the family page finds Leo chosen, step by step."""

from lxml import html

from odoo.tests import tagged

from ..common_site import TEN, SiteCase


@tagged("post_install", "-at_install")
class TestBookFor(SiteCase):
    def setUp(self):
        super().setUp()
        self.mark = f"for={self.leo.id}"
        self.login(self.mother)

    def main(self, url, **params):
        answer = self.url_open(url, params=params)
        self.assertEqual(answer.status_code, 200, url)
        return html.fromstring(answer.content).xpath("//main")[0]

    def links(self, element, path):
        """Where the links on a page lead that begin like this."""
        return element.xpath(f".//a[starts-with(@href, '{path}')]/@href")

    def chosen(self, element):
        return element.xpath(".//input[@name='participant'][@checked]/@value")

    def test_the_family_page_books_for_those_one_may_book_for(self):
        self.grant(self.grandmother.partner_id, self.mother, "pay")

        family = self.main("/my/family")

        self.assertEqual(self.links(family, "/book?"), [f"/book?{self.mark}"])
        (link,) = family.find_class("o_clinic_book_for")
        self.assertEqual(link.text_content(), "Book for Leo")

    def test_every_page_on_the_way_says_for_whom_and_carries_it_on(self):
        pages = ["/book", "/book/with", self.nora.website_url, self.slug]
        for url in pages:
            page = self.main(url, **{"for": self.leo.id})

            self.assertIn("You are acting for Leo Littleton", page.text_content(), url)
            onward = [one for one in self.links(page, "/book") if "/book/family" not in one]
            switch, *others = onward
            self.assertNotIn("for=", switch)
            self.assertEqual([one for one in others if self.mark not in one], [], url)
            waits = self.links(page, "/my/waitlist/join")
            self.assertEqual([one for one in waits if self.mark not in one], [], url)

    def test_the_next_free_time_and_every_other_are_for_whom_one_came(self):
        page = self.main(self.slug, **{"for": self.leo.id})

        forms = page.xpath(".//form[contains(@action, '/hold')] | .//form[@method='get']")
        names = [form.xpath(".//input[@name='for']/@value") for form in forms]
        self.assertGreaterEqual(len(forms), 4)
        self.assertEqual({tuple(one) for one in names}, {(str(self.leo.id),)})

    def test_who_is_coming_is_chosen_already(self):
        hold = self.form(self.get(self.slug, **{"for": self.leo.id}), "/hold")

        who = self.submit(hold, start=TEN)

        self.assertIn("/who?", who.url)
        self.assertEqual(self.chosen(self.page(who)), [str(self.leo.id)])
        basket = self.text(self.submit(self.form(who, "/hold")))
        self.assertIn("Book for Leo", basket)

    def test_the_wait_list_is_joined_for_whom_one_came(self):
        asked = {"service": self.group.id, "for": self.leo.id}

        self.assertEqual(self.chosen(self.main("/my/waitlist/join", **asked)), [str(self.leo.id)])

    def test_somebody_one_may_not_book_for_is_nobody(self):
        stranger = {"for": self.stranger.partner_id.id}

        page = self.main(self.slug, **stranger)

        self.assertNotIn("Stan", page.text_content())
        self.assertEqual(page.xpath(".//input[@name='for']"), [])
        self.assertNotIn("for=", "".join(self.links(page, "/book")))
        who = self.get(f"{self.slug}/who", location=self.harbour.id, start=TEN, **stranger)
        self.assertEqual(self.chosen(self.page(who)), [str(self.mother.partner_id.id)])
