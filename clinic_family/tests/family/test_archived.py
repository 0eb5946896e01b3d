"""Archived people and deactivated accounts: what ends, what rests, and what comes back."""

from datetime import timedelta

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..common import TUESDAY
from ..family_common import FamilyHttpCase
from ..staff_common import StaffCase


@tagged("post_install", "-at_install")
class TestArchivedPeople(StaffCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.given = cls.grant(cls.leo, cls.mother, "book", "notify")
        cls.visit = cls.appointment(TUESDAY, "10:00", [cls.leo])
        cls.visit._update_state("cancelled")

    def test_nobody_acts_for_who_is_archived_and_the_ledger_says_why(self):
        self.leo.with_user(self.front_desk).action_archive()

        self.assertFalse(self.kinds(self.leo, self.mira))
        self.assertEqual(set(self.given.mapped("end_reason")), {"Archived."})
        self.assertEqual(self.given.ended_by_id, self.front_desk)

    def test_who_is_archived_acts_for_nobody(self):
        held = self.allow(self.leo, self.fergus, "book")
        self.father.active = False

        self.fergus.with_user(self.front_desk).action_archive()

        self.assertEqual(held.state, "ended")
        self.assertEqual(set(self.given.mapped("state")), {"live"})

    def test_a_relative_sees_no_visit_of_an_archived_child(self):
        visits = self.env["clinic.appointment"].with_user(self.mother)
        self.assertEqual(visits.search([("id", "=", self.visit.id)]), self.visit)

        self.leo.with_user(self.front_desk).action_archive()

        self.assertFalse(visits.search([("id", "=", self.visit.id)]))
        self.assertFalse(self.visit.with_user(self.mother).has_access("read"))

    def test_what_rests_or_begins_later_ends_too(self):
        self.given._suspend("For now")
        later = self.env.cr.now() + timedelta(days=3)
        upcoming = self.period(self.leo, self.father, "book", starts_at=later)

        self.leo.with_user(self.front_desk).action_archive()

        self.assertEqual(upcoming.end_reason, "Archived.")
        self.assertEqual(set(self.given.mapped("state")), {"ended"})

    def test_who_is_taken_up_again_is_asked_again(self):
        self.leo.with_user(self.front_desk).action_archive()
        self.leo.with_user(self.front_desk).action_unarchive()
        self.assertFalse(self.kinds(self.leo, self.mira))

    def test_who_is_archived_is_permitted_nothing(self):
        self.leo.active = False
        with self.assertRaisesRegex(ValidationError, "archived"):
            self.allow(self.leo, self.fergus, "book")

    def test_who_is_archived_asks_nobody_any_more(self):
        invitation = self.env["clinic.invitation"]._ask(
            self.fergus, {"name": "Leo", "kinds": "book"}, self.leo
        )
        self.leo.with_user(self.front_desk).action_archive()
        self.assertEqual(invitation.state, "withdrawn")

    def test_what_an_account_held_rests_when_it_is_deactivated(self):
        own = self.allow(self.mira, self.fergus, "book")

        self.mother.active = False

        self.assertEqual(set(self.given.mapped("state")), {"suspended"})
        self.assertEqual(set(self.given.mapped("end_reason")), {"The account was deactivated."})
        self.assertEqual(own.state, "live")

    def test_what_rests_is_resumed_by_somebody_and_not_by_activating_the_account(self):
        self.mother.active = False
        self.mother.active = True
        self.assertFalse(self.kinds(self.leo, self.mira))

        self.ledger(self.front_desk).browse(self.given.ids)._resume()

        self.assertEqual(self.kinds(self.leo, self.mira), ["book", "notify"])

    def test_what_has_not_begun_ends_with_the_account(self):
        later = self.env.cr.now() + timedelta(days=3)
        upcoming = self.period(self.leo, self.father, "book", starts_at=later)
        self.father.active = False
        self.assertEqual(upcoming.state, "ended")


@tagged("post_install", "-at_install")
class TestClosedAccounts(FamilyHttpCase):
    def test_a_session_from_before_an_account_was_deactivated_is_over_for_good(self):
        self.authenticate(self.mother.login, self.mother.login)
        self.assertEqual(self.url_open("/my/family", allow_redirects=False).status_code, 200)

        self.mother.active = False
        self.env.flush_all()
        closed = self.url_open("/my/family", allow_redirects=False)
        self.mother.active = True
        self.env.flush_all()
        opened = self.url_open("/my/family", allow_redirects=False)

        self.assertIn("/web/login", closed.headers["Location"])
        self.assertIn("/web/login", opened.headers["Location"])

    def test_an_api_key_from_before_an_account_was_deactivated_is_gone_for_good(self):
        keys = self.env["res.users.apikeys"].with_user(self.mother)
        # Without an end: that is judged by two clocks, of which one stands still here.
        key = keys.sudo()._generate("rpc", "Phone", None)
        self.assertEqual(keys._check_credentials(scope="rpc", key=key), self.mother.id)

        self.mother.active = False
        self.mother.active = True

        self.assertFalse(keys._check_credentials(scope="rpc", key=key))

    def test_a_device_that_was_trusted_before_is_asked_for_the_second_factor_again(self):
        devices = self.env["auth_totp.device"].with_user(self.mother).sudo()
        key = devices._generate("browser", "Phone", None)
        self.assertTrue(
            devices._check_credentials_for_uid(scope="browser", key=key, uid=self.mother.id)
        )

        self.mother.active = False
        self.mother.active = True

        self.assertFalse(
            devices._check_credentials_for_uid(scope="browser", key=key, uid=self.mother.id)
        )

    def test_who_logs_in_again_finds_what_is_their_own(self):
        self.mother.active = False
        self.mother.active = True
        self.assertEqual(self.get(self.mother, "/my/family").status_code, 200)
        self.assertEqual(self.held(self.leo, self.mother), [])
        self.assertNotEqual(self.held(self.leo, self.father), [])
