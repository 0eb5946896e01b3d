"""What somebody may not see doesn't exist for them: the same answer as for no record at all."""

import re
from inspect import signature

from odoo.exceptions import AccessError
from odoo.models import BaseModel
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import NO_ID, TUESDAY, ClinicHttpCase, written

# Each is called with the id in question, as the web client and the public API would.
READS = {
    "read": lambda record_id: [[record_id], ["display_name"]],
    "web_read": lambda record_id: [[record_id], {"display_name": {}}],
    "search_read": lambda record_id: [[["id", "=", record_id]], ["display_name"]],
    "web_search_read": lambda record_id: [[["id", "=", record_id]], {"display_name": {}}],
    "search_count": lambda record_id: [[["id", "=", record_id]]],
    "name_search": lambda record_id: ["", [["id", "=", record_id]]],
    "formatted_read_group": lambda record_id: [[["id", "=", record_id]], [], ["__count"]],
}
CHANGES = {
    "write": lambda record_id: [[record_id], {"display_name": "x"}],
    "unlink": lambda record_id: [[record_id]],
    "copy": lambda record_id: [[record_id]],
    "web_save": lambda record_id: [[record_id], {}, {"display_name": {}}],
}
BUTTONS = ["arrive", "fulfil", "mark_noshow", "cancel", "view_invoice"]


@tagged("post_install", "-at_install", "timeless")
class TestStranger(ClinicHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.grant(cls.leo, cls.grandmother, "pay", "notify")
        cls.permission = cls.grant(cls.leo, cls.mother, "book")
        start = written(TUESDAY, "10:00")
        cls.visit = cls.book(cls.mother, cls.checkout(cls.group, start, [cls.mother, cls.leo]))
        cls.relationship = cls.env["clinic.relationship"].create({
            "person_a_id": cls.mother.partner_id.id,
            "type_a_id": cls.env.ref("clinic_family.clinic_relationship_type_parent").id,
            "person_b_id": cls.leo.id,
            "type_b_id": cls.env.ref("clinic_family.clinic_relationship_type_child").id,
        })  # fmt: skip
        cls.user("test_clerk", "Clara Clerk", "base.group_user")
        cls.secrets = [
            cls.visit,
            cls.visit.participant_ids[0],
            cls.visit.booking_id,
            cls.permission,
            cls.relationship,
        ]

    def test_nobody_finds_out_by_a_search_who_else_sees_a_visit(self):
        visits = self.env["clinic.appointment"].with_user(self.mother)
        people = self.env["res.partner"].with_user(self.stranger)

        with self.assertRaises(AccessError):
            visits.search([("viewer_ids", "in", self.grandmother.partner_id.ids)])
        with self.assertRaises(AccessError):
            people.search([("is_my_patient", "=", True)])

    def call(self, model, method, arguments):
        """The status and the answer of a call, as it arrives over the wire."""
        response = self.url_open(
            f"/web/dataset/call_kw/{model}/{method}",
            json={
                "jsonrpc": "2.0",
                "params": {"model": model, "method": method, "args": arguments, "kwargs": {}},
            },
        )
        answer = response.json()
        error = answer.get("error", {})
        data = error.get("data", {})
        return response.status_code, answer.get("result"), data.get("name"), data.get("message")

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def answer(self, model, method, arguments, record_id):
        """The answer about a record without its id, and without a trace of a person."""
        status, *answer = self.call(model, method, arguments(record_id))
        answer = repr(answer)
        self.assertNotRegex(answer, "Mira|Motherwell|Leo|Littleton")
        # The reader's own id may be the same number, or that of a domain that is always true.
        answer = re.sub(r"User: \d+|\(id=\d+\)|\[1, '=', 1\]", "NO ID", answer)
        return status, re.sub(rf"\b{record_id}\b", "ID", answer)

    def differing(self, login, methods):
        """The calls whose answer tells a hidden record from none."""
        self.authenticate(login, login)
        return [
            f"{record._name}.{method}"
            for record in self.secrets
            for method, arguments in methods.items()
            if self.answer(record._name, method, arguments, record.id)
            != self.answer(record._name, method, arguments, NO_ID)
        ]

    def test_the_calls_would_find_what_they_look_for(self):
        self.authenticate("test_mother", "test_mother")

        answers = [
            self.call(record._name, method, arguments(record.id))
            for record in self.secrets[:3]
            for method, arguments in READS.items()
            if method != "formatted_read_group"
        ]

        self.assertEqual([answer for answer in answers if not answer[1]], [])

    def test_those_between_whom_it_is_read_what_it_is(self):
        self.authenticate("test_mother", "test_mother")

        answers = [
            repr(self.call(record._name, "read", [record.ids, ["display_name"]]))
            for record in (self.permission, self.relationship)
        ]

        self.assertRegex(answers[0], "Mira Motherwell for Leo Littleton")
        self.assertRegex(answers[1], "Mira Motherwell, Parent of Leo Littleton")

    def test_reading_tells_a_stranger_nothing(self):
        self.assertEqual(self.differing("test_stranger", READS), [])

    def test_reading_tells_a_relative_without_permission_to_book_nothing(self):
        readable = [self.visit, self.visit.participant_ids[0], self.visit.booking_id]
        self.secrets = readable

        self.assertEqual(self.differing("test_grandmother", READS), [])

    def test_reading_tells_a_visitor_nothing(self):
        self.assertEqual(self.differing(None, READS), [])

    def test_changing_tells_a_stranger_nothing(self):
        self.assertEqual(self.differing("test_stranger", CHANGES), [])

    def test_changing_tells_a_visitor_nothing(self):
        self.assertEqual(self.differing(None, CHANGES), [])

    def test_buttons_tell_a_stranger_nothing(self):
        self.secrets = [self.visit]
        buttons = {f"action_{name}": lambda record_id: [[record_id]] for name in BUTTONS}

        self.assertEqual(self.differing("test_stranger", buttons), [])

    @mute_logger("odoo.http")
    def test_buttons_are_not_for_patients(self):
        self.authenticate("test_mother", "test_mother")

        answers = [
            self.call("clinic.appointment", f"action_{name}", [self.visit.ids]) for name in BUTTONS
        ]

        self.assertEqual({answer[2] for answer in answers}, {"odoo.exceptions.AccessError"})
        self.env.invalidate_all()
        self.assertEqual((self.visit.state, bool(self.visit.invoice_id)), ("booked", False))

    @mute_logger("odoo.http")
    def test_permissions_are_not_for_patients_to_revoke(self):
        self.authenticate("test_mother", "test_mother")

        change = {"end_reason": "I say so", "ended_at": "2027-01-01 00:00:00"}
        answer = self.call("clinic.permission", "write", [self.permission.ids, change])

        self.assertEqual(answer[2], "odoo.exceptions.AccessError")
        self.env.invalidate_all()
        self.assertFalse(self.permission.ended_at)

    @mute_logger("odoo.http")
    def test_verbs_cannot_be_called_from_outside(self):
        self.authenticate("admin", "admin")
        calls = [
            ("clinic.booking", "_hold"),
            ("clinic.booking", "_confirm"),
            ("clinic.permission", "_grant"),
            ("clinic.authority", "_decide"),
            ("clinic.appointment", "_update_state"),
            ("clinic.appointment", "_cancel_for"),
            ("clinic.appointment", "_reschedule"),
            ("clinic.availability", "_read_diaries"),
        ]
        self.assertTrue(all(hasattr(self.env[model], method) for model, method in calls))

        answers = [self.call(model, method, [[]]) for model, method in calls]

        self.assertEqual({answer[2] for answer in answers}, {"odoo.exceptions.AccessError"})
        self.assertTrue(all("Private methods" in answer[3] for answer in answers))

    def test_what_can_be_called_from_outside_is_a_button_or_asked_by_the_desk(self):
        public = {
            (model._name, name) for model in self.env.values() for name in self.get_public(model)
        }

        self.assertIn(("clinic.appointment", "action_cancel"), public)
        others = {(model, name) for model, name in public if not name.startswith("action_")}
        self.assertEqual({one for one in others if not one[0].startswith("clinic.desk.")}, set())

    @mute_logger("odoo.http")
    def test_the_desk_answers_the_staff_alone(self):
        """Whatever is asked, and before it is looked at."""
        desks = [model for model in self.env.values() if model._name.startswith("clinic.desk.")]
        asked = [(model, name) for model in desks for name in self.get_public(model)]
        self.assertIn("get_sheet", {name for _model, name in asked})

        for login in ("test_mother", "test_clerk"):
            self.authenticate(login, login)
            for model, name in asked:
                needed = [
                    each for each in signature(getattr(model, name)).parameters.values()
                    if each.default is each.empty
                ]  # fmt: skip
                answer = self.call(model._name, name, [0] * len(needed))
                refusal = (answer[2], "for the staff of the clinic" in answer[3])
                self.assertEqual(refusal, ("odoo.exceptions.AccessError", True), (login, name))

    def get_public(self, model):
        """The names of what the addon lets others call on this model, beyond what Odoo does."""
        ours = self.get_methods(model, ours=True) - self.get_methods(model, ours=False)
        return {name for name in ours if not name.startswith("_") and not hasattr(BaseModel, name)}

    def get_methods(self, model, ours):
        """What the addon defines on this model, or what Odoo itself does."""
        return {
            name
            for part in type(model).__mro__
            if part.__module__.startswith("odoo.addons.clinic_family.") == ours
            # The class that holds them together has what both define.
            and part is not type(model)
            for name, member in vars(part).items()
            if callable(member)
        }
