"""Two people separate, and what hangs on it is decided."""

from datetime import timedelta

from ..family_common import PARENTAL, TEENAGER_BORN, FamilyHttpCase


class TestEnding(FamilyHttpCase):
    def end(self, user, other, data=()):
        other = getattr(other, "partner_id", other)
        return self.post(user, f"/my/family/{other.id}/end", data)

    def pay_for(self, patient, payer, hour):
        return self.visit([patient], f"{10 + hour}:00", payer_id=payer.partner_id.id)

    def test_what_is_kept_is_paid_by_the_patient_and_what_is_cancelled_is_not_visited(self):
        kept = self.pay_for(self.mother, self.grandmother, 1)
        cancelled = self.pay_for(self.mother, self.grandmother, 2)
        visit = cancelled.participant_ids.id

        words = self.see(self.mother, f"/my/family/{self.grandmother.partner_id.id}/end")
        answer = self.end(self.mother, self.grandmother, {f"visit_{visit}": "cancel"})

        self.assertIn("Keep it: you pay for it", words)
        self.assertEqual(answer.status_code, 303)
        self.assertEqual((kept.payer_id, kept.state), (self.mother.partner_id, "booked"))
        self.assertEqual(cancelled.state, "cancelled")
        self.assertEqual(cancelled.participant_ids.cancelled_by_id, self.mother.partner_id)
        self.assertFalse(self.env["clinic.relationship"]._find(
            self.mother.partner_id, self.grandmother.partner_id
        ))  # fmt: skip

    def test_one_ends_with_adults_and_stops_looking_after_children(self):
        adult = self.see(self.mother, f"/my/family/{self.grandmother.partner_id.id}/end")
        child = self.see(self.mother, f"/my/family/{self.leo.id}/end")

        self.assertIn("End with", adult)
        self.assertNotIn("Stop looking after", adult)
        self.assertIn("Stop looking after", child)
        self.assertNotIn("End with", child)

    def test_both_directions_end_at_once(self):
        self.grant(self.mother.partner_id, self.grandmother, "book")
        self.grant(self.grandmother.partner_id, self.mother, "pay")

        self.end(self.mother, self.grandmother)

        self.assertFalse(self.held(self.mother, self.grandmother))
        self.assertFalse(self.held(self.grandmother, self.mother))

    def test_one_stops_paying_for_the_other_but_cancels_nothing_of_theirs_unasked(self):
        visit = self.pay_for(self.grandmother, self.mother, 1)

        self.end(self.mother, self.grandmother, {f"visit_{visit.participant_ids.id}": "cancel"})

        self.assertEqual((visit.payer_id, visit.state), (self.grandmother.partner_id, "booked"))

    def test_somebody_elses_visit_is_not_cancelled_by_its_number(self):
        visit = self.visit([self.stranger])

        self.end(self.mother, self.grandmother, {f"visit_{visit.participant_ids.id}": "cancel"})

        self.assertEqual(visit.state, "booked")

    def test_a_childs_visit_stays_paid_by_the_parent_who_leaves(self):
        visit = self.pay_for(self.leo, self.mother, 1)

        self.end(self.mother, self.leo)

        self.assertEqual(visit.payer_id, self.mother.partner_id)
        self.assertFalse(self.held(self.leo, self.mother))
        self.assertEqual(self.held(self.leo, self.father), sorted(PARENTAL))

    def test_a_child_ends_nothing(self):
        young = self.user("test_young", "Yara Young", birth_date=TEENAGER_BORN + timedelta(days=60))
        self.link(self.mother, young, "child")
        self.guard(self.mother, young.partner_id)

        answer = self.end(young, self.mother)

        self.assertEqual(answer.status_code, 422)
        self.assertEqual(self.held(young, self.mother), sorted(PARENTAL))
