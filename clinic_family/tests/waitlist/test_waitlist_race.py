"""The wait list, those who answer and those who book on the site, over real connections."""

from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.tests import tagged

from ..common import TUESDAY
from ..race_common import TEN, RaceCase, get_rounds

# As many as one likes; a few each time.
ROUNDS = get_rounds(4)
PAST = "2027-03-28 19:59:00"


class Killed(Exception):
    """The server stops here."""


@tagged("post_install", "-at_install", "-standard")
class TestWaitlistRace(RaceCase):
    """Three wait for ten o'clock on Tuesday, and nothing else; a fourth books on the site."""

    def build(self):
        self.waiting = (self.mother, self.father, self.grandmother)
        everybody = self.mother + self.father + self.grandmother + self.stranger
        self.bookers = tuple(everybody.partner_id.ids)
        self.addCleanup(self.clear)

    def clear(self):
        with self.registry.cursor() as cr:
            cr.execute("DELETE FROM clinic_wait_request WHERE booker_id IN %s", [self.bookers])
        return super().clear()

    def wait(self):
        """All of them wait, in this order."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            for user in self.waiting:
                person = user.with_env(env).partner_id
                env["clinic.wait.request"]._join(person, person, {
                    "service_id": self.single.id,
                    "date_from": TUESDAY,
                    "date_until": TUESDAY,
                    "hour_from": 10,
                    "hour_to": 10.5,
                })  # fmt: skip

    def look_in(self, env):
        env["clinic.waitlist"]._look()

    def run_out(self):
        """Nobody answers in time."""
        with self.registry.cursor() as cr:
            cr.execute("UPDATE clinic_wait_offer SET ends_at = %s WHERE state = 'open'", [PAST])
            cr.execute(
                "UPDATE clinic_appointment SET held_until = %s"
                " WHERE location_id = %s AND state = 'held'",
                [PAST, self.harbour.id],
            )

    def see_offers(self):
        """To whom what was offered, and what became of it, in order."""
        with self.registry.cursor() as cr:
            cr.execute(
                "SELECT request.booker_id, offer.state FROM clinic_wait_offer offer"
                " JOIN clinic_wait_request request ON request.id = offer.request_id"
                " WHERE request.booker_id IN %s ORDER BY offer.id",
                [self.bookers],
            )
            return cr.fetchall()

    def accept_in(self, env, user):
        pages = env(user=user.id)["clinic.page.waitlist"]
        me = user.with_env(env).partner_id
        request = env["clinic.wait.request"].search([("booker_id", "=", me.id)])
        offer = pages._find_offer(request.id)
        offer._accept(me, offer.booking_id.version, "", ())

    def pass_on(self, times):
        """So many let it run out, one after the other."""
        self.clear()
        self.wait()
        self.request(self.look_in)
        for _time in range(times):
            self.run_out()
            self.request(self.look_in)

    def test_of_three_in_turn_the_last_accepts_while_a_fourth_books_on_the_site(self):
        mother, father, grandmother, _stranger = self.bookers
        for _round in range(ROUNDS):
            self.pass_on(2)
            self.assertEqual(
                self.see_offers(), [(mother, "over"), (father, "over"), (grandmother, "open")]
            )

            answers = self.at_once(
                lambda env: self.accept_in(env, self.grandmother),
                lambda env: self.hold_in(env, self.stranger, TEN),
                self.look_in,
            )

            self.assertEqual(answers, ["done", "taken", "done"])
            self.assertEqual(self.look(), [(grandmother, "booked")])
            self.assertEqual(self.see_offers()[-1], (grandmother, "accepted"))

    def test_as_it_runs_out_one_has_it_and_everybody_knows(self):
        _mother, father, _grandmother, stranger = self.bookers
        for _round in range(ROUNDS):
            self.pass_on(0)
            self.run_out()

            answers = self.at_once(
                lambda env: self.accept_in(env, self.mother),
                lambda env: self.hold_in(env, self.stranger, TEN),
                self.look_in,
            )
            self.request(self.look_in)

            holder = stranger if answers[1] == "done" else father
            self.assertEqual(answers[0], "offer_over")
            self.assertEqual(self.look(), [(holder, "held")], answers)
            open_to = [who for who, state in self.see_offers() if state == "open"]
            self.assertEqual(open_to, [] if holder == stranger else [father])

    def test_accepted_twice_and_left_at_once_it_is_booked_once_or_free(self):
        mother, father, *_others = self.bookers
        for _round in range(ROUNDS):
            self.pass_on(0)

            answers = self.at_once(
                lambda env: self.accept_in(env, self.mother),
                lambda env: self.accept_in(env, self.mother),
                self.leave_in,
            )
            self.request(self.look_in)

            is_booked = "done" in answers[:2]
            expected = (mother, "booked") if is_booked else (father, "held")
            self.assertEqual(self.look(), [expected], answers)

    def test_killed_in_the_middle_nothing_is_offered_and_the_next_look_offers_it(self):
        mother, *_others = self.bookers
        self.clear()
        self.wait()

        with (
            patch.object(self.registry["clinic.message"], "_queue_offer", side_effect=Killed),
            self.assertRaises(Killed),
        ):
            self.request(self.look_in)
        self.assertEqual((self.look(), self.see_offers()), ([], []))
        self.request(self.look_in)

        self.assertEqual(self.look(), [(mother, "held")])
        self.assertEqual(self.see_offers(), [(mother, "open")])

    def leave_in(self, env):
        me = self.mother.with_env(env).partner_id
        env["clinic.wait.request"].search([("booker_id", "=", me.id)])._end("left")
