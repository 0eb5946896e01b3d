"""The pages on which all of an outing is moved, as a browser without JavaScript uses them."""

from odoo.tests import tagged

from ..common import TUESDAY, WEDNESDAY, utc
from ..common_site import dict_of_lists
from .test_outing_site import OutingSiteCase


@tagged("post_install", "-at_install")
class TestOutingMoveSite(OutingSiteCase):
    def times(self, visit=None, **asked):
        return self.get("/outing/move", visit or self.visits[0], **asked)

    def plans(self, page):
        """The forms of the plans, in their order."""
        return self.find_forms(page, "o_clinic_plan")

    def check(self, page):
        """The page that shows what the first plan would change."""
        form = self.plans(page)[0]
        return self.url_open(form.action, params=dict_of_lists(form.form_values()))

    def starts(self):
        self.env.invalidate_all()
        return [visit.start for visit in self.visits]

    def stands(self):
        return self.starts() == [utc(TUESDAY, "9:00"), utc(TUESDAY, "9:30")]

    def test_it_is_found_at_my_appointments_and_on_each_visits_page(self):
        listed = self.url_open("/my/appointments")

        address = f"/my/appointments/{self.visits[0].id}/outing/move"
        self.assertEqual(self.links(listed)["Move all of it…"], address)
        for visit in self.visits:
            link = self.links(self.get("", visit))["Move all 2 visits of this outing"]
            self.assertEqual(link, f"/my/appointments/{visit.id}/outing/move")

    def test_times_a_check_and_one_button_that_moves_all(self):
        page = self.times(**{"from": WEDNESDAY.isoformat(), "not_before": "14"})
        check = self.check(page)

        words = self.words(check)
        self.assertRegex(words, "Leo.*9:00.*To.*31 March.*2:00.*Ana.*9:30.*To.*31 March.*2:30")
        self.assertIn("Everybody it concerns gets a message with the new times.", words)
        self.assertTrue(self.stands())
        answer = self.submit(self.forms(check)["Move all 2 visits"])
        self.assertIn("Moved. The new times are yours.", self.words(answer))
        self.assertIn("Together: Leo and Ana", self.words(answer))
        self.assertEqual(self.starts(), [utc(WEDNESDAY, "14:00"), utc(WEDNESDAY, "14:30")])

    def test_pressed_twice_it_says_the_same(self):
        form = self.forms(self.check(self.times()))["Move all 2 visits"]

        first, second = self.words(self.submit(form)), self.words(self.submit(form))

        self.assertEqual(first, second)
        self.assertEqual(len(self.visits.reschedule_ids), 2)

    def test_pressed_twice_it_says_the_same_where_one_can_be_moved_no_more(self):
        form = self.forms(self.check(self.times()))["Move all 2 visits"]
        self.submit(form)
        at_desk = {"change_policy": "own", "allow_reschedule": False}
        self.visits[1].service_id = self.service("Test Massage", self.nora, **at_desk)

        answer = self.submit(form)

        self.assertIn("Moved. The new times are yours.", self.words(answer))
        self.assertEqual(len(self.visits.reschedule_ids), 2)
        texts = [value for name, value in form.form_values() if name == "visit"]
        for chosen in ([], [texts[0], "x"]):
            self.assertIn("Nothing was moved", self.words(self.submit(form, visit=chosen), 422))

    def test_who_loses_a_time_keeps_all_and_is_offered_others(self):
        form = self.forms(self.check(self.times()))["Move all 2 visits"]
        self.appointment(TUESDAY, "10:00", [self.father])

        answer = self.submit(form)

        self.assertIn("so nothing was moved. These are free now.", self.words(answer))
        self.assertTrue(self.plans(answer))
        self.assertTrue(self.stands())

    def test_of_what_the_page_showed_all_is_moved_or_nothing(self):
        form = self.forms(self.check(self.times()))["Move all 2 visits"]
        texts = [value for name, value in form.form_values() if name == "visit"]

        for chosen in (texts[:1], [], ["x", "y"], texts * 2, [*texts, "7-7-7-7-7"]):
            answer = self.submit(form, visit=chosen)
            self.assertIn("Nothing was moved", self.words(answer, 422))
        self.assertTrue(self.stands())

    def test_what_cannot_be_moved_online_stays_and_says_whom_to_call(self):
        at_desk = {"change_policy": "own", "allow_reschedule": False}
        self.visits[1].service_id = self.service("Test Massage", self.nora, **at_desk)

        page = self.times()

        self.assertRegex(self.words(page), r"Not moved.*Please call Test Harbour")
        self.assertNotIn("Move all of it…", self.links(self.url_open("/my/appointments")))
        self.submit(self.forms(self.check(page))["Move this visit"])
        self.assertEqual(self.starts()[1], utc(TUESDAY, "9:30"))
        self.assertNotEqual(self.starts()[0], utc(TUESDAY, "9:00"))

    def test_nothing_to_move_says_so(self):
        self.company.clinic_allow_reschedule = False

        self.assertIn("can be moved online any more", self.words(self.times(), 422))

    def test_in_the_undo_period_it_moves_too_and_can_still_be_taken_back(self):
        self.visits.booking_id.undo_until = "2099-01-01 00:00:00"

        self.submit(self.forms(self.check(self.times()))["Move all 2 visits"])

        self.assertFalse(self.stands())
        form = self.forms(self.outing())["Cancel all 2 visits"]
        self.assertIn("Nobody gets a message.", self.words(self.submit(form)))

    def test_a_father_finds_his_sons_visit_alone(self):
        self.grant(self.leo, self.father, "book")
        self.visits[1].participant_ids.along_id = self.mother.partner_id
        self.login(self.father)

        page = self.times()

        self.assertNotIn("Ana", page.text)
        self.assertEqual(self.times(self.visits[1]).status_code, 404)
        form = self.forms(self.check(page))["Move this visit"]
        self.assertNotIn("Ana", self.submit(form).text)
        self.assertEqual(self.starts()[1], utc(TUESDAY, "9:30"))

    def test_nothing_of_the_page_says_who_comes_along(self):
        self.visits.participant_ids.along_id = self.mother.partner_id
        self.grant(self.leo, self.father, "book")
        self.login(self.father)

        page = self.times(**{"from": TUESDAY.isoformat()})

        self.assertNotIn(f"along={self.mother.partner_id.id}", page.text)
