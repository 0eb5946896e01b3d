"""From the age at which nobody else decides a kind any more, a child permits it alone."""

from datetime import timedelta

from odoo.tests import tagged

from ...exceptions import FamilyRefused
from ..growing_common import EARLIER, OWN, GrowingCase

MINOR = "who looks after you"


@tagged("post_install", "-at_install")
class TestGrowingOwn(GrowingCase):
    def setUp(self):
        super().setUp()
        self.rule("calendar", EARLIER)

    def test_what_age_took_from_others_a_child_permits_alone_and_nothing_else(self):
        self.look_after(kinds=["book", "calendar"])
        self.link(self.leo, self.fergus, "other")
        self.leo.birth_date = self.turns(EARLIER, days=1)
        for kinds in (["calendar"], []):
            with self.assertRaisesRegex(FamilyRefused, MINOR):
                self.family._share(self.leo, self.leo, self.fergus, kinds)

        self.leo.birth_date = self.turns(EARLIER, days=0)
        self.assertEqual(self.held(), ["book"])
        with self.assertRaisesRegex(FamilyRefused, MINOR):
            self.family._share(self.leo, self.leo, self.fergus, ["calendar", "notify"])
        for relative in (self.fergus, self.mira):
            self.family._share(self.leo, self.leo, relative, ["calendar"])

        self.assertEqual(
            (self.held(self.fergus), self.held()), (["calendar"], ["book", "calendar"])
        )
        # What his mother has for him isn't his to end, and what he gave is.
        self.family._share(self.leo, self.leo, self.mira, [])
        self.assertEqual(self.held(), ["book"])
        with self.assertRaises(FamilyRefused):
            self.family._end_permissions(self.leo, self.leo, self.mira)
        # It outlives childhood, and a date that was wrong ends it.
        self.leo.birth_date = self.turns(OWN, days=0)
        self.assertEqual(self.held(self.fergus), ["calendar"])

    def test_what_a_child_permitted_alone_is_of_a_child_where_the_date_was_wrong(self):
        self.look_after(kinds=["book"])
        self.leo.birth_date = self.turns(EARLIER, days=0)
        self.family._share(self.leo, self.leo, self.mira, ["calendar"])

        self.leo.birth_date = self.turns(EARLIER, days=9)

        given = self.ledger.search([("kind", "=", "calendar"), ("is_live", "=", True)])
        self.assertTrue(given.until_grown)
        self.assertEqual(self.family._get_day(given.grown_at), self.today + timedelta(days=9))

    def test_a_child_reads_what_is_theirs_to_share(self):
        self.look_after(kinds=["book"])
        self.leo.birth_date = self.turns(EARLIER, days=0)

        page = self.env["clinic.page.family.forms"]._get_share(self.leo, self.mira.id)

        self.assertEqual([choice["kind"] for choice in page["choices"]], ["calendar"])

    def test_a_child_answers_a_relative_who_asks_for_what_is_theirs(self):
        self.look_after(kinds=["book"])
        self.leo.birth_date = self.turns(EARLIER, days=0)
        self.link(self.leo, self.fergus, "other")
        leo = self.user("test_leo", "Leo Littleton", partner_id=self.leo.id)
        family = self.family.with_user(leo)
        self.family._ask_relative(self.fergus, self.leo, ["calendar", "notify"])
        question = family._find_question(
            self.leo, invitation_id=self.env["clinic.invitation"].search([], limit=1).id
        )
        with self.assertRaisesRegex(FamilyRefused, MINOR):
            family._accept(self.leo, question, ["calendar", "notify"])

        family._accept(self.leo, question, ["calendar"])

        self.assertEqual(self.held(self.fergus), ["calendar"])
