"""A series is shown before it is booked, is booked as a whole, and given up from any visit on."""

from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import TUESDAY, utc
from ..package_common import PackageBuilders
from .test_desk_visit import PlaceCase


@tagged("post_install", "-at_install")
class TestDeskSeries(PackageBuilders, PlaceCase):
    def desk(self, user=None):
        self.env.invalidate_all()
        return self.env["clinic.desk.series"].with_user(user or self.front_desk)

    def values(self, clock="10:00", **chosen):
        return {
            "place": self.place(clock),
            "people": self.mira.ids,
            "service_id": self.single.id,
            "payer_id": self.mira.id,
            "length": 30,
            **chosen,
        }

    def book(self, count=3, **chosen):
        values = self.values(**chosen)
        places = [row["place"] for row in self.desk().preview(values, 1, count)]
        answer = self.desk().book_all(values, places)
        return self.env["clinic.appointment"].browse(answer["ids"])

    def test_it_is_at_the_same_time_on_the_wall_when_the_clocks_are_changed_between(self):
        rows = self.desk().preview(self.values(), 1, 3)

        self.assertEqual([row["place"]["minutes"] for row in rows], [600] * 3)
        days = [(TUESDAY + timedelta(weeks=number)).isoformat() for number in range(3)]
        self.assertEqual([row["place"]["day"] for row in rows], days)
        self.assertEqual([row["why"] for row in rows], [""] * 3)
        visits = self.book()
        self.assertEqual(visits.mapped("start"), [
            utc(TUESDAY + timedelta(weeks=number), "10:00") for number in range(3)
        ])  # fmt: skip
        self.assertEqual(len(set(visits.mapped("series_key"))), 1)

    def test_it_goes_on_until_a_day_instead_of_so_many_times(self):
        last = TUESDAY + timedelta(weeks=4)

        rows = self.desk().preview(self.values(), 2, 1, last.isoformat())

        days = [(TUESDAY + timedelta(weeks=number)).isoformat() for number in (0, 2, 4)]
        self.assertEqual([row["place"]["day"] for row in rows], days)
        day_before = (last - timedelta(days=1)).isoformat()
        self.assertEqual(len(self.desk().preview(self.values(), 2, 1, day_before)), 2)
        for nothing in (False, "", "someday"):
            self.assertEqual(len(self.desk().preview(self.values(), 2, 1, nothing)), 1)
        too_early = (TUESDAY - timedelta(days=1)).isoformat()
        self.assertEqual(self.desk().preview(self.values(), 2, 1, too_early), [])

    def test_a_conflict_is_marked_and_the_nearest_times_are_proposed(self):
        self.appointment(TUESDAY + timedelta(weeks=1), "10:00", [self.father])

        first, second = self.desk().preview(self.values(), 1, 2)

        self.assertEqual((first["why"], first["nearest"]), ("", []))
        self.assertEqual(second["why"], "Nora Test-Nightingale has something else at that time.")
        self.assertEqual(
            [(one["day"], one["minutes"]) for one in second["nearest"][:2]],
            [(second["place"]["day"], 570), (second["place"]["day"], 630)],
        )

    def test_all_are_booked_or_none(self):
        values = self.values()
        places = [row["place"] for row in self.desk().preview(values, 1, 3)]
        self.appointment(TUESDAY + timedelta(weeks=2), "10:00", [self.father])

        answer = self.desk().book_all(values, places)

        self.assertIn("isn't free any more. Nothing was booked.", answer["refused"])
        self.assertFalse(self.env["clinic.participant"].search([("partner_id", "=", self.mira.id)]))

    def test_each_visit_uses_a_session_as_long_as_there_is_one(self):
        purchase = self.sell(self.package(self.single, count=2), self.mira)

        self.book(count=3)

        self.assertStates(purchase, reserved=2)

    def test_it_is_given_up_from_a_visit_on(self):
        visits = self.book(count=4)
        visits[3]._update_state("cancelled")

        shown = self.env["clinic.desk.visit"].with_user(self.front_desk).get_visit(visits[1].id)

        self.assertEqual(shown["later_ids"], visits[1:3].ids)
        self.assertEqual(shown["series_ids"], visits[:3].ids)
        alone = self.appointment(TUESDAY, "15:00", [self.father])
        shown = self.env["clinic.desk.visit"].with_user(self.front_desk).get_visit(alone.id)
        self.assertEqual(shown["series_ids"], alone.ids)

    def test_it_is_undone_as_a_whole(self):
        visits = self.book()

        self.desk().undo_all(visits.ids)

        self.assertEqual(set(visits.mapped("state")), {"cancelled"})

    def test_undone_it_uses_up_no_session_however_soon_it_is(self):
        self.company.write({"clinic_late_uses_session": True, "clinic_cancel_hours": 48})
        purchase = self.sell(self.package(self.single, count=1), self.mira)
        visit = self.book(count=1)
        self.assertStates(purchase, reserved=1)

        self.desk().undo_all(visit.ids)

        self.assertEqual(visit.state, "cancelled")
        self.assertStates(purchase, free=1)

    def test_only_what_one_just_booked_is_undone(self):
        theirs = self.appointment(TUESDAY, "15:00", [self.father])
        earlier = self.book(count=1)
        self.env.cr.execute(
            "UPDATE clinic_appointment SET create_date = create_date - interval '61 minutes'"
            " WHERE id = %s",
            earlier.ids,
        )
        earlier.invalidate_recordset()

        for visit in (theirs, earlier):
            with self.assertRaisesRegex(UserError, "Cancel the visit instead"):
                self.desk().undo_all(visit.ids)

        self.assertEqual({theirs.state, earlier.state}, {"booked"})

    def test_what_has_gone_on_since_is_cancelled_with_a_reason(self):
        treated, paid, moved, gone = (self.book(count=1, clock=at) for at in (
            "9:00", "10:00", "11:00", "14:00",
        ))  # fmt: skip
        treated._update_state("arrived")
        paid._get_or_create_invoice().action_post()
        moved.write({"start": utc(TUESDAY, "15:00"), "stop": utc(TUESDAY, "15:30")})
        gone._update_state("cancelled")

        for visit in (treated, paid, moved, gone):
            with self.assertRaisesRegex(UserError, "Cancel the visit instead"):
                self.desk().undo_all(visit.ids)

        self.assertEqual([treated.state, paid.state, moved.state], ["arrived", "booked", "booked"])

    def test_which_visits_belong_together_is_nobodys_to_write(self):
        visit = self.book(count=1)

        with self.assertRaises(AccessError):
            visit.with_user(self.front_desk).series_key = "x"
        with self.assertRaises(AccessError):
            visit.with_user(self.mother).read(["series_key"])

    def test_many_visits_are_read_at_once(self):
        self.desk().preview(self.values(), 1, 2)
        few, many = self.count(2), self.count(26)

        self.assertEqual(few, many)

    def count(self, visits):
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.desk().preview(self.values(), 1, visits)
        return self.env.cr.sql_log_count - before

    def test_only_the_front_desk_books_series_and_nonsense_is_refused(self):
        for user in (self.doctor, self.employee, self.mother):
            with self.assertRaises(AccessError):
                self.desk(user).preview(self.values(), 1, 3)
            with self.assertRaises(AccessError):
                self.desk(user).book_all(self.values(), [self.place("10:00")])
        with self.assertRaises(UserError):
            self.desk().book_all(self.values(), [])
        with self.assertRaises(UserError):
            self.desk().preview(self.values(service_id=False), 1, 3)
        rows = self.desk().preview(self.values(), 99, 9999)
        self.assertEqual(len(rows), 52)
        self.assertLess(rows[-1]["place"]["day"], date(2040, 1, 1).isoformat())
