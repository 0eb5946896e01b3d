"""Two profiles of one person become one: no right gets wider, and nothing is lost."""

from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..common import TUESDAY, WEDNESDAY
from ..staff_common import StaffCase

BORN = date(2018, 5, 1)


@tagged("post_install", "-at_install")
class TestPatientMerge(StaffCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.double = cls.person("Leo Littleton", is_patient=True, birth_date=BORN)
        cls.greta = cls.grandmother.partner_id

    def window(self, user=None, **values):
        self.env.invalidate_all()
        windows = self.env["clinic.patient.merge"].with_user(user or self.manager)
        return windows.create({"source_id": self.double.id, "kept_id": self.leo.id, **values})

    def merge(self, **values):
        """A manager makes one of the two; the first stays."""
        number = self.double.id
        self.window(**values).action_merge()
        self.env.invalidate_all()
        self.assertFalse(self.double.exists())
        return self.env["res.partner"].with_context(active_test=False).search(
            [("clinic_merged_number", "=", number)]
        )  # fmt: skip

    def assertNotMerged(self, sentence, **values):
        window = self.window(**values)
        with self.assertRaisesRegex(UserError, sentence):
            window.action_merge()
        self.assertTrue(self.double.exists())
        return window

    def authority(self, person, actor):
        rows = self.env["clinic.authority"].search(
            [("person_id", "=", person.id), ("actor_id", "=", actor.id)]
        )
        return sorted(rows.mapped("kind"))

    # Rights

    def test_what_counts_for_one_of_them_only_ends(self):
        ours = self.allow(self.leo, self.mira, "book", "pay")
        theirs = self.allow(self.double, self.greta, "book")

        stand_in = self.merge()

        self.assertEqual(self.authority(self.leo, self.mira), [])
        self.assertEqual(self.authority(self.leo, self.greta), [])
        self.assertEqual(set((ours + theirs).mapped("state")), {"ended"})
        self.assertEqual(set(ours.mapped("end_reason")), {"Merged with Leo Littleton."})
        self.assertEqual((ours.grantor_id, theirs.grantor_id), (self.leo, stand_in))

    def test_what_counts_for_both_goes_on_until_the_first_end(self):
        soon = self.env.cr.now() + timedelta(days=30)
        self.allow(self.leo, self.mira, "book", "pay", "notify")
        self.allow(self.double, self.mira, "book", "receipts", ends_at=soon)

        self.merge()

        self.assertEqual(self.authority(self.leo, self.mira), ["book"])
        held = self.env["clinic.permission"]._get_held(self.leo, self.mira)
        self.assertEqual(held.ends_at.replace(microsecond=0), soon.replace(microsecond=0))

    def test_the_same_of_what_they_may_do_for_others(self):
        self.allow(self.mira, self.leo, "book")
        self.allow(self.mira, self.double, "book", "pay")
        self.allow(self.greta, self.double, "notify")

        self.merge()

        self.assertEqual(self.authority(self.mira, self.leo), ["book"])
        self.assertEqual(self.authority(self.greta, self.leo), [])

    def test_what_rests_begins_later_or_has_terms_ends(self):
        for person in (self.leo, self.double):
            self.allow(person, self.mira, "book")._suspend("For now")
            later = self.env.cr.now() + timedelta(days=3)
            self.period(person, self.mother, "notify", starts_at=later)
            self.ledger(self.front_desk)._grant(
                person, self.mira, ["packages"], "consent", session_limit=2
            )

        self.merge()

        permissions = self.env["clinic.permission"].search([("grantee_id", "=", self.mira.id)])
        self.assertEqual(set(permissions.mapped("state")), {"ended"})

    def test_the_ledger_goes_on_naming_whom_it_named(self):
        ended = self.allow(self.double, self.mira, "book")
        ended._revoke("Over")

        stand_in = self.merge()

        self.assertEqual(ended.grantor_id, stand_in)
        self.assertEqual(
            (stand_in.name, stand_in.active, stand_in.clinic_merged_into_id),
            ("Leo Littleton", False, self.leo),
        )
        self.assertEqual((ended.end_reason, ended.state), ("Over", "ended"))

    # Blocks

    def test_a_block_of_either_is_one_of_who_stays(self):
        self.block(self.double, self.fergus)
        self.link(self.leo, self.fergus, "PRN")
        self.allow(self.leo, self.fergus, "book")

        self.merge()

        self.assertTrue(self.env["clinic.block"]._stops(self.leo, self.fergus))
        self.assertFalse(self.env["clinic.relationship"]._find(self.leo, self.fergus))
        self.assertEqual(self.authority(self.leo, self.fergus), [])

    def test_two_blocks_become_one_and_the_other_stays_as_history(self):
        blocks = self.block(self.leo, self.fergus) + self.block(self.double, self.fergus, "Again")

        self.merge()

        self.assertEqual(blocks.exists().mapped(lambda one: bool(one.lifted_at)), [False, True])

    def test_nobody_stays_in_a_group_with_whom_they_are_kept_apart_from(self):
        self.block(self.double, self.fergus)
        group = self.env["clinic.patient.group"].create({
            "name": "The Littletons", "partner_ids": [Command.set((self.leo | self.fergus).ids)],
        })  # fmt: skip

        self.merge()

        self.assertEqual(group.partner_ids, self.fergus)

    # What is refused

    def test_two_who_are_kept_apart_or_linked_or_in_one_visit_are_two(self):
        for make, sentence in (
            (lambda: self.block(self.leo, self.double), "kept apart from each other"),
            (lambda: self.link(self.leo, self.double, "SIB"), "linked with each other"),
            (
                lambda: self.appointment(
                    TUESDAY, "10:00", [self.leo, self.double], service_id=self.group.id
                ),
                "in one visit together",
            ),
        ):
            with self.subTest(sentence), self.env.cr.savepoint() as savepoint:
                make()
                window = self.assertNotMerged(sentence)
                self.assertRegex(window.refusal, sentence)
                savepoint.close(rollback=True)

    def test_different_birth_dates_need_a_reason(self):
        self.double.birth_date = BORN + timedelta(days=1)
        self.assertNotMerged("write why")

        self.merge(why="Her passport says so")

        self.assertEqual(self.leo.birth_date, BORN)
        self.assertIn("Her passport says so", self.leo.message_ids[0].body)

    def test_managers_alone_merge(self):
        for user in (self.front_desk, self.doctor, self.employee, self.mother):
            with self.assertRaises(AccessError):
                self.window(user)

    def test_odoos_own_window_leads_here(self):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({
            "partner_ids": [Command.set((self.leo | self.double).ids)],
            "dst_partner_id": self.leo.id,
        })  # fmt: skip
        with self.assertRaisesRegex(UserError, "Merge Patients"):
            wizard.action_merge()

    # Logins

    def test_one_login_goes_on_and_the_other_is_closed_with_its_cards(self):
        ours = self.user("test_leo", "Leo Littleton")
        theirs = self.user("test_leo_two", "Leo Littleton")
        self.leo, self.double = ours.partner_id, theirs.partner_id
        (self.leo | self.double).write({"is_patient": True, "birth_date": BORN})

        cards = self.saved_card(self.leo) + self.saved_card(self.double)

        stand_in = self.merge(login="kept")

        self.assertEqual(cards.mapped("active"), [True, False])
        self.assertEqual((ours.active, ours.partner_id), (True, self.leo))
        self.assertEqual((theirs.active, theirs.partner_id), (False, stand_in))

    def test_the_newcomers_login_goes_on_where_it_is_chosen(self):
        theirs = self.user("test_leo_two", "Leo Littleton")
        self.double = theirs.partner_id
        self.double.write({"is_patient": True, "birth_date": BORN})

        self.double.email, self.leo.email = "leo@example.com", "mother@example.com"
        visit = self.appointment(TUESDAY, "10:00", [self.leo], payer_id=self.mira.id)
        visits = self.env["clinic.appointment"].with_user(theirs)
        self.env["clinic.form.request"].create({
            "patient_id": self.leo.id,
            "survey_id": self.env["survey.survey"].create({
                "title": "History", "survey_type": "clinic_form",
            }).id,
            "company_id": self.company.id,
        })  # fmt: skip
        forms = self.env["clinic.form.request"].with_user(theirs)
        # From now on Odoo keeps by the account what it may see.
        self.assertFalse(visits.search([]) or forms.search([]))

        self.merge(login="source")

        self.assertEqual(theirs.partner_id, self.leo)
        self.assertEqual(visits.search([]), visit)
        self.assertEqual(len(forms.search([])), 1)
        # A password is set anew by a mail to this address.
        self.assertEqual(self.leo.email, "leo@example.com")

    def test_what_both_may_do_for_others_outlasts_the_login_that_is_closed(self):
        ours = self.user("test_leo", "Leo Littleton")
        theirs = self.user("test_leo_two", "Leo Littleton")
        self.leo, self.double = ours.partner_id, theirs.partner_id
        (self.leo | self.double).write({"is_patient": True, "birth_date": BORN})
        for one in (self.leo, self.double):
            self.allow(self.greta, one, "book")

        self.merge(login="source")

        self.assertEqual(self.authority(self.greta, self.leo), ["book"])

    def test_a_login_that_is_to_go_on_nowhere_opens_nothing(self):
        theirs = self.user("test_leo_two", "Leo Littleton")
        self.double = theirs.partner_id
        self.double.write({"is_patient": True, "birth_date": BORN})

        self.merge(login="none")

        self.assertFalse(theirs.active)
        self.assertNotEqual(theirs.partner_id, self.leo)

    def test_who_is_no_patient_is_not_merged_here(self):
        self.double = self.person("A Supplier")

        self.assertNotMerged("isn't one")

    def test_contacts_below_one_of_them_would_see_what_both_have(self):
        for parent in (self.double, self.leo):
            below = self.person("Somebody", parent_id=parent.id)
            self.assertNotMerged("belong to")
            below.parent_id = False
        self.person("Only an address", parent_id=self.leo.id, type="invoice")
        self.merge()

    def test_what_somebody_agreed_to_pay_of_one_is_not_paid_of_both(self):
        self.env["clinic.payer.share"]._agree(
            self.leo, {"payer_id": self.greta.id, "percent": 50, "why": "Both at the desk"}
        )
        self.assertNotMerged("pays a part")

    def test_what_was_offered_about_one_of_them_is_withdrawn(self):
        asked = self.env["clinic.invitation"]._ask(
            self.greta, {"name": "Leo", "kinds": "book"}, self.leo
        )

        self.merge()

        self.assertEqual(asked.state, "withdrawn")

    def test_relatives_of_patients_are_merged_by_odoo_no_more_than_patients(self):
        relative = self.person("Greta Grand", is_patient=False)
        other = self.person("Greta Grand", is_patient=False)
        self.allow(self.leo, relative, "book")
        wizard = self.env["base.partner.merge.automatic.wizard"].create({
            "partner_ids": [Command.set((relative | other).ids)], "dst_partner_id": other.id,
        })  # fmt: skip
        with self.assertRaisesRegex(UserError, "Merge Patients"):
            wizard.action_merge()

    def test_the_login_of_the_staff_is_no_patients(self):
        self.double = self.doctor.partner_id
        self.double.write({"is_patient": True, "birth_date": BORN})

        self.assertNotMerged("login of the staff")

    # What is kept, and what is shown before

    def test_reminders_of_one_visit_to_both_stay_two(self):
        visit = self.appointment(TUESDAY, "10:00", [self.mira])
        reminders = self.env["clinic.message"].create([
            {
                "participant_id": visit.participant_ids.id,
                "recipient_id": person.id,
                "kind": "reminder",
                "hours": 24,
                "start": visit.start,
            }
            for person in (self.leo, self.double)
        ])  # fmt: skip

        stand_in = self.merge()

        self.assertEqual(reminders.exists().mapped("recipient_id"), self.leo | stand_in)

    def test_a_registration_says_that_the_patient_was_known(self):
        self.env["clinic.registration"]._record_newcomers(self.double, "booking", self.mira)
        registration = self.env["clinic.registration"].search([("patient_id", "=", self.double.id)])

        self.merge()

        self.assertEqual(
            (registration.state, registration.patient_id, registration.decided_by_id),
            ("merged", self.leo, self.manager),
        )

    def show(self, window):
        """The preview: by label what stands in the three columns, and the mark of the last."""
        columns = [one["cells"] for one in window.preview["people"]]
        return {
            label: (*(cells[row]["text"] for cells in columns), columns[-1][row]["mark"])
            for row, label in enumerate(window.preview["labels"])
        }

    def test_the_window_shows_what_both_have_and_what_follows(self):
        self.allow(self.leo, self.mira, "book", "pay")
        self.allow(self.double, self.mira, "book")
        self.appointment(TUESDAY, "10:00", [self.leo])
        self.appointment(WEDNESDAY, "10:00", [self.double])

        shown = self.show(self.window())

        self.assertEqual(shown["Visits"], ("1", "1", "2", ""))
        theirs, ours, after, mark = shown["Who may act for them"]
        self.assertEqual((theirs, mark), (after, "ends"))
        self.assertIn("Mira Motherwell", after)
        self.assertNotEqual(ours, after)

    def test_the_window_shows_what_a_block_ends(self):
        self.block(self.double, self.fergus)
        self.link(self.leo, self.fergus, "PRN")
        self.link(self.double, self.mira, "PRN")

        shown = self.show(self.window())

        _theirs, ours, after, mark = shown["Relatives"]
        self.assertIn("Fergus", ours)
        self.assertEqual((after, mark), ("Mira Motherwell (Parent)", "ends"))
        self.assertEqual(shown["Kept apart from"][1:3], ("", "Fergus Fatherly"))

    def test_visits_at_the_same_time_are_listed(self):
        self.appointment(TUESDAY, "10:00", [self.leo])
        other = self.practitioner("Otis Other")
        self.appointment(TUESDAY, "10:00", [self.double], practitioner_id=other.id)

        self.assertIn("Test Family Talk, and", self.window().overlap_text)

    def test_the_window_opens_in_the_clients_way(self):
        form = Form(
            self.env["clinic.patient.merge"]
            .with_user(self.manager)
            .with_context(default_source_id=self.double.id, default_kept_id=self.leo.id)
        )
        self.assertFalse(form.refusal)
        self.assertTrue(form.preview)
