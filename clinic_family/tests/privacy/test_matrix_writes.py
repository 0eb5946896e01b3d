"""Who writes which field by hand, of every model that keeps something of the clinic's.

What isn't in the table is written by verbs alone, whoever asks.
"""

from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import NO_ID, ROLE, TUESDAY, WEDNESDAY, ClinicCase
from ..package_common import PackageBuilders

PORTAL, EMPLOYEE = "portal", "employee"
PRACTITIONER, BILLING, DESK, MANAGER = "practitioner", "billing", "front_desk", "manager"
STAFF = (PRACTITIONER, BILLING, DESK, MANAGER)
AT_DESK, MANAGERS = (DESK, MANAGER), (MANAGER,)
GROUPS = {PORTAL: "base.group_portal", EMPLOYEE: "base.group_user"} | {
    role: ROLE + role for role in STAFF
}
NOBODY = {}
# For each model who writes what; the practitioner is the one whose visit it is.
BY_HAND = {
    "clinic.age.rule": MANAGERS,
    "clinic.appointment": {
        "start": (PRACTITIONER, BILLING, *AT_DESK),
        "stop": (PRACTITIONER, BILLING, *AT_DESK),
        "payer_reason": MANAGERS,
        "time_reason": (PRACTITIONER, BILLING, *AT_DESK),
        "desk_note": (PRACTITIONER, BILLING, *AT_DESK),
        **dict.fromkeys(
            ["service_id", "practitioner_id", "location_id", "participant_ids", "seats",
             "payer_id", "uses_session"], AT_DESK,
        ),
    },
    "clinic.appointment.log": NOBODY,
    "clinic.appointment.report": NOBODY,
    "clinic.authority": NOBODY,
    "clinic.block": NOBODY,
    "clinic.booking": NOBODY,
    "clinic.calendar.feed": NOBODY,
    "clinic.calendar.level": NOBODY,
    "clinic.cancel.reason": MANAGERS,
    "clinic.form": MANAGERS,
    "clinic.form.handout": NOBODY,
    "clinic.form.request": NOBODY,
    "clinic.form.signature": NOBODY,
    "clinic.invitation": NOBODY,
    "clinic.kept.time": NOBODY,
    "clinic.location": MANAGERS,
    "clinic.merge": NOBODY,
    "clinic.message": NOBODY,
    "clinic.reschedule": NOBODY,
    "clinic.package": MANAGERS,
    "clinic.package.line": MANAGERS,
    "clinic.package.purchase": dict.fromkeys(
        ["expires_on", "practitioner_ids", "location_ids", "is_shareable"], AT_DESK
    ),
    "clinic.package.session": NOBODY,
    "clinic.package.session.change": NOBODY,
    "clinic.participant": {"along_id": AT_DESK},
    "clinic.patient.group": AT_DESK,
    "clinic.payer.share": NOBODY,
    "clinic.permission": NOBODY,
    "clinic.practitioner": MANAGERS,
    "clinic.registration": NOBODY,
    "clinic.relationship": dict.fromkeys(["type_a_id", "type_b_id", "started_on"], AT_DESK),
    "clinic.relationship.type": MANAGERS,
    "clinic.schedule": MANAGERS,
    "clinic.service": MANAGERS,
    "clinic.shared.documents": NOBODY,
    "clinic.signup": NOBODY,
    "clinic.wait.offer": NOBODY,
    "clinic.wait.request": dict.fromkeys(
        ["booker_id", "patient_ids", "service_id", "practitioner_id", "location_id", "date_from",
         "date_until", "hour_from", "hour_to", "on_mon", "on_tue", "on_wed", "on_thu", "on_fri",
         "on_sat", "on_sun"], AT_DESK,
    ),
    "account.move": NOBODY,
    "account.move.line": NOBODY,
    "account.payment": NOBODY,
    "payment.transaction": NOBODY,
}  # fmt: skip
LOG = {"id", "create_uid", "create_date", "write_uid", "write_date", "display_name"}


@tagged("post_install", "-at_install")
class TestWriteMatrix(PackageBuilders, ClinicCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            role: cls.user(f"test_writes_{role}", f"Wim {role.title()}", group)
            for role, group in GROUPS.items()
        }

    def is_ours(self, model):
        return model._name.startswith("clinic.") and not (model._abstract or model._transient)

    def get_fields(self, model):
        """What of this model can be written at all, of what the addon defines."""
        return [
            field
            for field in self.env[model]._fields.values()
            if "clinic_family" in field._modules and field.name not in LOG
            if field.store or field.inverse or field.type in ("one2many", "many2many")
        ]

    def may_write(self, user, model, field):
        """Whether the user may write this field of some record, as far as model and field go."""
        records = self.env[model].with_user(user)
        record = records.browse(NO_ID)
        return records.has_access("write") and record._has_field_access(field, "write")

    def get_allowed(self, model, field):
        """Those whom the table lets write the field; of set-up every field that is no result."""
        row = BY_HAND[model]
        if isinstance(row, dict):
            return row.get(field.name, ())
        return () if field.readonly else row

    def test_every_model_has_its_row(self):
        ours = {model._name for model in self.env.values() if self.is_ours(model)}

        self.assertEqual(ours, {name for name in BY_HAND if name.startswith("clinic.")})

    def test_every_model_refuses_what_is_readonly(self):
        guarded = [name for name in BY_HAND if hasattr(self.env[name], "_written_by_hand_by")]

        self.assertEqual(guarded, list(BY_HAND))

    def test_each_writes_by_hand_what_the_table_says(self):
        expected = {
            (model, field.name, role)
            for model in BY_HAND
            for field in self.get_fields(model)
            for role in self.get_allowed(model, field)
        }

        found = {
            (model, field.name, role)
            for model in BY_HAND
            for field in self.get_fields(model)
            for role, user in self.users.items()
            if self.may_write(user, model, field)
        }

        self.assertEqual(found - expected, set(), "may be written, against the table")
        self.assertEqual(expected - found, set(), "may not be written, against the table")


@tagged("post_install", "-at_install")
class TestWrittenByVerbs(PackageBuilders, ClinicCase):
    """The same at the door itself: what RPC, imports, copies and nested commands try."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.doctor = cls.user("test_doctor", "Dora Doctor", ROLE + "practitioner")
        cls.desk = cls.user("test_desk", "Dee Desk", ROLE + "front_desk")
        cls.manager = cls.user("test_manager", "Max Manager", ROLE + "manager")
        cls.nora.user_id = cls.doctor
        cls.visit = cls.appointment(TUESDAY, "10:00", [cls.leo])
        cls.other = cls.appointment(WEDNESDAY, "10:00", [cls.mother])
        cls.permission = cls.grant(cls.leo, cls.father, "book")

    def refused(self, record, values):
        """Those of the values that aren't written, each tried alone."""
        return {name for name, value in values.items() if not self.writes(record, {name: value})}

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def writes(self, record, values):
        self.env.invalidate_all()
        try:
            with self.env.cr.savepoint():
                record.write(values)
        except AccessError:
            return False
        return True

    def test_nobody_writes_what_a_visit_says_of_who_did_what(self):
        invoice = self.other._get_or_create_invoice()
        values = {
            "state": "fulfilled",
            "booked_at": "2027-01-01 00:00:00",
            "held_until": "2027-01-01 00:00:00",
            "is_planned": True,
            "plan_key": "x",
            "blocked_start": "2027-01-01 00:00:00",
            "blocked_stop": self.visit.blocked_start,
            "company_id": self.env.company.id,
            "invoice_id": invoice.id,
            "booking_id": False,
        }

        for user in (self.doctor, self.desk, self.manager):
            self.assertEqual(self.refused(self.visit.with_user(user), values), set(values))

    def test_nobody_writes_what_a_participant_says_of_who_did_what(self):
        values = {
            "state": "fulfilled",
            "booked_by_id": self.mother.partner_id.id,
            "permission_id": self.permission.id,
            "told": {},
            "tell_at": False,
            "settled_at": "2027-01-01 00:00:00",
            "reminded_for": "2027-01-01 00:00:00",
            "cancelled_at": "2027-01-01 00:00:00",
            "cancelled_by_id": self.mother.partner_id.id,
            "cancelled_under_id": self.permission.id,
        }

        for user in (self.doctor, self.desk, self.manager):
            participant = self.visit.participant_ids.with_user(user)
            self.assertEqual(self.refused(participant, values), set(values))

    def test_a_practitioner_names_no_other_patient_nor_payer(self):
        visit = self.visit.with_user(self.doctor)
        participant = {"partner_id": self.mother.partner_id.id}
        nested = [Command.update(visit.participant_ids.id, participant)]

        self.assertFalse(self.writes(visit, {"payer_id": self.mother.partner_id.id}))
        self.assertFalse(self.writes(visit, {"participant_ids": nested}))
        with self.assertRaises(UserError):
            visit.participant_ids.write(participant)

    def test_whose_participation_it_is_never_changes(self):
        for participant in (
            self.visit.participant_ids.with_user(self.manager), self.visit.participant_ids,
        ):  # fmt: skip
            with self.assertRaisesRegex(UserError, "never changes"):
                participant.partner_id = self.mother.partner_id
            with self.assertRaisesRegex(UserError, "never changes"):
                participant.appointment_id = self.other

    def test_a_list_of_participants_takes_none_from_another_visit(self):
        taken = self.other.participant_ids.id

        with self.assertRaisesRegex(UserError, "never changes"):
            self.visit.with_user(self.desk).write({"participant_ids": [Command.link(taken)]})

    def test_the_front_desk_makes_no_participant_who_has_come_already(self):
        people = self.env["clinic.participant"].with_user(self.desk)
        values = {"appointment_id": self.visit.id, "partner_id": self.mother.partner_id.id}

        with self.assertRaises(AccessError):
            people.create({**values, "state": "fulfilled"})
        with self.assertRaises(AccessError):
            people.with_context(default_permission_id=self.permission.id).create(values)

        self.assertEqual(people.create(values).state, "booked")

    def test_a_copy_begins_as_booked(self):
        self.visit._update_state("cancelled")

        copy = self.visit.with_user(self.desk).copy({
            "participant_ids": [Command.create({"partner_id": self.leo.id})],
        })  # fmt: skip

        self.assertEqual(copy.state, "booked")

    def test_an_import_writes_no_state(self):
        visits = self.env["clinic.appointment"].with_user(self.manager)

        result = visits.load([".id", "state"], [[str(self.visit.id), "noshow"]])

        self.assertFalse(result["ids"])
        self.assertEqual(self.visit.state, "booked")

    def test_no_invoice_is_tied_to_a_visit_by_hand(self):
        invoice = self.other._get_or_create_invoice().with_user(self.manager)
        line = invoice.invoice_line_ids

        self.assertFalse(self.writes(line, {"clinic_appointment_id": self.visit.id}))
        self.assertFalse(self.writes(line, {"clinic_patient_ids": [Command.set(self.leo.ids)]}))
        link = {"clinic_appointment_ids": [Command.link(self.visit.id)]}
        self.assertFalse(self.writes(invoice, link))
        self.assertFalse(self.writes(invoice, {"clinic_post_at": "2027-01-01 00:00:00"}))
        self.assertNotIn(self.visit, invoice.sudo().clinic_appointment_ids)

    def test_the_draft_of_somebody_else_is_left_alone(self):
        invoice = self.other._get_or_create_invoice()
        # As a link that some other addon, or a mistake of ours, has written.
        self.visit.invoice_id = invoice

        self.visit.with_user(self.doctor)._update_state("cancelled")

        self.assertEqual(invoice.state, "draft")

    def test_a_visit_takes_all_its_time_of_its_practitioner(self):
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"):
            self.visit.blocked_stop = self.visit.blocked_start
            self.visit.flush_recordset()

    def test_what_is_for_verbs_is_readonly_in_forms(self):
        desk = self.env["clinic.appointment"].with_user(self.desk).fields_get(["payer_id", "state"])
        doctor = self.env["clinic.appointment"].with_user(self.doctor).fields_get(["payer_id"])

        self.assertEqual((desk["payer_id"]["readonly"], desk["state"]["readonly"]), (False, True))
        self.assertTrue(doctor["payer_id"]["readonly"])

    def test_a_practitioner_takes_the_steps_of_their_own_visits(self):
        self.visit.with_user(self.doctor).action_arrive()
        self.visit.with_user(self.doctor).action_fulfil()

        self.assertEqual(self.visit.state, "fulfilled")
        with self.assertRaises(AccessError):
            other = self.user("test_ben", "Ben", ROLE + "practitioner")
            self.visit.with_user(other).action_arrive()
