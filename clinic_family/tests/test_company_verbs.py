from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..exceptions import FamilyRefused
from .common import TUESDAY, ClinicCase
from .company_common import Neighbours


@tagged("post_install", "-at_install")
class TestCompanyVerbs(Neighbours, ClinicCase):
    """Leo belongs to the first company; his mother, like all who sign up, to none."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_neighbours()
        cls.leo.company_id = cls.company
        cls.mira = cls.mother.partner_id
        cls.held = cls.grant(cls.leo, cls.mother, "book", "pay")
        cls.their_desk, cls.their_manager = cls.theirs["front_desk"], cls.theirs["manager"]
        cls.their_patient = cls.theirs["patient"]

    def ledger_sudo(self, user):
        """The ledger as a verb reaches it for this user, with full rights."""
        return self.env["clinic.permission"].with_user(user).sudo()

    def block(self):
        return self.env["clinic.block"]._set(self.leo, self.father.partner_id, "Secret reason")

    # What is another company's

    def test_nobody_grants_what_is_another_companys_patients(self):
        with self.assertRaises(FamilyRefused):
            self.ledger_sudo(self.their_desk)._grant(
                self.leo, self.their_patient.partner_id, ["book"], "consent"
            )

    def test_nobody_ends_rests_or_renews_what_is_another_companys_patients(self):
        held_sudo = self.held.with_user(self.their_desk).sudo()

        for verb in (
            lambda: held_sudo._revoke("theirs"),
            lambda: held_sudo._suspend("theirs"),
            lambda: held_sudo._renew(False),
            lambda: held_sudo._end_between(self.leo, self.mira, "theirs"),
        ):
            with self.assertRaises(FamilyRefused):
                verb()
        self.assertTrue(all(self.held.mapped("is_live")))

    def test_nobody_claims_another_company_in_the_context(self):
        claimed = {"allowed_company_ids": [self.neighbour.id, self.company.id]}

        with self.assertRaises(AccessError):
            self.held.with_user(self.their_desk).with_context(**claimed).sudo()._revoke("theirs")

    def test_nobody_links_or_separates_another_companys_patient(self):
        relationships = self.env["clinic.relationship"]
        kind = self.env.ref("clinic_family.clinic_relationship_type_other")
        pair = relationships._link(self.leo, self.mira, kind)

        with self.assertRaises(FamilyRefused):
            relationships.with_user(self.their_desk).sudo()._link(
                self.leo, self.their_patient.partner_id, kind
            )
        with self.assertRaises(FamilyRefused):
            pair.with_user(self.their_desk).sudo()._end("theirs")

    def test_a_manager_neither_reads_nor_lifts_another_companys_block(self):
        block = self.block().with_user(self.their_manager)

        with self.assertRaises(AccessError):
            block.read(["reason"])
        with self.assertRaises(AccessError):
            block.action_lift()

    def test_of_people_both_companies_know_each_reads_and_lifts_its_own_block(self):
        self.leo.company_id = False
        ours = self.block()
        blocks = self.env["clinic.block"].with_user(self.their_manager)

        assistant = self.env["clinic.block.set"].with_user(self.their_manager).create({
            "person_id": self.leo.id,
            "other_id": self.father.partner_id.id,
            "reason": "Theirs",
        })  # fmt: skip
        assistant.action_save()
        theirs = blocks.search([])
        theirs.action_lift()

        self.assertEqual(theirs.mapped("reason"), ["Theirs"])
        self.assertFalse(ours.lifted_at)
        self.assertTrue(blocks._stops(self.leo, self.father.partner_id))
        with self.assertRaises(AccessError):
            ours.with_user(self.their_manager).action_lift()

    def test_a_group_is_named_and_deleted_by_its_own_company(self):
        group = self.env["clinic.patient.group"].create({
            "name": "The Littletons", "partner_ids": self.mira.ids,
        })  # fmt: skip
        theirs = group.with_user(self.their_desk)

        for change in (lambda: theirs.write({"name": "Mine"}), theirs.unlink):
            with self.assertRaises(AccessError):
                change()
        found = self.mira.with_user(self.their_desk)
        self.assertFalse(found.patient_group_ids)
        self.assertNotIn(
            self.mira.id,
            [one for one, _name in found.name_search("The Littletons")],
        )

    def test_a_group_holds_nobody_of_another_company(self):
        with self.assertRaises(UserError):
            self.env["clinic.patient.group"].with_user(self.their_desk).sudo().create({
                "name": "Mixed", "partner_ids": self.leo.ids,
            })  # fmt: skip

    def test_whom_a_shared_patient_asked_is_read_where_it_was_asked(self):
        invitation = self.env["clinic.invitation"]._ask(
            self.mira, {"name": "Rosa", "email": "rosa@example.com", "kinds": "book"}
        )

        theirs = self.env["clinic.invitation"].with_user(self.their_desk)

        self.assertFalse(theirs.search([("id", "=", invitation.id)]))
        with self.assertRaises(AccessError):
            theirs.browse(invitation.id).read(["email"])

    # What they share

    def test_people_of_two_companies_have_nothing_between_them(self):
        partner = self.their_patient.partner_id
        partner.company_id = self.neighbour

        with self.assertRaises(FamilyRefused):
            self.env["clinic.permission"]._grant(self.leo, partner, ["book"], "consent")

    def test_a_shared_familys_permissions_are_ended_at_either_company(self):
        self.leo.company_id = False
        step = self.env["clinic.permission.step"].with_user(self.their_desk).create({
            "permission_id": self.held[0].id, "step": "end", "reason": "Asked for at the desk",
        })  # fmt: skip

        step.action_save()

        self.assertEqual(self.held[0].ended_by_id, self.their_desk)

    def test_ending_a_relationship_leaves_the_visits_of_another_company_to_it(self):
        self.leo.company_id = False
        visit = self.appointment(TUESDAY, "10:00", [self.leo])
        visit.payer_id = self.mira
        kind = self.env.ref("clinic_family.clinic_relationship_type_other")
        self.env["clinic.relationship"]._link(self.leo, self.mira, kind)

        window = Form(
            self.env["clinic.relationship.end"]
            .with_user(self.their_desk)
            .with_context(default_person_id=self.leo.id, default_relative_id=self.mira.id)
        )
        window.reason = "Asked for at the desk"
        window.save().action_end()

        self.assertFalse(self.held.filtered("is_live"))
        self.assertEqual(visit.payer_id, self.mira)
        self.assertEqual(visit.state, "booked")

    def test_a_child_of_a_companys_patient_belongs_to_that_company(self):
        self.mira.company_id = self.company
        assistant = self.env["clinic.relationship.add"].create({
            "person_id": self.mira.id,
            "source": "new",
            "new_name": "Nina New",
            "is_confirmed": True,
            "relative_type_id": self.env.ref(
                "clinic_family.clinic_relationship_type_other"
            ).id,
        })  # fmt: skip

        assistant.action_save()

        child = self.env["clinic.relationship"]._get_types(self.mira)
        self.assertEqual([one.company_id for one in child], [self.company])
