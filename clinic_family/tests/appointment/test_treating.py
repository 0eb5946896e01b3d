"""Practitioners see the patients they treat, and of the others not even that there is one."""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import SQL

from ..common import ROLE, TUESDAY, WEDNESDAY
from ..staff_common import StaffCase

PRIVATE = ["name", "phone", "birth_date", "patient_group_ids", "participant_ids"]


@tagged("post_install", "-at_install")
class TestTreating(StaffCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ben = cls.practitioner("Ben Test-Booker")
        cls.group.practitioner_ids += cls.ben
        cls.visit = cls.appointment(TUESDAY, "10:00", [cls.leo])
        cls.theirs = cls.appointment(WEDNESDAY, "10:00", [cls.mira], practitioner_id=cls.ben.id)
        cls.mira.write({"phone": "555-0100", "birth_date": "1990-05-05"})

    def seen(self, user, model="res.partner", domain=()):
        """What this user finds, which is what they are given when they name it."""
        self.env.invalidate_all()
        records = self.env[model].with_user(user)
        every = records.browse(self.env[model].with_context(active_test=False).search([]).ids)
        named = every._filtered_access("read")
        self.assertEqual(records.with_context(active_test=False).search([]), named)
        return (records.search(list(domain)) & named).sudo()

    def held(self, until):
        return self.appointment(
            TUESDAY, "13:00", [self.mira], state="held", booked_at=False, held_until=until
        )

    def assertHidden(self, record, user):
        self.env.invalidate_all()
        for field in PRIVATE:
            with self.assertRaises(AccessError):
                record.with_user(user).read([field])

    def test_one_sees_those_one_has_a_visit_with_and_nobody_elses_patients(self):
        seen = self.seen(self.doctor)

        self.assertIn(self.leo, seen)
        self.assertNotIn(self.mira, seen)
        self.assertHidden(self.mira, self.doctor)

    def test_what_is_only_held_makes_nobody_a_patient_until_it_is_booked(self):
        domain = [("is_my_patient", "=", True)]
        held = self.held("2027-03-28 21:00:00")
        self.assertNotIn(self.mira, self.seen(self.doctor, domain=domain))

        held._update_state("booked")

        self.assertIn(self.mira, self.seen(self.doctor, domain=domain))

    def test_a_hold_that_ran_out_and_whose_time_is_taken_made_nobody_a_patient(self):
        held = self.held("2027-03-28 19:59:00")

        self.appointment(TUESDAY, "13:00", [self.leo])

        self.assertEqual(held.state, "cancelled")
        self.assertNotIn(self.mira, self.seen(self.doctor))

    def test_what_became_of_the_visit_does_not_matter(self):
        self.visit._update_state("cancelled")

        self.assertIn(self.leo, self.seen(self.doctor))

    def test_a_visit_handed_to_a_colleague_is_the_colleagues_alone(self):
        self.visit.practitioner_id = self.ben

        self.assertNotIn(self.leo, self.seen(self.doctor))
        self.assertNotIn(self.visit, self.seen(self.doctor, "clinic.appointment"))

    def test_who_is_a_practitioner_twice_sees_the_visits_of_both(self):
        self.assertNotIn(self.theirs, self.seen(self.doctor, "clinic.appointment"))

        self.ben.user_id = self.doctor

        seen = self.seen(self.doctor, "clinic.appointment")
        self.assertLessEqual(self.visit + self.theirs, seen)

    def test_whose_login_is_given_to_a_colleague_sees_nothing_more_at_once(self):
        """In the same transaction, also where it is changed by Odoo's record of who works."""
        visits = self.env["clinic.appointment"]
        other = self.user("test_other", "Otto Other", ROLE + "practitioner")
        for login, others in ((other, self.doctor), (self.doctor, other)):
            self.assertIn(self.visit, visits.with_user(others).search([]))
            self.assertIn(self.leo, self.leo.with_user(others).search([]))
            self.assertTrue(self.leo.with_user(others).is_my_patient)

            self.nora.resource_id.user_id = login

            self.assertNotIn(self.visit, visits.with_user(others).search([]))
            self.assertNotIn(self.leo, self.leo.with_user(others).search([]))
            self.assertIn(self.visit, visits.with_user(login).search([]))
            self.assertIn(self.leo, self.leo.with_user(login).search([]))

    def test_whose_visit_it_is_is_looked_up_by_index_and_asked_by_rules_alone(self):
        visits = self.env["clinic.appointment"].with_user(self.doctor)
        query = visits._search([])
        query.order = None
        self.env.cr.execute("SET LOCAL enable_seqscan = off")

        self.env.cr.execute(SQL("EXPLAIN %s", query.select()))

        plan = "\n".join(line for (line,) in self.env.cr.fetchall())
        self.assertIn("BitmapOr", plan)
        with self.assertRaises(AccessError):
            visits.search([("is_given_by_me", "=", True)])

    def test_visits_by_payer_begin_with_the_first_payers_and_leave_out_none(self):
        visits = self.env["clinic.appointment"].with_user(self.front_desk)
        query = visits._search([], order="payer_id", limit=80)
        self.env.cr.execute(SQL("EXPLAIN %s", query.select()))

        plan = "\n".join(line for (line,) in self.env.cr.fetchall())

        found = visits.search([("id", "in", (self.visit + self.theirs).ids)], order="payer_id desc")
        self.assertEqual(found, self.theirs + self.visit)
        self.assertNotRegex(plan, "(Left|Right|Full) Join")

    def test_others_cannot_be_searched_for_by_what_is_known_of_them(self):
        partners = self.env["res.partner"].with_user(self.doctor)

        found = [
            partners.search_count([("phone", "=", "555-0100")]),
            partners.search_count([("birth_date", "=", "1990-05-05")]),
            len(partners.name_search("Mira")),
            len(partners.formatted_read_group([("phone", "=", "555-0100")], ["name"], ["__count"])),
        ]

        self.assertEqual(found, [0] * 4)

    def test_the_way_over_their_user_is_closed_too(self):
        users = self.env["res.users"].with_user(self.doctor)

        self.assertNotIn(self.mother, self.seen(self.doctor, "res.users"))
        self.assertFalse(users.search([("phone", "=", "555-0100")]))
        self.assertIn(self.front_desk, self.seen(self.doctor, "res.users"))

    def test_the_front_desk_names_who_sees_a_patient_besides(self):
        with Form(self.mira.with_user(self.front_desk)) as form:
            form.clinic_practitioner_ids.add(self.nora)

        self.assertIn(self.mira, self.seen(self.doctor))
        self.mira.clinic_practitioner_ids = False
        self.assertNotIn(self.mira, self.seen(self.doctor))

    def test_nobody_names_themselves(self):
        both = f"{ROLE}practitioner,base.group_partner_manager"
        doctor = self.user("test_both", "Bea Both", both)
        self.ben.user_id = doctor
        patient = self.theirs.participant_ids.partner_id.with_user(doctor)

        with self.assertRaises(AccessError):
            patient.clinic_practitioner_ids = [Command.link(self.nora.id)]

    def test_colleagues_and_contacts_who_are_no_patients_are_seen_as_ever(self):
        supplier = self.person("Sam Supplier", phone="555-0199")

        seen = self.seen(self.doctor)

        self.assertIn(supplier, seen)
        self.assertIn(self.front_desk.partner_id, seen)

    def test_who_has_no_role_sees_the_contacts_odoo_shows_them(self):
        seen = self.seen(self.employee)

        self.assertIn(self.mira, seen)
        self.assertNotIn("birth_date", self.mira.with_user(self.employee).fields_get())

    def test_the_front_desk_and_billing_see_everybody(self):
        billing = self.user("test_billing", "Bill Billing", ROLE + "billing")

        for user in (billing, self.front_desk, self.manager):
            self.assertLessEqual(self.mira + self.leo, self.seen(user))
            self.assertIn(self.mother, self.seen(user, "res.users"))

    def test_groups_are_seen_by_who_treats_somebody_in_them(self):
        groups = self.env["clinic.patient.group"]
        family = groups.create({
            "name": "The Littletons", "partner_ids": (self.leo + self.mira).ids,
        })  # fmt: skip
        others = groups.create({"name": "The Motherwells", "partner_ids": self.mira.ids})

        self.assertEqual(self.seen(self.doctor, "clinic.patient.group") & (family + others), family)
        self.assertEqual(family.with_user(self.doctor).partner_ids, self.leo)
        self.assertLessEqual(family + others, self.seen(self.front_desk, "clinic.patient.group"))

    def test_who_may_act_is_seen_for_ones_own_patients(self):
        for_leo = self.allow(self.leo, self.fergus, "book")
        for_mira = self.allow(self.mira, self.fergus, "book")
        pair = self.link(self.leo, self.fergus, "PRN")
        other_pair = self.link(self.mira, self.fergus, "FAMMEMB")

        permissions = self.seen(self.doctor, "clinic.permission")
        pairs = self.seen(self.doctor, "clinic.relationship")

        self.assertEqual(permissions & (for_leo + for_mira), for_leo)
        self.assertEqual(pairs & (pair + other_pair), pair)

    def test_the_panel_names_a_relative_whose_record_is_hidden(self):
        self.fergus.is_patient = True
        self.allow(self.leo, self.fergus, "book")

        self.assertEqual(list(self.panel(self.leo, self.doctor)), ["Fergus Fatherly"])
        self.assertHidden(self.fergus, self.doctor)

    def test_a_visit_shows_its_practitioner_who_pays_for_it(self):
        self.visit.payer_id = self.mira
        visit = self.visit.with_user(self.doctor)
        self.env.invalidate_all()

        [shown] = visit.web_read({"payer_id": {"fields": {"display_name": {}}}})

        self.assertEqual(shown["payer_id"]["display_name"], "Mira Motherwell")
        with self.assertRaises(AccessError):
            self.mira.with_user(self.doctor).read(["phone"])
