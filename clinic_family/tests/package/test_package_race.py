"""Two relatives and one last session, over real connections, at the same moment."""

from odoo import SUPERUSER_ID, api
from odoo.tests import tagged

from ..common import TUESDAY, written
from ..package_common import PackageBuilders
from ..race_common import RaceCase, get_rounds

ROUNDS = get_rounds(15)


@tagged("post_install", "-at_install", "-standard")
class TestLastSession(PackageBuilders, RaceCase):
    def build(self):
        result = super().build()
        self.company.clinic_package_use = "posted"
        self.sold = self.package(self.single, count=1)
        self.purchase = self.draft(self.sold, self.grandmother.partner_id)
        self.invoice_of(self.purchase).action_post()
        for user in (self.mother, self.father):
            self.grant(self.grandmother.partner_id, user, "packages")
        self.addCleanup(self.forget)
        return result

    def forget(self):
        self.clear()
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env.company.clinic_package_use = "paid"
            purchase = self.purchase.with_env(env)
            invoice = self.invoice_of(purchase)
            invoice.button_draft()
            invoice.with_context(force_delete=True).unlink()
            self.sold.with_env(env).unlink()
            cr.execute(
                "DELETE FROM clinic_permission WHERE grantor_id = %s",
                [self.grandmother.with_env(env).partner_id.id],
            )

    def clear(self):
        with self.registry.cursor() as cr:
            sessions = self.purchase.with_env(api.Environment(cr, SUPERUSER_ID, {})).session_ids
            cr.execute(
                "DELETE FROM clinic_package_session_change WHERE session_id = ANY(%s)",
                [sessions.ids],
            )
            cr.execute(
                "UPDATE clinic_package_session SET state = 'free', appointment_id = NULL,"
                " participant_id = NULL, permission_id = NULL WHERE id = ANY(%s)",
                [sessions.ids],
            )
        return super().clear()

    def choose_at(self, user, clock):
        """The user holds a time; what the page of the check-out then shows."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            bookings, me = self.see(env, user)
            start = written(TUESDAY, clock)
            bookings._hold(me, self.checkout(self.single, start, [me]))
            basket = bookings._find_basket(me).sudo()
            return basket.key, basket.version, basket._write_plan(basket._plan_sessions())

    def test_one_of_them_uses_it(self):
        for _round in range(ROUNDS):
            self.clear()
            mothers = self.choose_at(self.mother, "10:00")
            fathers = self.choose_at(self.father, "11:00")
            self.assertTrue(mothers[2] and fathers[2])

            answers = self.at_once(
                lambda env, shown=mothers: self.confirm_in(env, self.mother, shown),
                lambda env, shown=fathers: self.confirm_in(env, self.father, shown),
            )

            self.assertEqual(sorted(answers), ["done", "sessions"])
            with self.registry.cursor() as cr:
                [session] = self.purchase.with_env(
                    api.Environment(cr, SUPERUSER_ID, {})
                ).session_ids
                self.assertEqual(session.state, "reserved")
                self.assertEqual(session.appointment_id.state, "booked")
                self.assertEqual(len(session.change_ids), 1)

    def test_it_is_used_or_refunded(self):
        for _round in range(ROUNDS // 5):
            self.clear()
            shown = self.choose_at(self.mother, "10:00")

            answers = self.at_once(
                lambda env, shown=shown: self.confirm_in(env, self.mother, shown),
                self.refund_in,
            )

            with self.registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                session = self.purchase.with_env(env).session_ids
                credited = session.line_ids.filtered(lambda line: line.move_type == "out_refund")
                self.assertEqual(session.state == "refunded", bool(credited), answers)
                self.assertEqual(session.state == "reserved", answers[0] == "done", answers)
                notes = credited.move_id
                notes.button_draft()
                notes.with_context(force_delete=True).unlink()

    def refund_in(self, env):
        purchase = self.purchase.with_env(env)
        if purchase.session_ids.state != "free":
            return "used"
        purchase._refund_unused()
        return "refunded"
