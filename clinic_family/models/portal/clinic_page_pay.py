from odoo import api, models


class ClinicPagePay(models.AbstractModel):
    """The page on which a check-out is paid, which books it."""

    _name = "clinic.page.pay"
    _inherit = "clinic.page"
    _description = "Pay Page"

    @api.model
    def _get_pay(self, booking):
        """What is paid for, how long it is held, and how the last try ended."""
        page = self.env["clinic.page.checkout"]
        # The check-out is the reader's own; it names those they may still book for.
        booking_sudo = booking.sudo()
        visits_sudo = booking_sudo.appointment_ids.sorted("start")
        people = page._get_seen("book", visits_sudo.participant_ids.partner_id)
        is_whole = bool(visits_sudo) and visits_sudo == booking_sudo._get_finished().sorted("start")
        tried_sudo = booking_sudo.transaction_ids.sorted("id")
        on_its_way_sudo = tried_sudo.filtered(lambda one: one._is_under_way())
        last_sudo = (on_its_way_sudo or tried_sudo)[-1:]
        is_under_way = bool(on_its_way_sudo)
        return {
            **page._get_countdown(booking_sudo),
            "key": booking_sudo.key,
            "items": [
                {**page._get_item(visit_sudo, people), "due": visit_sudo.deposit}
                for visit_sudo in visits_sudo
            ],
            "due": booking_sudo._get_amount(),
            "currency": booking_sudo.company_id.currency_id,
            "words": self._get_words(last_sudo, is_whole),
            "is_open": is_whole and not is_under_way,
            "is_under_way": is_under_way,
            "clinic_acting": page._get_acting_for(people, "#items"),
            **(self._get_form(booking_sudo) if is_whole and not is_under_way else {}),
        }

    def _get_words(self, last_sudo, is_whole):
        """What became of the last try, or of what was chosen; empty if there's nothing to say."""
        if last_sudo and last_sudo._is_unanswered():
            return self.env._(
                "Your card is being charged, and the answer isn't there yet. Nothing is charged "
                "twice. Please look again later, or call the clinic if it stays so."
            )
        if last_sudo.state in ("pending", "authorized"):
            return self.env._(
                "Your payment is being checked. The visits are booked as soon as it is confirmed; "
                "their times are kept for you meanwhile."
            )
        if last_sudo.state == "done":
            return self.env._(
                "Your payment came when the time was gone already. Nothing is booked, and the "
                "money goes back the way it came."
            )
        if not is_whole:
            return self.env._(
                "Your time to pay ran out, and what you had chosen is free again. Nothing was "
                "charged."
            )
        if last_sudo.state == "error":
            return self.env._("That payment didn't work, and nothing was booked. Please try again.")
        if last_sudo.state == "cancel":
            return self.env._("That payment was cancelled, and nothing was booked.")
        return ""

    def _get_form(self, booking_sudo):
        """What Odoo's payment form is drawn with."""
        me = self.env.user.partner_id
        currency, amount, report = (
            booking_sudo.company_id.currency_id,
            booking_sudo._get_amount(),
            {},
        )
        providers_sudo = booking_sudo._get_providers(amount, report=report)
        methods_sudo = (
            self.env["payment.method"]
            .sudo()
            ._get_compatible_payment_methods(
                providers_sudo.ids, me.id, currency_id=currency.id, report=report
            )
        )
        form = {
            "amount": amount,
            "partner_id": me.id,
            "providers_sudo": providers_sudo,
            "payment_methods_sudo": methods_sudo,
            "tokens_sudo": self.env["payment.token"]
            .sudo()
            ._get_available_tokens(providers_sudo.ids, me.id),
            "availability_report": report,
            "transaction_route": f"/book/pay/{booking_sudo.key}/transaction",
            "landing_route": f"/book/pay/{booking_sudo.key}",
            "access_token": "",
            "show_tokenize_input_mapping": {
                one.id: one.allow_tokenization and not one._is_tokenization_required()
                for one in providers_sudo
            },
        }
        return self.env["payment.token"]._add_offered(
            form, me, booking_sudo.company_id, currency, amount
        )
