"""A relative who fills in somebody's forms sees and corrects how that person is reached (F4)."""

from odoo.tests import tagged

from ...exceptions import FamilyRefused
from ..family_common import CHILD_BORN, FamilyHttpCase

NEW = {
    "phone": "+64 9 555 0100",
    "emergency_contact": "Greta, +64 21 555",
    "street": "1 New Street",
    "street2": "",
    "zip": "1010",
    "city": "Auckland",
}


@tagged("post_install", "-at_install")
class TestContact(FamilyHttpCase):
    """Leo's mother fills in his forms; his grandmother, who is a relative of hers, doesn't."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.url = f"/my/family/{cls.leo.id}/contact"
        cls.leo.write({"phone": "+64 9 555 0001", "city": "Wellington"})

    def correct(self, user=None, **changes):
        known = {f"seen_{name}": self.leo[name] or "" for name in NEW}
        return self.post(user or self.mother, self.url, {**known, **NEW, **changes})

    def test_what_somebody_else_changed_meanwhile_is_shown_before_it_is_overwritten(self):
        seen = {"seen_phone": "+64 9 555 0001", "seen_city": "Wellington", "seen_street": ""}
        self.leo.write({"phone": "+64 9 555 7777", "street": "9 Desk Road"})

        answer = self.correct(**seen, street="", zip="", emergency_contact="")

        self.assertEqual(answer.status_code, 422)
        self.assertIn("Phone: +64 9 555 7777", answer.text)
        self.assertNotIn("9 Desk Road", answer.text.split("seen_")[0])
        self.assertEqual(self.leo.city, "Wellington")
        # Seen now, it is theirs to decide; what they left alone stays as the clinic wrote it.
        self.correct(**{**seen, "seen_phone": "+64 9 555 7777"}, street="", zip="")
        details = self.get_details()
        self.assertEqual(details["phone"], NEW["phone"])
        self.assertEqual((details["city"], details["street"]), ("Auckland", "9 Desk Road"))

    def get_details(self):
        self.env.invalidate_all()
        return {field: self.leo[field] or "" for field in NEW}

    def get_notes(self, person=None):
        return (person or self.leo).message_ids.filtered("body").sorted("id")

    def test_she_sees_what_is_known_and_corrects_it(self):
        page = self.get(self.mother, self.url).text
        for known in ("+64 9 555 0001", "Wellington", "home@example.com"):
            self.assertIn(known, page)

        answer = self.correct()

        self.assertEqual(answer.headers["Location"].rpartition("/my/")[2], "family?done=contact")
        self.assertEqual(self.get_details(), NEW)

    def test_the_clinic_reads_who_changed_what(self):
        before = self.get_notes()

        self.correct()

        note = self.get_notes() - before
        self.assertEqual(note.author_id, self.mother.partner_id)
        for words in ("Phone: +64 9 555 0001 → +64 9 555 0100", "City: Wellington → Auckland"):
            self.assertIn(words, note.body)
        self.assertNotIn("Street 2", note.body)
        # Whoever may read the contact reads the note, and not each may read of these.
        self.assertIn("In an emergency", note.body)
        self.assertNotIn("Greta", note.body)
        self.assertFalse(note.notified_partner_ids)
        self.assertTrue(note.is_internal)

    def test_what_is_saved_unchanged_is_noted_nowhere(self):
        self.correct()
        before = self.get_notes()

        self.correct()

        self.assertEqual(self.get_notes(), before)

    def test_neither_the_address_of_messages_nor_a_known_birthday_is_changed(self):
        self.correct(email="thief@example.com", birth_text="2001-01-01", name="Leo Thief")

        self.env.invalidate_all()
        self.assertEqual(self.leo.email, "home@example.com")
        self.assertEqual(self.leo.birth_date, CHILD_BORN)
        self.assertEqual(self.leo.name, "Leo Littleton")

    def test_a_missing_birthday_is_filled_in_once(self):
        self.leo.birth_date = False
        # Of a child that somebody looks after, nobody makes an adult who pays.
        for text in ("soon", "2999-01-01", "1980-01-01"):
            with self.subTest(text=text):
                answer = self.correct(birth_text=text)
                self.assertEqual(answer.status_code, 422)
                self.assertIn("1 New Street", answer.text)
                self.assertFalse(self.leo.birth_date)

        self.correct(birth_text=CHILD_BORN.isoformat())

        self.assertEqual(self.leo.birth_date, CHILD_BORN)

    def test_nobody_makes_a_child_of_an_adult(self):
        self.record(self.grandmother.partner_id, self.mother.partner_id, ["intake"], "consent")
        url = f"/my/family/{self.grandmother.partner_id.id}/contact"

        answer = self.post(self.mother, url, {**NEW, "birth_text": "2020-01-01"})

        self.assertEqual(answer.status_code, 422)
        self.assertFalse(self.grandmother.partner_id.birth_date)

    def test_only_who_answers_for_somebody_tells_when_they_were_born(self):
        self.leo.birth_date = False
        self.record(self.leo, self.grandmother.partner_id, ["intake"], "consent")
        self.assertIn("birth_text", self.get(self.mother, self.url).text)
        self.assertNotIn("birth_text", self.get(self.grandmother, self.url).text)

        answer = self.correct(self.grandmother, birth_text=CHILD_BORN.isoformat())

        self.assertEqual(answer.status_code, 422)
        self.assertFalse(self.leo.birth_date)

    def test_nobody_types_a_day_that_ends_what_others_may_do(self):
        """A child, but at this clinic too old for one kind: that day is the clinic's."""
        self.leo.birth_date = False
        grandmother = self.grandmother.partner_id
        self.record(self.leo, grandmother, ["calendar"], "consent")
        self.env["clinic.age.rule"].create({"kind": "calendar", "age": 3})

        answer = self.correct(birth_text=CHILD_BORN.isoformat())

        self.assertEqual(answer.status_code, 422)
        self.assertFalse(self.leo.birth_date)
        held = self.env["clinic.permission"]._get_held(self.leo, grandmother)
        self.assertEqual(held.mapped("kind"), ["calendar"])

    def test_what_staff_wrote_at_length_is_not_shortened(self):
        long = "Greta,  +64 21 555, " + "and if she is away, the neighbour; " * 5
        self.leo.write({"emergency_contact": long, "phone": NEW["phone"]})
        shown = " ".join(long.split())[:120]

        self.correct(emergency_contact=shown, phone="1")

        self.assertEqual((self.leo.emergency_contact, self.leo.phone), (long, "1"))

    def test_an_address_that_others_have_too_stays(self):
        below = self.env["res.partner"].create({"name": "Below", "parent_id": self.leo.id})

        self.correct()

        self.env.invalidate_all()
        self.assertEqual((below.street, self.leo.street), (False, False))

    def test_an_address_that_is_another_contacts_is_neither_shown_nor_changed(self):
        home = self.env["res.partner"].create({"name": "Home", "street": "9 Secret Street"})
        self.leo.parent_id = home
        self.assertNotIn("9 Secret Street", self.get(self.mother, self.url).text)

        self.correct()

        self.env.invalidate_all()
        self.assertEqual(home.street, "9 Secret Street")
        self.assertEqual(self.leo.phone, NEW["phone"])

    def test_without_the_permission_nobody_is_there(self):
        self.record(self.leo, self.grandmother.partner_id, ["book", "pay"], "consent")
        for user in (self.grandmother, self.stranger):
            with self.subTest(user=user.login):
                self.assertEqual(self.get(user, self.url).status_code, 404)
                self.assertEqual(self.correct(user).status_code, 404)
                self.assertNotIn(self.url, self.get(user, "/my/family").text)
        self.assertEqual(self.get_details()["city"], "Wellington")
        missing = self.get(self.mother, "/my/family/999999999/contact")
        self.assertEqual(missing.status_code, 404)

    def test_it_ends_with_the_permission(self):
        self.assertIn(self.url, self.get(self.mother, "/my/family").text)
        held = self.env["clinic.permission"]._get_held(self.leo, self.mother.partner_id)
        held.filtered(lambda one: one.kind == "intake")._revoke("Enough")

        self.assertEqual(self.get(self.mother, self.url).status_code, 404)
        with self.assertRaises(FamilyRefused):
            self.env["clinic.contact"]._correct(self.mother.partner_id, self.leo.id, None, None)
        self.assertNotIn(self.url, self.get(self.mother, "/my/family").text)

    def test_ones_own_are_not_here(self):
        own = f"/my/family/{self.mother.partner_id.id}/contact"
        self.assertEqual(self.get(self.mother, own).status_code, 404)
