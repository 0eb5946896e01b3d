from odoo import api, fields, models
from odoo.exceptions import UserError

from ...engine.instants import from_stored
from ...engine.intervals import Interval
from ...engine.wishes import Free, fits
from ...exceptions import BookingRefused

STATES = [
    ("open", "Open"),
    ("accepted", "Booked"),
    ("declined", "Declined"),
    ("over", "No Answer"),
    ("withdrawn", "Withdrawn"),
    ("outdated", "Not Wanted Any More"),
]


class ClinicWaitOffer(models.Model):
    """A free time that is kept for one who waits, until they answer or it runs out.

    It stands behind a held appointment in a check-out of its own: nobody else can take the time
    meanwhile, and taking the offer is booking that check-out, judged as on the website. What was
    offered stays written here when the time is free again.
    """

    _name = "clinic.wait.offer"
    _inherit = ["clinic.hidden.mixin", "clinic.written.mixin"]
    _description = "Offer of the Wait List"
    _order = "id desc"

    request_id = fields.Many2one(
        "clinic.wait.request", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="request_id.company_id", store=True, precompute=True)
    booking_id = fields.Many2one(
        "clinic.booking", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )
    practitioner_id = fields.Many2one(
        "clinic.practitioner", required=True, readonly=True, ondelete="cascade"
    )
    location_id = fields.Many2one(
        "clinic.location", required=True, readonly=True, ondelete="cascade"
    )
    start = fields.Datetime(required=True, readonly=True)
    stop = fields.Datetime(required=True, readonly=True)
    made_at = fields.Datetime(string="Offered On", required=True, readonly=True)
    ends_at = fields.Datetime(string="Answer Until", required=True, readonly=True)
    answered_at = fields.Datetime(string="Answered On", readonly=True)
    state = fields.Selection(STATES, string="Answer", required=True, readonly=True, default="open")
    place_text = fields.Char(string="Time", compute="_compute_place_text")

    # Looked for by the job, which finds nothing most of the time.
    _open_index = models.Index("(ends_at) WHERE state = 'open'")
    _one_open = models.UniqueIndex(
        "(request_id) WHERE state = 'open'", "Something is offered to them already."
    )

    @api.depends("start", "practitioner_id", "location_id")
    def _compute_place_text(self):
        for offer in self:
            offer.place_text = offer._get_place_words()

    @api.depends("place_text")
    def _compute_display_name(self):
        for offer in self:
            offer.display_name = offer.place_text

    def _get_place_words(self):
        if not self.start:
            return ""
        return self.env["clinic.waitlist"]._describe_place(
            self.location_id, from_stored(self.start), self.practitioner_id
        )

    def _is_answerable(self):
        return self.state == "open" and self.ends_at > fields.Datetime.now()

    def _fits(self):
        """Whether it is what they wait for now."""
        span = Interval(from_stored(self.start), from_stored(self.stop))
        place = (self.practitioner_id.id, self.location_id.id, self.location_id._get_zone())
        return fits(self.request_id._get_wish(), Free(*span, span, *place))

    def _get_visit(self):
        """The appointment that keeps the time, as long as it does."""
        return self.booking_id._get_finished()

    def _get_until_words(self):
        values = self.location_id._get_time_values(from_stored(self.ends_at))
        return f"{values['day']} {values['time']}"

    # Answered

    def _accept(self, booker, version, plan, meant):
        """Books what is offered, as any check-out is booked; answers with the booking.

        Raises BookingRefused, and then nothing is booked.
        """
        if self.state != "accepted" and not self._is_answerable():
            raise BookingRefused("offer_over", self.env._(
                "This offer is over, and the time isn't kept for you any more. You stay on the "
                "wait list."
            ))  # fmt: skip
        key = self.booking_id.key
        return self.env["clinic.booking"].sudo(False)._confirm(booker, key, version, plan, meant)

    def _note_accepted(self):
        """They take it; they wait no more when it is booked, which it may have to be paid for."""
        for offer in self:
            if offer.state == "open":
                offer.write({"state": "accepted", "answered_at": fields.Datetime.now()})
            if offer.booking_id.state == "confirmed":
                offer.request_id.state = "booked"

    def _wait_again(self):
        """What was taken was taken back a moment later: it counts as declined."""
        taken = self.filtered(lambda offer: offer.state == "accepted")
        taken.state = "declined"
        taken.request_id.filtered(lambda one: one.state == "booked").state = "waiting"

    def _decline(self):
        """Not this time: it goes to the next, and they stay on the list; harmless when repeated."""
        answered = self.filtered(lambda offer: offer.state == "open")
        answered._close("declined")
        answered.request_id._go_on()

    def _close(self, state):
        """Writes what became of the offers, and frees the times they kept."""
        for offer in self:
            booking = offer.booking_id
            # Who accepts at this moment writes the same row: one of the two begins anew.
            booking._count_change()
            if booking and booking.state != "offered":
                continue
            answered_at = state == "declined" and fields.Datetime.now()
            offer.write({"state": state, "answered_at": answered_at})
            booking._let_go()
        # The job comes by here too: what it didn't close must not wake it again at once.
        if self:
            self.env["clinic.waitlist"]._look_soon()

    def action_accept(self):
        """The front desk takes it for who waits, as they said on the phone.

        It is judged as if they took it themselves: what they may not book isn't booked so either.
        """
        self.ensure_one()
        self.request_id._verify_by_staff()
        # What is kept for somebody, and with which session they pay, is theirs; verbs write it.
        offer_sudo = self.sudo()
        if not offer_sudo._is_answerable():
            raise UserError(self.env._("This offer was answered, or is over."))
        booking_sudo = offer_sudo.booking_id
        plan = booking_sudo._write_plan(booking_sudo._plan_sessions())
        offer_sudo._accept(offer_sudo.request_id.booker_id, booking_sudo.version, plan, ())
        if booking_sudo.state != "confirmed":
            raise UserError(self.env._(
                "%s is paid as it is booked, so they take the offer themselves, on its page.",
                offer_sudo.request_id.service_id.name,
            ))  # fmt: skip

    def action_withdraw(self):
        """Staff take the offer back; the patient waits on."""
        self.request_id._verify_by_staff()
        for offer_sudo in self.sudo():
            if offer_sudo.state != "open":
                raise UserError(self.env._("This offer was answered, or is over."))
            offer_sudo._close("withdrawn")
            offer_sudo.request_id._go_on()
