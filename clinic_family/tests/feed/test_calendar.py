"""What stands at a calendar address: whose visits, how much of each, and for how long."""

from datetime import datetime, timezone
from unittest.mock import patch
from urllib.parse import urlsplit

import vobject

from odoo.tests import tagged
from odoo.tests.common import new_test_user

from ..common import CLOCKS_GO_BACK, THURSDAY, TUESDAY, WEDNESDAY, ClinicHttpCase, utc
from ..common_site import dict_of_lists


@tagged("post_install", "-at_install")
class TestCalendar(ClinicHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.harbour.partner_id = cls.person("Harbour House", street="1 Quay Street")
        cls.harbour.phone = "+64 9 555 0100"
        cls.ana = cls.person("Ana Anderling")
        cls.feeds = cls.env["clinic.calendar.feed"]
        cls.calendar_of_leo = cls.grant(cls.leo, cls.mother, "calendar")

    def make(self, user=None):
        return self.feeds._renew(user or self.mother)

    def fetch(self, key, **headers):
        """What a calendar gets that asks without logging in."""
        self.env.flush_all()
        self.authenticate(None, None)
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.url_open(f"/calendar/{key}.ics", headers=names, allow_redirects=False)

    def events(self, key):
        answer = self.fetch(key)
        self.assertEqual(answer.status_code, 200)
        return list(getattr(vobject.readOne(answer.text), "vevent_list", []))

    def summaries(self, key):
        return [event.summary.value for event in self.events(key)]

    def choose(self, person, level, user=None):
        feed = self.feeds._find_for(user or self.mother)._as_owner()
        feed._choose_levels({getattr(person, "partner_id", person).id: level})

    # Whose visits

    def test_it_has_ones_own_visits_and_those_of_who_allows_it(self):
        self.appointment(TUESDAY, "10:00", [self.mother], service_id=self.single.id)
        self.appointment(WEDNESDAY, "10:00", [self.leo])
        self.appointment(THURSDAY, "10:00", [self.ana])
        self.grant(self.ana, self.mother, "book")

        self.assertEqual(self.summaries(self.make()), ["Test Physio", "Leo at the clinic"])

    def test_of_others_who_come_too_it_says_nothing(self):
        self.appointment(TUESDAY, "10:00", [self.stranger, self.leo, self.father])
        key = self.make()
        self.choose(self.leo, "full")

        text = self.fetch(key).text

        self.assertIn("Test Family Talk for Leo", text)
        for part in ("Stan", "Strangeways", "Fergus", "Littleton"):
            self.assertNotIn(part, text)

    def test_it_ends_with_the_permission_in_the_same_second(self):
        self.appointment(WEDNESDAY, "10:00", [self.leo])
        key = self.make()
        before = self.fetch(key)
        self.assertIn("Leo", before.text)

        self.calendar_of_leo._revoke("Enough")

        after = self.fetch(key, If_None_Match=before.headers["ETag"])
        self.assertEqual(after.status_code, 200)
        self.assertNotIn("VEVENT", after.text)

    def test_what_is_held_or_taken_back_is_not_in_it(self):
        visit = self.appointment(TUESDAY, "10:00", [self.mother])
        visit.booked_at = False

        self.assertEqual(self.summaries(self.make()), [])

    def test_what_is_cancelled_says_so(self):
        key = self.make()
        visit = self.appointment(TUESDAY, "10:00", [self.mother, self.leo])
        visit.participant_ids.filtered(lambda one: one.partner_id == self.leo)._cancel()
        (event,) = self.events(key)
        self.assertEqual(event.status.value, "CONFIRMED")
        self.assertNotIn("Leo", event.summary.value)

        visit._update_state("cancelled")

        (event,) = self.events(key)
        self.assertEqual(event.status.value, "CANCELLED")

    # How much of each

    def test_each_level_shows_so_much_and_no_more(self):
        self.appointment(WEDNESDAY, "10:00", [self.leo])
        key = self.make()
        secrets = ("Leo", "Harbour", "Quay", "0100", "Nora", "Talk")
        shown = {
            "none": (),
            "busy": (),
            "name": ("Leo", "Harbour"),
            "full": secrets,
        }
        for level, expected in shown.items():
            self.choose(self.leo, level)
            text = self.fetch(key).text.replace("\r\n ", "")
            with self.subTest(level=level, text=text):
                self.assertEqual(tuple(one for one in secrets if one in text), expected)
                self.assertEqual("VEVENT" in text, level != "none")

    def test_a_link_is_for_who_may_open_the_page(self):
        visit = self.appointment(WEDNESDAY, "10:00", [self.leo])
        key = self.make()
        self.choose(self.leo, "full")
        self.assertNotIn("/my/appointments", self.fetch(key).text)

        self.grant(self.leo, self.mother, "book")

        (event,) = self.events(key)
        self.assertTrue(event.url.value.endswith(f"/my/appointments/{visit.id}"))

    def test_what_is_not_theirs_to_choose_is_left(self):
        self.make()

        self.choose(self.ana, "full")
        self.choose(self.leo, "everything")

        self.assertFalse(self.env["clinic.calendar.level"].search([]))

    def test_it_is_in_the_language_of_its_owner(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.mother.lang = "de_DE"
        self.single.with_context(lang="de_DE").name = "Krankengymnastik"
        self.appointment(TUESDAY, "10:00", [self.mother], service_id=self.single.id)

        self.assertEqual(self.summaries(self.make()), ["Krankengymnastik"])

    # Times and changes

    def test_times_are_instants_on_both_sides_of_a_clock_change(self):
        for zone, clock in (
            ("Pacific/Auckland", "1:30"),
            ("America/Lima", "9:00"),
            ("Asia/Kathmandu", "9:00"),
        ):
            place = self.location(f"In {zone}", zone)
            visit = self.appointment(
                CLOCKS_GO_BACK,
                clock,
                [self.mother],
                location_id=place.id,
                practitioner_id=self.practitioner(f"Someone in {zone}", location=place).id,
            )
            expected = visit.start.replace(tzinfo=timezone.utc)
            with self.subTest(zone=zone):
                event = self.events(self.make())[-1]
                self.assertEqual(event.dtstart.value, expected)
                self.assertEqual(event.dtend.value - event.dtstart.value, visit.stop - visit.start)
            visit._update_state("cancelled")
            visit.booked_at = False

    def test_a_moved_visit_is_the_same_event_with_a_later_sequence(self):
        visit = self.appointment(TUESDAY, "10:00", [self.mother])
        key = self.make()
        (before,) = self.events(key)

        visit.start = utc(TUESDAY, "15:00")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE clinic_appointment SET write_date = write_date + interval '90 s' WHERE id = %s",
            visit.ids,
        )
        visit.invalidate_recordset()

        (after,) = self.events(key)
        self.assertEqual(after.uid.value, before.uid.value)
        self.assertGreater(int(after.sequence.value), int(before.sequence.value))

    def test_who_asks_again_is_told_that_nothing_has_changed(self):
        visit = self.appointment(TUESDAY, "10:00", [self.mother])
        key = self.make()
        first = self.fetch(key)
        tag = first.headers["ETag"]

        again = self.fetch(key, If_None_Match=tag)
        self.assertEqual((again.status_code, again.text), (304, ""))

        visit._update_state("cancelled")
        self.assertEqual(self.fetch(key, If_None_Match=tag).status_code, 200)

    def test_a_tag_that_a_proxy_weakened_is_known_without_writing_the_calendar(self):
        key = self.make()
        tag = self.fetch(key).headers["ETag"]

        with patch.object(type(self.feeds), "_write") as write:
            again = self.fetch(key, If_None_Match=f"W/{tag}")

        self.assertEqual(again.status_code, 304)
        write.assert_not_called()

    def test_whatever_changes_in_it_changes_its_tag(self):
        self.harbour.partner_id.flush_recordset()
        visit = self.appointment(WEDNESDAY, "10:00", [self.leo])
        key = self.make()
        self.choose(self.leo, "full")
        changes = {
            "street": lambda: self.harbour.partner_id.write({"street": "2 Quay Street"}),
            "name": lambda: self.leo.write({"name": "Leonard Littleton"}),
            "practitioner": lambda: self.nora.write({"name": "Nora Other"}),
            "service": lambda: self.group.write({"name": "Talk"}),
            "level": lambda: self.choose(self.leo, "name"),
            "link": lambda: self.grant(self.leo, self.mother, "book"),
            "address": lambda: self.env["ir.config_parameter"].set_param(
                "web.base.url", "https://clinic.example.com"
            ),
            "visit": lambda: visit._update_state("cancelled"),
        }
        for what, change in changes.items():
            with self.subTest(what=what):
                self.let_time_pass()
                before = self.feeds._find_by_key(key)._get_version()
                self.env.invalidate_all()
                self.assertEqual(self.feeds._find_by_key(key)._get_version(), before)
                change()
                self.env.flush_all()
                self.env.invalidate_all()
                self.assertNotEqual(self.feeds._find_by_key(key)._get_version(), before)

    def let_time_pass(self):
        """What is written from now on is written later: in a test it is all at one moment."""
        self.env.flush_all()
        for table in ("res_partner", "clinic_practitioner", "clinic_service", "clinic_location"):
            self.env.cr.execute(
                f"UPDATE {table} SET write_date = write_date - interval '1 hour'"
                " WHERE write_date > now() AT TIME ZONE 'UTC' - interval '1 minute'"
            )
        self.env.invalidate_all()

    def test_its_sequence_never_goes_back_when_somebody_is_not_shown_any_more(self):
        visit = self.appointment(WEDNESDAY, "10:00", [self.mother, self.leo])
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE clinic_participant SET write_date = write_date + interval '90 s'"
            " WHERE appointment_id = %s AND partner_id = %s",
            [visit.id, self.leo.id],
        )
        self.env.invalidate_all()
        key = self.make()
        (before,) = self.events(key)

        self.calendar_of_leo._revoke("Enough")

        (after,) = self.events(key)
        self.assertNotIn("Leo", after.summary.value)
        self.assertGreaterEqual(int(after.sequence.value), int(before.sequence.value))
        self.assertGreaterEqual(after.dtstamp.value, before.dtstamp.value)

    def test_the_companies_of_relatives_are_in_it_too(self):
        other = self.env["res.company"].create({"name": "Another Clinic"})
        self.leo.company_id = other
        nobody = self.env["clinic.practitioner"].create({
            "name": "Olga Other", "company_id": other.id,
        })  # fmt: skip
        place = self.location("Elsewhere", company_id=other.id)
        self.appointment(
            WEDNESDAY, "10:00", [self.leo],
            practitioner_id=nobody.id, location_id=place.id,
            service_id=self.service("Elsewhere", nobody, company_id=other.id).id,
        )  # fmt: skip

        self.assertEqual(self.summaries(self.make()), ["Leo at the clinic"])

    def test_many_visits_take_no_more_queries(self):
        feed = self.feeds._find_by_key(self.make())
        self.appointment(TUESDAY, "9:00", [self.mother, self.leo])
        feed._write()
        few = self.count(feed)
        for hour in range(10, 16):
            self.appointment(THURSDAY, f"{hour}:00", [self.mother, self.leo])

        self.assertEqual(self.count(feed), few)

    def count(self, feed):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        feed._write()
        return self.env.cr.sql_log_count - before

    # The address

    def test_an_unknown_an_ended_and_a_dead_address_are_one(self):
        old = self.make()
        renewed = self.make()
        self.assertEqual(self.fetch(renewed).status_code, 200)
        answers = [self.fetch(old), self.fetch("x"), self.fetch("x" * 500), self.fetch("%20")]
        self.mother.active = False
        answers.append(self.fetch(renewed))
        self.mother.active = True
        self.feeds._end(self.mother)
        answers.append(self.fetch(renewed))

        self.assertEqual({(one.status_code, one.text) for one in answers}, {(404, answers[0].text)})

    def test_it_keeps_no_session_and_leads_to_no_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        answer = self.fetch(self.make(), Accept_Language="de")

        self.assertEqual(answer.status_code, 200)
        self.assertNotIn("Set-Cookie", answer.headers)
        self.assertIn("private", answer.headers["Cache-Control"])
        self.assertEqual(answer.headers["X-Robots-Tag"], "noindex")
        self.assertEqual(answer.headers["Content-Type"], "text/calendar; charset=utf-8")

    def test_it_is_kept_as_a_hash_that_nobody_reads(self):
        key = self.make()
        manager = new_test_user(
            self.env, "test_feed_manager", groups="clinic_family.clinic_family_group_manager"
        )
        feed = self.feeds._find_for(self.mother)

        self.assertNotIn(key, str(feed.read()))
        for user in (self.mother, manager):
            for records in (feed, self.env["clinic.calendar.level"]):
                self.assertFalse(records.with_user(user).has_access("read"))

    # The page

    def submit(self, page, action, **changes):
        (form,) = page.xpath(f".//form[@action='{action}']")
        return self.html(
            self.url_open(action, data={**dict_of_lists(form.form_values()), **changes})
        )

    def html(self, answer):
        from lxml import html

        self.assertEqual(answer.status_code, 200)
        return html.fromstring(answer.content)

    def test_the_page_shows_the_address_once_and_ends_it(self):
        self.authenticate(self.mother.login, self.mother.login)
        page = self.html(self.url_open("/my/calendar"))

        page = self.submit(page, "/my/calendar/address")
        (address,) = page.xpath("//input[@id='calendar_address']/@value")
        again = self.html(self.url_open("/my/calendar"))
        self.assertFalse(again.xpath("//input[@id='calendar_address']"))
        self.submit(again, "/my/calendar/levels", **{f"level_{self.leo.id}": "busy"})
        self.assertEqual(
            self.feeds._find_for(self.mother)._as_owner()._get_levels()[self.leo], "busy"
        )
        self.submit(again, "/my/calendar/end")

        self.assertEqual(self.url_open(urlsplit(address).path).status_code, 404)

    def test_one_visit_is_a_file_for_those_who_see_its_page(self):
        visit = self.appointment(TUESDAY, "10:00", [self.stranger, self.leo])
        self.grant(self.leo, self.mother, "book")
        answers = {}
        for user in (self.mother, self.father):
            self.authenticate(user.login, user.login)
            answers[user] = self.url_open(f"/my/appointments/{visit.id}/visit.ics")

        self.assertEqual(answers[self.father].status_code, 404)
        event = vobject.readOne(answers[self.mother].text).vevent
        self.assertEqual(event.summary.value, "Test Family Talk for Leo")
        self.assertEqual(event.dtstart.value.replace(tzinfo=None), visit.start)
        self.assertNotIn("Stan", answers[self.mother].text)
        self.assertIsInstance(event.dtstamp.value, datetime)
