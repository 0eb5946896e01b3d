"""What the desk changes on a card is taken back, and who did it is kept."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..along_common import AlongFamily
from ..common import ROLE, TUESDAY, ClinicCase


@tagged("post_install", "-at_install")
class TestDeskUndo(AlongFamily, ClinicCase):
    def visits(self, user=None):
        self.env.invalidate_all()
        return self.env["clinic.desk.visit"].with_user(user or self.desk)

    def put_back(self, answer, user=None):
        self.visits(user).put_back(self.visit.id, answer["back"])

    def rows(self):
        """What was done since it was booked, as what and whom, and by whom."""
        rows = self.env["clinic.appointment.log"].search(
            [("appointment_id", "=", self.visit.id)], order="id"
        )[1:]
        self.assertLessEqual(rows.create_uid, self.desk)
        return [(row.step, row.people_ids.name) for row in rows]

    def hears(self):
        """Whether open day sheets hear of something, since this was asked last."""
        bus = self.env["bus.bus"]
        self.env.cr.precommit.run()
        heard = bus.search([]).filtered(lambda one: "clinic_family/changed" in one.message)
        before, self.heard = getattr(self, "heard", bus), heard
        return bool(heard - before)

    def test_who_pays_is_taken_back_and_both_are_kept(self):
        self.grant(self.leo, self.grandmother, "pay")
        self.hears()
        answer = self.visits().change_payer(self.visit.id, self.greta.id)
        self.assertTrue(self.hears())
        self.assertEqual(
            (answer["done"], self.visit.payer_id), ("Greta Grandison pays.", self.greta)
        )

        # Whom nobody may name any more has paid before.
        self.put_back(answer)

        self.assertEqual(self.visit.payer_id, self.mira)
        self.assertEqual(self.rows(), [
            ("pays", "Greta Grandison"), ("pays_not", "Mira Motherwell"),
            ("pays", "Mira Motherwell"), ("pays_not", "Greta Grandison"),
        ])  # fmt: skip

    def test_who_comes_along_is_taken_back_and_kept(self):
        first = self.visits().change_along(self.visit.id, self.leo.id, self.greta.id)
        self.assertEqual(first["done"], "Greta Grandison comes along with Leo Littleton.")
        second = self.visits().change_along(self.visit.id, self.leo.id, 0)
        self.assertEqual(second["done"], "Leo Littleton comes alone.")

        self.put_back(second)
        self.assertEqual(self.his.along_id, self.greta)
        self.put_back(first)

        self.assertFalse(self.his.along_id)
        self.assertEqual(
            self.rows(), [("along", "Greta Grandison"), ("along_not", "Greta Grandison")] * 2
        )

    def test_a_note_is_taken_back_and_that_it_was_changed_is_kept_without_its_words(self):
        self.hears()
        first = self.visits().write_note(self.visit.id, "Bring the scan")
        self.assertTrue(self.hears())
        second = self.visits().write_note(self.visit.id, " ")
        self.assertEqual(
            (first["done"], second["done"]), ("The note is kept.", "The note is gone.")
        )

        self.put_back(second)
        self.assertEqual(self.visit.desk_note, "Bring the scan")
        self.put_back(first)

        self.assertFalse(self.visit.desk_note)
        self.assertEqual(self.rows(), [("note", False)] * 4)
        logs = self.env["clinic.appointment.log"].search([("appointment_id", "=", self.visit.id)])
        self.assertFalse(any(logs.mapped("old_text") + logs.mapped("new_text")))

    def test_what_changes_nothing_leaves_nothing_to_take_back(self):
        answers = [
            self.visits().write_note(self.visit.id, " "),
            self.visits().change_along(self.visit.id, self.leo.id, 0),
        ]

        self.assertEqual([one["back"]["was"] == one["back"]["now"] for one in answers], [True] * 2)
        self.assertEqual(self.rows(), [])

    def test_what_somebody_else_changed_since_stays(self):
        mine = self.visits().write_note(self.visit.id, "Mine")
        self.visits().write_note(self.visit.id, "Theirs")
        chosen = self.visits().change_along(self.visit.id, self.leo.id, self.greta.id)
        self.visits().change_along(self.visit.id, self.leo.id, self.mira.id)

        for answer in (mine, chosen):
            with self.assertRaisesRegex(UserError, "changed it again since"):
                self.put_back(answer)

        self.assertEqual((self.visit.desk_note, self.his.along_id), ("Theirs", self.mira))

    def test_what_may_not_be_there_any_more_is_not_put_back(self):
        olga = self.person("Olga Archived")
        self.his.along_id = olga
        answer = self.visits().change_along(self.visit.id, self.leo.id, 0)
        olga.active = False

        with self.assertRaises(UserError):
            self.put_back(answer)

        self.assertFalse(self.his.along_id)

    def test_a_practitioner_takes_back_their_note_alone(self):
        doctor = self.user("test_doctor", "Dora Doctor", ROLE + "practitioner")
        self.nora.user_id = doctor
        note = self.visits(doctor).write_note(self.visit.id, "Mine")
        self.put_back(note, doctor)
        self.assertFalse(self.visit.desk_note)

        along = self.visits().change_along(self.visit.id, self.leo.id, self.greta.id)
        with self.assertRaises(AccessError):
            self.put_back(along, doctor)
        with self.assertRaises(AccessError):
            self.put_back(note, self.mother)

    def test_a_step_is_taken_back_of_all_or_of_none(self):
        other = self.appointment(TUESDAY, "15:00", [self.greta])
        both = (self.visit | other).with_user(self.desk)
        for state, before in (
            ("noshow", "booked"), ("cancelled", "booked"), ("arrived", "booked"),
            ("fulfilled", "arrived"),
        ):  # fmt: skip
            both._update_state(state)
            self.visits().step_back(both.ids, state)
            self.assertEqual(set(both.mapped("state")), {before})

        both._update_state("cancelled")
        other.with_user(self.desk)._update_state("booked")
        with self.assertRaisesRegex(UserError, "changed it again since"):
            self.visits().step_back(both.ids, "cancelled")
        self.assertEqual(both.mapped("state"), ["cancelled", "booked"])

    def test_a_step_that_somebody_else_took_again_since_stays(self):
        self.visit.with_user(self.desk)._update_state("cancelled")
        self.visit._update_state("booked")
        self.visit._update_state("cancelled")

        with self.assertRaisesRegex(UserError, "changed it again since"):
            self.visits().step_back(self.visit.ids, "cancelled")

        self.assertEqual(self.visit.state, "cancelled")

    def test_nonsense_is_refused(self):
        other = self.appointment(TUESDAY, "15:00", [self.greta])
        for back in (
            {}, {"what": "state", "was": "booked", "now": "booked"},
            {"what": "along", "was": 1, "now": False, "person_id": self.greta.id},
        ):  # fmt: skip
            with self.assertRaises(UserError):
                self.visits().put_back(self.visit.id, back)
        with self.assertRaises(UserError):
            self.visits().put_back(0, {"what": "note", "was": "x", "now": ""})
        for ids, state in ((self.visit.ids, "booked"), ([0], "arrived"), ([], "arrived")):
            with self.assertRaises(UserError):
                self.visits().step_back(ids, state)
        with self.assertRaises(AccessError):
            self.visits(self.mother).step_back(self.visit.ids, "arrived")
        self.assertFalse(other.desk_note)
