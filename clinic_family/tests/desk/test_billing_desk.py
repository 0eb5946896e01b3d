"""What each role finds in the clinic's menu opens, and nothing is offered that would be refused."""

from datetime import datetime, time
from types import SimpleNamespace

from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from ..common import ROLE, TUESDAY
from ..staff_common import StaffCase

ROLES = ("practitioner", "billing", "front_desk", "manager")
ROOT = "clinic_family.clinic_family_menu_root"
STEPS = (
    "action_arrive", "action_fulfil", "action_mark_noshow", "action_cancel", "action_rebook",
    "action_mark_confidential", "action_unmark_confidential",
)  # fmt: skip


class BrowserTime(datetime):
    """A time as the web client has it, which knows when that is in UTC."""

    def to_utc(self):
        return self


class BillingCase(StaffCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.biller = cls.user("test_biller", "Bea Billing", ROLE + "billing")
        cls.olga = cls.practitioner("Olga Other")
        cls.olga.user_id = cls.biller
        cls.group.practitioner_ids |= cls.olga
        cls.visit = cls.appointment(TUESDAY, "10:00", [cls.mother])
        cls.own = cls.appointment(TUESDAY, "10:00", [cls.father], practitioner_id=cls.olga.id)


@tagged("post_install", "-at_install")
class TestBillingDesk(BillingCase):
    def test_who_only_reads_a_visit_is_offered_no_step_of_it(self):
        visits = self.visit + self.own
        found = {
            user.name: visits.with_user(user).mapped("is_fixed")
            for user in (self.biller, self.front_desk, self.manager)
        }

        self.assertEqual(found, {
            "Bea Billing": [True, False],
            "Fran Frontdesk": [False, False],
            "Max Manager": [False, False],
        })  # fmt: skip
        self.assertFalse(self.visit.with_user(self.doctor).is_fixed)

    def test_the_card_on_the_day_sheet_knows_it(self):
        found = {}
        for user in (self.biller, self.front_desk, self.doctor):
            sheet = self.env["clinic.desk.day"].with_user(user).get_sheet(
                TUESDAY.isoformat(), self.harbour.id
            )  # fmt: skip
            cards = [card for column in sheet["columns"] for card in column["cards"]]
            found[user] = {card["id"] for card in cards if card.get("is_fixed")}

        self.assertEqual(found[self.biller], {self.visit.id})
        self.assertEqual(found[self.front_desk], set())
        self.assertEqual(found[self.doctor], set())

    def test_the_visit_behind_the_card_can_be_invoiced_and_not_changed(self):
        desk = self.env["clinic.desk.visit"].with_user(self.biller)

        shown, own = desk.get_visit(self.visit.id), desk.get_visit(self.own.id)

        self.assertEqual([shown[name] for name in ("is_fixed", "may_hide")], [True, False])
        self.assertEqual([own[name] for name in ("is_fixed", "may_hide")], [False, True])
        self.assertTrue(shown["may_invoice"])
        invoice = self.visit.with_user(self.biller).action_view_invoice()
        self.assertEqual(invoice["res_model"], "account.move")

    def test_each_step_of_the_screens_asks_whether_the_reader_may_take_it(self):
        for mode in ("list", "kanban", "form"):
            views = self.env["ir.ui.view"].search([
                ("model", "=", "clinic.appointment"), ("type", "=", mode), ("mode", "=", "primary"),
                ("name", "not like", "orphaned"),
            ])  # fmt: skip
            self.assertTrue(views)
            for view in views:
                arch = self.env["clinic.appointment"].with_user(self.biller).get_view(
                    view.id, mode
                )["arch"]  # fmt: skip
                for button in etree.fromstring(arch).iter("button"):
                    if button.get("name") in STEPS:
                        with self.subTest(view=view.name, button=button.get("name")):
                            self.assertIn("is_fixed", button.get("invisible"))

    def test_not_invoiced_is_a_part_of_what_was_chosen_before(self):
        """Odoo joins filters by "or" unless something separates them."""
        arch = self.env["clinic.appointment"].get_view(
            self.env.ref("clinic_family.clinic_appointment_view_search").id, "search"
        )["arch"]
        names = [
            "" if one.tag == "separator" else one.get("name")
            for one in etree.fromstring(arch).xpath("/search/*[self::filter or self::separator]")
        ]

        between = names[names.index("hide_cancelled") : names.index("to_invoice")]
        self.assertIn("", between)

    def test_a_visit_is_among_those_to_invoice_until_there_is_an_invoice(self):
        arch = self.env["clinic.appointment"].get_view(view_type="search")["arch"]
        [found] = etree.fromstring(arch).xpath("//filter[@name='to_invoice']")
        domain = safe_eval(found.get("domain"))
        visits = self.env["clinic.appointment"].with_user(self.biller)
        self.assertIn(self.visit, visits.search(domain))

        self.visit.with_user(self.biller).action_view_invoice()

        self.assertNotIn(self.visit, visits.search(domain))


@tagged("post_install", "-at_install")
class TestMenus(BillingCase):
    """Each entry of the clinic's menu, with the views and the filter it opens with."""

    def actions(self, user):
        """What this user finds in the clinic's menu, by its name."""
        menus = self.env["ir.ui.menu"].with_user(user).load_menus(False)
        waiting = [self.env.ref(ROOT).id]
        while waiting:
            menu = menus[waiting.pop()]
            waiting += menu["children"]
            if menu["action_id"]:
                yield menu["name"], self.env[menu["action_model"]].browse(menu["action_id"])

    def open(self, action, user):
        """The action as the web client gets it."""
        if action._name == "ir.actions.server":
            return action.with_user(user).run()
        return self.env["ir.actions.actions"].with_user(user)._for_xml_id(action.xml_id)

    def evaluate(self, text, user):
        if not isinstance(text, str):
            return text or {}
        values = self.env["ir.actions.act_window"].with_user(user)._get_eval_context()
        return safe_eval(text, {
            **values, "uid": user.id, "active_id": False, "active_ids": [],
            "context_today": lambda: TUESDAY,
            "datetime": SimpleNamespace(datetime=BrowserTime, time=time),
        })  # fmt: skip

    def look(self, action, user):
        """Read what the screen shows at first, as its reader."""
        context = {
            name: value
            for name, value in self.evaluate(action["context"], user).items()
            if name.startswith("default_")
        }
        model = self.env[action["res_model"]].with_user(user).with_context(**context)
        number = action["search_view_id"] and action["search_view_id"][0]
        views = [*action["views"], (number, "search")]
        found = model.get_views(views)["views"]
        domain = self.evaluate(action["domain"], user) or []
        for mode, view in found.items():
            arch = etree.fromstring(view["arch"])
            names = {
                field.get("name") for field in arch.iter("field")
                if not any(parent.tag == "field" for parent in field.iterancestors())
            }  # fmt: skip
            if mode in ("list", "kanban", "calendar"):
                spec = {name: {} for name in names | {"display_name"}}
                model.web_search_read(domain, spec, limit=5)
            elif mode in ("pivot", "graph"):
                model.formatted_read_group(domain, [], ["__count"])
            elif mode == "form":
                spec = {name: {} for name in names}
                if model.has_access("create"):
                    model.onchange({}, [], spec)
                model.search(domain, limit=1).web_read(spec)

    def test_each_entry_opens_for_each_role(self):
        for role in ROLES:
            user = self.user("test_menu_" + role, role, ROLE + role)
            opened = 0
            for name, action in self.actions(user):
                with self.subTest(role=role, menu=name):
                    found = self.open(action, user)
                    if found["type"] == "ir.actions.act_window":
                        self.look(found, user)
                    opened += 1
            self.assertGreater(opened, 5)

    def test_what_billing_finds_is_what_it_may_read(self):
        names = {name for name, _action in self.actions(self.biller)}

        self.assertLessEqual({"Day", "Appointments", "Purchased Packages"}, names)
        self.assertTrue(names.isdisjoint({"Messages", "Wait List", "Reports", "Settings"}))
        with self.assertRaises(AccessError):
            self.env["clinic.wait.request"].with_user(self.biller).search_count([])
