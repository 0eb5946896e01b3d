from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from ..staff_common import StaffCase


@tagged("post_install", "-at_install")
class TestFamilyStaffSafety(StaffCase):
    def test_a_block_ends_what_two_people_share_and_tells_nobody(self):
        self.link(self.leo, self.fergus, "PRN")
        self.allow(self.leo, self.fergus, "book")
        told_before = self.get_mails()
        assistant = Form(
            self.env["clinic.block.set"]
            .with_user(self.manager)
            .with_context(default_person_id=self.leo.id)
        )
        assistant.other_id = self.fergus
        assistant.reason = "Court order"

        assistant.save().action_save()

        self.assertFalse(self.kinds(self.leo, self.fergus))
        self.assertFalse(self.env["clinic.relationship"]._find(self.leo, self.fergus))
        self.assertEqual(self.get_mails(), told_before)
        self.assertEqual(self.leo.with_user(self.manager).block_count, 1)

    def test_a_block_empties_the_groups_both_are_in(self):
        group = self.group_of("The Testers", self.leo, self.mira, self.fergus)

        self.block(self.leo, self.fergus)

        self.assertEqual(group.partner_ids, self.leo + self.mira)

    def test_a_lifted_block_restores_nothing_and_binds_no_more(self):
        self.allow(self.leo, self.fergus, "book")
        block = self.block(self.leo, self.fergus)

        block.action_lift()

        self.assertFalse(self.kinds(self.leo, self.fergus))
        self.assertEqual(block.lifted_by_id, self.manager)
        self.assertTrue(self.allow(self.leo, self.fergus, "book"))

    def test_nobody_but_managers_learns_of_a_block(self):
        block = self.block(self.leo, self.fergus)

        others = self.front_desk + self.doctor + self.employee + self.mother
        count = ["block_count"]
        self.assertDenied(others, lambda user: block.with_user(user).read(["reason"]))
        self.assertDenied(others, lambda user: block.with_user(user).action_lift())
        self.assertDenied(others, lambda user: self.leo.with_user(user).read(count))
        self.assertDenied(others, lambda user: block.with_user(user)._set(self.leo, self.mira, "x"))

    def test_the_front_desks_form_says_nothing_of_blocks(self):
        arch = self.leo.with_user(self.front_desk).get_view(view_type="form")["arch"]
        managers = self.leo.with_user(self.manager).get_view(view_type="form")["arch"]

        self.assertIn("block_count", managers)
        self.assertNotRegex(arch, "block_count|clinic.block|Keep apart")

    def test_a_manager_rewrites_no_block(self):
        block = self.block(self.leo, self.fergus)

        with self.assertRaises(AccessError):
            block.reason = "Something else"
        with self.assertRaises(AccessError):
            block.unlink()

    def test_two_are_not_kept_apart_twice(self):
        self.block(self.leo, self.fergus)
        assistant = self.env["clinic.block.set"].with_user(self.manager).create({
            "person_id": self.fergus.id, "other_id": self.leo.id, "reason": "Again",
        })  # fmt: skip

        with self.assertRaisesRegex(UserError, "kept apart already"):
            assistant.action_save()

    def test_staff_find_a_family_by_the_name_of_its_group(self):
        self.group_of("The Zebrafinches", self.leo, self.mira)
        people = self.env["res.partner"]

        found = people.with_user(self.front_desk).name_search("zebrafinch")
        others = people.with_user(self.employee).name_search("zebrafinch")

        self.assertEqual({person for person, _name in found}, {self.leo.id, self.mira.id})
        self.assertFalse(others)

    def test_a_group_gives_no_rights(self):
        self.group_of("The Testers", self.leo, self.mira)

        decisions = self.env["clinic.authority"]._decide(self.mira, "book", self.leo)

        self.assertFalse(decisions[self.leo.id])

    def test_people_kept_apart_can_not_be_in_one_group(self):
        group = self.group_of("The Testers", self.leo)
        self.block(self.leo, self.fergus)

        with self.assertRaisesRegex(ValidationError, "manager has to decide"):
            group.with_user(self.front_desk).partner_ids += self.fergus
        with self.assertRaisesRegex(ValidationError, "manager has to decide"):
            self.fergus.with_user(self.front_desk).patient_group_ids += group

    def test_a_relationship_is_corrected_while_it_lasts_and_never_after(self):
        pair = self.link(self.leo, self.mira, "PRN").with_user(self.front_desk)

        pair.type_a_id = self.type("GUARD")
        with self.assertRaisesRegex(UserError, "never rewritten"):
            pair.person_a_id = self.fergus
        pair.sudo()._end("They asked")

        with self.assertRaisesRegex(UserError, "never rewritten"):
            pair.type_a_id = self.type("PRN")

    def test_a_family_below_a_parent_shares_documents_both_ways(self):
        self.leo.parent_id = self.mira

        readers = {(row.patient_id, row.reader_id): row for row in self.shared()}

        self.assertTrue(readers[self.leo, self.mira].has_login)
        self.mira.is_patient = True
        both = {(row.patient_id, row.reader_id): row for row in self.shared()}
        self.assertFalse(both[self.mira, self.leo].has_login)

    def test_a_child_of_a_child_shares_documents_too(self):
        self.mira.is_patient = True
        self.fergus.parent_id = self.mira
        self.leo.parent_id = self.fergus

        readers = self.shared().filtered(lambda row: row.patient_id == self.mira).reader_id

        self.assertEqual(readers, self.fergus + self.leo)

    def test_colleagues_share_documents_through_the_company_that_is_named(self):
        harbour_ltd = self.person("Harbour Ltd", is_company=True)
        (self.leo + self.mira).parent_id = harbour_ltd

        row = self.shared().filtered(lambda row: row.patient_id == self.leo)

        self.assertEqual((row.reader_id, row.commercial_partner_id), (self.mira, harbour_ltd))

    def test_the_form_warns_and_says_what_to_do(self):
        unwarned = self.leo.with_user(self.front_desk).shared_documents_warning
        self.leo.parent_id = self.mira
        self.env.invalidate_all()

        warning = self.leo.with_user(self.front_desk).shared_documents_warning

        self.assertFalse(unwarned)
        self.assertRegex(warning, "Mira Motherwell can see.*Leo Littleton.*Empty the field Company")

    def test_the_front_desk_finds_who_could_act_on_a_day_and_what_was_refused(self):
        permission = self.allow(self.leo, self.mira, "book")
        refused = self.env["clinic.invitation"].create({
            "asker_id": self.mira.id, "name": "Leo", "email": "leo@example.com",
        })  # fmt: skip
        refused._update_state("declined")
        self.leo.email = "Leo@example.com"
        lookup = self.env["clinic.permission.lookup"].with_user(self.front_desk).create({
            "partner_id": self.leo.id,
            "day": self.env["clinic.family"]._get_day(self.env.cr.now()),
        })  # fmt: skip

        found = self.follow(lookup.action_show_permissions())
        declined = self.follow(lookup.action_show_refusals())

        self.assertEqual(found, permission)
        self.assertEqual(declined, refused)
        self.assertEqual(declined.state, "declined")

    def test_a_step_of_one_permission_needs_a_reason(self):
        permission = self.allow(self.leo, self.mira, "book")
        assistant = self.env["clinic.permission.step"].with_user(self.front_desk).create({
            "permission_id": permission.id, "step": "suspend",
        })  # fmt: skip

        with self.assertRaisesRegex(UserError, "write why"):
            assistant.action_save()
        assistant.reason = "The court asked"
        assistant.action_save()

        self.assertEqual(permission.state, "suspended")
        self.assertEqual(permission.ended_by_id, self.front_desk)

    def follow(self, action):
        """What the list shows that the action opens."""
        return self.env[action["res_model"]].with_user(self.front_desk).search(action["domain"])

    def shared(self):
        return self.env["clinic.shared.documents"].with_user(self.front_desk).search([])

    def group_of(self, name, *people):
        people = self.env["res.partner"].union(*people)
        return self.env["clinic.patient.group"].create({
            "name": name, "partner_ids": people.ids,
        })  # fmt: skip
