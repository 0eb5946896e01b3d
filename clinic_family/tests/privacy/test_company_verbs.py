from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ...exceptions import FamilyRefused
from ..common import TUESDAY, ClinicCase
from ..company_common import Neighbours


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

    def test_nobody_is_a_practitioner_where_they_do_not_work(self):
        neighbour = self.theirs["practitioner"]
        with self.assertRaisesRegex(ValidationError, "doesn't work for"):
            self.practitioner("Ned Neighbour", user_id=neighbour.id)

        neighbour.company_ids |= self.company

        self.assertEqual(
            self.practitioner("Ned Neighbour", user_id=neighbour.id).user_id, neighbour
        )

    def test_an_account_is_closed_though_its_person_acts_for_another_companys_patient(self):
        admin = self.neighbour_user("admin", "base.group_system")
        self.mother.write({
            "company_ids": [Command.set(self.neighbour.ids)], "company_id": self.neighbour.id,
        })  # fmt: skip

        self.mother.with_user(admin).active = False

        self.assertEqual(set(self.held.mapped("state")), {"suspended"})

    def test_a_person_is_archived_though_they_act_for_another_companys_patient(self):
        self.mother.active = False
        self.mother.active = True
        self.held._resume()
        held = self.env["clinic.permission"]._get_held(self.leo, self.mira)
        self.mother.active = False
        self.assertTrue(held)

        self.mira.with_user(self.their_desk).action_archive()

        self.assertEqual(set(held.mapped("state")), {"ended"})

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

    # What belongs to several companies at once

    def test_a_visit_is_for_nobody_of_another_company(self):
        theirs = self.person("Nina Neighbour", company_id=self.neighbour.id)
        visit = self.appointment(TUESDAY, "10:00", [self.leo])
        participant = {"appointment_id": visit.id, "partner_id": theirs.id}

        with self.assertRaisesRegex(ValidationError, "another company"):
            visit.payer_id = theirs
        with self.assertRaisesRegex(ValidationError, "another company"):
            self.env["clinic.participant"].create(participant)
        with self.assertRaisesRegex(ValidationError, "another company"):
            visit.location_id = self.their_place

    def test_a_practitioner_works_at_no_place_of_another_company(self):
        with self.assertRaisesRegex(ValidationError, "another company"):
            self.schedule(self.nora, self.calendar((9, 12)), self.their_place)

    def test_nobody_is_given_to_a_company_while_linked_with_somebody_of_another(self):
        aunt = self.person("Ada Aunt")
        held = self.env["clinic.permission"]._grant(self.leo, aunt, ["book"], "consent")
        refused = self.assertRaisesRegex(ValidationError, "another company")
        with refused, self.env.cr.savepoint():
            aunt.company_id = self.neighbour

        held._revoke("Over")
        aunt.company_id = self.neighbour

        self.assertEqual(aunt.company_id, self.neighbour)

    def test_nobody_is_given_to_a_company_while_another_has_visits_of_theirs(self):
        uncle = self.person("Ugo Uncle")
        visit = self.appointment(TUESDAY, "10:00", [uncle])
        visit._update_state("cancelled")

        with self.assertRaisesRegex(ValidationError, "another company"):
            uncle.company_id = self.neighbour
        uncle.company_id = self.company

        self.assertEqual(uncle.company_id, self.company)

    def test_a_manager_changes_no_working_hours_of_another_company(self):
        calendar = self.calendar((9, 12), company_id=self.company.id)
        hours = calendar.attendance_ids[0]

        for record, values in ((calendar, {"name": "Mine"}), (hours, {"hour_from": 8})):
            with self.assertRaises(AccessError):
                record.with_user(self.their_manager).write(values)
        with self.assertRaises(AccessError):
            hours.with_user(self.their_manager).unlink()
