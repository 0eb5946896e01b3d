import uuid
from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.fields import Domain
from odoo.tools import mute_logger

from ...exceptions import BasketChanged, BookingRefused

MOST_IN_A_BASKET = 10
# Who keeps choosing keeps their times, but not for ever.
LONGEST_HOLD = timedelta(hours=1)
# What ran out stays this long, so that a page left open says what became of it.
REMEMBERED = timedelta(minutes=15)


class ClinicBooking(models.Model):
    """One check-out by one person: a basket of held times, and then what was booked with it.

    A person has one open basket at most at each company. Its key is in the addresses of the pages;
    confirmed again, at the same moment or later, it answers with what it has booked already.
    """

    _name = "clinic.booking"
    _inherit = ["clinic.hidden.mixin", "clinic.passing.mixin", "clinic.written.mixin"]
    _description = "Booking"
    _order = "id desc"

    key = fields.Char(
        required=True,
        readonly=True,
        default=lambda self: uuid.uuid4().hex,
        groups="base.group_user",
    )
    state = fields.Selection(
        [("open", "Open"), ("confirmed", "Confirmed")],
        string="Status",
        required=True,
        readonly=True,
        default="open",
    )
    version = fields.Integer(
        readonly=True,
        groups="base.group_user",
        help="Counts the changes, so that nothing is confirmed that the page didn't show.",
    )
    booker_id = fields.Many2one(
        "res.partner", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.company,
        help="The company whose times are in it.",
    )
    opened_at = fields.Datetime(
        required=True,
        readonly=True,
        default=lambda self: fields.Datetime.now(),
        groups="base.group_user",
    )
    appointment_ids = fields.One2many(
        "clinic.appointment", "booking_id", readonly=True, groups="base.group_user"
    )
    undo_until = fields.Datetime(
        readonly=True, help="Until then it is taken back without a trace and without a message."
    )

    _key_unique = models.UniqueIndex("(booker_id, key)", "This check-out has been sent already.")
    _one_open = models.UniqueIndex(
        "(booker_id, company_id) WHERE state = 'open'", "This person has an open check-out already."
    )

    @api.depends("booker_id", "create_date")
    def _compute_display_name(self):
        for booking in self:
            booking.display_name = self.env._("Booking by %s", booking.booker_id.sudo().name)

    @api.model
    def _find(self, booker, key):
        """The booking this person made under this key, if any."""
        # The key is the booker's secret: who knows both has made the booking.
        domain = [("booker_id", "=", booker.id), ("key", "=", key)]
        return self.sudo().search_fetch(domain).sudo(False)

    @api.model
    def _find_basket(self, booker):
        """The person's open basket at this company, if any."""
        return self.sudo().search_fetch([
            ("booker_id", "=", booker.id),
            ("company_id", "=", self.env.company.id),
            ("state", "=", "open"),
        ]).sudo(False)  # fmt: skip

    def _get_appointments(self):
        """The booking's appointments, those of them the reader may see."""
        return self.sudo().appointment_ids.sudo(False)._filtered_access("read")

    # Holding

    @api.model
    def _hold(self, booker, checkout):
        """Keeps the time asked for in the booker's basket, for those chosen so far.

        Holding the same start again changes who comes; another one replaces the time for which
        nobody has been chosen yet. Raises BookingRefused, and SlotTaken when somebody else was
        first.
        """
        service = self._get_service(checkout)
        self._note_births(booker, checkout)
        coming = self._prepare_coming(booker, service, checkout)
        # The booker may do this (verified here), which a portal user's own rights don't allow.
        basket_sudo = self.with_company(service.company_id).sudo()._open_basket(booker)
        wish = basket_sudo._read_wish(service, checkout)
        held_sudo = basket_sudo._find_held(service, wish)
        if held_sudo:
            basket_sudo._verify_held_lately(held_sudo.location_id)
        else:
            held_sudo = basket_sudo._replace_unfinished(service, wish)
        if coming:
            held_sudo._set_coming(**coming)
        basket_sudo._prolong()
        return held_sudo.sudo(False)

    def _replace_unfinished(self, service, wish):
        """Takes the time asked for instead of the one just chosen, which stays when it's refused.

        A refusal is explained on a page, and what was done until then is stored: nothing is
        changed before all is judged. What was chosen becomes what is chosen now.
        """
        unfinished = self._get_unfinished()
        replaced = unfinished[:1]
        more = 1 - len(unfinished)
        self._verify_room(more)
        practitioners, values = self._verify_start(service, wish, without=unfinished)
        location = wish[0].with_env(self.env)
        self._verify_held_lately(location, more)
        self._verify_upcoming(location, len(self._get_finished()) + 1)
        taken = self._take(practitioners, values, replaced)
        (unfinished - replaced).unlink()
        return taken

    @api.model
    def _hold_all(self, booker, checkouts):
        """Keeps all these times in the booker's basket, or none of them.

        What an earlier plan held for the same person and service gives way to them; what was
        chosen by itself stays. Who loses one to somebody else gets none, and keeps what they had.
        Raises as ``_hold`` does.
        """
        wanted = [(self._get_service(one), one) for one in checkouts[: MOST_IN_A_BASKET + 1]]
        coming = [self._prepare_coming(booker, *each) for each in wanted]
        company = self.env["clinic.service"].union(*(each[0] for each in wanted)).company_id
        if not all(coming) or len(company) != 1:
            raise BookingRefused("nobody", self.env._("Please choose who is coming."))
        basket_sudo = self.with_company(company).sudo()._open_basket(booker)
        # In one order before the first is taken: two who want each other's times would deadlock.
        wishes = [(service, basket_sudo._read_wish(service, one)) for service, one in wanted]
        self.env["clinic.practitioner"].union(*(wish[2] for _service, wish in wishes))._lock()
        with self.env.cr.savepoint():
            held_sudo = basket_sudo._take_all(wishes, coming)
            key = uuid.uuid4().hex
            for visit_sudo, people in zip(held_sudo, coming, strict=True):
                visit_sudo._set_planned(key)
                visit_sudo._set_coming(**people)
            basket_sudo._prolong()

    def _take_all(self, wishes, coming):
        """The visits at these times, in this order: those held already, and the rest taken."""
        held = self._match_held(wishes, coming)
        kept = self.env["clinic.appointment"].union(*held)
        pairs = {
            (service, each["people"]) for (service, _wish), each in zip(wishes, coming, strict=True)
        }
        over = self._get_planned(pairs) - kept
        more = len([visit for visit in held if not visit])
        # What gives way to another counts as that one, so that plans can be compared.
        self._note_let_go(over[more:])
        ((over | self._get_unfinished()) - kept).unlink()
        location = wishes[0][1][0].with_env(self.env)
        self._verify_room(more)
        self._verify_held_lately(location, more)
        self._verify_upcoming(location, len(self._get_finished()) + more)
        return [
            visit or self._take(*self._verify_start(*each))
            for visit, each in zip(held, wishes, strict=True)
        ]

    def _get_planned(self, pairs):
        """What a plan holds for one of these pairs of a service and those who come."""
        return self._get_finished().filtered(
            lambda visit: (
                visit.is_planned and (visit.service_id, visit.participant_ids.partner_id) in pairs
            )
        )

    def _open_basket(self, booker):
        """The person's basket, made when there is none; of two clicks at once one is retried."""
        basket = self._find_basket(booker).sudo()
        booker.with_env(self.env)._put_typed_address_aside()
        if not basket:
            try:
                with mute_logger("odoo.sql_db"):
                    return self.create({"booker_id": booker.id, "version": 1})
            except UniqueViolation as error:
                raise ConcurrencyError("the basket was opened at the same moment") from error
        basket._read_all()
        if not basket._is_holding():
            basket._note_run_out()
            basket.opened_at = fields.Datetime.now()
        basket._count_change()
        return basket

    def _is_holding(self):
        """Whether something in it is still held: when all ran out, it begins anew."""
        now = fields.Datetime.now()
        return any(visit.held_until and visit.held_until > now for visit in self.appointment_ids)

    def _count_change(self):
        """Writes the row for which two requests about one basket compete: one is retried."""
        self.version += 1
        with mute_logger("odoo.sql_db"):
            self.flush_recordset()

    def _get_unfinished(self):
        """The time just chosen, for which nobody has been named yet."""
        return self.appointment_ids.filtered(
            lambda visit: visit.state == "held" and not visit.participant_ids
        )

    def _get_finished(self):
        """The held times that can be booked as they are."""
        return self.appointment_ids.filtered(
            lambda visit: visit.state == "held" and visit.participant_ids
        )

    def _get_gone(self):
        """The times that ran out and were taken by somebody else."""
        return self.appointment_ids.filtered(lambda visit: visit.state == "cancelled")

    def _verify_room(self, more=1):
        if len(self.appointment_ids) + more > MOST_IN_A_BASKET:
            raise BookingRefused("basket_full", self.env._(
                "You have chosen %(count)s appointments. Please book these first.",
                count=len(self.appointment_ids),
            ))  # fmt: skip

    def _prolong(self):
        """All that is held is held for the clinic's time from now on."""
        held = self._get_finished() + self._get_unfinished()
        minutes = min(held.company_id.mapped("clinic_hold_minutes"))
        until = fields.Datetime.now() + timedelta(minutes=minutes)
        held.held_until = min(until, self.opened_at + LONGEST_HOLD)
        held.flush_recordset()

    @api.model
    def _remove(self, booker, appointment_id):
        """Takes one time out of the person's basket and frees it; harmless when it isn't there."""
        basket_sudo = self._find_basket(booker).sudo()
        removed_sudo = basket_sudo.appointment_ids.filtered(lambda one: one.id == appointment_id)
        if removed_sudo:
            basket_sudo._count_change()
            basket_sudo._note_let_go(removed_sudo)
            removed_sudo.unlink()

    # Confirming

    @api.model
    def _confirm(self, booker, key, version, plan="", meant=()):
        """Books what is held in the basket, once, and answers with the booking.

        ``plan`` says which package sessions the page showed, ``meant`` which visits at once are
        meant so. Everything is judged again as it is now. Raises BasketChanged when the page
        showed something else, and BookingRefused; then nothing is booked.
        """
        booking_sudo = self._find(booker, key).sudo()
        booking_sudo._read_all()
        if booking_sudo and not booking_sudo._is_to_confirm():
            return booking_sudo.sudo(False)
        if not booking_sudo or booking_sudo.version != version or booking_sudo._get_gone():
            raise BasketChanged("basket", self.env._(
                "What you had chosen has changed meanwhile. Please look at it again."
            ))  # fmt: skip
        visits_sudo = booking_sudo._get_finished()
        if not visits_sudo:
            raise BookingRefused("nobody", self.env._("Please choose who is coming."))
        booking_sudo._count_change()
        for company_sudo, visits in visits_sudo.grouped("company_id").items():
            booking_sudo._verify_upcoming(visits.location_id[:1], len(visits), company_sudo)
        self._verify_clashes(booking_sudo, meant)
        visits_sudo.practitioner_id._lock()
        with self.env["clinic.authority"]._knowing(booker, ["book", "pay", "packages"]):
            for visit_sudo in visits_sudo:
                try:
                    self._verify_held(booker, visit_sudo)
                except BookingRefused as refusal:
                    raise BookingRefused(
                        refusal.reason, f"{visit_sudo.local_time}: {refusal}"
                    ) from refusal
            planned = booking_sudo._verify_plan(plan)
        booking_sudo._close(visits_sudo, planned)
        return booking_sudo.sudo(False)

    def _is_to_confirm(self):
        """Whether it waits to be booked by the one who chose what is in it."""
        return self.state == "open"

    def _verify_held(self, booker, visit_sudo):
        """A held time may still be booked, for these people, by this payer."""
        service = self._get_service(visit_sudo)
        places = service._get_places()  # first: what it reads of the place is asked for below
        checkout = visit_sudo._get_checkout()
        coming = self._prepare_coming(booker, service, checkout, is_held=True)
        self._verify_offered(service, checkout, visit_sudo, places=places)
        visit_sudo._set_coming(**coming)

    def _close(self, visits, plan):
        self._get_unfinished().unlink()
        visits.held_until = False
        visits._reserve_planned(plan)
        visits._update_state("booked")
        # Their companies', because that is when the messages leave.
        self.write({"state": "confirmed", "undo_until": visits.company_id._get_undo_until()})

    @api.model
    def _clear_baskets(self):
        """Deletes what was held and never booked, some time after it ran out."""
        before = fields.Datetime.now() - REMEMBERED
        stale = self.search([
            ("state", "=", "open"),
            ("opened_at", "<", before),
            ("appointment_ids", "not any", [("held_until", ">=", before)]),
        ])  # fmt: skip
        stale._note_run_out()
        stale.appointment_ids.unlink()
        stale.unlink()

    @api.model
    def _get_passed(self):
        to_come = [("stop", ">", fields.Datetime.now())]
        over = Domain("state", "=", "confirmed") & Domain("appointment_ids", "not any", to_come)
        return over & self._get_older("opened_at")

    def _forget(self):
        self.appointment_ids.booking_id = False
        return super()._forget()

    # Package sessions, shown before they are used

    def _plan_sessions(self):
        """The sessions that pay for what is in the basket, as it is now; see the appointment's."""
        return self._get_finished().sorted("start")._plan_sessions(self.booker_id)

    def _plan_declined(self):
        """The sessions that could pay for what will be paid instead, beside those planned."""
        visits = self._get_finished().sorted("start")
        declined = visits.filtered(lambda visit: not visit.uses_session)
        if not declined:
            return []
        fees = (visits - declined)._get_session_fees() + declined._get_session_fees()
        plan = visits._plan_fees(fees, self.booker_id)
        return [row for row in plan if row[0] in declined and row[2]]

    @api.model
    def _write_plan(self, plan):
        """The plan as the page carries it, so that nothing is used that it didn't show."""
        return ",".join(
            f"{appointment.id}-{participant.partner_id.id}-{session.id}"
            for appointment, participant, session, _permission_id in plan
            if session
        )

    def _verify_plan(self, shown):
        """The sessions the page showed are still those that would be used; returns the plan."""
        plan = self._plan_sessions()
        if self._write_plan(plan) != shown:
            raise BasketChanged("sessions", self.env._(
                "The package sessions you can use have changed meanwhile. Please look at it again."
            ))  # fmt: skip
        return plan

    def _is_to_pay(self):
        """Whether a fee of what was booked isn't paid with a session."""
        visits_sudo = self.sudo().appointment_ids.filtered(lambda visit: visit.state == "booked")
        return bool(visits_sudo.filtered("service_id.fee")._get_session_fees())

    @api.model
    def _choose_payment(self, booker, appointment_id, uses_session):
        """Whether a session pays for this time in the person's basket, if one counts for it."""
        basket_sudo = self._find_basket(booker).sudo()
        chosen_sudo = basket_sudo.appointment_ids.filtered(lambda one: one.id == appointment_id)
        if chosen_sudo:
            basket_sudo._count_change()
            chosen_sudo.uses_session = uses_session
