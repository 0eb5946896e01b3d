"""Time off, as those who may enter it find it in the clinic's menu."""

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from ..common import ROLE, WEDNESDAY, utc
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
