"""Who comes along is said on the check-out's page and on the visit's own."""

from odoo import http
from odoo.tests import tagged

from ..along_common import AlongFamily
from ..common import NO_ID, TUESDAY, ClinicHttpCase, written
from ..common_site import SiteCase
from .test_change_site import ChangeSiteCase

TWO = written(TUESDAY, "14:00")


@tagged("post_install", "-at_install")
class TestAlongAtCheckout(AlongFamily, SiteCase):
    def setUp(self):
        super().setUp()
        self.login(self.mother)

    def options(self, response):
        """Who is offered, and who is proposed."""
        [select] = self.page(response).xpath(".//select[@name='along']")
        chosen = select.xpath("./option[@selected]/text()")
        return select.xpath("./option/text()"), chosen

    def test_the_booking_adult_is_proposed_and_relatives_of_both_are_offered(self):
        offered, chosen = self.options(self.who(TWO))

        self.assertEqual(offered, ["Nobody", "Me", "Greta Grandison"])
        self.assertEqual(chosen, ["Me"])

    def test_the_page_says_which_of_those_who_come_are_brought(self):
        people = self.page(self.who(TWO)).xpath(".//input[@name='participant']")

        led = {one.get("data-name"): one.get("data-led") for one in people}
        self.assertEqual(led, {"Mira Motherwell": None, "Leo Littleton": "led"})

    def test_who_books_for_no_child_is_not_asked(self):
        self.leo.birth_date = "1990-01-01"

        self.assertFalse(self.page(self.who(TWO)).xpath(".//select[@name='along']"))

    def test_who_takes_part_in_another_visit_of_the_basket_then_is_not_offered(self):
        massage = self.service("Test Massage", self.practitioner("Paul Test-Pond"))
        self.hold(self.mother, self.checkout(massage, TWO, [self.mother]))

        self.assertEqual(self.options(self.who(TWO)), (["Nobody", "Greta Grandison"], []))
        later = written(TUESDAY, "15:00")
        self.assertEqual(self.options(self.who(later))[1], ["Me"])

    def test_it_is_shown_before_and_after_booking_and_as_it_is_changed(self):
        form = self.form(self.who(TWO), "/hold")
        people = {"participant": [self.leo.id], "along": str(self.greta.id)}

        basket = self.submit(form, **people)

        self.assertIn("Greta Grandison comes along with Leo", self.text(basket))
        [change] = self.page(basket).xpath(".//a[.='Change who comes']/@href")
        self.assertEqual(self.options(self.get(change))[1], ["Greta Grandison"])
        thanks = self.submit(self.form(basket, "/book/confirm"))
        self.assertIn("Greta Grandison comes along with Leo", self.text(thanks))
        visit = self.visits().filtered(lambda one: one.state == "booked") - self.visit
        self.assertEqual(visit.participant_ids.along_id, self.greta)

    def test_whom_one_may_not_name_is_refused_in_a_sentence(self):
        form = self.form(self.who(TWO), "/hold")

        for along in (self.fergus.id, NO_ID, self.leo.id + 0.5, "x' or 1"):
            answer = self.submit(form, participant=[self.leo.id], along=str(along))
            if answer.status_code == 200:
                self.assertFalse(self.visits().participant_ids.along_id)
            else:
                self.assertIn("can't be named here", self.text(answer, 422))

    def test_that_nobody_comes_along_stays_so(self):
        form = self.form(self.who(TWO), "/hold")

        basket = self.submit(form, participant=[self.leo.id], along="0")

        [change] = self.page(basket).xpath(".//a[.='Change who comes']/@href")
        self.assertEqual(self.options(self.get(change))[1], [])
        self.assertNotIn("comes along", self.text(basket))

    def test_a_time_that_was_taken_keeps_who_comes_along(self):
        taken = self.get(
            f"{self.slug}/taken", practitioner=0, location=self.harbour.id, start=TWO,
            participant=self.leo.id, along=self.greta.id,
        )  # fmt: skip

        kept = self.page(taken).xpath(".//input[@name='along']/@value")
        self.assertEqual(set(kept), {str(self.greta.id)})


@tagged("post_install", "-at_install")
class TestAlongOfAVisit(AlongFamily, ClinicHttpCase):
    login, words, forms, submit = (
        ChangeSiteCase.login, ChangeSiteCase.words, ChangeSiteCase.forms, ChangeSiteCase.submit,
    )  # fmt: skip

    def see(self):
        return self.url_open(f"/my/appointments/{self.visit.id}")

    def test_it_is_changed_on_the_visits_page(self):
        self.login(self.mother)
        form = self.forms(self.see())["Save"]

        page = self.submit(form, along=str(self.greta.id))

        self.assertIn("It is noted who comes along.", self.words(page))
        self.assertIn("Greta Grandison comes along with Leo", self.words(page))
        listed = self.words(self.url_open("/my/appointments"))
        self.assertIn("Greta Grandison comes along with Leo", listed)
        page = self.submit(self.forms(page)["Save"], along=str(self.mira.id))
        self.assertIn("You come along with Leo", self.words(page))

    def test_who_takes_part_is_there_anyway_and_is_asked_only_of_a_name_that_stands(self):
        self.visit = self.appointment(TUESDAY, "13:00", [self.mother, self.leo])
        self.login(self.mother)
        self.assertNotIn("Save", self.forms(self.see()))

        self.visit.participant_ids[1].along_id = self.greta

        self.assertIn("Save", self.forms(self.see()))

    def test_another_household_reads_no_name_it_does_not_know(self):
        self.grant(self.leo, self.father, "book")
        self.his.along_id = self.greta
        self.login(self.father)

        for address in ("/my/appointments", f"/my/appointments/{self.visit.id}"):
            answer = self.url_open(address)
            self.assertIn("Leo Littleton", self.words(answer))
            self.assertNotIn("Grandison", answer.text)

    def test_who_may_not_know_the_name_keeps_it_by_saving_the_page(self):
        self.grant(self.leo, self.father, "book")
        self.his.along_id = self.greta
        self.login(self.father)
        form = self.forms(self.see())["Save"]
        self.assertEqual(form.xpath(".//option[@selected]/text()"), ["As noted"])

        for along in ("", "-1", "x"):
            self.submit(form, along=along)
            self.assertEqual(self.his.along_id, self.greta, along)
        self.submit(form, along="0")
        self.assertFalse(self.his.along_id)

    def test_who_comes_along_finds_no_visit(self):
        self.his.along_id = self.greta
        self.login(self.grandmother)

        self.assertEqual(self.see().status_code, 404)
        self.assertNotIn("Leo", self.words(self.url_open("/my/appointments")))

    def test_what_cannot_be_is_refused_in_a_sentence_and_nobody_elses_visit_is_there(self):
        self.login(self.mother)
        form = self.forms(self.see())["Save"]

        answer = self.submit(form, along=str(self.fergus.id))
        self.assertIn("can't be named here", self.words(answer, 422))
        self.assertEqual(self.submit(form, who="everyone").status_code, 404)
        self.assertEqual(self.submit(form, who=str(NO_ID)).status_code, 404)
        self.assertFalse(self.his.along_id)

    def test_of_those_who_come_one_names_who_comes_along_with_ones_own(self):
        both = self.appointment(TUESDAY, "13:00", [self.mother, self.leo, self.father])
        self.visit = both
        self.login(self.father)
        page = self.see()
        self.assertNotIn("Save", self.forms(page))

        for who in both.participant_ids - both.participant_ids[2]:
            form = {"who": who.id, "along": "0", "csrf_token": http.Request.csrf_token(self)}
            answer = self.url_open(f"/my/appointments/{both.id}/along", data=form)
            self.assertEqual(answer.status_code, 404)
