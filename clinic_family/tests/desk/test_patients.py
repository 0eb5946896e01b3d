"""The clinic's own list and form of patients: who they are, and when they come."""

from datetime import date, timedelta

from lxml import etree

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tests.common import freeze_time
from odoo.tools.safe_eval import safe_eval

from ..common import MONDAY, ROLE, TUESDAY, utc
from ..staff_common import StaffCase

COLUMNS = (
    "complete_name", "birth_date", "clinic_age", "phone", "email",
    "clinic_next_visit", "clinic_last_visit", "clinic_has_account",
)  # fmt: skip
# The people, their visits, who has an account, and two for the day it is at the clinic.
PAGE = 5
ACTION = "clinic_family.res_partner_action_patients"
FORM = "clinic_family.res_partner_view_form_patient"


class PatientsCase(StaffCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.olga = cls.practitioner("Olga Other")
        cls.group.practitioner_ids |= cls.olga
        cls.biller = cls.user("test_biller", "Bill Biller", ROLE + "billing")
        (cls.mira + cls.fergus).is_patient = True

    def shown(self, people, user=None, clock="12:00"):
        """What the list shows of people, on Tuesday."""
        self.env.invalidate_all()
        with freeze_time(utc(TUESDAY, clock)):
            return people.with_user(user or self.front_desk).read(COLUMNS, load=None)

    def visits(self, person, user=None, clock="12:00"):
        [row] = self.shown(person, user, clock)
        return row["clinic_next_visit"], row["clinic_last_visit"]


@tagged("post_install", "-at_install")
class TestPatients(PatientsCase):
    def test_the_next_visit_is_the_first_that_is_not_over(self):
        self.appointment(TUESDAY, "15:00", [self.mother])
        self.appointment(TUESDAY, "11:00", [self.mother])

        at = {
            clock: self.visits(self.mira, clock=clock)[0] for clock in ("10:59", "11:10", "12:00")
        }

        first, second = utc(TUESDAY, "11:00"), utc(TUESDAY, "15:00")
        self.assertEqual(at, {"10:59": first, "11:10": first, "12:00": second})

    def test_the_last_visit_is_the_last_that_took_place(self):
        self.appointment(MONDAY, "10:00", [self.mother])
        missed = self.appointment(TUESDAY, "9:00", [self.mother])
        with freeze_time(utc(TUESDAY, "10:00")):
            missed._update_state("noshow")
        gone = self.appointment(TUESDAY, "14:00", [self.mother])
        gone._update_state("cancelled")

        self.assertEqual(self.visits(self.mira), (False, utc(MONDAY, "10:00")))

    def test_who_is_done_was_here(self):
        visit = self.appointment(TUESDAY, "12:00", [self.mother])
        visit.action_arrive()
        self.assertEqual(self.visits(self.mira)[0], utc(TUESDAY, "12:00"))
        visit.action_fulfil()

        self.assertEqual(self.visits(self.mira), (False, utc(TUESDAY, "12:00")))

    def test_a_practitioner_sees_when_patients_come_to_them(self):
        self.appointment(MONDAY, "10:00", [self.mother])
        self.appointment(TUESDAY, "14:00", [self.mother], practitioner_id=self.olga.id)

        mine = (False, utc(MONDAY, "10:00"))
        for user, seen in (
            (self.doctor, mine),
            (self.front_desk, (utc(TUESDAY, "14:00"), mine[1])),
            (self.biller, (utc(TUESDAY, "14:00"), mine[1])),
        ):
            with self.subTest(user=user.login):
                self.assertEqual(self.visits(self.mira, user), seen)

    def test_visits_of_another_company_are_not_told_of(self):
        self.appointment(TUESDAY, "14:00", [self.mother])
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self.user("test_elsewhere_desk", "Stan Stranger", ROLE + "front_desk")
        stranger.write({
            "company_ids": [Command.set(elsewhere.ids)], "company_id": elsewhere.id,
        })  # fmt: skip

        self.assertEqual(self.visits(self.mira, stranger), (False, False))

    def test_nobody_but_the_staff_may_ask(self):
        with self.assertRaises(AccessError):
            self.shown(self.fergus, self.employee)
        people = self.env["res.partner"].with_user(self.employee)
        with self.assertRaises(AccessError):
            people.search([("clinic_found_by", "ilike", "Fergus")])
        with self.assertRaises(AccessError):
            people.search([("clinic_next_visit", "!=", False)])

    def test_a_list_says_how_old_they_are_and_who_has_an_account(self):
        self.leo.birth_date = TUESDAY.replace(year=TUESDAY.year - 9)
        self.fergus.birth_date = TUESDAY + timedelta(days=1)
        rows = self.shown(self.leo + self.fergus + self.mira)

        self.assertEqual([row["clinic_age"] for row in rows], ["9", False, False])
        self.assertEqual([row["clinic_has_account"] for row in rows], [False, True, True])

    def test_a_baby_is_some_months_old(self):
        births = {
            TUESDAY: "under 1 month", TUESDAY - timedelta(days=27): "under 1 month",
            date(2027, 2, 28): "1 month", date(2026, 8, 30): "7 months",
            date(2026, 3, 31): "11 months", date(2026, 3, 30): "1",
        }  # fmt: skip
        for born, age in births.items():
            self.leo.birth_date = born
            with self.subTest(born=born):
                [row] = self.shown(self.leo)
                self.assertEqual(row["clinic_age"], age)

    def test_a_page_of_patients_asks_once_for_all_their_visits(self):
        people = self.env["res.partner"].create(
            [{"name": f"Patient {number}", "is_patient": True} for number in range(20)]
        )
        for hour, person in enumerate(people[:4], 9):
            self.appointment(TUESDAY, f"{hour}:00", [person])
        shown = {name: {} for name in COLUMNS}
        asked = self.env["res.partner"].with_user(self.front_desk)
        domain = [("id", "in", people.ids)]
        # What Odoo remembers of the reader isn't the list's.
        asked.web_search_read(domain, shown)
        self.env.invalidate_all()

        with freeze_time(utc(TUESDAY, "8:00")), self.assertQueryCount(PAGE):
            found = asked.web_search_read(domain, shown)

        self.assertEqual(len([row for row in found["records"] if row["clinic_next_visit"]]), 4)


@tagged("post_install", "-at_install")
class TestPatientsFound(PatientsCase):
    def found(self, *domain):
        self.env.invalidate_all()
        people = self.env["res.partner"].with_user(self.front_desk)
        with freeze_time(utc(TUESDAY, "12:00")):
            return people.search([("is_patient", "=", True), *domain])

    def test_a_patient_is_found_as_at_the_day_sheet(self):
        zoe = self.person(
            "Zoë O'Brien-Müller", is_patient=True, birth_date=date(1984, 5, 3), phone="021 555 0187"
        )
        for text in ("muller zoe", "1984-05-03", "+64 21 555 0187", "obrien"):
            with self.subTest(text=text):
                self.assertEqual(self.found(("clinic_found_by", "ilike", text)), zoe)

    def test_the_filters_find_who_comes_and_whose_birth_is_unknown(self):
        self.appointment(TUESDAY, "9:00", [self.mother])
        self.appointment(TUESDAY + timedelta(days=1), "9:00", [self.leo], payer_id=self.mira.id)
        self.appointment(TUESDAY, "10:00", [self.father])._update_state("cancelled")

        self.assertEqual(self.found(*self.filter("visit_today")), self.mira)
        self.assertEqual(self.found(*self.filter("visit_this_week")), self.mira + self.leo)
        unknown = self.found(*self.filter("no_birth_date"))
        self.assertEqual(unknown & (self.mira + self.leo), self.mira)

    def test_what_is_today_and_this_week_is_by_the_clinic_wherever_the_reader_is(self):
        sunday = TUESDAY + timedelta(days=5)
        days = (TUESDAY, MONDAY, sunday, MONDAY + timedelta(days=7))
        users = (self.mother, self.father, self.grandmother, self.stranger)
        for day, user in zip(days, users, strict=True):
            self.appointment(day, "0:00", [user])
        today, yesterday, on_sunday, next_week = (user.partner_id for user in users)
        language = self.env["res.lang"].search([("code", "=", self.front_desk.lang)])
        for zone in ("America/Los_Angeles", "Pacific/Auckland", "Pacific/Kiritimati", False):
            self.front_desk.tz = zone
            with self.subTest(zone=zone):
                self.assertEqual(self.among(users, "visit_today"), today)
                language.week_start = "1"
                self.assertEqual(
                    self.among(users, "visit_this_week"), today + yesterday + on_sunday
                )
                language.week_start = "7"
                self.assertEqual(self.among(users, "visit_this_week"), today + yesterday)
        self.assertFalse(next_week & self.among(users, "visit_this_week"))

    def among(self, users, name):
        """Those of these people whom a filter finds, in their order."""
        found = self.found(*self.filter(name))
        return self.env["res.partner"].union(*(user.partner_id & found for user in users))

    def filter(self, name):
        view = self.env.ref("clinic_family.res_partner_view_search_patient")
        people = self.env["res.partner"].with_user(self.front_desk)
        arch = etree.fromstring(people.get_view(view.id, "search")["arch"])
        [domain] = arch.xpath(f"//filter[@name='{name}']/@domain")
        return safe_eval(domain)


@tagged("post_install", "-at_install")
class TestPatientForm(PatientsCase):
    def arch(self, user=None):
        people = self.env["res.partner"].with_user(user or self.front_desk)
        return etree.fromstring(people.get_view(self.env.ref(FORM).id, "form")["arch"])

    def test_the_action_has_views_of_its_own(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(ACTION)
        names = {
            mode: self.env["ir.ui.view"].browse(number).name for number, mode in action["views"]
        }

        self.assertEqual(
            names,
            {mode: f"res.partner.view.{mode}.patient" for mode in ("list", "kanban", "form")},
        )

    def test_the_family_is_the_first_page_and_open(self):
        for user in (self.front_desk, self.doctor, self.biller, self.manager):
            with self.subTest(user=user.login):
                pages = self.arch(user).xpath("//notebook/page")
                self.assertEqual(pages[0].get("name"), "family")
                opened = [page.get("name") for page in pages if page.get("autofocus")]
                self.assertEqual(opened, ["family"])

    def test_the_birth_is_once_on_the_form_and_above_the_pages(self):
        [birth] = self.arch().xpath("//form/sheet//field[@name='birth_date'][not(ancestor::list)]")

        self.assertFalse(birth.xpath("ancestor::notebook"))

    def test_nothing_of_a_business_is_asked_of_a_patient(self):
        arch = self.arch()
        for name in ("function", "vat", "website", "category_id"):
            with self.subTest(name=name):
                [field] = arch.xpath(f"//sheet/group//field[@name='{name}']")
                self.assertIn(field.get("invisible"), ("1", "True", "not is_company"))

    def test_a_new_patient_is_one_and_those_they_may_be_are_shown(self):
        self.leo.write({"phone": "021 555 0187"})
        context = {"default_is_patient": True}
        people = self.env["res.partner"].with_user(self.front_desk).with_context(**context)
        form = Form(people, view=FORM)
        self.assertFalse(form.clinic_like_ids)
        form.name = "Leo Somebody"
        form.birth_date = self.leo.birth_date
        self.assertEqual(form.clinic_like_ids[:], self.leo)
        form.birth_date = date(2001, 1, 1)
        self.assertFalse(form.clinic_like_ids)
        form.phone = "+64 21 555 0187"
        self.assertEqual(form.clinic_like_ids[:], self.leo)

        patient = form.save()

        self.assertTrue(patient.is_patient)
        self.assertFalse(patient.clinic_like_ids)

    def test_a_patient_opened_elsewhere_is_in_this_form_for_the_staff(self):
        number = self.env.ref(FORM).id
        self.appointment(TUESDAY, "9:00", [self.leo], payer_id=self.mira.id)
        business = self.person("Harbour Insurance", is_company=True)
        for user, person, view in (
            (self.front_desk, self.leo, number),
            (self.doctor, self.leo, number),
            (self.doctor, self.fergus, False),
            (self.employee, self.leo, False),
            (self.front_desk, business, False),
        ):
            with self.subTest(user=user.login, person=person.name):
                self.env.invalidate_all()
                opened = person.with_user(user).get_formview_action()
                self.assertEqual(opened["views"], [(view, "form")])

    def test_nobody_learns_by_the_form_who_is_a_patient(self):
        opened = self.leo.with_user(self.employee).get_formview_action(self.front_desk.id)

        self.assertEqual(opened["views"], [(False, "form")])
