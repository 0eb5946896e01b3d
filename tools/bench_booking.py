"""What a patient waits for who books among many visits: hold, confirm, a taken time, and a move.

Each is done and taken back, with nothing in Odoo's record cache, as often as the lists are read.
The constraint against overlaps is away meanwhile (see `bench_data`), and not in the times.
"""

import statistics

from tools.bench_watch import Clock

REPEATS, OTHER = 9, "rosa"
# Milliseconds it ought to take, and how often it may ask the database: what it does now.
TARGETS = {
    "a time is held": 20,
    "a taken time is refused": 10,
    "a check-out is confirmed": 20,
    "a visit is moved": 25,
}
QUERIES = {
    "a time is held": 20,
    "a taken time is refused": 8,
    "a check-out is confirmed": 20,
    "a visit is moved": 28,
}


def time_jobs(env, service_id):
    """What each takes, as `bench.measure` lists it."""
    booking = Booking(env, service_id)
    jobs = {
        "a time is held": (lambda: None, lambda _given: booking.hold(booking.free[0])),
        "a taken time is refused": (booking.prepare_taken, booking.refuse),
        "a check-out is confirmed": (booking.prepare_held, booking.confirm),
        "a visit is moved": (booking.prepare_booked, booking.move),
    }
    return [_time(env, name, *job) for name, job in jobs.items()]


def _time(env, name, prepare, job):
    took = []
    for _number in range(REPEATS):
        savepoint = env.cr.savepoint()
        given = prepare()
        env.flush_all()
        env.invalidate_all()
        # What Odoo reads for every page.
        env.user.partner_id.name, env.company.sudo().name
        clock, count = Clock(env.cr), env.cr.sql_log_count
        job(given)
        env.flush_all()
        took.append(clock.read())
        queries = env.cr.sql_log_count - count
        env.cr.precommit.clear()
        savepoint.close(rollback=True)
        env.invalidate_all()
    passed, worked = zip(*took, strict=True)
    return {
        "name": name,
        "ms": statistics.median(passed),
        "best": min(passed),
        "worked": statistics.median(worked),
        "queries": queries,
        "most_ms": TARGETS[name],
    }


class Booking:
    """A patient who books for themselves, two weeks ahead."""

    def __init__(self, env, service_id):
        from odoo.addons.clinic_family.engine.instants import get_now, write_start
        from odoo.addons.clinic_family.engine.intervals import Interval

        self.env, self.me = env, env.user.partner_id
        self.bookings = env["clinic.booking"]
        self.service = env["clinic.service"].browse(service_id)
        practitioners, locations = self.service._get_places()
        self.practitioner, self.location = practitioners[:1], locations[:1]
        begins = get_now() + 14 * 24 * 3600
        window = Interval(begins, begins + 7 * 24 * 3600)
        starts = self.service._get_starts(window, self.practitioner, self.location)
        zone = self.location._get_zone()
        self.free = [write_start(one, zone) for one in starts[self.location.id]]

    def hold(self, start):
        from odoo.addons.clinic_family.engine.checkout import Checkout

        me, place = self.me.id, (self.practitioner.id, self.location.id)
        checkout = Checkout(self.service.id, *place, start, (me,), me)
        return self.bookings._hold(self.me, checkout).sudo()

    def prepare_held(self):
        basket = self.hold(self.free[0]).booking_id
        return basket.key, basket.version

    def confirm(self, shown):
        """What the page of the basket showed is in its form."""
        self.bookings._confirm(self.me, *shown)

    def prepare_booked(self):
        visit = self.hold(self.free[0])
        self.confirm((visit.booking_id.key, visit.booking_id.version))
        return visit.sudo(False)

    def move(self, visit):
        visit._reschedule(self.me, self.free[-1], self.practitioner.id, self.location.id)

    def prepare_taken(self):
        """Somebody else has just taken it."""
        other = self.env["res.users"].sudo().search([("login", "=", OTHER)])
        Booking(self.env(user=other.id), self.service.id).hold(self.free[0])

    def refuse(self, _given):
        from odoo.addons.clinic_family.exceptions import BookingRefused

        try:
            self.hold(self.free[0])
        except BookingRefused as refusal:
            if refusal.reason == "taken":
                return
        raise AssertionError("the same time was given twice")
