"""What each person may see, field by field; the record rules and groups alone decide it."""

from odoo.exceptions import AccessError, MissingError, UserError
from odoo.tests import tagged

from ..common import NO_ID, ROLE, TUESDAY, ClinicCase, written

STAFF_FIELDS = {
    "clinic.appointment": [
        "payer_id", "booking_id", "invoice_id", "participant_count", "seats", "patient_names",
        "create_uid", "write_uid",
    ],
    "clinic.participant": [
        "along_id", "is_primary", "booked_by_id", "permission_id", "create_uid", "write_uid",
    ],
    "clinic.booking": ["key", "version", "opened_at"],
    "clinic.service": ["product_id"],
    "clinic.practitioner": ["user_id"],
    "clinic.location": ["partner_id"],
    "res.partner": [
        "is_patient", "birth_date", "authority_ids", "granted_permission_ids",
        "held_permission_ids", "relationship_ids", "participant_ids", "appointment_count",
        "clinic_practitioner_ids",
    ],
}  # fmt: skip
PARTNER_FIELDS = STAFF_FIELDS["res.partner"]


class AccessCase(ClinicCase):
    """A mother and her son have an appointment; the father may book for the son."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.public = cls.env.ref("base.public_user")
        cls.employee = cls.user("test_employee", "Eve Test-Employee", "base.group_user")
        cls.grant(cls.leo, cls.mother, "book")
        cls.grant(cls.leo, cls.father, "book")
        cls.visit = cls.appointment(TUESDAY, "10:00", [cls.mother, cls.leo])

    def seen(self, user, model, domain=()):
        """The records that this user finds, which are those they are given when they name them."""
        self.env.invalidate_all()
        records = self.env[model].with_user(user)
        named = records.browse(self.env[model].search([]).ids)._filtered_access("read")
        self.assertEqual(named, records.search([]))
        return records.search(list(domain)).sudo()

    def may_read(self, user, record, field):
        """Whether the user gets an answer when asking for this field."""
        self.env.invalidate_all()
        try:
            return bool(record.with_user(user).read([field]))
        except (AccessError, MissingError):
            return False

    def readable(self, user, record, fields):
        """Those of the fields that the user may read."""
        return [field for field in fields if self.may_read(user, record, field)]

    def searchable(self, user, model):
        """Those of the fields meant for staff that the user may search by."""
        found = []
        records = self.env[model].with_user(user)
        for field in STAFF_FIELDS[model]:
            value = "2027-03-30" if records._fields[field].type in ("date", "datetime") else NO_ID
            try:
                records.search([(field, "=", value)])
            except AccessError:
                continue
            found.append(field)
        return found

    def narrow_copied_fields(self):
        """The fields we add to Odoo's models that are copied and that not every employee reads."""
        return [
            str(field)
            for name, model in self.env.items()
            if not name.startswith("clinic.") and not model._transient
            for field in model._fields.values()
            if field.copy and field.groups and field._module == "clinic_family"
            if "base.group_user" not in field.groups.split(",")
        ]


@tagged("post_install", "-at_install")
class TestFieldAccess(AccessCase):
    def test_a_patient_does_not_read_what_is_for_staff(self):
        participant = self.visit.participant_ids[0]
        nora, single = self.nora, self.single

        self.assertTrue(self.may_read(self.mother, self.visit, "start"))
        self.assertTrue(self.may_read(self.mother, participant, "name"))
        for record in (self.visit, participant, nora, single, self.harbour):
            self.assertEqual(self.readable(self.mother, record, STAFF_FIELDS[record._name]), [])

    def test_a_booker_does_not_read_the_key_of_the_own_booking(self):
        visit = self.book(
            self.mother, self.checkout(self.single, written(TUESDAY, "11:00"), [self.mother])
        )

        self.assertTrue(self.may_read(self.mother, visit.booking_id, "booker_id"))
        self.assertEqual(self.readable(self.mother, visit.booking_id, ["key", "version"]), [])

    def test_what_is_for_staff_cannot_be_searched_by(self):
        found = {model: self.searchable(self.mother, model) for model in STAFF_FIELDS}

        self.assertEqual(found, {model: [] for model in STAFF_FIELDS})

    def test_what_is_for_staff_cannot_be_grouped_by(self):
        appointments = self.env["clinic.appointment"].with_user(self.father)

        with self.assertRaises(AccessError):
            appointments.formatted_read_group([], ["payer_id"], ["__count"])

    def test_nobody_but_clinic_staff_reads_who_is_a_patient(self):
        mother, employee = self.mother.partner_id, self.employee
        practitioner = self.user("test_nora", "Nora", ROLE + "practitioner")
        self.nora.user_id = practitioner

        self.assertTrue(self.may_read(employee, mother, "name"))
        self.assertEqual(self.readable(self.mother, mother, PARTNER_FIELDS), [])
        self.assertEqual(self.readable(employee, mother, PARTNER_FIELDS), [])
        self.assertEqual(self.readable(practitioner, mother, PARTNER_FIELDS), PARTNER_FIELDS)

    def test_whoever_has_no_role_copies_what_they_could_copy_before(self):
        """Odoo copies field by field as the user: one narrow field of ours would refuse it all."""
        clerk = self.user("test_clerk", "Clara", "base.group_user,base.group_partner_manager")
        mother = self.mother.partner_id.with_user(clerk)

        self.assertEqual(mother.copy().email, mother.email)
        self.assertEqual(self.narrow_copied_fields(), [])

    def test_the_front_desk_copies_a_patient_as_a_patient(self):
        desk = self.user("test_desk", "Dana", ROLE + "front_desk")
        self.mother.partner_id.birth_date = "1990-05-05"

        copy = self.mother.partner_id.with_user(desk).copy()

        self.assertTrue(copy.is_patient)
        self.assertFalse(copy.birth_date)

    def test_a_father_sees_the_visit_of_his_son_and_nobody_else_in_it(self):
        visit = self.seen(self.father, "clinic.appointment").with_user(self.father)
        self.env.invalidate_all()

        everything = repr(visit.read(list(visit.fields_get()))) + repr(visit.participant_ids.read())

        self.assertEqual(visit.participant_ids.mapped("name"), ["Leo Littleton"])
        self.assertIn("Test Family Talk", everything)
        self.assertNotRegex(everything, f"Mira|Motherwell|{self.mother.login}")

    def test_asked_for_the_participants_alone_a_visit_shows_no_more(self):
        leo = self.visit.participant_ids[1]
        self.env.invalidate_all()

        answer = self.visit.with_user(self.father).read(["participant_ids"])

        self.assertEqual(answer[0]["participant_ids"], leo.ids)

    def test_pages_show_the_father_nobody_else_either(self):
        visit = self.seen(self.father, "clinic.appointment").with_user(self.father)
        self.env.invalidate_all()

        values = visit._get_portal_values()

        self.assertEqual([person["name"] for person in values[0]["people"]], ["Leo Littleton"])
        self.assertNotRegex(repr(values), "Mira|Motherwell")

    def test_pages_show_the_payer_to_whom_they_let_see_their_bills(self):
        self.grant(self.mother.partner_id, self.father, "pay")

        visit = self.seen(self.father, "clinic.appointment").with_user(self.father)

        self.assertEqual(visit._get_portal_values()[0]["payer"], "Mira Motherwell")

    def test_whom_one_may_not_see_cannot_be_searched_for(self):
        mother = self.mother.partner_id

        found = [
            self.seen(self.father, "clinic.appointment", [condition])
            for condition in (
                ("participant_ids.partner_id", "=", mother.id),
                ("participant_ids.partner_id", "ilike", "Mira"),
                ("participant_ids.partner_id.name", "ilike", "Mira"),
                ("participant_ids.name", "ilike", "Mira"),
                ("participant_ids", "ilike", "Mira"),
            )
        ]

        self.assertEqual(found, [self.visit.browse()] * 5)

    def test_a_participant_tells_strangers_nothing_by_name(self):
        participant = self.visit.participant_ids[0].with_user(self.stranger)
        self.env.invalidate_all()

        with self.assertRaises(UserError):
            participant.display_name  # noqa: B018

    def test_a_booking_shows_no_more_than_one_may_see_now(self):
        permission = self.grant(self.leo, self.grandmother, "book")
        start = written(TUESDAY, "11:00")
        checkout = self.checkout(self.single, start, [self.leo], self.grandmother)
        visit = self.book(self.grandmother, checkout)
        booking = visit.booking_id.with_user(self.grandmother)
        before = booking._get_appointments().sudo()

        permission._revoke("A quarrel.")
        self.env.invalidate_all()

        self.assertEqual(before, visit)
        self.assertFalse(booking._get_appointments())


@tagged("post_install", "-at_install")
class TestRecordAccess(AccessCase):
    def setUp(self):
        super().setUp()
        models = [name for name in self.env if name.startswith("clinic.")]
        self.stored = [name for name in models if not self.env[name]._abstract]

    def allowed(self, user, *operations):
        """The clinic's models in which this user may do one of these."""
        return [
            name
            for name in self.stored
            if any(self.env[name].with_user(user).has_access(each) for each in operations)
        ]

    def test_patients_and_visitors_change_nothing_themselves(self):
        self.assertGreater(len(self.stored), 10)
        self.assertEqual(self.allowed(self.mother, "create", "write", "unlink"), [])
        self.assertEqual(self.allowed(self.public, "create", "write", "unlink"), [])

    def test_employees_without_a_role_change_nothing(self):
        self.assertEqual(self.allowed(self.employee, "create", "write", "unlink"), [])

    def test_visitors_read_what_the_booking_site_shows(self):
        self.assertEqual(
            set(self.allowed(self.public, "read")),
            {"clinic.location", "clinic.practitioner", "clinic.service"},
        )

    def test_only_staff_reads_authorities_and_schedules(self):
        practitioner = self.user("test_nora", "Nora", ROLE + "practitioner")
        inside = {"clinic.authority", "clinic.schedule"}

        self.assertEqual(inside & set(self.allowed(self.mother, "read")), set())
        self.assertEqual(inside & set(self.allowed(self.employee, "read")), set())
        self.assertEqual(inside & set(self.allowed(practitioner, "read")), inside)

    def test_visitors_see_what_is_published(self):
        hidden = self.service("Test Hidden", self.nora, is_published=False)
        ben = self.practitioner("Ben Test-Hidden", is_published=False)

        for user in (self.public, self.mother):
            self.assertIn(self.single, self.seen(user, "clinic.service"))
            self.assertIn(self.nora, self.seen(user, "clinic.practitioner"))
            self.assertNotIn(hidden, self.seen(user, "clinic.service"))
            self.assertNotIn(ben, self.seen(user, "clinic.practitioner"))
            self.assertFalse(self.may_read(user, hidden, "name"))
            self.assertFalse(self.may_read(user, ben, "name"))

    def test_each_sees_the_visits_of_those_they_may_book_for(self):
        alone = self.appointment(TUESDAY, "11:00", [self.mother])

        self.assertEqual(self.seen(self.mother, "clinic.appointment"), self.visit + alone)
        self.assertEqual(self.seen(self.father, "clinic.appointment"), self.visit)
        self.assertFalse(self.seen(self.grandmother, "clinic.appointment"))
        self.assertFalse(self.seen(self.employee, "clinic.appointment"))

    def test_other_permissions_show_no_visits(self):
        kinds = ["pay", "intake", "notify", "receipts", "calendar", "packages"]

        self.grant(self.leo, self.grandmother, *kinds)

        self.assertFalse(self.seen(self.grandmother, "clinic.appointment"))
        self.assertFalse(self.seen(self.grandmother, "clinic.participant"))

    def test_the_payer_sees_a_visit_only_if_they_may_book(self):
        visit = self.appointment(
            TUESDAY, "11:00", [self.leo], payer_id=self.grandmother.partner_id.id
        )

        self.assertNotIn(visit, self.seen(self.grandmother, "clinic.appointment"))

    def test_permissions_are_seen_by_those_between_whom_they_are(self):
        permission = self.grant(self.mother.partner_id, self.father, "book")

        self.assertIn(permission, self.seen(self.mother, "clinic.permission"))
        self.assertIn(permission, self.seen(self.father, "clinic.permission"))
        self.assertNotIn(permission, self.seen(self.grandmother, "clinic.permission"))

    def test_another_company_sees_nothing(self):
        company = self.env["res.company"].create({"name": "Test Other Clinic"})
        desk = self.user("test_desk", "Dee Test-Desk", ROLE + "manager", company_id=company.id)

        for record in (
            self.visit, self.visit.participant_ids, self.single, self.nora, self.harbour,
            self.nora.schedule_ids,
        ):  # fmt: skip
            self.assertFalse(record & self.seen(desk, record._name), record._name)
