"""As a child grows up both are told, before and after, each in words of their own."""

import ast
from datetime import timedelta
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..growing_common import EARLIER, OWN, GrowingCase

JOB = "odoo.addons.clinic_family.models.family.clinic_permission_verbs"


@tagged("post_install", "-at_install")
class TestGrowingTold(GrowingCase):
    def tell(self):
        """Runs the job twice, as it runs on two days; answers who was told what."""
        self.env["clinic.permission"]._tell_of_birthdays()
        self.env["clinic.permission"]._tell_of_birthdays()
        mails = self.get_mails()
        self.mails_before |= mails
        return {mail.email_to: mail.body_html for mail in mails}

    def give_login(self):
        """A child's address is their own where they log in."""
        user = self.env["res.users"].create({
            "login": "leo", "partner_id": self.leo.id,
            "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
        })  # fmt: skip
        self.env["res.users.log"].with_user(user).sudo().create({})

    def test_a_child_without_a_login_is_written_to_nowhere(self):
        self.leo.birth_date = self.turns(OWN, days=29)
        permission = self.look_after()

        self.assertEqual(set(self.tell()), {"mira@example.com"})
        self.assertEqual(set(permission.mapped("reader_gap")), {"no address of their own"})

    def test_a_slip_costs_nobody_anything_for_days(self):
        self.leo.birth_date = self.turns(OWN, days=400)
        permission = self.look_after()
        self.let_days_pass(40)
        self.leo.birth_date = self.turns(OWN, days=-400)
        self.assertFalse(self.tell())
        self.assertEqual(self.held(), [])
        self.assertFalse(any(permission.mapped("ended_at")))

        self.leo.birth_date = self.turns(OWN, days=400)
        self.assertEqual(self.held(), ["book", "notify"])

        self.leo.birth_date = self.turns(OWN, days=-400)
        self.let_days_pass()
        self.assertTrue(self.tell())

    def test_what_a_day_ended_before_the_birthday_isnt_told_as_ended_by_it(self):
        yesterday = self.env.cr.now() - timedelta(days=1)
        self.leo.birth_date = self.turns(OWN, days=0)
        ended = self.look_after(ends_at=yesterday)
        self.let_days_pass(40)

        self.assertFalse(self.tell())
        self.assertFalse(any(ended.mapped("ended_at")))

        self.leo.birth_date = self.turns(OWN, days=20)
        self.look_after(ends_at=self.env.cr.now() + timedelta(days=5))
        self.assertFalse(self.tell())
        page = self.env["clinic.page.family"]._get_family(self.mira)
        changes = [card["changes"] for card in page["cards"] if card["id"] == self.leo.id]
        self.assertEqual(changes, [[]])

    def test_one_mail_that_cant_be_made_stops_no_other(self):
        self.leo.birth_date = self.turns(OWN, days=20)
        self.look_after()
        sister = self.person("Lina Littleton", birth_date=self.turns(OWN, days=21))
        self.look_after(grantor_id=sister.id)
        notices = type(self.env["clinic.sharing.notice"])
        tell_growing = notices._tell_growing

        def fail_for_leo(notice, permissions, is_over=False):
            if self.leo in permissions.grantor_id:
                raise ValueError("Of this nobody can make a mail")
            tell_growing(notice, permissions, is_over)

        with patch.object(notices, "_tell_growing", fail_for_leo), mute_logger(JOB):
            told = self.tell()

        self.assertIn("Lina Littleton", told["mira@example.com"])
        self.assertIn("Leo Littleton", self.tell()["mira@example.com"])

    def test_both_are_told_a_month_before_once_each_in_words_of_their_own(self):
        self.give_login()
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
        self.let_days_pass()

        told = self.tell()

        self.assertEqual(set(told), {"mira@example.com", "leo@example.com"})
        self.assertIn("You may no longer do this", told["mira@example.com"])
        self.assertIn("You have turned", told["leo@example.com"])
        self.assertEqual((permission.end_kind, permission.ended_at),
                         ("grown", permission.grown_at))  # fmt: skip

    def test_closed_and_told_it_doesnt_come_back(self):
        self.leo.birth_date = self.turns(OWN, days=-1)
        self.look_after()
        self.let_days_pass()
        self.tell()

        self.leo.birth_date = self.turns(OWN, days=400)

        self.assertEqual(self.held(), [])

    def test_moved_into_the_past_by_a_correction_it_counted_until_now(self):
        self.leo.birth_date = self.turns(OWN, days=-400)
        permission = self.look_after(kinds=["book"])
        self.let_days_pass()

        self.tell()

        self.assertEqual(permission.ended_at, self.env.cr.now() - timedelta(days=4))

    def test_who_reads_at_a_parents_address_isnt_told_in_the_young_persons_words(self):
        self.leo.write({"email": "Mira@Example.com", "birth_date": self.turns(OWN, days=20)})
        permission = self.look_after()

        told = self.tell()

        self.assertEqual(set(told), {"mira@example.com"})
        self.assertNotIn("your decision", told["mira@example.com"])
        self.assertEqual(set(permission.mapped("reader_gap")), {"no address of their own"})

    def test_an_end_that_has_moved_is_told_again(self):
        self.give_login()
        self.leo.birth_date = self.turns(OWN, days=10)
        self.look_after()
        self.tell()

        self.leo.birth_date = self.turns(OWN, days=20)

        self.assertEqual(len(self.tell()), 2)

    def test_at_an_earlier_age_nobody_is_told_that_they_decide_alone(self):
        self.give_login()
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
        self.let_days_pass()
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
