"""Requests over real connections, as Odoo serves them, and what became of them."""

import os
from datetime import datetime

from psycopg2.errors import CheckViolation, SerializationFailure

from odoo import SUPERUSER_ID, api
from odoo.exceptions import ConcurrencyError

from ..exceptions import BookingRefused
from .common import NOW, TUESDAY, ConnectionsCase, written

TEN, ELEVEN = (written(TUESDAY, clock) for clock in ("10:00", "11:00"))


def get_rounds(usual):
    """How often a race is run: as often as `make rounds` asks, or as is enough day by day."""
    return int(os.environ.get("CLINIC_FAMILY_ROUNDS", usual))


class RaceCase(ConnectionsCase):
    """Two people who hold, confirm and are refused, each in a request of their own."""

    def build(self):
        self.bookers = tuple((self.mother + self.father).partner_id.ids)
        self.addCleanup(self.clear)

    def request(self, action):
        """As Odoo serves it: what fails on another's work is judged anew."""
        while True:
            with self.registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                try:
                    answer = action(env) or "done"
                    env.flush_all()
                    cr.commit()  # pylint: disable=invalid-commit
                    return answer
                except (SerializationFailure, ConcurrencyError):
                    cr.rollback()
                except CheckViolation:
                    cr.rollback()
                    return "full"
                except BookingRefused as refusal:
                    # A page explains it, and what was done until then is stored.
                    env.flush_all()
                    cr.commit()  # pylint: disable=invalid-commit
                    return refusal.reason

    def see(self, env, user):
        return env(user=user.id)["clinic.booking"], user.with_env(env).partner_id

    def hold_in(self, env, user, start=TEN):
        bookings, me = self.see(env, user)
        bookings._hold(me, self.checkout(self.single, start, [me]))

    def confirm_in(self, env, user, shown):
        bookings, me = self.see(env, user)
        bookings._confirm(me, *shown)

    def clear(self):
        """Nothing is booked or held."""
        with self.registry.cursor() as cr:
            cr.execute("DELETE FROM clinic_appointment WHERE location_id = %s", [self.harbour.id])
            cr.execute("DELETE FROM clinic_booking WHERE booker_id IN %s", [self.bookers])

    def choose(self, user, is_over=False):
        """The user holds ten o'clock; what the page of the check-out then shows."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            self.hold_in(env, user)
            basket = env["clinic.booking"]._find_basket(user.with_env(env).partner_id)
            if is_over:
                basket.appointment_ids.held_until = datetime.fromisoformat(NOW)
            return basket.key, basket.version

    def look(self):
        """Whose the visits in a blocking state are, and how far they have come."""
        with self.registry.cursor() as cr:
            visits = api.Environment(cr, SUPERUSER_ID, {})["clinic.appointment"].search([
                ("location_id", "=", self.harbour.id), ("state", "!=", "cancelled"),
            ])  # fmt: skip
            return [(visit.payer_id.id, visit.state) for visit in visits]
