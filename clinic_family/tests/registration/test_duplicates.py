"""Which patients may be one person: found by name, birth and phone, never by an address alone."""

from datetime import date, timedelta
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import SQL

from ...models.registration.clinic_duplicates import MOST_JUDGED
from ..staff_common import StaffCase

BORN = date(1984, 5, 3)


@tagged("post_install", "-at_install")
class TestDuplicates(StaffCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.known = cls.patient(
            "Jürgen Zmüller-Quist", birth_date=BORN, phone="+64 21 555 0187", street="12 Quay St",
            city="Auckland", zip="1010", email="home@example.com",
        )  # fmt: skip

    @classmethod
    def patient(cls, name, **values):
        return cls.person(name, is_patient=True, **values)

    def duplicates(self):
        self.env.invalidate_all()
        return self.env["clinic.duplicates"].with_user(self.front_desk)

    def find(self, name, **values):
        """Whom a newcomer may be of whom this is known."""
        return self.duplicates()._find(self.patient(name, **values).with_user(self.front_desk))

    def test_the_same_name_in_another_order_is_found(self):
        self.assertEqual(self.find("Zmuller Quist Juergen", birth_date=BORN), self.known)
        self.assertEqual(self.find("ZMÜLLER-QUIST, Jürgen"), self.known)

    def test_another_spelling_is_found_with_the_same_birth_or_phone(self):
        self.assertEqual(self.find("Juergen Zmiller Kwist", birth_date=BORN), self.known)
        self.assertEqual(self.find("Jurgen Zmüler Quist", phone="0215550187"), self.known)

    def test_a_slip_in_the_date_of_birth_hides_nobody(self):
        self.assertEqual(self.find("Jürgen Zmüller-Quist", birth_date=date(1984, 3, 5)), self.known)

    def test_the_same_address_alone_makes_nobody_the_same(self):
        self.assertFalse(
            self.find(
                "Petra Zmüller-Quist", birth_date=date(1986, 7, 8), email="home@example.com",
                phone="+64 21 555 0187", street="12 Quay St", city="Auckland", zip="1010",
            )
        )  # fmt: skip
        self.assertFalse(self.find("Ida Other", email="home@example.com"))

    def test_father_and_son_of_one_name_are_two(self):
        self.assertFalse(
            self.find("Jürgen Zmüller-Quist", birth_date=date(2012, 9, 9), phone="+64 21 555 0187")
        )

    def test_who_is_or_was_linked_is_somebody_else(self):
        newcomer = self.patient("Jürgen Zmüller-Quist", birth_date=BORN)
        self.link(newcomer, self.known, "SIB")._end("Over")

        self.assertFalse(self.duplicates()._find(newcomer.with_user(self.front_desk)))

    def test_who_is_no_patient_is_not_shown(self):
        self.known.is_patient = False

        self.assertFalse(self.find("Jürgen Zmüller-Quist", birth_date=BORN))

    def test_who_is_archived_is_not_shown(self):
        self.known.active = False

        self.assertFalse(self.find("Jürgen Zmüller-Quist", birth_date=BORN))

    def test_patients_of_another_company_are_not_shown(self):
        self.known.company_id = self.env["res.company"].create({"name": "Neighbour Clinic"})

        newcomer = self.patient("Jürgen Zmüller-Quist", birth_date=BORN)

        self.assertFalse(self.duplicates()._find(newcomer.with_user(self.front_desk)))
        # Not even judged: the places are few.
        ids = self.duplicates()._search_alike(newcomer.with_user(self.front_desk))
        self.assertNotIn(self.known.id, ids)

    def test_a_short_name_with_a_slip_in_the_birth_is_found_by_a_long_one(self):
        known = self.patient("Anna Garcia", birth_date=date(1984, 3, 5))

        found = self.find("Anna Maria Luisa Garcia Lopez", birth_date=BORN)

        self.assertEqual(found, known)

    def test_of_many_of_one_name_the_one_of_a_near_birth_is_found(self):
        for number in range(MOST_JUDGED + 5):
            self.patient("John Quillsmith", birth_date=date(1930, 1, 20) + timedelta(days=number))
        known = self.patient("John Quillsmith", birth_date=date(1984, 3, 5))

        self.assertEqual(self.find("John Quillsmith", birth_date=BORN), known)

    def test_a_name_of_signs_finds_nobody(self):
        for has_trigram in (True, False):
            with patch.object(self.env.registry, "has_trigram", has_trigram):
                for name in ("🙂", "—"):
                    self.assertFalse(self.find(name, birth_date=BORN))

    def test_the_likeliest_comes_first_and_the_columns_say_how_alike(self):
        also = self.patient("Jürgen Zmüller-Quist")
        newcomer = self.patient(
            "Jürgen Zmüller-Quist", birth_date=BORN, phone="021 555 0187", email="me@example.com"
        )

        panel = self.duplicates()._compare(newcomer.with_user(self.front_desk))

        self.assertEqual(
            [one["id"] for one in panel["people"]], [newcomer.id, self.known.id, also.id]
        )
        marks = [cell["mark"] for cell in panel["people"][1]["cells"]]
        self.assertEqual(marks, ["same", "same", "same", "unknown", "different", ""])
        self.assertEqual(len(marks), len(panel["labels"]))

    def test_without_trigrams_the_same_words_are_found(self):
        with patch.object(self.env.registry, "has_trigram", False):
            self.assertEqual(self.find("Zmuller Quist Jurgen"), self.known)
            self.assertEqual(self.find("Juergen Zmiller Kwist", birth_date=BORN), self.known)

    def test_every_part_of_the_search_is_answered_by_an_index(self):
        """Of so few rows PostgreSQL reads all; told not to, it must have another way."""
        self.assertTrue(self.env.registry.has_trigram)
        newcomer = self.patient("Jürgen Zmüller-Quist", birth_date=BORN, phone="021 555 0187")
        matches = self.duplicates()._get_matches(newcomer)
        self.env.flush_all()
        self.env.cr.execute("SET LOCAL enable_seqscan = off")

        indexes = {
            "name": "clinic_search_key", "phone": "clinic_search_key",
            "birth": "birth_date", "near birth": "birth_date",
        }  # fmt: skip
        self.assertEqual(matches.keys(), indexes.keys())
        for part, match in matches.items():
            with self.subTest(part):
                query = SQL("EXPLAIN SELECT id FROM res_partner WHERE %s", match)
                self.env.cr.execute(query)
                plan = "\n".join(line for (line,) in self.env.cr.fetchall())
                self.assertIn(f"res_partner__{indexes[part]}_index", plan)
