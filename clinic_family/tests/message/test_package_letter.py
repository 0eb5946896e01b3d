"""The message about a visit names the session that pays, to its owner and to who uses it."""

from odoo.tests import tagged

from ..common import THURSDAY
from ..message_common import MessageCase
from ..package_common import PackageBuilders


@tagged("post_install", "-at_install")
class TestPackageLetter(PackageBuilders, MessageCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.purchase = cls.sell(cls.package(cls.single), cls.mira)

    def letters(self, *people):
        """What each of the readers reads of a visit that these people come to, by address."""
        self.appointment(THURSDAY, "10:00", people, service_id=self.single.id)
        return {mail.address.split("@")[0]: mail.words for mail in self.send()}

    def test_the_owner_reads_which_and_how_many_are_left(self):
        letters = self.letters(self.mother)

        self.assertIn("Paid with: Package “Test visits”, 2 sessions left", letters["mira"])

    def test_others_who_get_the_message_read_nothing_of_it(self):
        self.grant(self.mira, self.father, "notify", "book")

        letters = self.letters(self.mother)

        self.assertIn("A visit is booked for Mira Motherwell", letters["fergus"])
        self.assertNotRegex(letters["fergus"], "Paid with|Test visits|session")

    def test_who_uses_a_relatives_session_reads_whose_it_is_as_long_as_they_may(self):
        permission = self.grant(self.mira, self.father, "packages")
        used = self.letters(self.father)
        visit = self.appointment(THURSDAY, "11:00", [self.father], service_id=self.single.id)
        permission._revoke("No more.")

        after = [mail.words for mail in self.send(10)]

        self.assertIn(
            "Paid with: Mira Motherwell's package “Test visits”, 2 sessions left", used["fergus"]
        )
        self.assertTrue(visit.session_ids)
        self.assertNotRegex(" ".join(after), "Mira|Test visits|Paid with")
