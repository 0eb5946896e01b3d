"""What was refused on a form of the family area is marked where it was typed, as in Odoo's."""

from lxml import html

from odoo.tests import tagged

from ..common import NO_ID
from ..family_common import ADULT_BORN, CHILD_BORN, FamilyHttpCase
from ..marked_common import Marks

ADD = "/my/family/add"


@tagged("post_install", "-at_install")
class TestMarkedFields(Marks, FamilyHttpCase):
    def send(self, path, data):
        """The form that was refused."""
        answer = self.post(self.mother, path, data)
        self.assertEqual(answer.status_code, 422)
        return html.fromstring(answer.content)

    def test_what_is_missing_of_a_family_member(self):
        page = self.send(ADD, self.relative("", "", type_name="child", last_name=""))
        self.assertMarked(page, "first_name", "last_name", "child_email")

        page = self.send(ADD, {**self.child("Mia"), "type": ""})
        self.assertMarked(page, "type")

    def test_what_cannot_be_right_of_a_family_member(self):
        wrong = {
            ("first_name", "last_name"): self.child("see evil.example"),
            ("child_email",): self.relative("Mia", "nowhere", birth_date=CHILD_BORN.isoformat()),
            ("type",): {**self.child("Mia"), "type": NO_ID},
            ("birth_date",): {**self.child("Mia"), "birth_date": "2999-01-01"},
        }
        for ids, data in wrong.items():
            with self.subTest(ids=ids):
                self.assertMarked(self.send(ADD, data), *ids)

    def test_of_an_adult_the_address_in_the_half_that_is_open(self):
        data = self.relative("Rosa", "nowhere", type_name="sibling", who="adult")
        self.assertMarked(self.send(ADD, data), "email")

    def test_the_child_beside_the_first_that_it_is_about(self):
        rows = {
            "sibling_first_name": ["", "Tess", "Tim"],
            "sibling_last_name": ["", "", ""],
            "sibling_type": ["", "", ""],
            "sibling_birth_date": ["", CHILD_BORN.isoformat(), ADULT_BORN.isoformat()],
        }
        data = [*self.child("Mia").items()]
        data += [(name, text) for name, texts in rows.items() for text in texts]

        self.assertMarked(self.send(ADD, data), "birth_date_3")

    def test_the_end_of_what_is_shared(self):
        greta = self.grandmother.partner_id.id
        for page in ("share", "card"):
            with self.subTest(page=page):
                data = {"kind": "book", "until": "soon"}
                self.assertMarked(self.send(f"/my/family/{greta}/{page}", data), "until")

    def test_the_limit_of_a_shared_card(self):
        url = f"/my/family/{self.grandmother.partner_id.id}/card"
        self.assertMarked(self.send(url, {"limit": "much"}), "limit")

    def test_a_date_of_birth_and_what_somebody_else_has_changed_among_contact_details(self):
        self.leo.write({"birth_date": False, "phone": "+64 9 555 0001", "city": "Wellington"})
        for url in (f"/my/family/{self.leo.id}/contact", "/my/details"):
            with self.subTest(url=url):
                page = self.send(url, {"birth_text": "soon"})
                self.assertMarked(page, "birth_text")
        page = self.send(
            f"/my/family/{self.leo.id}/contact", {"phone": "1", "city": "2", "seen_phone": "0"}
        )
        self.assertMarked(page, "phone", "city")

    def test_what_was_typed_is_no_markup_where_it_is_said_again(self):
        page = self.send(ADD, self.child("<b>Mia</b>"))

        [words] = page.find_class("invalid-feedback")
        self.assertIn("<b>Mia</b>", words.text_content())
        self.assertEqual(len(words), 0)

    def test_what_no_page_can_show_breaks_none(self):
        for unreadable in ("\x01", "\ufffe"):
            with self.subTest(repr(unreadable)):
                page = self.send(ADD, self.child(f"M{unreadable}ia see evil.example"))
                self.assertMarked(page, "first_name", "last_name")
                self.assertTrue(page.xpath("//main//button[@type='submit']"))

    def test_nothing_is_marked_where_no_field_is_wrong(self):
        self.env.company.clinic_added_a_day = 1
        self.post(self.mother, ADD, {**self.child("Tess"), "key": "earlier"})

        page = self.send(ADD, self.child("Mia"))

        self.assertEqual(self.get_marked(page), [])
        self.assertEqual(page.find_class("is-invalid"), [])
