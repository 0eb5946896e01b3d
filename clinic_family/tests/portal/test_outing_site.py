"""The page on which all of an outing is cancelled, as a browser without JavaScript uses it."""

from datetime import timedelta

from odoo.tests import tagged

from ..common import NO_ID, TUESDAY, WEDNESDAY, utc, written
from ..common_site import dict_of_lists
from .test_change_site import ChangeSiteCase

WEEKS = timedelta(weeks=520)


class OutingSiteCase(ChangeSiteCase):
    """Mira booked a visit for each of her two children, found together, on one Tuesday."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"clinic_allow_cancel": True, "clinic_cancel_hours": 24})
        me = cls.mother.partner_id
        cls.ana = cls.person("Ana Littleton")
        cls.grant(cls.ana, cls.mother, "book")
        wishes = [
            cls.checkout(cls.single, written(TUESDAY, clock), [child], me)
            for child, clock in ((cls.leo, "9:00"), (cls.ana, "9:30"))
        ]
        bookings = cls.env["clinic.booking"].with_user(cls.mother)
        bookings._hold_all(me, wishes)
        cls.visits = bookings._find_basket(me).sudo().appointment_ids.sorted("start")
        cls.confirm(cls.mother)
        cls.over()

    def setUp(self):
        super().setUp()
        self.login(self.mother)

    @classmethod
    def over(cls):
        """The time to take it back is over."""
        cls.visits.booking_id.undo_until = "2027-01-01 00:00:00"

    def submit(self, form, **changes):
        """Sends the form with all the visits it names."""
        return self.url_open(form.action, data={**dict_of_lists(form.form_values()), **changes})

    def outing(self, visit=None):
        return self.get("/outing", visit or self.visits[0])

    def states(self):
        self.env.invalidate_all()
        return self.visits.mapped("state")


@tagged("post_install", "-at_install")
class TestOutingSite(OutingSiteCase):
    def test_it_is_found_at_my_appointments_and_on_each_visits_page(self):
        listed = self.url_open("/my/appointments")

        self.assertIn("Together: Leo and Ana", self.words(listed))
        address = f"/my/appointments/{self.visits[0].id}/outing"
        self.assertEqual(self.links(listed)["Cancel all of it…"], address)
        for visit in self.visits:
            link = self.links(self.get("", visit))["Cancel all 2 visits of this outing"]
            self.assertEqual(link, f"/my/appointments/{visit.id}/outing")
        self.assertNotIn("outing", self.get("", self.both).text)

    def test_one_page_lists_them_and_one_button_cancels_all(self):
        page = self.outing()

        words = self.words(page)
        self.assertRegex(words, "Leo Littleton.*9:00.*Ana Littleton.*9:30")
        self.assertEqual(words.count("Nothing will be invoiced."), 2)
        self.assertEqual(words.count("Everybody it concerns gets a message."), 1)
        answer = self.submit(self.forms(page)["Cancel all 2 visits"])
        self.assertEqual(self.states(), ["cancelled"] * 2)
        self.assertIn("Cancelled.", self.words(answer))
        self.assertNotIn("Together", self.words(answer))

    def test_pressed_twice_it_says_the_same(self):
        form = self.forms(self.outing())["Cancel all 2 visits"]

        first, second = self.words(self.submit(form)), self.words(self.submit(form))

        self.assertEqual(first, second)
        self.assertIn("Nothing of it is booked any more.", self.words(self.outing()))

    def test_in_the_undo_period_all_of_it_is_taken_back(self):
        self.visits.booking_id.undo_until = "2099-01-01 00:00:00"
        page = self.outing()

        self.assertIn("it is as if it had never been booked", self.words(page))
        form = self.forms(page)["Cancel all 2 visits"]
        self.over()
        self.assertIn("The time to take it back is over.", self.words(self.submit(form), 422))
        self.assertEqual(self.states(), ["booked"] * 2)
        self.visits.booking_id.undo_until = "2099-01-01 00:00:00"
        for _press in range(2):
            self.assertIn("Nobody gets a message.", self.words(self.submit(form)))
        self.assertFalse(any(self.visits.mapped("booked_at")))

    def test_all_of_it_is_put_back_with_one_tap_and_two(self):
        self.company.clinic_undo_minutes = 3
        for until in ("2027-01-01 00:00:00", "2099-01-01 00:00:00"):
            self.visits.booking_id.undo_until = until
            gone = self.submit(self.forms(self.outing())["Cancel all 2 visits"])
            self.assertEqual(self.states(), ["cancelled"] * 2)
            self.assertIn("Was it a slip? These 2 visits can be put back.", self.words(gone))

            form = self.forms(gone)["Put it back"]
            answers = [self.words(self.submit(form)) for _tap in range(2)]

            self.assertEqual(["It is booked as before." in one for one in answers], [True] * 2)
            self.assertEqual(self.states(), ["booked"] * 2)

    def test_what_somebody_has_taken_meanwhile_stays_cancelled_and_the_rest_comes_back(self):
        self.company.clinic_undo_minutes = 3
        gone = self.submit(self.forms(self.outing())["Cancel all 2 visits"])
        self.appointment(TUESDAY, "9:00", [self.stranger], service_id=self.single.id)

        answer = self.submit(self.forms(gone)["Put it back"])

        self.assertIn("Not all of it could be put back", self.words(answer))
        self.assertEqual(self.states(), ["cancelled", "booked"])

    def test_what_cannot_be_cancelled_online_stays_and_says_whom_to_call(self):
        at_desk = {"change_policy": "own", "allow_cancel": False}
        self.visits[1].service_id = self.service("Test Massage", self.nora, **at_desk)

        page = self.outing()

        self.assertIn("Please call Test Harbour, +64 9 555 0100.", self.words(page))
        self.submit(self.forms(page)["Cancel this visit"])
        self.assertEqual(self.states(), ["cancelled", "booked"])

    def test_it_is_offered_where_at_least_two_can_be_cancelled(self):
        self.company.clinic_allow_cancel = False

        listed = self.url_open("/my/appointments")

        self.assertIn("Together: Leo and Ana", self.words(listed))
        self.assertNotIn("Cancel all of it…", self.links(listed))
        offered = " ".join(self.links(self.get("", self.visits[0])))
        self.assertNotRegex(offered, "Cancel all .* of this outing")

    def test_what_was_cancelled_by_itself_stands_under_no_outing(self):
        visit = self.appointment(TUESDAY, "10:00", [self.mother])
        visit.plan_key = self.visits[0].plan_key
        visit._update_state("cancelled")

        past = self.words(self.url_open("/my/appointments?when=past"))

        self.assertIn("Cancelled", past)
        self.assertNotIn("Together", past)

    def test_an_outing_that_is_over_is_nothing_to_cancel(self):
        for visit in self.visits:
            visit.write({"start": visit.start - WEEKS, "stop": visit.stop - WEEKS})

        past = self.words(self.url_open("/my/appointments?when=past"))

        self.assertIn("Leo", past)
        self.assertNotIn("Together", past)

    def test_where_one_is_taken_back_and_another_cancelled_each_says_so(self):
        self.visits.booking_id.undo_until = "2099-01-01 00:00:00"
        self.visits[1].participant_ids.booked_by_id = self.father.partner_id

        words = self.words(self.outing())

        self.assertRegex(
            words, "Leo.*had never been booked.*Ana.*Everybody it concerns gets a message"
        )

    def test_nobody_pays_more_than_the_page_said(self):
        form = self.forms(self.outing())["Cancel all 2 visits"]
        self.single.write({"late_fee": 30, "change_policy": "own", "cancel_hours": 999})

        self.assertIn("costs something by now", self.words(self.submit(form), 422))
        self.assertEqual(self.states(), ["booked"] * 2)
        page = self.outing()
        self.assertIn("Cancelling all of it now costs $ 60.00 together.", self.words(page))
        self.submit(self.forms(page)["Cancel all 2 visits"])
        self.assertEqual(self.states(), ["cancelled"] * 2)

    def test_what_one_may_not_cancel_is_not_cancelled_by_its_number(self):
        self.grant(self.leo, self.father, "book")
        self.login(self.father)
        page = self.outing()
        form = self.forms(page)["Cancel this visit"]

        self.assertNotIn("Ana", page.text)
        for other in (self.visits[1].id, NO_ID):
            answer = self.submit(form, appointment=[self.visits[0].id, other])
            self.assertIn("Nothing was cancelled", self.words(answer, 422))
            self.assertNotIn("Ana", answer.text)
        self.assertEqual(self.states(), ["booked"] * 2)
        self.submit(form)
        self.assertEqual(self.states(), ["cancelled", "booked"])
        self.assertEqual(self.outing(self.visits[1]).status_code, 404)
        self.assertEqual(self.get("/outing", self.both.browse(NO_ID)).status_code, 404)

    def test_of_what_the_page_listed_all_is_cancelled_or_nothing(self):
        form = self.forms(self.outing())["Cancel all 2 visits"]
        self.visits[1].start = utc(WEDNESDAY, "9:30")

        self.assertIn("Nothing was cancelled", self.words(self.submit(form), 422))

        self.assertEqual(self.states(), ["booked"] * 2)

    def test_nothing_chosen_or_begun_meanwhile_cancels_nothing(self):
        form = self.forms(self.outing())["Cancel all 2 visits"]
        self.visits[1]._update_state("arrived")

        for chosen in (self.visits.ids, [], ["x"]):
            answer = self.submit(form, appointment=chosen)
            self.assertIn("Nothing was cancelled", self.words(answer, 422))
        self.assertEqual(self.states(), ["booked", "arrived"])
