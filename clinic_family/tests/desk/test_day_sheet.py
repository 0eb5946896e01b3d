"""The day sheet shows what its reader may see, in the time of the location."""

from datetime import date, timedelta

from lxml import etree

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import CLOCKS_GO_BACK, ROLE, THURSDAY, TUESDAY, utc
from ..staff_common import StaffCase

CHANGED = "clinic_family/changed"


class SheetCase(StaffCase):
    def sheet(self, user=None, day=TUESDAY, location=None, practitioner=None):
        self.env.invalidate_all()
        return self.env["clinic.desk.day"].with_user(user or self.front_desk).get_sheet(
            day.isoformat(), (location or self.harbour).id, practitioner and practitioner.id
        )  # fmt: skip

    def column(self, practitioner=None, **how):
        practitioner = practitioner or self.nora
        columns = self.sheet(**how)["columns"]
        return next(one for one in columns if one["practitioner_id"] == practitioner.id)

    def card(self, visit, **how):
        cards = [card for one in self.sheet(**how)["columns"] for card in one["cards"]]
        return next((card for card in cards if card["id"] == visit.id), None)

    def signs(self, visit, **how):
        return {sign["kind"] for sign in self.card(visit, **how)["signs"]}


@tagged("post_install", "-at_install")
class TestDaySheet(SheetCase):
    def test_a_column_shows_the_hours_there_and_the_visits_in_the_time_of_the_place(self):
        visit = self.appointment(TUESDAY, "10:15", [self.mother], service_id=self.single.id)

        column = self.column()

        self.assertEqual(column["hours"], [[9 * 60, 12 * 60], [13 * 60, 17 * 60]])
        [card] = column["cards"]
        self.assertEqual((card["id"], card["from"], card["to"]), (visit.id, 615, 645))
        self.assertEqual(card["title"], "Mira Motherwell")
        self.assertEqual(card["service"], "Test Physio")

    def test_nothing_is_changed_in_the_calendar(self):
        visits = self.env["clinic.appointment"].with_user(self.front_desk)
        calendar = etree.fromstring(visits.get_view(view_type="calendar")["arch"])

        for name in ("create", "edit", "delete"):
            self.assertEqual(calendar.get(name), "0", name)

    def test_the_clocks_of_the_day_on_which_they_are_changed_count(self):
        visit = self.appointment(CLOCKS_GO_BACK, "10:00", [self.mother])

        self.assertEqual(self.card(visit, day=CLOCKS_GO_BACK)["from"], 600)
        self.assertEqual(self.column(day=CLOCKS_GO_BACK)["hours"][0], [9 * 60, 12 * 60])

    def test_who_neither_works_nor_sees_anybody_there_has_no_column(self):
        hill = self.location("Test Hill")
        ben = self.practitioner("Ben Elsewhere", location=hill)

        sheet = self.sheet()

        self.assertNotIn(ben.id, [one["practitioner_id"] for one in sheet["columns"]])
        self.assertIn(ben.id, [one["id"] for one in sheet["practitioners"]])

    def test_who_sees_people_elsewhere_alone_has_no_column_here(self):
        hill = self.location("Test Hill")
        ben = self.practitioner("Ben Elsewhere", location=hill)
        self.group.practitioner_ids |= ben
        self.appointment(
            TUESDAY, "10:00", [self.mother], practitioner_id=ben.id, location_id=hill.id
        )

        self.assertNotIn(ben.id, [one["practitioner_id"] for one in self.sheet()["columns"]])

    def test_a_visit_elsewhere_takes_the_time_and_says_no_more(self):
        hill = self.location("Test Hill")
        self.schedule(self.nora, self.calendar((9, 17)), hill)
        visit = self.appointment(TUESDAY, "10:00", [self.mother], location_id=hill.id)

        card = self.card(visit)

        self.assertTrue(card["is_elsewhere"])
        self.assertEqual((card["title"], card["service"]), ("At Test Hill", ""))

    def test_a_practitioner_has_their_own_column_alone(self):
        ben = self.practitioner("Ben Other")
        self.group.practitioner_ids |= ben
        theirs = self.appointment(TUESDAY, "10:00", [self.mother], practitioner_id=ben.id)
        own = self.appointment(TUESDAY, "11:00", [self.father])

        sheet = self.sheet(self.doctor)

        self.assertEqual([one["practitioner_id"] for one in sheet["columns"]], [self.nora.id])
        self.assertEqual([one["id"] for one in sheet["practitioners"]], [self.nora.id])
        self.assertIsNone(self.card(theirs, user=self.doctor))
        self.assertEqual(self.card(own, user=self.doctor)["title"], "Fergus Fatherly")
        self.assertFalse(sheet["may_book"])

    def test_nobody_else_reads_it(self):
        for user in (self.employee, self.mother, self.env.ref("base.public_user")):
            with self.assertRaises(AccessError):
                self.sheet(user)

    def test_it_is_of_the_companies_at_work(self):
        other = self.env["res.company"].create({"name": "Other Clinic"})
        hill = self.location("Other Hill", company_id=other.id)

        sheet = self.sheet(location=hill)

        self.assertNotEqual(sheet["location_id"], hill.id)
        self.assertNotIn(hill.id, [one["id"] for one in sheet["locations"]])

    def test_a_week_of_one_practitioner_has_a_column_a_day(self):
        visit = self.appointment(THURSDAY, "10:00", [self.mother])

        columns = self.sheet(practitioner=self.nora)["columns"]

        monday = TUESDAY - timedelta(days=1)
        week = [(monday + timedelta(days=n)).isoformat() for n in range(7)]
        self.assertEqual([column["day"] for column in columns], week)
        self.assertEqual([card["id"] for card in columns[3]["cards"]], [visit.id])

    def test_time_off_is_dark_with_its_name_and_other_entries_are_busy(self):
        self.env["resource.calendar.leaves"].create({
            "name": "Dentist",
            "resource_id": self.nora.resource_id.id,
            "calendar_id": self.nora.schedule_ids.calendar_id.id,
            "date_from": utc(TUESDAY, "14:00"),
            "date_to": utc(TUESDAY, "15:00"),
        })  # fmt: skip
        self.env["calendar.event"].create({
            "name": "A secret",
            "start": utc(TUESDAY, "16:00"),
            "stop": utc(TUESDAY, "16:30"),
            "partner_ids": [Command.set(self.doctor.partner_id.ids)],
        })  # fmt: skip

        blocks = {one["text"]: (one["from"], one["to"]) for one in self.column()["blocks"]}

        self.assertEqual(blocks, {"Dentist": (840, 900), "Busy": (960, 990)})

    def test_visits_one_after_the_other_are_not_busy_besides(self):
        for clock in ("11:00", "11:30"):
            self.appointment(TUESDAY, clock, [self.mother])
        self.env["calendar.event"].create({
            "name": "A secret",
            "start": utc(TUESDAY, "11:30"),
            "stop": utc(TUESDAY, "12:30"),
            "partner_ids": [Command.set(self.doctor.partner_id.ids)],
        })  # fmt: skip

        [block] = self.column()["blocks"]

        self.assertEqual((block["from"], block["to"]), (720, 750))

    def test_a_cancelled_visit_is_gone_and_one_nobody_came_to_makes_room(self):
        gone = self.appointment(TUESDAY, "9:00", [self.mother])
        gone._update_state("cancelled")
        missed = self.appointment(TUESDAY, "10:00", [self.mother])
        missed._update_state("noshow")
        self.assertFalse(self.card(missed)["is_aside"])

        self.appointment(TUESDAY, "10:00", [self.father])

        self.assertIsNone(self.card(gone))
        self.assertTrue(self.card(missed)["is_aside"])

    def test_what_is_held_says_that_somebody_books_and_not_who(self):
        visit = self.appointment(
            TUESDAY, "10:00", [self.mother], state="held", held_until="2027-03-29 23:00:00",
            booked_at=False,
        )  # fmt: skip

        self.assertEqual(self.card(visit)["title"], "Being booked online")
        visit.held_until = "2027-03-28 19:00:00"
        self.assertIsNone(self.card(visit))

    def test_signs_say_what_matters(self):
        self.mira.birth_date = date(1985, TUESDAY.month, TUESDAY.day)
        earlier = self.appointment(TUESDAY - timedelta(days=7), "10:00", [self.father])
        earlier._update_state("fulfilled")
        known = self.appointment(TUESDAY, "10:00", [self.father])
        both = self.appointment(TUESDAY, "11:00", [self.mother, self.father])
        both.desk_note = "Brings the report"

        self.assertEqual(self.signs(known), set())
        self.assertEqual(self.signs(both), {"group", "first", "birthday", "note"})

    def test_what_took_place_and_is_not_paid_is_marked_for_who_keeps_the_books(self):
        visit = self.appointment(TUESDAY, "10:00", [self.father])
        visit._update_state("arrived")

        self.assertIn("unpaid", self.signs(visit))
        self.assertNotIn("unpaid", self.signs(visit, user=self.doctor))
        invoice = visit._get_or_create_invoice()
        invoice.action_post()
        register = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        register.create({})._create_payments()
        self.assertNotIn("unpaid", self.signs(visit))

    def test_a_visit_that_has_lost_its_hours_is_marked(self):
        visit = self.appointment(TUESDAY, "10:00", [self.father])
        self.assertNotIn("orphaned", self.signs(visit))

        visit._note_orphaned("Ill")
        self.env["resource.calendar.leaves"].create({
            "name": "Ill",
            "resource_id": self.nora.resource_id.id,
            "calendar_id": self.nora.schedule_ids.calendar_id.id,
            "date_from": utc(TUESDAY, "9:00"),
            "date_to": utc(TUESDAY, "17:00"),
        })  # fmt: skip

        self.assertIn("orphaned", self.signs(visit))

    def test_the_hours_shown_are_those_worked_and_whatever_lies_outside_them(self):
        self.assertEqual([self.sheet()[name] for name in ("first", "last")], [9 * 60, 17 * 60])

        self.appointment(TUESDAY, "18:20", [self.father])

        self.assertEqual(self.sheet()["last"], 19 * 60)

    def test_nonsense_is_answered_with_today(self):
        desk = self.env["clinic.desk.day"].with_user(self.front_desk)

        for day in ("yesterday", "9999-12-31", False, 5):
            self.assertEqual(desk.get_sheet(day, "x")["day"], "2027-03-29")

    def test_more_visits_need_no_more_queries(self):
        """Of any kind: paid or not, with notes, with somebody who has no hours here."""
        taken = self.appointment(TUESDAY, "9:00", [self.father])
        taken._update_state("arrived")
        taken._get_or_create_invoice().action_post()
        self.practitioner("Ben Elsewhere", location=self.location("Test Hill"))
        self.sheet()
        with self.assertQueryCount(15):
            self.sheet()
        for hour in (11, 13, 14, 15):
            visit = self.appointment(TUESDAY, f"{hour}:00", [self.mother, self.father])
            visit.desk_note = "Brings the report"
            visit._update_state("arrived")
            visit._get_or_create_invoice()
        with self.assertQueryCount(15):
            self.sheet()

    def test_others_hear_that_something_changed_and_of_numbers_alone(self):
        bus = self.env["bus.bus"]
        visit = self.appointment(TUESDAY, "10:00", [self.father])
        self.env.cr.precommit.run()
        before = bus.search([])

        visit._update_state("arrived")
        self.env.cr.precommit.run()

        [told] = (bus.search([]) - before).filtered(lambda one: CHANGED in one.message)
        self.assertIn(f'"payload":{{"ids":[{visit.id}]}}', told.message.replace(" ", ""))
        self.assertIn("res.groups", told.channel)
        self.assertIn(str(self.env.ref(ROLE + "practitioner").id), told.channel)
