"""Only what is offered can be booked, and every refusal says why."""

from datetime import date

from odoo.tests import freeze_time, tagged

from ..common import (
    CLOCKS_GO_BACK,
    CLOCKS_GO_FORWARD,
    MONDAY,
    NO_ID,
    TUESDAY,
    ClinicCase,
    utc,
    written,
)

TEN = written(TUESDAY, "10:00")
ELEVEN = written(TUESDAY, "11:00")


@tagged("post_install", "-at_install")
class TestBookingTimes(ClinicCase):
    def assertNotOffered(self, reason, sentence, start, **values):
        checkout = self.checkout(self.single, start, [self.mother], **values)
        self.assertRefused(reason, sentence, self.mother, checkout)

    def assertOffered(self, start, **values):
        checkout = self.checkout(self.single, start, [self.mother], **values)
        self.assertTrue(self.book(self.mother, checkout))

    def test_the_past_is_refused(self):
        self.assertNotOffered("past", "has passed", written(date(2027, 3, 28), "10:00"))

    def test_the_clinic_wants_notice(self):
        self.harbour.phone = "09 555 0100"

        self.assertNotOffered("notice", "2 hours' notice.*09 555 0100", written(MONDAY, "10:30"))
        self.assertOffered(written(MONDAY, "11:00"))

    def test_notice_is_counted_again_when_it_is_confirmed(self):
        with freeze_time("2027-03-28 20:00:01"):
            self.assertNotOffered("notice", "notice", written(MONDAY, "11:00"))

    def test_the_book_opens_for_so_many_days(self):
        self.assertNotOffered("horizon", "60 days ahead", written(date(2027, 5, 29), "9:00"))
        self.assertOffered(written(date(2027, 5, 28), "16:30"))

    def test_nobody_works_outside_hours(self):
        self.assertNotOffered("hours", "Nobody works", written(TUESDAY, "8:30"))
        self.assertNotOffered("hours", "Nobody works", written(TUESDAY, "12:00"))

    def test_a_visit_ends_within_the_hours(self):
        self.single.duration = 45

        self.assertNotOffered("hours", "Nobody works", written(TUESDAY, "11:30"))

    def test_visits_start_on_the_grid_of_the_service(self):
        self.assertNotOffered("grid", "don't start", written(TUESDAY, "10:10"))

    def test_nobody_works_in_their_time_off(self):
        self.env["resource.calendar.leaves"].create({
            "resource_id": self.nora.resource_id.id,
            "date_from": utc(TUESDAY, "10:00"),
            "date_to": utc(TUESDAY, "11:00"),
        })  # fmt: skip

        self.assertNotOffered("time_off", "Nobody works", TEN)
        self.assertOffered(ELEVEN)

    def test_a_time_that_the_clocks_skip_does_not_exist(self):
        skipped = f"{CLOCKS_GO_FORWARD}T02:30:00+12:00"

        self.assertNotOffered("nonexistent", "doesn't exist at Test Harbour", skipped)

    def test_a_time_after_the_clocks_went_back_is_the_new_time(self):
        self.assertOffered(f"{CLOCKS_GO_BACK}T10:00:00+12:00")
        self.assertNotOffered("nonexistent", "exist", f"{CLOCKS_GO_BACK}T10:00:00+13:00")

    def test_a_time_that_cannot_be_read_is_refused(self):
        self.assertNotOffered("unreadable", "can't be read", "")
        self.assertNotOffered("unreadable", "can't be read", "tomorrow at ten")
        self.assertNotOffered("unreadable", "can't be read", "2027-03-30T10:00:00")
        self.assertNotOffered("unreadable", "can't be read", "9999-99-99T99:99:99+99:99")

    def test_an_unpublished_service_is_not_booked(self):
        self.single.is_published = False

        self.assertNotOffered("service", "can't be booked online", TEN)

    def test_an_unknown_service_is_not_booked(self):
        self.assertNotOffered("service", "can't be booked online", TEN, service_id=NO_ID)

    def test_an_unpublished_practitioner_is_not_booked(self):
        self.nora.is_published = False

        self.assertNotOffered("place", "isn't offered there", TEN)

    def test_a_practitioner_who_does_not_give_the_service_is_not_booked(self):
        ben = self.practitioner("Ben Test-Other")

        self.assertNotOffered("place", "isn't offered there", TEN, practitioner_id=ben.id)

    def test_a_place_where_nobody_gives_the_service_is_not_booked(self):
        hill = self.location("Test Hill")

        self.assertNotOffered("place", "isn't offered there", TEN, location_id=hill.id)

    def test_a_practitioner_is_not_booked_where_only_colleagues_work(self):
        hill = self.location("Test Hill")
        self.single.practitioner_ids += self.practitioner("Ben Test-Other", location=hill)
        values = {"practitioner_id": self.nora.id, "location_id": hill.id}

        self.assertNotOffered("hours", "Nobody works", TEN, **values)

    def test_the_hours_of_a_location_are_in_its_own_zone(self):
        paris = self.location("Test Paris", "Europe/Paris")
        self.schedule(self.nora, self.calendar((3, 4)), paris)
        start = "2027-03-30T03:30:00+02:00"

        self.assertOffered(start, location_id=paris.id)
        self.assertNotOffered("nonexistent", "doesn't exist", start)
