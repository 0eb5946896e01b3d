from datetime import date, datetime, timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..staff_common import StaffCase


@tagged("post_install", "-at_install")
class TestPermissionLedger(StaffCase):
    def test_a_grant_keeps_who_when_and_basis(self):
        permission = self.allow(self.leo, self.mira, "book", basis="parental")

        self.assertEqual(permission.granted_by_id, self.front_desk)
        self.assertEqual(permission.starts_at, self.env.cr.now())
        self.assertEqual((permission.basis, permission.state), ("parental", "live"))

    def test_a_suspension_keeps_who_when_and_why(self):
        permission = self.allow(self.leo, self.mira, "book")

        permission.with_user(self.manager).sudo()._suspend("The court asked")

        self.assertEqual(permission.state, "suspended")
        self.assertEqual(permission.ended_by_id, self.manager)
        self.assertEqual(permission.end_reason, "The court asked")
        self.assertTrue(permission.ended_at)

    def test_a_resumed_permission_is_a_new_row_for_as_long_as_it_was_meant(self):
        until = self.env.cr.now() + timedelta(days=30)
        permission = self.allow(self.leo, self.mira, "book", basis="parental", ends_at=until)
        permission._suspend("The court asked")

        resumed = permission._resume()

        self.assertEqual(resumed.previous_id, permission)
        self.assertEqual((resumed.basis, resumed.ends_at), ("parental", permission.ends_at))
        self.assertEqual((permission.state, resumed.state), ("ended", "live"))

    def test_a_renewed_permission_closes_the_old_row_and_names_it(self):
        permission = self.allow(self.leo, self.mira, "book")
        until = datetime(2030, 1, 1)

        renewed = permission._renew(until)

        self.assertEqual((permission.end_kind, permission.ends_at), ("renewed", False))
        self.assertEqual((renewed.previous_id, renewed.ends_at), (permission, until))

    def test_an_ended_permission_keeps_who_when_and_why_the_first_time(self):
        permission = self.allow(self.leo, self.mira, "book")
        permission.with_user(self.manager).sudo()._revoke("She asked")

        permission.with_user(self.front_desk).sudo()._revoke("Again")

        self.assertEqual(permission.state, "ended")
        self.assertEqual(permission.ended_by_id, self.manager)
        self.assertEqual(permission.end_reason, "She asked")

    def test_nobody_rewrites_a_row(self):
        permission = self.allow(self.leo, self.mira, "book")
        admin = permission.with_user(self.env.ref("base.user_admin")).sudo()

        with self.assertRaisesRegex(UserError, "never rewritten"):
            admin.kind = "pay"
        with self.assertRaisesRegex(UserError, "never rewritten"):
            admin.end_reason = "Never closed, only annotated"

    def test_nobody_writes_a_closed_row(self):
        permission = self.allow(self.leo, self.mira, "book")
        permission._revoke("She asked")

        with self.assertRaisesRegex(UserError, "never rewritten"):
            permission.end_reason = "Something else"
        with self.assertRaisesRegex(UserError, "never rewritten"):
            permission.ended_at = False

    def test_nobody_deletes_a_row(self):
        permission = self.allow(self.leo, self.mira, "book")

        with self.assertRaisesRegex(UserError, "never deleted"):
            permission.with_user(self.env.ref("base.user_admin")).sudo().unlink()

    def test_staff_write_the_ledger_through_the_assistants_only(self):
        permission = self.allow(self.leo, self.mira, "book").with_user(self.manager)
        values = {"grantor_id": self.leo.id, "grantee_id": self.mira.id, "kind": "pay"}

        with self.assertRaises(AccessError):
            permission.create(values)
        with self.assertRaises(AccessError):
            permission.write({"ended_at": self.env.cr.now()})
        with self.assertRaises(AccessError):
            permission.unlink()

    def test_a_day_is_the_clinics_from_midnight_to_midnight(self):
        # Summer time in Auckland: the third of March begins at eleven on the second, UTC.
        permission = self.row(datetime(2026, 3, 2, 11), datetime(2026, 3, 3, 11))

        self.assertFalse(self.counted(date(2026, 3, 2)))
        self.assertEqual(self.counted(date(2026, 3, 3)), permission)
        self.assertFalse(self.counted(date(2026, 3, 4)))

    def test_what_was_ended_before_its_time_counted_until_then(self):
        closing = {"ended_at": datetime(2026, 3, 4, 0), "end_kind": "ended"}
        permission = self.row(datetime(2026, 3, 2, 11), False, **closing)

        self.assertEqual(self.counted(date(2026, 3, 4)), permission)
        self.assertFalse(self.counted(date(2026, 3, 5)))

    def test_what_ended_before_it_began_counted_on_no_day(self):
        closing = {"ended_at": datetime(2026, 3, 3, 1), "end_kind": "ended"}
        self.row(datetime(2026, 3, 3, 2), False, **closing)

        self.assertFalse(self.counted(date(2026, 3, 3)))

    def test_a_repeated_grant_adds_nothing(self):
        first = self.allow(self.leo, self.mira, "book", "pay")

        again = self.allow(self.leo, self.mira, "book", "pay", "book")

        self.assertFalse(again)
        self.assertEqual(self.history(), first)

    def test_granting_what_rests_continues_it(self):
        permission = self.allow(self.leo, self.mira, "book")
        permission._suspend("The court asked")

        granted = self.allow(self.leo, self.mira, "book")

        self.assertEqual(granted.previous_id, permission)
        with self.assertRaisesRegex(UserError, "Only a suspended permission"):
            permission._resume()

    def test_what_rests_can_be_ended_and_then_not_be_resumed(self):
        permission = self.allow(self.leo, self.mira, "book")
        permission._suspend("The court asked")

        permission._revoke("It is over")

        self.assertEqual(permission.state, "ended")
        self.assertEqual(permission.next_ids.end_reason, "It is over")
        with self.assertRaisesRegex(UserError, "Only a suspended permission"):
            permission._resume()

    def test_what_rests_beyond_its_end_can_not_be_resumed(self):
        now = self.env.cr.now()
        closing = {"ended_at": now - timedelta(days=2), "end_kind": "suspended"}
        permission = self.row(now - timedelta(days=3), now - timedelta(days=1), **closing)

        self.assertEqual(permission.state, "ended")

    def test_the_state_and_the_authorities_agree(self):
        now, day = self.env.cr.now(), timedelta(days=1)
        over = self.row(now - 2 * day, now - day)
        upcoming = self.row(now + day, False, kind="pay")
        live = self.row(now - day, now + day, kind="notify")
        suspended = self.allow(self.leo, self.mira, "receipts")
        suspended._suspend("The court asked")
        rows = over + upcoming + live + suspended

        authorities = self.env["clinic.authority"].search([("permission_id", "in", rows.ids)])

        self.assertEqual(authorities.permission_id, live)
        self.assertEqual(rows.mapped("state"), ["ended", "upcoming", "live", "suspended"])
        found = rows.search([("is_live", "=", True), ("id", "in", rows.ids)])
        self.assertEqual(found, live)

    def test_people_kept_apart_can_not_be_given_permissions(self):
        self.block(self.leo, self.mira)

        with self.assertRaisesRegex(ValidationError, "manager has to decide") as refusal:
            self.allow(self.leo, self.mira, "book")

        self.assertNotRegex(str(refusal.exception), "(?i)block|apart")

    def row(self, starts_at, ends_at, kind="book", **values):
        """A row of the ledger as it would stand there."""
        return self.env["clinic.permission"].create({
            "grantor_id": self.leo.id,
            "grantee_id": self.mira.id,
            "kind": kind,
            "starts_at": starts_at,
            "ends_at": ends_at,
            **values,
        })  # fmt: skip

    def history(self):
        return self.env["clinic.permission"].search([
            ("grantor_id", "=", self.leo.id), ("grantee_id", "=", self.mira.id),
        ])  # fmt: skip

    def counted(self, day):
        """What the front desk finds for that day, as the search box asks."""
        permissions = self.env["clinic.permission"].with_user(self.front_desk)
        domain = [("grantor_id", "=", self.leo.id), ("in_force_on", "=", day.isoformat())]
        return permissions.search(domain)
