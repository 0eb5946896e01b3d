"""A service is for people of an age, judged for each who comes, on the day of the visit."""

from datetime import date, timedelta

from psycopg2.errors import CheckViolation

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ...engine.outing import Outing
from ...exceptions import BookingRefused
from ..common import ROLE, TUESDAY, WEDNESDAY, ClinicCase, utc, written
from ..common_site import TEN, SiteCase

SIX_ON_WEDNESDAY = date(WEDNESDAY.year - 6, WEDNESDAY.month, WEDNESDAY.day)
WEDNESDAY_TEN = written(WEDNESDAY, "10:00")


class Ages:
    """Family talks are for people from six years on; Leo turns six on Wednesday."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.me = cls.mother.partner_id
        cls.me.birth_date = date(1985, 1, 2)
        cls.leo.birth_date = SIX_ON_WEDNESDAY
        cls.ana = cls.person("Ana Littleton", birth_date=date(2014, 5, 4))
        for child in (cls.leo, cls.ana):
            cls.grant(child, cls.mother, "book")
        cls.grant(cls.leo, cls.mother, "intake")
        cls.group.min_age = 6
        cls.desk = cls.user("test_desk", "Dee Desk", ROLE + "front_desk")

    def wish(self, start, *people, service=None):
        return self.checkout(service or self.group, start, people, payer=self.me)


@tagged("post_install", "-at_install")
class TestAges(Ages, ClinicCase):
    # Online

    def test_who_turns_six_on_the_day_of_the_visit_is_six(self):
        self.assertRefused(
            "age", "from 6 years on, and Leo", self.mother, self.wish(TEN, self.me, self.leo)
        )
        visit = self.book(self.mother, self.wish(WEDNESDAY_TEN, self.me, self.leo))

        self.assertEqual(visit.state, "booked")

    def test_up_to_an_age_ends_with_the_day_before_the_next_birthday(self):
        self.group.write({"min_age": 0, "max_age": 5})

        self.assertEqual(self.book(self.mother, self.wish(TEN, self.leo)).state, "booked")
        self.assertRefused(
            "age", "up to 5 years, and Leo", self.mother, self.wish(WEDNESDAY_TEN, self.leo)
        )

    def test_an_unknown_date_of_birth_is_asked_for_and_guessed_by_nobody(self):
        self.me.birth_date = False

        self.assertRefused(
            "age", "Mira Motherwell isn't known", self.mother, self.wish(TEN, self.me)
        )
        self.group.min_age = 0
        self.assertEqual(self.book(self.mother, self.wish(TEN, self.me)).state, "booked")

    def test_who_was_chosen_before_the_service_had_an_age_is_judged_again(self):
        self.group.min_age = 0
        self.hold(self.mother, self.wish(TEN, self.leo))
        self.group.min_age = 6

        with self.assertRaisesRegex(BookingRefused, "Leo Littleton is younger"):
            self.confirm(self.mother)

    def test_a_visit_is_not_moved_to_a_day_on_which_somebody_is_too_young(self):
        visit = self.book(self.mother, self.wish(WEDNESDAY_TEN, self.leo)).with_user(self.mother)

        with self.assertRaisesRegex(BookingRefused, "Leo Littleton is younger"):
            visit._reschedule(self.me, TEN, 0, self.harbour.id)
        visit._reschedule(self.me, written(WEDNESDAY, "11:00"), 0, self.harbour.id)

        self.assertEqual(visit.start, utc(WEDNESDAY, "11:00"))

    def test_a_family_is_offered_the_days_on_which_everybody_is_of_the_age(self):
        self.single.min_age = 6
        outing = Outing(
            wishes=((self.leo.id, self.single.id), (self.ana.id, self.single.id)),
            along_id=self.me.id,
            payer_id=self.me.id,
            first_day=TUESDAY,
        )
        plans = self.env["clinic.family.plan"].with_user(self.mother)

        found, _without = plans._find(self.me, outing)
        self.single.min_age = 12

        self.assertEqual(found[0][0], WEDNESDAY)
        with self.assertRaisesRegex(BookingRefused, "12 years on, and Leo Littleton is younger"):
            plans._find(self.me, outing)

    # The wait list

    def test_who_waits_is_offered_nothing_before_the_birthday(self):
        requests = self.env["clinic.wait.request"].with_user(self.mother)
        values = {
            "service_id": self.group.id, "date_from": TUESDAY,
            "date_until": TUESDAY + timedelta(days=9),
        }  # fmt: skip

        request = requests._join(self.me, self.leo, values)

        self.assertEqual(request.sudo()._get_wish().first_day, WEDNESDAY)
        with self.assertRaisesRegex(BookingRefused, "Leo Littleton is younger"):
            requests._join(self.me, self.leo, {**values, "date_until": TUESDAY})

    def test_nothing_is_kept_for_one_whose_age_is_unknown(self):
        self.group.min_age = 0
        self.leo.birth_date = False
        values = {"service_id": self.group.id, "date_from": TUESDAY, "date_until": TUESDAY}
        request = self.env["clinic.wait.request"].with_user(self.mother)._join(
            self.me, self.leo, values
        )  # fmt: skip
        waitlist = self.env["clinic.waitlist"].sudo()
        self.assertIn(request.id, waitlist._plan(self.company))

        self.group.min_age = 6

        self.assertNotIn(request.id, waitlist._plan(self.company))

    # The front desk

    def enter(self, people, day=TUESDAY, **values):
        return self.env["clinic.appointment"].with_user(self.desk).create({
            "service_id": self.group.id,
            "practitioner_id": self.nora.id,
            "location_id": self.harbour.id,
            "payer_id": self.me.id,
            "participant_ids": [Command.create({"partner_id": one.id}) for one in people],
            "start": utc(day, "10:00"),
            **values,
        })  # fmt: skip

    def test_the_desk_is_warned_and_answers_with_a_reason(self):
        why = "Leo Littleton is younger"
        with self.assertRaisesRegex(ValidationError, why), self.env.cr.savepoint():
            self.enter(self.leo)
        visit = self.enter(self.leo, time_reason="The doctor agreed")

        self.assertIn("Leo Littleton is younger", visit.time_finding)
        self.assertEqual(visit.time_allowed_by_id, self.desk)
        self.assertFalse(self.enter(self.leo, day=WEDNESDAY).time_finding)

    def test_a_reason_for_one_child_is_none_for_another_who_is_added(self):
        tom = self.person("Tom Littleton", birth_date=date(2024, 1, 2))
        visit = self.enter(self.leo, time_reason="The doctor agreed")
        addition = {"participant_ids": [Command.create({"partner_id": tom.id})]}

        with self.assertRaisesRegex(ValidationError, "Tom"), self.env.cr.savepoint():
            visit.write(addition)
        with self.assertRaisesRegex(ValidationError, "Tom"), self.env.cr.savepoint():
            self.env["clinic.participant"].with_user(self.desk).create({
                "appointment_id": visit.id, "partner_id": tom.id,
            })  # fmt: skip
        visit.write({**addition, "time_reason": "Both of them"})

        self.assertIn("Tom Littleton is younger", visit.time_finding)

    def test_the_desk_sees_it_in_the_form_and_before_it_books(self):
        visit = self.enter(self.leo, time_reason="The doctor agreed")
        desk = self.env["clinic.desk.booking"].with_user(self.desk)
        values = {
            "place": {
                "practitioner_id": self.nora.id, "location_id": self.harbour.id,
                "day": str(TUESDAY), "minutes": 11 * 60,
            },
            "people": self.leo.ids, "service_id": self.group.id,
        }  # fmt: skip

        self.assertIn("Leo Littleton is younger", visit.time_hint)
        self.assertIn("is younger", " ".join(desk.describe(values)["warnings"]))
        weeks = [row["why"] for row in desk.env["clinic.desk.series"].preview(values, 1, 2)]
        self.assertIn("is younger", weeks[0])
        self.assertEqual(weeks[1], "")
        series = self.env["clinic.desk.series"].with_user(self.desk)
        both = {**values, "people": (self.me | self.leo).ids, "payer_id": self.me.id}
        answer = series.book_all(both, [values["place"]])
        self.assertIn("is younger on that day. Nothing was booked.", answer["refused"])

    # What was booked before

    def test_what_was_booked_before_the_service_had_an_age_is_taken_up_again(self):
        self.group.min_age = 0
        visit = self.enter(self.leo)
        self.group.min_age = 6
        visit._update_state("cancelled")

        visit.action_rebook()

        self.assertEqual(visit.state, "booked")

    def test_a_yes_holds_for_who_was_added_again_whatever_they_are_called(self):
        visit = self.enter(self.leo | self.ana, time_reason="The doctor agreed")
        self.leo.name = "Leonard Littleton"
        visit.participant_ids.filtered(lambda one: one.partner_id == self.leo).unlink()

        visit.participant_ids = [Command.create({"partner_id": self.leo.id})]

        self.assertEqual(visit.participant_ids.partner_id, self.leo | self.ana)

    def test_a_yes_to_one_is_none_to_another_of_the_same_name(self):
        other = self.person(self.leo.name, birth_date=self.leo.birth_date)
        visit = self.enter(self.leo, time_reason="The doctor agreed")

        with self.assertRaisesRegex(ValidationError, "Leo"):
            visit.participant_ids = [Command.create({"partner_id": other.id})]

    def test_an_old_visit_is_saved_without_a_reason_nobody_is_judged_for(self):
        self.group.min_age = 0
        visit = self.enter(self.leo)
        self.group.min_age = 6

        with Form(visit) as form:
            form.desk_note = "Brings a drawing"
        self.assertEqual(visit.desk_note, "Brings a drawing")
        with self.assertRaisesRegex(AssertionError, "time_reason"), Form(visit) as form:
            form.start = utc(TUESDAY, "11:00")

    def test_a_move_that_took_a_reason_is_taken_back_with_it(self):
        self.group.min_age = 0
        visit = self.enter(self.leo)
        self.group.min_age = 6
        place = {
            "practitioner_id": self.nora.id, "location_id": self.harbour.id,
            "day": str(TUESDAY), "minutes": 11 * 60,
        }  # fmt: skip
        desk = self.env["clinic.desk.visit"].with_user(self.desk)
        back = desk.move(visit.id, place, reason="The doctor agreed")["back"]

        answer = desk.move(visit.id, back["place"], back["length"], back["reason"])

        self.assertIn("done", answer)
        self.assertEqual(visit.start, utc(TUESDAY, "10:00"))

    # The service

    def test_the_ages_are_said_in_words(self):
        self.group.write({"min_age": 4, "max_age": 12})
        self.assertEqual(self.group.age_text, "From 4 to 12 years")
        self.group.max_age = 0
        self.assertEqual(self.group.age_text, "From 4 years on")
        self.group.write({"min_age": 0, "max_age": 12})
        self.assertEqual(self.group.age_text, "Up to 12 years")
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            self.group.min_age = 13
            self.group.flush_recordset()


@tagged("post_install", "-at_install")
class TestAgesSite(Ages, SiteCase):
    def setUp(self):
        super().setUp()
        self.login(self.mother)

    def box(self, page, person):
        [box] = self.page(page).xpath(f".//input[@name='participant'][@value='{person.id}']")
        return box

    def test_who_is_not_of_the_age_is_shown_with_the_reason_and_cannot_be_chosen(self):
        tuesday, wednesday = self.who(), self.who(WEDNESDAY_TEN)

        self.assertIn("disabled", self.box(tuesday, self.leo).attrib)
        self.assertIn("From 6 years on", self.box(tuesday, self.leo).getparent().text_content())
        self.assertNotIn("disabled", self.box(tuesday, self.me).attrib)
        self.assertNotIn("disabled", self.box(wednesday, self.leo).attrib)

    def test_the_page_of_the_service_says_for_whom_it_is(self):
        self.assertIn("From 6 years on", self.text(self.get(self.slug)))
        self.assertIn("From 6 years on", self.text(self.get("/book")))

    def test_an_unknown_date_of_birth_is_told_while_choosing(self):
        self.me.birth_date = False
        form = self.form(self.who(), "/hold")
        name = f"birth_{self.me.id}"
        self.assertIn(name, form.fields)

        refused = self.submit(form, participant=[self.me.id], **{name: "2999-01-01"})
        basket = self.submit(form, participant=[self.me.id], **{name: "1985-01-02"})

        self.assertIn("lies in the future", self.text(refused, 422))
        self.assertIn("Test Family Talk", self.text(basket))
        self.assertEqual(self.me.birth_date, date(1985, 1, 2))

    def test_nobody_tells_the_date_of_birth_of_somebody_they_only_book_for(self):
        self.ana.birth_date = False
        page = self.who()

        self.assertNotIn(f"birth_{self.ana.id}", self.form(page, "/hold").fields)
        self.assertIn("Please call the clinic", self.text(page))
        self.submit(
            self.form(page, "/hold"),
            participant=[self.ana.id], **{f"birth_{self.ana.id}": "2010-01-01"},
        )  # fmt: skip
        self.env.invalidate_all()

        self.assertFalse(self.ana.birth_date)
        self.assertFalse(self.visits().participant_ids)
