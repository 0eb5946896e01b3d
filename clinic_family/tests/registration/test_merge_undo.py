"""A merge can be undone for a day: both are what they were, and what was made since stays."""

from datetime import date, timedelta

from odoo.exceptions import AccessError, MissingError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..common import TUESDAY, WEDNESDAY
from ..company_common import Neighbours
from ..form_common import FormBuilders
from ..merge_common import PICTURE, Snapshots
from ..package_common import PackageBuilders
from ..staff_common import StaffCase

BORN = date(1990, 5, 1)


@tagged("post_install", "-at_install")
class TestMergeUndo(Neighbours, Snapshots, FormBuilders, PackageBuilders, StaffCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.greta = cls.grandmother.partner_id
        cls.our_login, cls.their_login = (
            cls.user(login, "Dora Double") for login in ("test_dora", "test_dora_two")
        )
        cls.dora, cls.double = cls.our_login.partner_id, cls.their_login.partner_id
        (cls.dora | cls.double).write({"is_patient": True, "birth_date": BORN})
        cls.double.write({"phone": "+64 9 123", "email": "two@example.com"})

    def give_everything(self):
        """Both have what a merge moves, narrows, ends or drops."""
        self.allow(self.dora, self.mira, "book", "pay")
        soon = self.env.cr.now() + timedelta(days=30)
        self.allow(self.double, self.mira, "book", "notify", ends_at=soon)
        self.allow(self.double, self.greta, "book")._suspend("For now")
        self.allow(self.greta, self.double, "book")
        self.link(self.dora, self.mira, "SIB")
        self.link(self.double, self.mira, "SIB")
        self.link(self.dora, self.fergus, "SIB")
        self.block(self.double, self.fergus)
        self.env["clinic.patient.group"].create([
            {"name": "Theirs", "partner_ids": [Command.set(self.double.ids)]},
            {"name": "Both", "partner_ids": [Command.set((self.dora | self.double).ids)]},
            {"name": "Apart", "partner_ids": [Command.set((self.dora | self.fergus).ids)]},
        ])  # fmt: skip
        self.visit = self.appointment(WEDNESDAY, "10:00", [self.double])
        self.appointment(TUESDAY, "10:00", [self.dora])
        self.draft(self.package(self.single), self.double)
        self.invoice = self.env["account.move"].create({
            "move_type": "out_invoice", "partner_id": self.double.id,
        })  # fmt: skip
        form, note = self.survey("History"), "Called about the form"
        for person in (self.dora, self.double):
            self.env["clinic.form.request"].create({
                "patient_id": person.id, "survey_id": form.id, "company_id": self.company.id,
            })  # fmt: skip
            self.env["clinic.wait.request"]._join(person, person, {"service_id": self.single.id})
            self.env["mail.followers"]._insert_followers(
                "res.partner", person.ids, self.mira.ids, check_existing=True
            )
            person.message_post(body=note)
        self.env["clinic.registration"]._record_newcomers(self.double, "booking", self.mira)
        self.env["clinic.invitation"]._ask(
            self.greta, {"name": "Dora", "kinds": "book"}, self.double
        )
        self.env.flush_all()

    def merge(self, **values):
        self.env.invalidate_all()
        window = self.env["clinic.patient.merge"].with_user(self.manager).create(
            {"source_id": self.double.id, "kept_id": self.dora.id, **values}
        )  # fmt: skip
        window.action_merge()
        self.env.invalidate_all()
        return self.env["clinic.merge"].with_user(self.manager).search(
            [("kept_id", "=", self.dora.id)]
        )  # fmt: skip

    def assertNotUndone(self, merge, sentence):
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, sentence):
            merge.action_undo()
        self.assertFalse(self.double.exists())

    # As before

    def test_undone_every_row_of_the_database_is_what_it_was(self):
        self.give_everything()
        before = self.take()

        for login in ("kept", "source", "none"):
            with self.subTest(login):
                merge = self.merge(login=login)
                self.assertEqual(self.visit.participant_ids.partner_id, self.dora)
                merge.action_undo()
                self.assertAsBefore(before)

    def test_who_has_undone_it_stands_on_both(self):
        self.merge().action_undo()

        for person in (self.dora, self.double):
            self.assertIn("was undone", person.message_ids[0].body)
        self.assertFalse(self.env["clinic.merge"].search([("kept_id", "=", self.dora.id)]))

    # What was done since

    def test_what_was_made_since_stays_with_the_one_who_stayed(self):
        self.give_everything()
        merge = self.merge()
        new = self.appointment(TUESDAY, "14:00", [self.dora])

        self.assertIn("Visits: 1", merge.back_text)
        self.assertEqual(merge.stays_text, "Visits: 1")
        merge.action_undo()

        self.assertEqual(new.participant_ids.partner_id, self.dora)
        self.assertEqual(self.visit.participant_ids.partner_id, self.double)

    def test_how_often_they_were_elsewhere_is_not_told(self):
        self.give_everything()
        self.build_neighbours()
        theo = self.practitioner(
            "Theo There", location=self.their_place, company_id=self.neighbour.id
        )
        there = self.service("Elsewhere", theo, company_id=self.neighbour.id)
        place = {"location_id": self.their_place.id, "practitioner_id": theo.id}
        theirs = {"service_id": there.id, **place}
        self.appointment(TUESDAY, "15:00", [self.double], **theirs)
        window = self.env["clinic.patient.merge"].with_user(self.manager).create(
            {"source_id": self.double.id, "kept_id": self.dora.id}
        )  # fmt: skip
        shown = window.preview
        merge = self.merge()
        self.appointment(TUESDAY, "16:00", [self.dora], **theirs)

        row = shown["labels"].index("Visits")
        cells = [column["cells"][row]["text"] for column in shown["people"]]
        self.assertEqual(cells, ["1", "1", "2"])
        self.assertIn("Visits: 1", merge.back_text)
        self.assertFalse(merge.stays_text)
        both = merge.with_user(self.env.user).with_context(
            allowed_company_ids=(self.company | self.neighbour).ids
        )
        self.env.invalidate_all()
        self.assertIn("Visits: 2", both.back_text)

    def test_what_somebody_has_changed_since_stays_changed(self):
        merge = self.merge()
        self.assertEqual(self.dora.phone, "+64 9 123")
        self.dora.phone = "+64 9 777"

        merge.action_undo()

        self.assertEqual((self.dora.phone, self.double.phone), ("+64 9 777", "+64 9 123"))

    def test_rights_that_changed_since_are_for_nobody_to_guess(self):
        self.give_everything()
        for change in (
            lambda: self.allow(self.dora, self.greta, "notify"),
            lambda: self.env["clinic.permission"]._get_held(self.dora, self.mira)._revoke("No"),
            lambda: self.block(self.dora, self.greta),
            lambda: self.link(self.dora, self.greta, "SIB"),
            lambda: self.user("test_dora_three", "Dora").write({"partner_id": self.dora.id}),
        ):
            with self.subTest(change), self.env.cr.savepoint() as savepoint:
                merge = self.merge(login="none")
                change()
                self.assertNotUndone(merge, "for which of the two")
                self.assertRegex(merge.obstacle_text, "for which of the two")
                savepoint.close(rollback=True)
            self.env.invalidate_all()

    def test_no_right_comes_back_for_who_was_erased_or_whose_account_was_closed_since(self):
        self.allow(self.double, self.mira, "notify")
        self.allow(self.double, self.greta, "notify")
        self.greta.is_patient = True
        for part in (
            lambda: self.mother.action_archive(),
            lambda: self.env["clinic.person.file"].with_user(self.manager)._erase(
                self.greta.with_user(self.manager), "Asked for it"
            ),
        ):  # fmt: skip
            with self.subTest(part), self.env.cr.savepoint() as savepoint:
                merge = self.merge()
                merge.sudo().merged_at -= timedelta(minutes=5)
                part()
                self.assertNotUndone(merge, "for which of the two")
                savepoint.close(rollback=True)
            self.env.invalidate_all()

    def test_who_was_erased_since_is_not_brought_back(self):
        merge = self.merge()
        files = self.env["clinic.person.file"].with_user(self.manager)
        files._erase(self.dora.with_user(self.manager), "Asked for it")

        self.assertFalse(merge.exists())
        with self.assertRaises(MissingError):
            merge.action_undo()

    def test_what_was_undone_is_not_undone_again(self):
        merge = self.merge()
        merge.action_undo()
        before = self.take()

        with self.assertRaises(MissingError):
            merge.action_undo()
        self.assertAsBefore(before)

    def test_who_was_merged_by_a_program_since_is_not_undone(self):
        merge = self.merge()
        third = self.person("Dora Double", is_patient=True, birth_date=BORN)
        merger = self.env["base.partner.merge.automatic.wizard"].sudo()
        merger._merge([self.dora.id, third.id], third, extra_checks=False)

        self.assertNotUndone(merge, "merged with somebody again")

    def test_what_was_paid_for_since_is_settled_by_hand(self):
        self.give_everything()
        merge = self.merge()
        self.invoice.amount_residual += 1

        self.assertNotUndone(merge, "invoiced, paid or used")

    def test_a_payment_that_has_paid_something_since_is_settled_by_hand(self):
        payment = self.env["account.payment"].create({
            "payment_type": "inbound", "partner_type": "customer",
            "partner_id": self.double.id, "amount": 80,
        })  # fmt: skip
        payment.action_post()
        merge = self.merge()
        self.assertFalse(merge.obstacle_text)
        visit = self.appointment(WEDNESDAY, "10:00", [self.dora])
        invoice = visit._get_or_create_invoice()
        invoice.action_post()
        (invoice.line_ids | payment.move_id.line_ids).filtered(
            lambda line: line.account_type == "asset_receivable"
        ).reconcile()

        self.assertNotUndone(merge, "invoiced, paid or used")

    def test_what_was_invoiced_since_is_settled_by_hand(self):
        self.give_everything()
        merge = self.merge()
        self.invoice.state = "cancel"

        self.assertNotUndone(merge, "invoiced, paid or used")

    def test_the_last_of_two_merges_is_undone_first(self):
        self.give_everything()
        before = self.take()
        first = self.merge()
        third = self.person("Dora Double", is_patient=True, birth_date=BORN)
        between = self.take()
        for source, kept in ((self.dora, third), (third, self.dora)):
            with self.subTest(kept=kept), self.env.cr.savepoint() as savepoint:
                windows = self.env["clinic.patient.merge"].with_user(self.manager)
                windows.create({"source_id": source.id, "kept_id": kept.id}).action_merge()
                self.assertNotUndone(first, "merged with somebody again")
                kept.with_user(self.manager).clinic_merge_id.action_undo()
                self.assertAsBefore(between)
                savepoint.close(rollback=True)
            self.env.invalidate_all()
        third.unlink()
        first.action_undo()
        self.assertAsBefore(before)

    # Who, and until when

    def test_after_a_day_it_is_as_it_is(self):
        merge = self.merge()
        merge.sudo().merged_at -= timedelta(days=1)

        self.assertNotUndone(merge, "more than a day")
        self.assertFalse(self.dora.clinic_merge_id)
        self.env["clinic.merge"]._gc_over()
        self.assertFalse(merge.exists())

    def test_managers_alone_undo_and_nobody_reads_what_was_moved(self):
        merge = self.merge()

        for user in (self.front_desk, self.doctor, self.employee, self.mother):
            with self.assertRaises(AccessError):
                merge.with_user(user).action_undo()
        with self.assertRaises(AccessError):
            merge.read(["moved"])

    def test_a_file_is_kept_for_undoing_alone_and_goes_with_it(self):
        self.env["ir.config_parameter"].set_param("ir_attachment.location", "file")
        for person in (self.dora, self.double):
            person.image_1920 = PICTURE
        before = self.take()
        merge = self.merge()
        kept = self.env["ir.attachment"].search([
            ("res_model", "=", "clinic.merge"), ("res_id", "=", merge.id),
            ("res_field", "=", "moved"),
        ])  # fmt: skip
        self.assertTrue(kept)

        for user in (self.manager, self.front_desk):
            with self.assertRaises(AccessError):
                kept.with_user(user).read(["raw"])
        merge.action_undo()

        self.assertFalse(kept.exists())
        self.assertTrue(self.double.image_1920)
        self.assertAsBefore(before)

    def test_another_company_neither_sees_nor_undoes_it_though_the_patient_is_theirs_too(self):
        merge = self.merge()
        self.build_neighbours()
        theirs = self.theirs["manager"]

        self.assertFalse(self.dora.with_user(theirs).clinic_merge_id)
        with self.assertRaises(AccessError):
            merge.with_user(theirs).action_undo()

    def test_the_patients_form_leads_there(self):
        merge = self.merge()
        patient = self.dora.with_user(self.manager)

        self.assertEqual(patient.clinic_merge_id, merge)
        self.assertEqual(patient.action_view_merge()["res_id"], merge.id)
        self.assertFalse(Form(merge).obstacle_text)
