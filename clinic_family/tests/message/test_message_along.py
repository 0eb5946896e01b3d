"""Messages say who comes along to those who know them, and go to nobody because of it."""

from odoo.tests import tagged

from ..along_common import AlongFamily
from ..common import ClinicCase
from ..message_common import UNDO, MailCatcher


@tagged("post_install", "-at_install")
class TestMessageAlong(MailCatcher, AlongFamily, ClinicCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"clinic_undo_minutes": UNDO, "clinic_reminder_hours": "2"})
        cls.company.email = "clinic@example.com"
        for person in (cls.mira, cls.greta, cls.fergus):
            person.email = f"{person.name.split()[0].lower()}@example.com"
        cls.grant(cls.leo, cls.mother, "notify")

    def read_letters(self, **later):
        """What each reads, by the address."""
        return {mail.address.partition("@")[0]: mail.words for mail in self.send(**later)}

    def test_confirmation_and_reminder_say_it_to_those_who_may_know(self):
        self.grant(self.leo, self.father, "notify")
        self.his.along_id = self.greta

        told = self.read_letters()
        reminded = self.read_letters(hours=23)

        for words in (told, reminded):
            self.assertEqual(set(words), {"mira", "fergus"})
            self.assertIn("Greta Grandison comes along", words["mira"])
            self.assertNotIn("Grandison", words["fergus"])

    def test_who_comes_along_hears_of_it_if_they_have_the_patients_messages(self):
        self.his.along_id = self.greta
        self.assertEqual(set(self.read_letters()), {"mira"})

        self.grant(self.leo, self.grandmother, "notify")

        self.assertIn("You come along", self.read_letters(hours=23)["greta"])

    def test_a_change_of_who_comes_along_is_no_news(self):
        self.read_letters()
        self.his.along_id = self.greta

        self.assertEqual(self.read_letters(minutes=2 * UNDO), {})
