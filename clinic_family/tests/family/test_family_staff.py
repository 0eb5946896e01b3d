from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ..common import MONDAY, THURSDAY, WEDNESDAY
from ..staff_common import FIFTH_OF_MAY, LAST_MOMENT_BEFORE, StaffCase


@tagged("post_install", "-at_install")
class TestFamilyStaff(StaffCase):
    def test_the_front_desk_links_a_child_and_his_mother(self):
        form = self.adding(self.leo)
        form.relative_id = self.mira
        form.relative_type_id = self.type("PRN")
        self.tick(form, "book", "is_granted")
        form.is_confirmed = True

        form.save().action_save()

        pair = self.env["clinic.relationship"]._find(self.leo, self.mira)
        self.assertEqual((pair.person_a_id, pair.type_a_id.code), (self.mira, "PRN"))
        self.assertEqual((pair.person_b_id, pair.type_b_id.code), (self.leo, "CHILD"))
        held = self.env["clinic.permission"]._get_held(self.leo, self.mira)
        self.assertEqual((held.kind, held.basis), ("book", "parental"))
        self.assertEqual(held.granted_by_id, self.front_desk)
        self.assertFalse(self.kinds(self.mira, self.leo))

    def test_a_guardians_permissions_end_at_the_age_of_own_decisions(self):
        self.env.company.clinic_child_age = 16
        form = self.adding(self.leo)
        form.relative_id = self.mira

        form.relative_type_id = self.type("GUARD")
        self.tick(form, "book", "is_granted")

        self.assertEqual(form.granted_basis, "guardianship")
        self.assertFalse(form.granted_ends_on)
        self.assertEqual(form.granted_by_age, "It ends on 05/01/2034, by the clinic's ages.")

    def test_what_a_parents_right_rests_on_stands_in_the_ledger(self):
        form = self.adding(self.leo)
        form.relative_id = self.mira
        form.relative_type_id = self.type("PRN")
        self.tick(form, "book", "is_granted")
        form.granted_responsibility = "court"
        form.is_confirmed = True

        form.save().action_save()

        held = self.env["clinic.permission"]._get_held(self.leo, self.mira)
        self.assertEqual(held.responsibility, "court")
        self.assertEqual(held._renew(False).responsibility, "court")

    def test_of_unknown_age_staff_are_asked_for_the_date_of_birth(self):
        self.leo.birth_date = False
        form = self.adding(self.leo)
        form.relative_id = self.mira
        self.tick(form, "book", "is_granted")

        form.granted_basis = "parental"

        self.assertIn("The date of birth isn't known. Please ask for it", form.granted_by_age)

    def test_the_other_direction_has_a_basis_and_an_end_of_its_own(self):
        form = self.adding(self.mira)
        form.relative_id = self.leo
        form.relative_type_id = self.type("CHILD")
        self.tick(form, "pay", "is_granted")
        self.tick(form, "book", "is_held")
        form.granted_basis = "consent"
        form.granted_ends_on = FIFTH_OF_MAY
        form.is_confirmed = True

        form.save().action_save()

        given = self.env["clinic.permission"]._get_held(self.mira, self.leo)
        held = self.env["clinic.permission"]._get_held(self.leo, self.mira)
        self.assertEqual((given.kind, given.basis), ("pay", "consent"))
        self.assertEqual(str(given.ends_at), LAST_MOMENT_BEFORE)
        self.assertEqual((held.kind, held.basis), ("book", "parental"))

    def test_a_relative_is_made_on_the_spot(self):
        form = self.adding(self.leo)
        form.source = "new"
        form.new_name = "Nils Newcomer"
        form.new_email = "nils@example.com"
        form.relative_type_id = self.type("SIB")
        form.is_confirmed = True

        form.save().action_save()

        nils = self.env["res.partner"].search([("name", "=", "Nils Newcomer")])
        self.assertTrue(nils.is_patient)
        self.assertTrue(self.env["clinic.relationship"]._find(self.leo, nils))

    def test_nothing_is_linked_before_the_agreement_is_confirmed(self):
        form = self.adding(self.leo)
        form.relative_id = self.mira
        form.relative_type_id = self.type("PRN")

        with self.assertRaisesRegex(UserError, "both have agreed"):
            form.save().action_save()

    def test_nothing_is_permitted_without_a_basis(self):
        assistant = self.env["clinic.relationship.add"].with_user(self.front_desk).create({
            "person_id": self.mira.id,
            "relative_id": self.fergus.id,
            "relative_type_id": self.type("SIGOTHR").id,
            "is_confirmed": True,
        })  # fmt: skip
        assistant.line_ids[0].is_granted = True

        with self.assertRaisesRegex(UserError, "on what basis"):
            assistant.action_save()

    def test_two_who_are_linked_already_are_shown_where_to_change_it(self):
        self.link(self.leo, self.mira, "PRN")
        form = self.adding(self.leo)
        form.relative_id = self.mira
        form.relative_type_id = self.type("GUARD")
        form.is_confirmed = True

        with self.assertRaisesRegex(UserError, "linked already.*Family tab"):
            form.save().action_save()

    def test_linking_people_kept_apart_names_the_manager_and_nothing_else(self):
        self.block(self.leo, self.fergus)
        form = self.adding(self.leo)
        form.relative_id = self.fergus
        form.relative_type_id = self.type("PRN")
        form.is_confirmed = True

        with self.assertRaisesRegex(ValidationError, "manager has to decide") as refusal:
            form.save().action_save()

        self.assertNotRegex(str(refusal.exception), "(?i)block|apart|court")

    def test_changing_records_only_the_differences(self):
        self.allow(self.leo, self.mira, "book", "notify", basis="parental")
        untouched = self.env["clinic.permission"]._get_held(self.leo, self.mira)
        untouched = untouched.filtered(lambda permission: permission.kind == "notify")
        form = self.changing(self.leo, self.mira)
        self.tick(form, "book", "is_allowed", False)
        self.tick(form, "pay", "is_allowed")
        form.reason = "She asked"

        form.save().action_save()

        held = self.env["clinic.permission"]._get_held(self.leo, self.mira)
        self.assertEqual(self.kinds(self.leo, self.mira), ["notify", "pay"])
        self.assertIn(untouched, held)
        ended = self.env["clinic.permission"].search([("end_reason", "=", "She asked")])
        self.assertEqual(ended.mapped("kind"), ["book"])

    def test_another_end_renews_what_is_in_force(self):
        old = self.allow(self.leo, self.mira, "book", basis="parental")
        form = self.changing(self.leo, self.mira)
        form.ends_on = FIFTH_OF_MAY

        form.save().action_save()

        renewed = self.env["clinic.permission"]._get_held(self.leo, self.mira)
        self.assertEqual((renewed.previous_id, old.end_kind), (old, "renewed"))
        self.assertEqual(str(renewed.ends_at), LAST_MOMENT_BEFORE)
        self.assertEqual(renewed.basis, "parental")

    def test_suspending_needs_a_reason_and_resuming_brings_all_back(self):
        self.allow(self.leo, self.mira, "book", "pay")

        with self.assertRaisesRegex(UserError, "why the permissions are suspended"):
            self.changing(self.leo, self.mira).save().action_suspend()
        form = self.changing(self.leo, self.mira)
        form.reason = "The court asked"
        form.save().action_suspend()
        self.assertFalse(self.kinds(self.leo, self.mira))
        self.changing(self.leo, self.mira).save().action_resume()

        self.assertEqual(self.kinds(self.leo, self.mira), ["book", "pay"])

    def test_the_panel_shows_both_directions(self):
        self.link(self.leo, self.mira, "PRN")
        self.allow(self.leo, self.mira, "book", basis="parental")
        self.allow(self.mira, self.leo, "packages")._suspend("She asked")

        row = self.panel(self.leo, self.front_desk)["Mira Motherwell"]

        may_do, lets_do = row["sides"]
        self.assertEqual(row["relation"], "Parent")
        self.assertEqual(self.marks(may_do), {"book": "live"})
        self.assertEqual(may_do["summary"], "Parental responsibility, until 1 May 2034")
        self.assertEqual(self.marks(lets_do), {"packages": "suspended"})

    def test_a_practitioner_sees_who_may_act_for_their_own_patients_only(self):
        self.link(self.leo, self.mira, "PRN")
        self.allow(self.leo, self.mira, "book")
        self.allow(self.mira, self.leo, "packages")
        self.appointment(THURSDAY, "10:00", [self.leo])

        row = self.panel(self.leo, self.doctor)["Mira Motherwell"]

        self.assertEqual([self.marks(side) for side in row["sides"]], [{"book": "live"}])
        self.assertFalse(self.leo.with_user(self.doctor).family_panel["is_editable"])

    def test_a_practitioner_is_not_told_nothing_of_another_ones_patient(self):
        self.link(self.leo, self.mira, "PRN")
        self.allow(self.leo, self.mira, "book")
        self.appointment(THURSDAY, "10:00", [self.mira])

        panel = self.leo.with_user(self.doctor).family_panel

        self.assertFalse(panel["is_readable"])
        self.assertFalse(panel["rows"])

    def test_only_the_front_desk_opens_the_assistants(self):
        self.link(self.leo, self.mira, "PRN")

        others = self.doctor + self.employee + self.mother
        self.assertDenied(others, lambda user: self.adding(self.leo, user).save())
        self.assertDenied(others, lambda user: self.changing(self.leo, self.mira, user).save())
        self.assertDenied(others, lambda user: self.ending(self.leo, self.mira, user).save())

    def test_ending_keeps_and_cancels_visits_as_decided(self):
        self.link(self.leo, self.mira, "PRN")
        self.allow(self.leo, self.mira, "book")
        # A child pays nothing: his father is asked.
        self.allow(self.leo, self.fergus, "pay", basis="parental")
        kept = self.appointment(WEDNESDAY, "10:00", [self.leo], payer_id=self.mira.id)
        dropped = self.appointment(THURSDAY, "10:00", [self.leo], payer_id=self.mira.id)
        form = self.ending(self.leo, self.mira)
        visits = [line["participant_id"] for line in form.line_ids._records]
        with form.line_ids.edit(visits.index(dropped.participant_ids.id)) as line:
            line.decision = "cancel"
        form.reason = "He lives with his father now"

        form.save().action_end()

        self.assertEqual((kept.state, kept.payer_id), ("booked", self.fergus))
        self.assertEqual(dropped.state, "cancelled")
        self.assertFalse(self.kinds(self.leo, self.mira))
        self.assertFalse(self.env["clinic.relationship"]._find(self.leo, self.mira))

    def test_who_comes_too_goes_on_paying(self):
        self.link(self.leo, self.mira, "PRN")
        shared = self.appointment(WEDNESDAY, "10:00", [self.mira, self.leo])
        form = self.ending(self.leo, self.mira)
        form.reason = "They asked"

        form.save().action_end()

        self.assertEqual(shared.payer_id, self.mira)

    def test_who_keeps_a_childs_bills_is_proposed_to_pay_instead(self):
        self.allow(self.leo, self.fergus, "pay", basis="parental")
        self.appointment(WEDNESDAY, "10:00", [self.leo], payer_id=self.mira.id)

        form = self.ending(self.leo, self.mira)

        self.assertEqual(form.line_ids._records[0]["payer_id"], self.fergus.id)

    def test_what_rested_can_not_be_resumed_after_the_end(self):
        permission = self.allow(self.leo, self.mira, "book")
        permission._suspend("The court asked")
        form = self.ending(self.leo, self.mira)
        form.reason = "They asked"

        form.save().action_end()

        self.assertEqual(permission.state, "ended")

    def test_a_visit_booked_meanwhile_stops_the_end_and_nothing_is_changed(self):
        self.link(self.leo, self.mira, "PRN")
        visit = self.appointment(WEDNESDAY, "10:00", [self.leo], payer_id=self.mira.id)
        form = self.ending(self.leo, self.mira)
        with form.line_ids.edit(0) as line:
            line.decision = "cancel"
        form.reason = "They asked"
        assistant = form.save()
        self.appointment(MONDAY, "15:00", [self.leo], payer_id=self.mira.id)

        with self.assertRaisesRegex(UserError, "meanwhile"):
            assistant.action_end()

        self.assertEqual(visit.state, "booked")
        self.assertTrue(self.env["clinic.relationship"]._find(self.leo, self.mira))

    def test_the_end_is_all_or_nothing(self):
        self.link(self.leo, self.mira, "PRN")
        visit = self.appointment(WEDNESDAY, "10:00", [self.leo], payer_id=self.mira.id)
        form = self.ending(self.leo, self.mira)
        with form.line_ids.edit(0) as line:
            line.decision = "cancel"
        form.reason = "They asked"
        assistant = form.save()
        self.patch(type(self.env["clinic.family"]), "_separate", self.fail_late)

        with self.assertRaisesRegex(UserError, "too late"), self.env.cr.savepoint():
            assistant.action_end()

        self.assertEqual(visit.state, "booked")

    @staticmethod
    def fail_late(*_args):
        raise UserError("too late")  # pylint: disable=translation-required
