"""The first day: what is missing until a patient can book, and each step done by a manager."""

from contextlib import suppress
from smtplib import SMTPDataError, SMTPServerDisconnected

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import ROLE
from ..company_common import Neighbours
from ..message_common import MailCatcher
from ..staff_common import StaffCase


@tagged("post_install", "-at_install")
class TestStart(MailCatcher, StaffCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # A company in which nothing is there yet.
        cls.young = cls.env["res.company"].create({"name": "Young clinic"})
        cls.boss = cls.user(
            "test_boss", "Bella Boss", ROLE + "manager", email="bella@example.com",
            company_id=cls.young.id, company_ids=cls.young.ids,
        )  # fmt: skip
        cls.website = cls.env["website"].create({
            "name": "Young", "company_id": cls.young.id, "auth_signup_uninvited": "b2b",
        })  # fmt: skip

    def start(self, user=None):
        return self.env["clinic.desk.start"].with_user(user or self.boss)

    def steps(self):
        self.env.invalidate_all()
        return {step["key"]: step for step in self.start().get_steps()["steps"]}

    def done(self):
        return [key for key, step in self.steps().items() if step["is_done"]]

    def in_young(self, model, **values):
        return self.env[model].with_company(self.young).create({
            "company_id": self.young.id, **values,
        })  # fmt: skip

    def add_usual(self):
        location = self.in_young("clinic.location", name="Young place", tz="Europe/Paris")
        service = self.in_young("clinic.service", name="Talk", product_id=self.product.id)
        practitioner = self.in_young(
            "clinic.practitioner", name="Dr. Young", service_ids=service.ids
        )
        return location, service, practitioner

    def test_of_several_websites_the_closed_ones_are_named(self):
        self.assertEqual(
            self.steps()["signup"]["text"], "Only those whom you invite can book online."
        )
        self.env["website"].create({
            "name": "Open", "company_id": self.young.id, "auth_signup_uninvited": "b2c",
        })  # fmt: skip

        step = self.steps()["signup"]

        self.assertIn("At Young, only those whom you invite can book", step["text"])
        self.assertEqual((step["is_done"], bool(step["button"])), (True, True))

    def test_an_empty_clinic_has_all_steps_ahead(self):
        answer = self.start().get_steps()

        self.assertEqual(answer["done"], 0)
        self.assertEqual(
            [step["key"] for step in answer["steps"]],
            ["location", "service", "practitioner", "hours", "login", "publish", "signup", "mail"],
        )

    def test_each_thing_that_is_there_is_a_step_done(self):
        location, _service, practitioner = self.add_usual()
        self.assertEqual(self.done(), ["location", "service", "practitioner"])

        self.schedule(practitioner, self.calendar((9, 12), company_id=self.young.id), location)
        self.assertIn("hours", self.done())
        practitioner.user_id = self.boss
        self.assertIn("login", self.done())

    def test_hours_that_are_over_are_none(self):
        location, _service, practitioner = self.add_usual()
        calendar = self.calendar((9, 12), company_id=self.young.id)
        schedule = self.schedule(practitioner, calendar, location)
        schedule.write({"date_from": "2027-03-01", "date_to": "2027-03-27"})

        self.assertNotIn("hours", self.done())

    def test_the_forms_are_filled_with_what_is_likely(self):
        _location, service, practitioner = self.add_usual()
        practitioner.service_ids = False

        hours = self.start().open_step("hours")
        self.assertEqual(hours["context"]["default_practitioner_id"], practitioner.id)
        # With nobody yet, a practitioner gives what there is, online.
        practitioner.active = False
        added = self.start().open_step("practitioner")
        self.assertEqual(added["context"]["default_service_ids"], service.ids)
        self.assertTrue(added["context"]["default_is_published"])

    def test_all_is_published_at_once(self):
        _location, service, practitioner = self.add_usual()
        self.assertIn("Talk and Dr. Young", self.steps()["publish"]["text"])

        self.start().open_step("publish")

        self.assertTrue(service.is_published and practitioner.is_published)
        self.assertIn("publish", self.done())

    def test_a_service_that_nobody_gives_online_can_t_be_booked(self):
        _location, service, practitioner = self.add_usual()
        service.is_published = practitioner.is_published = True
        practitioner.service_ids = False

        self.assertNotIn("publish", self.done())

    def test_sign_up_is_opened_for_this_clinic_alone(self):
        other = self.env["website"].create({
            "name": "Other", "company_id": self.company.id, "auth_signup_uninvited": "b2b",
        })  # fmt: skip

        self.start().open_step("signup")

        self.assertEqual(self.website.auth_signup_uninvited, "b2c")
        self.assertEqual(other.auth_signup_uninvited, "b2b")
        self.assertIn("signup", self.done())

    def test_a_test_message_that_leaves_is_a_step_done(self):
        self.start().open_step("mail")

        [mail] = self.server.mails
        self.assertEqual(mail.address, "bella@example.com")
        self.assertIn("Young clinic", mail.subject)
        self.assertIn("mail", self.done())

    def test_a_server_that_refuses_is_told_in_words(self):
        for name, trouble in (
            ("refused", {"trouble": SMTPDataError(451, b"Later please")}),
            ("gone", {"trouble": SMTPServerDisconnected("Connection unexpectedly closed")}),
            ("away", {"is_reachable": False}),
        ):
            vars(self.server).update(trouble)
            with self.subTest(name), self.assertRaisesRegex(UserError, "didn't take the message"):
                self.start().open_step("mail")

        self.assertNotIn("mail", self.done())

    def test_without_an_address_of_one_s_own_none_is_sent(self):
        self.boss.email = False

        with self.assertRaisesRegex(UserError, "no e-mail address"):
            self.start().open_step("mail")

    def test_managers_alone_see_and_do_it(self):
        for user in (self.front_desk, self.doctor, self.employee, self.mother):
            with self.subTest(user.name):
                with self.assertRaises(AccessError):
                    self.start(user).get_steps()
                for key in ("signup", "publish", "mail", "login"):
                    with self.assertRaises(AccessError):
                        self.start(user).open_step(key)

    def test_what_is_no_step_is_refused(self):
        with self.assertRaisesRegex(UserError, "no such step"):
            self.start().open_step("unlink")


@tagged("post_install", "-at_install")
class TestSettings(Neighbours, StaffCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_neighbours()

    def settings(self, user=None):
        return self.env["clinic.settings"].with_user(user or self.manager)

    def test_a_manager_without_administrator_right_sets_the_clinic_up(self):
        self.assertFalse(self.manager.has_group("base.group_system"))

        settings = self.settings().create({"clinic_horizon_days": 45})

        self.assertEqual(self.company.clinic_horizon_days, 45)
        settings.clinic_horizon_days = 50
        self.assertEqual(self.company.clinic_horizon_days, 50)
        self.assertEqual(self.settings().create({}).clinic_horizon_days, 50)

    def test_it_writes_the_settings_of_the_clinic_and_nothing_else(self):
        ours = {name for name in self.settings()._fields if name.startswith("clinic_")}
        related = {name: self.settings()._fields[name].related for name in ours}

        self.assertEqual(related, {name: f"company_id.{name}" for name in ours})
        with self.assertRaises(AccessError):
            self.company.with_user(self.manager).clinic_horizon_days = 10
        with self.assertRaises(ValueError):
            self.settings().create({"name": "Mine now"})

    def test_another_company_s_are_out_of_reach(self):
        before = self.neighbour.clinic_horizon_days
        with self.assertRaises(AccessError):
            self.settings().create({
                "company_id": self.neighbour.id, "clinic_horizon_days": before + 1,
            })  # fmt: skip
        with self.assertRaises(AccessError):
            self.settings().create({}).company_id = self.neighbour.id

        for context in (
            {"default_company_id": self.neighbour.id},
            {"allowed_company_ids": self.neighbour.ids},
        ):
            with suppress(AccessError):
                settings = self.settings().with_context(**context)
                settings.create([{"clinic_horizon_days": before + 1}])
        self.env.flush_all()

        self.assertEqual(self.neighbour.clinic_horizon_days, before)

    def test_managers_alone_open_them(self):
        for user in (self.front_desk, self.doctor, self.employee, self.mother):
            with self.subTest(user.name), self.assertRaises(AccessError):
                self.settings(user).create({"clinic_horizon_days": 1})
