"""Who may do what for whom right now, and what never gives anybody a right."""

from datetime import timedelta

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import SQL

from ...models.family.clinic_permission_kind import KINDS
from ..common import NO_ID, TUESDAY, ClinicCase


@tagged("post_install", "-at_install")
class TestAuthority(ClinicCase):
    def decide(self, actor, kind, person):
        """The decision, asked with the rights of the one who wants to act."""
        authority = self.env["clinic.authority"].with_user(actor)
        return authority._decide(actor.partner_id, kind, person)[person.id]

    def assertMay(self, actor, kind, person):
        self.assertTrue(self.decide(actor, kind, person))

    def assertMayNot(self, actor, kind, person):
        self.assertEqual(self.decide(actor, kind, person).reason, "no_permission")

    def people(self, actor, kind):
        """The names of those the actor may act for, asked with the actor's rights."""
        authority = self.env["clinic.authority"].with_user(actor)
        return authority._get_people(actor.partner_id, kind).mapped("name")

    def ago(self, **delta):
        """A moment of the database's clock; the start of this transaction is its now."""
        return self.env.cr.now().replace(microsecond=0) - timedelta(**delta)

    def test_everybody_may_do_everything_for_themselves(self):
        answers = [self.decide(self.mother, kind, self.mother.partner_id) for kind, _name in KINDS]

        self.assertEqual([answer.allowed for answer in answers], [True] * len(KINDS))
        self.assertEqual({answer.facts["permission_id"] for answer in answers}, {False})

    def test_nobody_may_do_anything_for_somebody_else(self):
        answers = [self.decide(self.mother, kind, self.leo) for kind, _name in KINDS]

        self.assertEqual([answer.allowed for answer in answers], [False] * len(KINDS))

    def test_a_permission_lets_its_holder_do_its_kind_of_thing_only(self):
        permission = self.grant(self.leo, self.mother, "book")

        decision = self.decide(self.mother, "book", self.leo)

        self.assertEqual((decision.allowed, decision.facts["permission_id"]), (True, permission.id))
        self.assertMayNot(self.mother, "pay", self.leo)
        self.assertMayNot(self.father, "book", self.leo)

    def test_a_permission_has_one_direction(self):
        self.grant(self.mother.partner_id, self.father, "book")

        self.assertMay(self.father, "book", self.mother.partner_id)
        self.assertMayNot(self.mother, "book", self.father.partner_id)

    def test_a_permission_counts_from_its_first_moment(self):
        self.period(self.leo, self.mother, "book", starts_at=self.ago(seconds=0))
        self.period(self.leo, self.father, "book", starts_at=self.ago(seconds=-1))

        self.assertMay(self.mother, "book", self.leo)
        self.assertMayNot(self.father, "book", self.leo)

    def test_a_permission_counts_until_just_before_its_last_moment(self):
        begins = self.ago(days=1)
        one_second_more, now = self.ago(seconds=-1), self.ago(seconds=0)
        self.period(self.leo, self.mother, "book", starts_at=begins, ends_at=one_second_more)
        self.period(self.leo, self.father, "book", starts_at=begins, ends_at=now)

        self.assertMay(self.mother, "book", self.leo)
        self.assertMayNot(self.father, "book", self.leo)

    def test_a_revoked_permission_counts_no_more_and_stays_on_record(self):
        permission = self.grant(self.leo, self.mother, "book")

        permission._revoke("They moved.")

        self.assertMayNot(self.mother, "book", self.leo)
        self.assertEqual(permission.exists().end_reason, "They moved.")
        self.assertEqual(permission.ended_by_id, self.env.user)

    def test_revoking_again_changes_nothing(self):
        permission = self.grant(self.leo, self.mother, "book")
        permission._revoke("They moved.")

        permission._revoke("They moved again.")

        self.assertEqual(permission.end_reason, "They moved.")

    def test_revoking_one_of_two_permissions_leaves_the_other(self):
        first = self.grant(self.leo, self.mother, "book")
        self.period(self.leo, self.mother, "book")

        first._revoke("A duplicate.")

        self.assertMay(self.mother, "book", self.leo)

    def test_permissions_are_not_passed_on(self):
        self.grant(self.leo, self.mother, "book")
        self.grant(self.mother.partner_id, self.grandmother, "book")

        self.assertMay(self.grandmother, "book", self.mother.partner_id)
        self.assertMayNot(self.grandmother, "book", self.leo)

    def test_permissions_in_a_circle_count_once_each(self):
        self.grant(self.mother.partner_id, self.father, "book")
        self.grant(self.father.partner_id, self.mother, "book")

        self.assertEqual(self.people(self.mother, "book"), ["Mira Motherwell", "Fergus Fatherly"])
        self.assertEqual(self.people(self.father, "book"), ["Fergus Fatherly", "Mira Motherwell"])

    def test_sharing_an_email_address_gives_nothing(self):
        self.leo.email = self.mother.partner_id.email = "family@example.com"

        self.assertMayNot(self.mother, "book", self.leo)

    def test_being_family_gives_nothing(self):
        self.env["clinic.relationship"].create({
            "person_a_id": self.mother.partner_id.id,
            "type_a_id": self.env.ref("clinic_family.clinic_relationship_type_parent").id,
            "person_b_id": self.leo.id,
            "type_b_id": self.env.ref("clinic_family.clinic_relationship_type_child").id,
        })  # fmt: skip

        self.assertMayNot(self.mother, "book", self.leo)

    def test_living_under_one_contact_gives_nothing(self):
        self.leo.parent_id = self.mother.partner_id

        self.assertMayNot(self.mother, "book", self.leo)

    def test_sitting_in_one_appointment_gives_nothing(self):
        self.appointment(TUESDAY, "10:00", [self.mother, self.leo])

        self.assertMayNot(self.mother, "book", self.leo)

    def test_somebody_who_does_not_exist_gets_the_same_answer(self):
        nobody = self.env["res.partner"].browse(NO_ID)

        self.assertEqual(
            self.decide(self.mother, "book", nobody), self.decide(self.mother, "book", self.leo)
        )

    def test_the_next_look_sees_a_grant_and_a_revocation(self):
        self.appointment(TUESDAY, "10:00", [self.leo])
        appointments = self.env["clinic.appointment"].with_user(self.mother)
        before = appointments.search_count([])

        permission = self.grant(self.leo, self.mother, "book")
        between = appointments.search_count([])
        permission._revoke("A mistake.")

        self.assertEqual((before, between, appointments.search_count([])), (0, 1, 0))

    def test_one_comes_first_and_then_the_others_by_name(self):
        zoe, abe = self.person("Zoe Test"), self.person("Abe Test")
        self.grant(zoe, self.mother, "pay")
        self.grant(abe, self.mother, "pay", "pay")
        self.grant(self.leo, self.mother, "book")

        self.assertEqual(
            self.people(self.mother, "pay"), ["Mira Motherwell", "Abe Test", "Zoe Test"]
        )

    def test_archived_people_are_not_offered(self):
        self.grant(self.leo, self.mother, "book")

        self.leo.active = False

        self.assertEqual(self.people(self.mother, "book"), ["Mira Motherwell"])

    def test_what_is_live_is_the_same_shown_searched_and_judged(self):
        who = self.leo, self.mother, "book"
        live, revoked = self.period(*who), self.period(*who)
        later = self.period(*who, starts_at=self.ago(days=-1))
        past = self.period(*who, starts_at=self.ago(days=2), ends_at=self.ago(days=1))
        revoked._revoke("A mistake.")
        permissions = live + later + past + revoked
        mine = [("id", "in", permissions.ids)]

        found = permissions.search([*mine, ("is_live", "=", True)])
        others = permissions.search([*mine, ("is_live", "=", False)])

        self.assertEqual(found, live)
        self.assertEqual(set(others), {later, past, revoked})
        self.assertEqual(permissions.mapped("is_live"), [True, False, False, False])
        self.assertEqual(self.decide(self.mother, "book", self.leo).facts["permission_id"], live.id)

    def test_what_is_live_is_found_without_making_what_everybody_may_for_themselves(self):
        for value in (True, False):
            query = self.env["clinic.permission"]._search([("is_live", "=", value)])
            self.env.cr.execute(SQL("EXPLAIN %s", query.select()))

            plan = "\n".join(line for (line,) in self.env.cr.fetchall())

            self.assertIn("clinic_permission", plan)
            self.assertNotIn("res_partner", plan)
            self.assertNotIn("SubPlan", plan)

    def test_each_authority_has_an_id_of_its_own(self):
        self.grant(self.leo, self.mother, "book", "pay")
        self.env.flush_all()

        self.env.cr.execute("SELECT count(*), count(DISTINCT id) FROM clinic_authority")

        total, different = self.env.cr.fetchone()
        self.assertEqual(total, different)

    def test_nobody_permits_themselves(self):
        with self.assertRaises(ValidationError):
            self.grant(self.mother.partner_id, self.mother, "book")

    def test_a_permission_does_not_end_before_it_begins(self):
        begins = self.ago(days=1)

        with self.assertRaises(ValidationError):
            self.period(self.leo, self.mother, "book", starts_at=begins, ends_at=begins)
