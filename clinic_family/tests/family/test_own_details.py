"""Whoever logs in keeps up to date how the clinic reaches them, as a relative who may does (F4)."""

from odoo.tests import tagged

from ...exceptions import FamilyRefused
from ..common import NO_ID, ROLE
from ..family_common import ADULT_BORN, CHILD_BORN, FamilyHttpCase
from .test_contact import NEW

OWN = "/my/details"


@tagged("post_install", "-at_install")
class TestOwnDetails(FamilyHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mira = cls.mother.partner_id
        cls.mira.write({"phone": "+64 9 555 0001", "city": "Wellington"})

    def change(self, user=None, **changes):
        user = user or self.mother
        known = {f"seen_{name}": user.partner_id[name] or "" for name in NEW}
        return self.post(user, OWN, {**known, **NEW, **changes})

    def get_details(self, person):
        return {field: person[field] or "" for field in NEW}

    def get_notes(self, person):
        return person.message_ids.filtered("body").sorted("id")

    def test_she_finds_her_own_from_her_account_and_from_her_family(self):
        self.mira.emergency_contact = "Fergus, +64 21 777"
        for page in ("/my", "/my/family"):
            with self.subTest(page=page):
                self.assertIn(f'href="{OWN}"', self.get(self.mother, page).text)

        page = self.get(self.mother, OWN).text

        for known in ("+64 9 555 0001", "Wellington", "home@example.com", "Fergus, +64 21 777"):
            self.assertIn(known, page)

    def test_what_she_writes_is_kept_and_the_clinic_reads_that_it_was_her(self):
        before = self.get_notes(self.mira)

        answer = self.change()

        self.assertEqual(answer.headers["Location"].rpartition("/my/")[2], "details?done=saved")
        self.assertIn("Saved.", self.see(self.mother, f"{OWN}?done=saved"))
        self.assertEqual(self.get_details(self.mira), NEW)
        note = self.get_notes(self.mira) - before
        self.assertEqual(note.author_id, self.mira)
        self.assertIn("Phone: +64 9 555 0001 → +64 9 555 0100", note.body)
        self.assertIn("In an emergency", note.body)
        self.assertNotIn("Greta", note.body)
        self.assertTrue(note.is_internal)
        self.assertFalse(note.notified_partner_ids)

    def test_what_the_clinic_changed_meanwhile_is_shown_before_it_is_overwritten(self):
        answer = self.change(seen_phone="+64 9 555 0000")

        self.assertEqual(answer.status_code, 422)
        self.assertIn("Phone: +64 9 555 0001", answer.text)
        self.assertEqual(self.mira.city, "Wellington")

    def test_neither_name_address_of_messages_nor_a_known_birthday_is_changed(self):
        self.mira.birth_date = ADULT_BORN
        self.assertNotIn("birth_text", self.get(self.mother, OWN).text)

        self.change(email="thief@example.com", birth_text="2001-01-01", name="Thief")

        self.assertEqual(self.mira.email, "home@example.com")
        self.assertEqual(self.mira.birth_date, ADULT_BORN)
        self.assertEqual(self.mira.name, "Mira Motherwell")

    def test_a_missing_birthday_is_filled_in_once(self):
        self.assertIn("birth_text", self.get(self.mother, OWN).text)
        # Nobody makes a child of themselves, whom somebody would have to look after.
        for text in ("soon", "2999-01-01", CHILD_BORN.isoformat()):
            with self.subTest(text=text):
                answer = self.change(birth_text=text)
                self.assertEqual(answer.status_code, 422)
                self.assertFalse(self.mira.birth_date)
                self.assertNotIn("rules hold for Mira", self.words(answer))

        self.change(birth_text=ADULT_BORN.isoformat())

        self.assertEqual(self.mira.birth_date, ADULT_BORN)

    def test_a_child_with_a_login_makes_no_adult_of_themselves(self):
        user = self.user("test_leo", "Leo Littleton", partner_id=self.leo.id)
        self.leo.birth_date = False

        refused = self.change(user, birth_text=ADULT_BORN.isoformat())

        self.assertEqual(refused.status_code, 422)
        self.assertFalse(self.leo.birth_date)
        self.change(user, birth_text=CHILD_BORN.isoformat())
        self.assertEqual(self.leo.birth_date, CHILD_BORN)
        self.assertEqual(self.get_details(self.leo), NEW)
        self.assertEqual(self.get_notes(self.leo)[-1:].author_id, self.leo)

    def test_nobodys_number_leads_to_anybody_else(self):
        """Neither in the form nor behind the question mark; and one's own is at no other place."""
        own = f"/my/family/{self.mira.id}/contact"
        before = self.get_details(self.leo), self.get_details(self.father.partner_id)
        for number in (self.leo.id, self.father.partner_id.id, NO_ID):
            with self.subTest(number=number):
                self.assertIn(self.mira.phone, self.get(self.mother, f"{OWN}?id={number}").text)
                self.change(person_id=number, id=number, partner_id=number)
        self.assertEqual(
            before, (self.get_details(self.leo), self.get_details(self.father.partner_id))
        )

        self.assertEqual(self.get(self.mother, own).status_code, 404)
        self.assertEqual(self.post(self.mother, own, {**NEW, "phone": "1"}).status_code, 404)
        self.assertEqual(self.mira.phone, NEW["phone"])

    def test_of_staff_who_are_no_patients_nothing_is_asked(self):
        for role in ("practitioner", "front_desk"):
            user = self.user(f"test_{role}", "Dora Doctor", ROLE + role)
            with self.subTest(role=role):
                self.assertNotIn(OWN, self.get(user, "/my").text)
                self.assertNotIn(OWN, self.get(user, "/my/family").text)
                self.assertEqual(self.get(user, OWN).status_code, 404)
                self.assertEqual(self.change(user).status_code, 404)
                self.assertFalse(user.partner_id.emergency_contact)
                with self.assertRaises(FamilyRefused):
                    self.env["clinic.contact"]._correct_own(user.partner_id, None, None)

    def test_staff_who_are_patients_too_have_their_own(self):
        user = self.user("test_clerk", "Cleo Clerk", ROLE + "front_desk")
        user.partner_id.is_patient = True
        self.assertIn(f'href="{OWN}"', self.get(user, "/my").text)

        self.change(user)

        self.assertEqual(self.get_details(user.partner_id), NEW)

    def test_who_belongs_to_another_company_is_not_here(self):
        """They may log in at both, and the page is this company's."""
        neighbour = self.env["res.company"].create({"name": "Neighbour Clinic"})
        user = self.user(
            "test_neighbour",
            "Nina Neighbour",
            company_id=neighbour.id,
            company_ids=(neighbour | self.company).ids,
        )
        user.partner_id.company_id = neighbour

        self.assertNotIn(OWN, self.get(user, "/my").text)
        self.assertEqual(self.get(user, OWN).status_code, 404)
        self.assertEqual(self.change(user).status_code, 404)
        self.assertFalse(user.partner_id.phone)

    def test_who_is_not_logged_in_is_led_to_the_login(self):
        self.authenticate(None, None)
        answer = self.url_open(OWN, allow_redirects=False)

        self.assertIn("/web/login", answer.headers["Location"])

    def test_an_address_that_is_another_contacts_is_neither_shown_nor_changed(self):
        home = self.env["res.partner"].create({"name": "Home", "street": "9 Secret Street"})
        self.mira.parent_id = home
        self.assertNotIn("9 Secret Street", self.get(self.mother, OWN).text)

        self.change()

        self.assertEqual(home.street, "9 Secret Street")
        self.assertEqual(self.mira.phone, NEW["phone"])
