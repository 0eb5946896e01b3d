"""What a practitioner's calendar shows of the visits they give: no patient, unless wished."""

import vobject

from odoo import http
from odoo.fields import Command
from odoo.tests import tagged

from ..common import ROLE, THURSDAY, TUESDAY, WEDNESDAY, ClinicHttpCase, utc

NAMES = "Mira", "Leo", "Motherwell", "Littleton"


@tagged("post_install", "-at_install")
class TestCalendarWork(ClinicHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.doctor = cls.user("test_dora", "Dora Doctor", ROLE + "practitioner")
        cls.nora.user_id = cls.doctor
        cls.other = cls.practitioner("Otto Other")
        cls.visit = cls.appointment(TUESDAY, "10:00", [cls.mother.partner_id, cls.leo])
        cls.key = cls.env["clinic.calendar.feed"]._renew(cls.doctor)

    def fetch(self, **headers):
        self.env.flush_all()
        self.authenticate(None, None)
        return self.url_open(f"/calendar/{self.key}.ics", headers=headers, allow_redirects=False)

    def events(self):
        return list(getattr(vobject.readOne(self.fetch().text), "vevent_list", []))

    def find(self):
        return self.env["clinic.calendar.feed"]._find_for(self.doctor)._as_owner()

    def test_it_shows_what_they_give_and_names_nobody(self):
        self.appointment(WEDNESDAY, "11:00", [self.leo], practitioner_id=self.other.id)
        text = self.fetch().text

        [event] = self.events()
        self.assertEqual(event.summary.value, self.visit.service_id.name)
        self.assertEqual(event.location.value, self.harbour.name)
        self.assertIn(f"/{self.visit.id}", event.url.value)
        for name in NAMES:
            self.assertNotIn(name, text)

    def test_it_names_who_comes_where_the_clinic_wants_that(self):
        before = self.fetch().headers["ETag"]
        self.visit.company_id.clinic_names_in_calendars = True

        [event] = self.events()
        self.assertIn("Mira, Leo", event.summary.value)
        self.assertNotIn("Littleton", self.fetch().text)
        self.assertNotEqual(self.fetch().headers["ETag"], before)
        self.visit.participant_ids.filtered(lambda one: one.partner_id == self.leo)._cancel()
        [event] = self.events()
        self.assertNotIn("Leo", event.summary.value)

    def test_it_names_nobody_of_a_confidential_visit(self):
        self.visit.company_id.clinic_names_in_calendars = True
        hers = self.appointment(WEDNESDAY, "10:00", [self.mother.partner_id])
        self.assertIn("Mira", self.events()[1].summary.value)
        tag = self.fetch().headers["ETag"]

        hers.with_user(self.doctor).action_mark_confidential()

        self.assertEqual(self.fetch(**{"If-None-Match": tag}).status_code, 200)
        self.assertEqual(self.events()[1].summary.value, hers.service_id.name)

    def test_each_level_shows_so_much(self):
        self.visit.company_id.clinic_names_in_calendars = True
        self.find()._choose_work_level("busy")
        [event] = self.events()
        self.assertEqual(event.summary.value, "Busy")
        self.assertEqual({"url", "location", "description"} & set(event.contents), set())
        self.find()._choose_work_level("everything")
        self.assertEqual(self.find().sudo().work_level, "busy")
        self.find()._choose_work_level("none")
        self.assertEqual(self.events(), [])

    def test_who_does_not_work_here_any_more_has_nothing_in_the_same_second(self):
        group = self.env.ref("clinic_family.clinic_family_group_practitioner")
        self.assertEqual(len(self.events()), 1)
        tag = self.fetch().headers["ETag"]

        self.doctor.group_ids -= group
        self.assertEqual(self.events(), [])
        self.assertNotEqual(self.fetch(**{"If-None-Match": tag}).status_code, 304)
        self.doctor.group_ids += group
        self.assertEqual(len(self.events()), 1)
        self.nora.user_id = False
        self.assertEqual(self.events(), [])

    def test_what_they_give_at_a_clinic_they_have_left_is_not_in_it(self):
        other = self.env["res.company"].create({"name": "Hill Clinic"})
        self.doctor.company_ids += other
        self.visit.company_id.clinic_names_in_calendars = True
        self.env.flush_all()
        tag = self.fetch().headers["ETag"]

        self.doctor.write({"company_id": other.id, "company_ids": [Command.set(other.ids)]})

        answer = self.fetch(**{"If-None-Match": tag})
        self.assertEqual(answer.status_code, 200)
        self.assertNotIn("VEVENT", answer.text)

    def test_an_address_of_before_shows_their_work_only_when_they_say_so(self):
        feeds = self.env["clinic.calendar.feed"]
        self.assertEqual(feeds.default_get(["work_level"]), {"work_level": "none"})
        self.find()._choose_work_level("none")
        self.key = feeds._renew(self.doctor)
        self.assertEqual(self.events(), [])

    def test_a_patient_is_given_no_practice(self):
        self.key = self.env["clinic.calendar.feed"]._renew(self.mother)
        self.nora.user_id = self.mother

        [event] = self.events()
        self.assertTrue(event.uid.value.startswith("visit-"))

    def test_it_follows_what_becomes_of_a_visit(self):
        tags = [self.fetch().headers["ETag"]]
        [event] = self.events()
        changes = (
            lambda: self.visit.write({"start": utc(THURSDAY, "10:00")}),
            self.visit.participant_ids._cancel,
        )
        for change in changes:
            change()
            self.env.flush_all()
            tags.append(self.fetch().headers["ETag"])
        self.assertEqual(len(set(tags)), 3)
        self.assertEqual(self.fetch(**{"If-None-Match": tags[-1]}).status_code, 304)

        [moved] = self.events()
        self.assertEqual(moved.uid.value, event.uid.value)
        self.assertNotEqual(moved.dtstart.value, event.dtstart.value)
        self.assertEqual(moved.status.value, "CANCELLED")

    def test_ones_own_visits_are_in_it_too(self):
        self.appointment(WEDNESDAY, "10:00", [self.doctor.partner_id])
        kinds = sorted(event.uid.value.partition("-")[0] for event in self.events())
        self.assertEqual(kinds, ["visit", "work", "work"])

    def test_many_visits_take_no_more_queries(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.find()._get_work_version()
            self.find()._get_work_events()
            return self.env.cr.sql_log_count - before

        count()
        few = count()
        for hour in range(11, 16):
            self.appointment(TUESDAY, f"{hour}:00", [self.leo])
        self.assertEqual(count(), few)

    def test_the_page_offers_it_to_who_gives_visits(self):
        for user, offers in ((self.doctor, True), (self.mother, False)):
            self.env["clinic.calendar.feed"]._renew(user)
            self.env.flush_all()
            self.authenticate(user.login, user.login)
            page = self.url_open("/my/calendar").text
            self.assertEqual("level_work" in page, offers)
        self.authenticate(self.doctor.login, self.doctor.login)
        chosen = {"csrf_token": http.Request.csrf_token(self), "level_work": "none"}
        self.url_open("/my/calendar/levels", data=chosen)
        self.env.invalidate_all()
        self.assertEqual(self.find().sudo().work_level, "none")
