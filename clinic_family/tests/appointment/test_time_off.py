"""Time off, as those who may enter it find it in the clinic's menu."""

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from ..common import MONDAY, ROLE, THURSDAY, TUESDAY, WEDNESDAY, utc
from .test_ground import GroundCase


@tagged("post_install", "-at_install")
class TestTimeOffMenu(GroundCase):
    def test_the_front_desk_enters_time_off_of_every_practitioner(self):
        off = self.time_off(day=WEDNESDAY, user=self.front_desk)
        off.date_to = utc(WEDNESDAY, "12:00")
        self.assertEqual(off.resource_id, self.nora.resource_id)
        self.assertAsked(lambda: self.time_off(user=self.front_desk))

    def test_the_front_desk_keeps_nobody_elses_time_off(self):
        other = self.env["res.company"].create({"name": "Other Clinic"})
        self.employee.company_ids |= other
        elsewhere = self.practitioner("Olga Elsewhere").resource_id
        elsewhere.write({"company_id": other.id, "user_id": self.employee.id})
        nobody = self.env["resource.resource"].create({"name": "Ed", "user_id": self.employee.id})
        for resource in (elsewhere, nobody):
            with self.subTest(resource=resource.name), self.assertRaises(AccessError):
                self.time_off(user=self.front_desk, resource_id=resource.id)

    def test_a_practitioner_keeps_their_own_time_off_alone(self):
        olga = self.practitioner("Olga Other")
        olga.user_id = self.employee
        self.time_off(day=WEDNESDAY, user=self.doctor)
        with self.assertRaises(AccessError):
            self.time_off(day=WEDNESDAY, user=self.doctor, resource_id=olga.resource_id.id)

    def test_who_works_in_the_clinic_finds_time_off_in_its_menu(self):
        menu = self.env.ref("clinic_family.clinic_family_menu_time_off")
        off = self.time_off(day=WEDNESDAY)
        self.env["resource.calendar.leaves"].create({
            "name": "Not of the clinic",
            "resource_id": self.env["resource.resource"].create({"name": "A Machine"}).id,
            "date_from": off.date_from,
            "date_to": off.date_to,
        })  # fmt: skip
        for user in (self.front_desk, self.doctor):
            with self.subTest(user=user.name):
                self.assertIn(menu.id, menu.with_user(user).load_menus(False))
                domain = safe_eval(menu.action.domain)
                leaves = self.env["resource.calendar.leaves"].with_user(user).search(domain)
                self.assertIn(off, leaves)
                self.assertNotIn("Not of the clinic", leaves.mapped("name"))
        self.assertNotIn(menu.id, menu.with_user(self.employee).load_menus(False))

    def test_it_is_entered_for_a_practitioner_by_name(self):
        leaves = self.env["resource.calendar.leaves"].with_user(self.front_desk)
        with Form(leaves, "clinic_family.resource_calendar_leaves_view_form_clinic") as form:
            form.resource_id = self.nora.resource_id
            form.date_from = utc(WEDNESDAY, "9:00")
            form.date_to = utc(WEDNESDAY, "12:00")
        self.assertEqual(form.record.resource_id, self.nora.resource_id)


@tagged("post_install", "-at_install")
class TestWhoKeepsTimeOff(GroundCase):
    """By RPC, each role: Odoo's own rules let employees keep what belongs to no login."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.olga = cls.practitioner("Olga Login")
        cls.olga.user_id = cls.employee
        cls.ned = cls.practitioner("Ned Nologin")
        cls.other_doctor = cls.user("test_doctor_two", "Dan Two", ROLE + "practitioner")
        cls.billing = cls.user("test_billing", "Bo Billing", ROLE + "billing")

    def keeps(self, user, practitioner):
        """Which of create, write and delete this user may do with the practitioner's time off."""
        values = {"resource_id": practitioner.resource_id.id}
        off = self.time_off(day=WEDNESDAY, user=self.env.user, **values)
        self.env.flush_all()
        acts = {
            "create": lambda: self.time_off("8:00", "9:00", WEDNESDAY, user, **values),
            "write": lambda: off.with_user(user).write({"name": "Mine"}),
            "unlink": lambda: off.with_user(user).unlink(),
        }
        return {name for name, act in acts.items() if self.may(act)}

    @mute_logger("odoo.addons.base.models.ir_rule")
    def may(self, act):
        try:
            with self.cr.savepoint():
                act()
                self.env.flush_all()
        except AccessError:
            return False
        return True

    def test_the_front_desk_and_managers_keep_everybodys(self):
        for user in (self.front_desk, self.manager):
            for practitioner in (self.nora, self.olga, self.ned):
                with self.subTest(user=user.name, practitioner=practitioner.name):
                    self.assertEqual(self.keeps(user, practitioner), {"create", "write", "unlink"})

    def test_a_practitioner_keeps_nobody_elses_with_a_login_or_without(self):
        for user in (self.other_doctor, self.billing, self.doctor):
            for practitioner in (self.olga, self.ned):
                with self.subTest(user=user.name, practitioner=practitioner.name):
                    self.assertEqual(self.keeps(user, practitioner), set())

    def test_who_has_no_role_keeps_none_but_their_own(self):
        self.assertEqual(self.keeps(self.employee, self.ned), set())
        self.assertEqual(self.keeps(self.employee, self.olga), {"create", "write", "unlink"})

    def test_time_off_is_not_turned_into_somebody_elses(self):
        mine = self.time_off(day=WEDNESDAY, user=self.doctor)

        self.assertFalse(self.may(lambda: mine.write({"resource_id": self.ned.resource_id.id})))


@tagged("post_install", "-at_install")
class TestTimeOffWindow(GroundCase):
    def window(self, user=None, **values):
        model = self.env["clinic.time.off"].with_user(user or self.front_desk)
        return Form(
            model.with_context(default_practitioner_id=self.nora.id, **values),
            "clinic_family.clinic_time_off_view_form",
        )

    def test_nothing_is_said_of_visits_before_it_is_said_who_is_away(self):
        window = self.env["clinic.time.off"].with_user(self.front_desk)

        self.assertFalse(Form(window, "clinic_family.clinic_time_off_view_form").visit_text)

    def leaves(self):
        return self.env["resource.calendar.leaves"].search([
            ("resource_id", "=", self.nora.resource_id.id)
        ])  # fmt: skip

    def test_it_opens_with_today_as_a_whole_day(self):
        form = self.window()

        self.assertEqual((form.day, form.last_day, form.is_whole_day), (MONDAY, MONDAY, True))
        self.assertEqual(form.visit_text, "No visit loses its hours.")

    def test_it_says_before_how_many_visits_lose_their_hours(self):
        form = self.window(default_day=TUESDAY)
        self.assertEqual(form.visit_text, "1 visit will wait to be moved or cancelled.")
        self.appointment(TUESDAY, "14:00", [self.leo], payer_id=self.mira.id)

        form = self.window(default_day=TUESDAY)
        self.assertEqual(form.visit_text, "2 visits will wait to be moved or cancelled.")
        form.is_whole_day = False
        form.hour_from, form.hour_to = 13, 17
        self.assertEqual(form.visit_text, "1 visit will wait to be moved or cancelled.")

    def test_a_day_is_a_day_where_they_work(self):
        self.window(default_day=WEDNESDAY).save().action_save()

        self.assertEqual(self.leaves().date_from, utc(WEDNESDAY, "0:00"))
        self.assertEqual(self.leaves().date_to, utc(THURSDAY, "0:00"))
        self.assertEqual(self.leaves().resource_id, self.nora.resource_id)

    def test_the_visits_wait_with_the_reason_and_are_listed(self):
        form = self.window(default_day=TUESDAY)
        form.name = "Nora is ill"
        action = form.save().action_save()

        self.assertTrue(self.visit.is_orphaned)
        self.assertEqual(self.visit.orphaned_note, "Nora is ill")
        self.assertEqual(self.visit.orphaned_noted_by_id, self.front_desk)
        listed = action["params"]["next"]
        shown = self.env[listed["res_model"]].with_user(self.front_desk).search(listed["domain"])
        self.assertEqual(shown, self.visit)

    def test_what_was_entered_by_a_slip_is_taken_back_and_nobody_waits(self):
        for day, asleep in ((TUESDAY, self.visit), (WEDNESDAY, self.visit.browse())):
            with self.subTest(day=day):
                answer = self.window(default_day=day).save().action_save()
                told = answer.get("params") or answer["infos"]
                self.assertEqual(told["said"], "Nora Test-Nightingale: time off entered")
                self.assertEqual(self.leaves().ids, told["ids"])
                self.assertEqual(self.visit.is_orphaned, bool(asleep))

                self.leaves().browse(told["ids"]).with_user(self.front_desk).unlink()

                self.env.invalidate_all()
                self.assertFalse(self.visit.is_orphaned)

    def test_what_takes_place_all_the_same_loses_nothing(self):
        self.time_off(user=self.env.user, first="6:00", last="7:00")
        late = self.appointment(WEDNESDAY, "10:00", [self.leo], payer_id=self.mira.id)
        late.time_unusual = "time_off"

        self.assertEqual(self.window(default_day=WEDNESDAY).visit_text, "No visit loses its hours.")

    def test_it_ends_after_it_begins(self):
        form = self.window(default_day=TUESDAY)
        form.is_whole_day = False
        form.hour_from, form.hour_to = 12, 9
        with self.assertRaisesRegex(ValidationError, "ends after it begins"):
            form.save()

    def test_it_is_for_the_front_desk(self):
        for user in (self.doctor, self.employee, self.mother):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                self.window(user)
