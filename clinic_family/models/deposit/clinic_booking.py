import logging
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.fields import Domain

from ...exceptions import BasketChanged, BookingRefused
from ..booking.clinic_booking import LONGEST_HOLD, REMEMBERED

_logger = logging.getLogger(__name__)
# Who has begun to pay may take this long; what a bank needs longer for keeps its time for a day.
PAYING_TAKES = timedelta(minutes=30)
PENDING_TAKES = timedelta(days=1)


class ClinicBooking(models.Model):
    """A check-out that is paid before it is booked.

    Confirmed, it waits with its times and sessions kept; the payment books it, all of it or
    nothing. What was paid for what can't be booked any more goes back.
    """

    _inherit = "clinic.booking"

    state = fields.Selection(
        selection_add=[("paying", "Being Paid"), ("confirmed",)],
        ondelete={"paying": "cascade"},
    )
    transaction_ids = fields.One2many(
        "payment.transaction", "clinic_booking_id", readonly=True, groups="base.group_user"
    )

    def _close(self, visits, plan):
        """Books what is free of charge at once, and the rest when it has been paid."""
        if self.state == "paying":
            return super()._close(visits, plan)
        if self._needs_card():
            raise BookingRefused("card", self.env._(
                "A saved card is needed to book this. Nothing is charged now. Please save one "
                "under “Payment methods”, and come back to book."
            ))  # fmt: skip
        for visit in visits:
            card = visit._get_card_for_fee()
            if card or visit.fee_card_id:
                visit.fee_card_id = card
                visit.fee_card_limit = visit._get_fee_limit() if card else 0
        due = {visit: visit._get_due_online(plan) for visit in visits}
        if not any(due.values()):
            return super()._close(visits, plan)
        self._verify_payable(sum(due.values()))
        self._get_unfinished().unlink()
        visits._reserve_planned(plan)
        for visit, amount in due.items():
            visit.deposit = amount
        self.state = "paying"
        self._prolong()
        return None

    @api.model
    def _get_passed(self):
        """What was paid with stays with the payment."""
        return super()._get_passed() & Domain("transaction_ids", "=", False)

    def _needs_card(self):
        """Whether something in it asks for a saved card, and its booker has none."""
        services_sudo = self.sudo()._get_finished().service_id
        if "card" not in services_sudo.mapped("paid_online"):
            return False
        return not self._get_own_cards()

    def _get_own_cards(self):
        """The saved cards of its booker, with full rights, the latest first."""
        return self.env["payment.token"].sudo()._get_available_tokens(
            self._get_providers(0, is_validation=True, force_tokenization=True).ids,
            self.sudo().booker_id.id,
        )  # fmt: skip

    def _get_fee_card(self):
        """The card that its booker agrees to, who books it in person: of several the first saved.

        Staff who book for somebody agree to nothing.
        """
        cards_sudo = self._get_own_cards()
        is_booker = self.env.user.partner_id == self.sudo().booker_id
        return cards_sudo[-1:] if is_booker else cards_sudo.browse()

    def _write_fee_card(self):
        """Card and amount as the page carries them: none is agreed to that it didn't show."""
        return ",".join(
            f"{card.id}:{visit._get_fee_limit()}"
            for visit in self.sudo()._get_finished()
            if (card := visit._get_card_for_fee())
        )

    def _write_plan(self, plan):
        text, card = super()._write_plan(plan), self._write_fee_card()
        return f"{text};{card}" if card else text

    def _verify_plan(self, shown):
        if (shown or "").partition(";")[2] != self._write_fee_card():
            raise BasketChanged("card", self.env._(
                "Your saved cards, or the fee for a missed visit, have changed meanwhile. Please "
                "look at it again."
            ))  # fmt: skip
        return super()._verify_plan(shown)

    def _get_amount(self):
        """What is to be paid before it is booked."""
        return sum(self.sudo().appointment_ids.mapped("deposit"))

    def _verify_payable(self, amount):
        if not self._get_providers(amount):
            raise BookingRefused("unpayable", self.env._(
                "This is paid as it is booked, and paying online doesn't work at the moment. "
                "Please call %s.",
                self._get_whom_to_call(self._get_finished().location_id[:1]),
            ))  # fmt: skip

    def _get_providers(self, amount, **report):
        """Those with whom the booker can pay this amount, with full rights.

        Of the clinic's own company, in whose books it stands; and none that takes a transfer for
        a payment that is on its way.
        """
        company_sudo = self.sudo().company_id
        providers_sudo = self.env["payment.provider"].sudo()
        found_sudo = providers_sudo._get_compatible_providers(
            company_sudo.id,
            self.sudo().booker_id.id,
            amount,
            currency_id=company_sudo.currency_id.id,
            **report,
        )
        return found_sudo.filtered(
            lambda one: one.company_id == company_sudo and one.code != "custom"
        )

    # Paying

    @api.model
    def _begin_paying(self, booker, key, amount=0, provider_id=None, **form):
        """Judges it once more as the payment begins; what Odoo's transaction is made with.

        Its times are kept while somebody pays. Raises BookingRefused, and then nothing is charged.
        """
        booking_sudo = self._find(booker, key).sudo()
        if booking_sudo.state != "paying":
            raise self._refuse_paying()
        # Who begins queues up: of two at once the second sees what the first has done.
        booking_sudo._count_change()
        if any(one._is_under_way() for one in booking_sudo.transaction_ids):
            raise BookingRefused("being_paid", self.env._(
                "This is being paid already. Please wait a moment and open the page again."
            ))  # fmt: skip
        visits_sudo = booking_sudo._get_finished()
        if not visits_sudo or visits_sudo != booking_sudo.appointment_ids:
            raise self._refuse_paying()
        visits_sudo.practitioner_id._lock()
        for visit_sudo in visits_sudo:
            self._verify_unchanged(booker, visit_sudo)
        due, currency = booking_sudo._get_amount(), booking_sudo.company_id.currency_id
        is_number = isinstance(amount, (int, float)) and not form.get("is_validation")
        if not is_number or currency.compare_amounts(amount, due):
            raise BookingRefused("amount", self.env._(
                "That isn't what is to be paid. Please open the page again."
            ))  # fmt: skip
        if provider_id not in booking_sudo._get_providers(due).ids:
            raise BookingRefused("provider", self.env._("It can't be paid that way."))
        until = min(fields.Datetime.now() + PAYING_TAKES, booking_sudo.opened_at + LONGEST_HOLD)
        if until < fields.Datetime.now():
            raise self._refuse_paying()
        visits_sudo.held_until = until
        return {
            "amount": due,
            "currency_id": currency.id,
            "partner_id": booker.id,
            "landing_route": f"/book/pay/{key}",
            # The same, should the request be run again: a provider charges one reference once.
            "reference_prefix": f"B{booking_sudo.id}",
            "custom_create_values": {"clinic_booking_id": booking_sudo.id},
        }

    def _verify_unchanged(self, booker, visit_sudo):
        """It may still be booked, for these people, by this payer, as it was confirmed."""
        checkout = visit_sudo._get_checkout()
        service = self._get_service(checkout)
        self._prepare_coming(booker, service, checkout, is_held=True)
        self._verify_offered(service, checkout, visit_sudo)

    @api.model
    def _refuse_paying(self):
        return BookingRefused("gone", self.env._(
            "What you had chosen has changed meanwhile. Nothing was charged. Please choose again."
        ))  # fmt: skip

    @api.model
    def _stop_paying(self, booker, key):
        """Back to the basket, as long as no payment is under way; says whether it went back."""
        booking_sudo = self._find(booker, key).sudo()
        if booking_sudo.state != "paying":
            return True
        booking_sudo._count_change()
        if any(one._is_under_way() for one in booking_sudo.transaction_ids):
            return False
        booking_sudo.transaction_ids.filtered(lambda one: one.state == "draft")._set_canceled()
        visits_sudo = booking_sudo.appointment_ids
        visits_sudo.deposit = 0
        for session_sudo in visits_sudo.session_ids:
            session_sudo._give_back(self.env._("Not booked."))
        opener_sudo = self.with_company(booking_sudo.company_id).sudo()
        basket_sudo = opener_sudo._open_basket(booker)
        visits_sudo.booking_id = basket_sudo
        # Going back and forth keeps nothing for longer.
        basket_sudo.opened_at = min(basket_sudo.opened_at, booking_sudo.opened_at)
        return True

    # Paid

    def _book_paid(self, transaction):
        """Books what this payment is for, all of it or nothing; once, however often it is told.

        What can't be booked any more is paid back as the payment is booked.
        """
        self._count_change()
        if self.state != "paying":
            return
        visits = self._get_finished()
        visits.practitioner_id._lock()
        is_all = visits and visits == self.appointment_ids
        if not is_all or self.company_id.currency_id.compare_amounts(
            self._get_amount(), transaction.amount
        ):
            return
        booking = self._as_booker()
        try:
            with self.env.cr.savepoint():
                booking._verify_still(visits.with_env(booking.env))
                booking._close(visits.with_env(booking.env), [])
                transaction.clinic_is_booked = True
        except (OperationalError, ConcurrencyError):
            raise
        except UserError as error:
            _logger.warning("Booking %s was paid and not booked: %s", self.id, error)
        except Exception:
            # Whatever is wrong: what a provider tells isn't lost, and the money goes back.
            _logger.exception("Booking %s was paid and not booked", self.id)

    def _verify_still(self, visits):
        """What is paid long after it was begun is booked only if it may be, and is still ahead."""
        for visit in visits:
            if visit.start <= fields.Datetime.now():
                raise self._refuse_paying()
            checkout = visit._get_checkout()
            coming = self._prepare_coming(self.booker_id, visit.service_id, checkout, is_held=True)
            visit._set_along(coming["along"])

    def _as_booker(self):
        """With full rights, in the name of the one who booked: a provider's call has no name."""
        user = self.booker_id.user_ids[:1] or self.env.user
        return self.with_user(user).with_company(self.company_id).sudo()

    def _keep_pending(self):
        """What a bank needs a while for keeps its times meanwhile, as long as it can be booked."""
        visits = self._get_finished()
        if self.state == "paying" and visits == self.appointment_ids:
            until = fields.Datetime.now() + PENDING_TAKES
            for visit in visits:
                visit.held_until = min(until, visit.start)

    def _keep_no_longer(self):
        """What a payment kept that has come to nothing is held as any other."""
        is_under_way = any(one._is_under_way() for one in self.transaction_ids)
        if self.state == "paying" and self._get_finished() and not is_under_way:
            self._prolong()

    def _is_to_pay(self):
        """Whether something is left to pay at the clinic."""
        visits_sudo = self.sudo().appointment_ids.filtered(lambda one: one.state == "booked")
        rest_sudo = visits_sudo.filtered(
            lambda one: (
                one.service_id.fee and not (one.deposit and one.service_id.paid_online == "all")
            )
        )
        return super()._is_to_pay() and bool(rest_sudo._get_session_fees())

    # Given up

    @api.model
    def _find_paying(self, booker):
        """What the person has confirmed and not paid, as long as its times are held."""
        return self.sudo().search([
            ("booker_id", "=", booker.id),
            ("company_id", "=", self.env.company.id),
            ("state", "=", "paying"),
            ("appointment_ids.held_until", ">", fields.Datetime.now()),
        ], limit=1).sudo(False)  # fmt: skip

    @api.model
    def _clear_baskets(self):
        """What was confirmed and never paid is freed; late money still finds its check-out.

        What is paid for what is gone goes back, so the check-out stays, and a visit with a
        payment under way is cancelled instead of deleted.
        """
        result = super()._clear_baskets()
        before = fields.Datetime.now() - REMEMBERED
        stale = self.search([
            ("state", "=", "paying"),
            ("appointment_ids", "!=", False),
            ("appointment_ids", "not any", [
                ("state", "=", "held"), ("held_until", ">=", before),
            ]),
        ])  # fmt: skip
        for booking in stale:
            booking._note_run_out()
            if any(one._is_under_way() for one in booking.transaction_ids):
                booking._get_finished()._update_state("cancelled")
                booking.appointment_ids.booking_id = False
            never_booked = booking.appointment_ids.filtered(lambda one: not one.booked_at)
            # What staff have made of it is theirs.
            (booking.appointment_ids - never_booked).booking_id = False
            never_booked.unlink()
            booking.filtered(lambda one: not one.transaction_ids).unlink()
        return result

    def _verify_held_lately(self, location, more=0):
        """What waits for its payment is held as well."""
        waiting = self.search([
            ("booker_id", "=", self.booker_id.id), ("state", "=", "paying"),
        ])  # fmt: skip
        return super()._verify_held_lately(location, more + len(waiting.appointment_ids))
