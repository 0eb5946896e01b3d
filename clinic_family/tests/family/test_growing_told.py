"""As a child grows up both are told, before and after, each in words of their own."""

import ast
from datetime import timedelta

from odoo.tests import tagged

from ..growing_common import EARLIER, OWN, GrowingCase


@tagged("post_install", "-at_install")
class TestGrowingTold(GrowingCase):
    def tell(self):
        """Runs the job twice, as it runs on two days; answers who was told what."""
        self.env["clinic.permission"]._tell_of_birthdays()
        self.env["clinic.permission"]._tell_of_birthdays()
        mails = self.get_mails()
        self.mails_before |= mails
        return {mail.email_to: mail.body_html for mail in mails}

    def test_both_are_told_a_month_before_once_each_in_words_of_their_own(self):
        self.leo.birth_date = self.turns(OWN, days=29)
        permission = self.look_after()

        told = self.tell()

        self.assertEqual(set(told), {"mira@example.com", "leo@example.com"})
        self.assertRegex(told["mira@example.com"], "Leo Littleton.*turns.*16")
        self.assertIn("Book appointments", told["mira@example.com"])
        self.assertIn("They can allow it again themselves", told["mira@example.com"])
        self.assertRegex(told["leo@example.com"], "Mira Motherwell.*Book appointments")
        self.assertIn("it is your decision", told["leo@example.com"])
        self.assertNotIn("mira@example.com", told["leo@example.com"])
        self.assertEqual(self.held(), ["book", "notify"])
        self.assertFalse(any(permission.mapped("ended_at")))

    def test_two_months_before_nobody_is_told(self):
        self.leo.birth_date = self.turns(OWN, days=60)
        self.look_after()

        self.assertFalse(self.tell())

    def test_both_are_told_when_it_has_ended_and_the_ledger_is_closed(self):
        self.leo.birth_date = self.turns(OWN, days=0)
        permission = self.look_after(kinds=["book"])

        told = self.tell()

        self.assertEqual(set(told), {"mira@example.com", "leo@example.com"})
        self.assertIn("You may no longer do this", told["mira@example.com"])
        self.assertIn("You have turned", told["leo@example.com"])
        self.assertEqual((permission.end_kind, permission.ended_at),
                         ("grown", permission.grown_at))  # fmt: skip

    def test_closed_and_told_it_doesnt_come_back(self):
        self.leo.birth_date = self.turns(OWN, days=-1)
        self.look_after()
        self.tell()

        self.leo.birth_date = self.turns(OWN, days=400)

        self.assertEqual(self.held(), [])

    def test_moved_into_the_past_by_a_correction_it_counted_until_now(self):
        self.leo.birth_date = self.turns(OWN, days=-400)
        permission = self.look_after(kinds=["book"])

        self.tell()

        self.assertEqual(permission.ended_at, self.env.cr.now())

    def test_who_reads_at_a_parents_address_isnt_told_in_the_young_persons_words(self):
        self.leo.write({"email": "Mira@Example.com", "birth_date": self.turns(OWN, days=20)})
        permission = self.look_after()

        told = self.tell()

        self.assertEqual(set(told), {"mira@example.com"})
        self.assertNotIn("your decision", told["mira@example.com"])
        self.assertEqual(set(permission.mapped("reader_gap")), {"no address of their own"})

    def test_an_end_that_has_moved_is_told_again(self):
        self.leo.birth_date = self.turns(OWN, days=10)
        permission = self.look_after()
        self.tell()
        self.env.cr.execute(
            "UPDATE clinic_permission SET warned_at = now() - interval '90 days' WHERE id IN %s",
            [tuple(permission.ids)],
        )
        self.env.invalidate_all()

        self.leo.birth_date = self.turns(OWN, days=20)

        self.assertEqual(len(self.tell()), 2)

    def test_at_an_earlier_age_nobody_is_told_that_they_decide_alone(self):
        self.rule("notify", EARLIER)
        self.leo.birth_date = self.turns(EARLIER, days=20)
        self.look_after()

        told = self.tell()

        self.assertNotIn("your decision", told["leo@example.com"])
        self.assertNotIn("allow it again", told["mira@example.com"])
        self.assertNotIn("Book appointments", told["mira@example.com"])

    def test_what_ends_by_age_before_its_own_day_isnt_announced_for_that_day(self):
        self.leo.birth_date = self.turns(OWN, days=5)
        self.look_after(ends_at=self.env.cr.now() + timedelta(days=9))

        self.ledger._announce_ends()

        self.assertFalse(self.get_mails())

    def test_the_desk_sees_who_grows_up_soon(self):
        action = self.env.ref("clinic_family.clinic_permission_action_growing")
        self.leo.birth_date = self.turns(OWN, days=60)
        permission = self.look_after(kinds=["book"])
        domain = [("grantor_id", "=", self.leo.id), *ast.literal_eval(action.domain)]
        desk = self.ledger.with_user(self.front_desk)
        self.assertFalse(desk.search(domain))

        self.leo.birth_date = self.turns(OWN, days=20)

        self.assertEqual(desk.search(domain), permission)

    # A login and a decision of one's own

    def test_at_sixteen_leo_gets_a_login_and_allows_again_what_he_likes(self):
        self.leo.birth_date = self.turns(OWN, days=0)
        self.look_after()
        self.tell()

        portal = self.env["portal.wizard"].with_user(self.front_desk)
        invited = portal.with_context(active_ids=self.leo.ids).create({})
        invited.user_ids.filtered(lambda one: one.partner_id == self.leo).action_grant_access()
        login = self.leo.user_ids
        family = self.family.with_user(login)
        family._share(self.leo, self.leo, self.mira, ["notify"])

        self.assertEqual(login.login, "leo@example.com")
        self.assertEqual(self.held(), ["notify"])
        cards = self.env["clinic.page.family"].with_user(login)._get_family(self.leo)["cards"]
        self.assertEqual([card["they_may"]["kinds"] for card in cards], [["notify"]])
