import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.tools import SQL, hmac

from ...engine.addresses import read_connection
from ...engine.instants import from_stored, write_start
from ...exceptions import BookingRefused

# The key of whoever chose a time, in the context of their requests (see ir.http).
KEPT_KEY = "clinic_kept_key"
# Of one connection at once, behind which several people may be.
MOST_HERE = 3
# Of one connection within an hour: enough for all who choose there, and few for a program.
MOST_IN_HOUR = 30
# Who chooses a time at this company queues here, after its practitioner.
KEEPING_LOCKS = 0x4B455054


class ClinicKeptTime(models.Model):
    """A time that somebody chose who isn't logged in, kept until they are.

    It takes nobody's time: the website alone doesn't offer it to others meanwhile. Once they are
    logged in they hold it as everybody does, which ends it. Whose it is says a key in their
    session, of which a hash stands here. There are no more at once than the clinic allows.
    """

    _name = "clinic.kept.time"
    _inherit = ["clinic.hidden.mixin", "clinic.written.mixin"]
    _description = "Time Kept Before the Login"
    _order = "id"

    service_id = fields.Many2one(
        "clinic.service", required=True, readonly=True, index=True, ondelete="cascade"
    )
    practitioner_id = fields.Many2one(
        "clinic.practitioner", required=True, readonly=True, index=True, ondelete="cascade"
    )
    location_id = fields.Many2one(
        "clinic.location", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    start = fields.Datetime(required=True, readonly=True)
    blocked_start = fields.Datetime(required=True, readonly=True, help="With the buffers.")
    blocked_stop = fields.Datetime(required=True, readonly=True)
    kept_until = fields.Datetime(required=True, readonly=True, index=True)
    is_prolonged = fields.Boolean(readonly=True, help="Once, as an account was asked for.")
    key_hash = fields.Char(required=True, readonly=True, help="Whose session chose it.")
    sender_hash = fields.Char(
        required=True,
        readonly=True,
        index=True,
        help="From which connection, as a keyed hash: to count them.",
    )

    _key_unique = models.UniqueIndex("(key_hash)", "This session keeps a time already.")

    @api.depends("start", "location_id")
    def _compute_display_name(self):
        for kept in self:
            kept.display_name = self.env["clinic.appointment"]._get_local_time(
                kept.location_id, kept.start
            )

    # Whose it is

    @api.model
    def _hash_key(self, key):
        return hmac(self.env(su=True), "clinic_kept_key", key)

    @api.model
    def _get_own_hash(self):
        """The hash of the key in the reader's session; nothing where there is none."""
        key = self.env.context.get(KEPT_KEY)
        return self._hash_key(key) if key else ""

    @api.model
    def _find_own(self):
        """What the reader chose before they logged in, with full rights; it may have run out."""
        own_hash = self._get_own_hash()
        # Who has the key has chosen it.
        kept_sudo = self.sudo()
        return kept_sudo.search([("key_hash", "=", own_hash)]) if own_hash else kept_sudo.browse()

    def _is_kept(self):
        return bool(self) and self.kept_until > fields.Datetime.now()

    def _is_at(self, service, location, start):
        """Whether it is this start of this service there, as a page's address writes it."""
        here = (self.service_id, self.location_id) == (service, location)
        return here and write_start(from_stored(self.start), location._get_zone()) == start

    def _is_choice(self, practitioners, values):
        """Whether it is this choice, with one of these practitioners, and kept still."""
        here = (self.service_id.id, self.location_id.id, self.start)
        wanted = (values["service_id"], values["location_id"], values["start"])
        return self._is_kept() and here == wanted and self.practitioner_id in practitioners

    # Keeping

    @api.model
    def _keep(self, checkout, sender):
        """Keeps the time that was chosen, instead of the one this session chose before.

        Answers with the key to it; nothing where it isn't offered, enough is kept already, or it
        is the one chosen before, which is kept no longer by that.
        """
        bookings = self.env["clinic.booking"]
        try:
            service = bookings._get_service(checkout)
            free, values = bookings._verify_start(service, bookings._read_wish(service, checkout))
        except BookingRefused:
            return ""
        own = self._find_own()
        if own._is_choice(free, values):
            return ""
        # Who chooses isn't known yet, and has no rights.
        kept_sudo = self.with_company(service.company_id).sudo()
        sender_hash = hmac(kept_sudo.env, "clinic_kept_sender", read_connection(sender or ""))
        return kept_sudo._take(free[:1], {**values, "sender_hash": sender_hash}, own)

    def _take(self, practitioner, values, own):
        """Stores it where there is room and nothing stands there by now."""
        company, service = self.env.company, self.env["clinic.service"].browse(values["service_id"])
        sender_hash = values["sender_hash"]
        chosen = self._read_chosen(self.env.cr, sender_hash)
        # Where enough is kept already nobody is made to wait, or to begin anew.
        if not self._has_room(chosen, sender_hash, own):
            return ""
        practitioner._lock()
        self.env.cr.execute(SQL("SELECT pg_advisory_xact_lock(%s, %s)", KEEPING_LOCKS, company.id))
        blocked = service._get_blocked(values["start"])
        # What was stored since this transaction began it can't see; another connection can.
        with self.env.registry.cursor() as cr:
            chosen |= self._read_chosen(cr, sender_hash)
            is_taken = self._is_taken(cr, practitioner, blocked)
            is_others = self._is_others(cr, practitioner, blocked)
        if is_taken or not self._has_room(chosen, sender_hash, own):
            return ""
        if is_others:
            # Anew, because somebody else may be free.
            raise ConcurrencyError("another newcomer chose this time at the same moment")
        # It counts for its hour.
        own.kept_until = fields.Datetime.now()
        key = secrets.token_urlsafe(16)
        self.create({
            **values,
            "key_hash": self._hash_key(key),
            "practitioner_id": practitioner.id,
            "company_id": company.id,
            "blocked_start": blocked[0],
            "blocked_stop": blocked[1],
            "kept_until": fields.Datetime.now() + self._get_length(),
        })  # fmt: skip
        return key

    def _get_length(self):
        return timedelta(minutes=self.env.company.clinic_hold_minutes)

    def _read_chosen(self, cr, sender_hash):
        """What this company keeps now, and what was chosen from here within the hour.

        As the connection of this cursor sees it, by id: from which connection, and whether it is
        kept still.
        """
        self.env.flush_all()
        now = fields.Datetime.now()
        cr.execute(SQL(
            """
            SELECT id, sender_hash, kept_until > %s
              FROM clinic_kept_time
             WHERE company_id = %s
               AND (kept_until > %s OR sender_hash = %s AND create_date > %s)
            """,
            now, self.env.company.id, now, sender_hash, self.env.cr.now() - timedelta(hours=1),
        ))  # fmt: skip
        return {kept_id: (sender, is_kept) for kept_id, sender, is_kept in cr.fetchall()}

    def _has_room(self, chosen, sender_hash, own):
        of_hour = [sender for sender, _is_kept in chosen.values()]
        at_once = [
            sender
            for kept_id, (sender, is_kept) in chosen.items()
            if is_kept and kept_id not in own.ids
        ]
        return (
            of_hour.count(sender_hash) < MOST_IN_HOUR
            and at_once.count(sender_hash) < MOST_HERE
            and len(at_once) < self.env.company.clinic_most_kept
        )

    def _is_taken(self, cr, practitioner, blocked):
        """Whether a visit or a hold stands there, as the connection of this cursor sees it."""
        cr.execute(SQL(
            """
            SELECT 1 FROM clinic_appointment
             WHERE practitioner_id = %s
               AND tsrange(blocked_start, blocked_stop, '[)') && tsrange(%s, %s, '[)')
               AND state IN ('held', 'booked', 'arrived', 'fulfilled')
               AND (state <> 'held' OR held_until > %s)
            """,
            practitioner.id, *blocked, fields.Datetime.now(),
        ))  # fmt: skip
        return bool(cr.fetchall())

    def _is_others(self, cr, practitioner, blocked):
        """Whether another newcomer chose it, as the connection of this cursor sees it."""
        cr.execute(SQL(
            """
            SELECT 1 FROM clinic_kept_time
             WHERE practitioner_id = %s
               AND tsrange(blocked_start, blocked_stop, '[)') && tsrange(%s, %s, '[)')
               AND kept_until > %s AND key_hash <> %s
            """,
            practitioner.id, *blocked, fields.Datetime.now(), self._get_own_hash(),
        ))  # fmt: skip
        return bool(cr.fetchall())

    @api.model
    def _verify_unkept(self, visit):
        """Begins anew where a newcomer chose this time since the transaction began.

        For what the website takes, which has its practitioner's lock. The front desk, and whoever
        confirms or pays what they hold, ask nothing: a program can't make them wait by choosing.
        """
        with self.env.registry.cursor() as cr:
            blocked = (visit.blocked_start, visit.blocked_stop)
            if self._is_others(cr, visit.practitioner_id, blocked):
                raise ConcurrencyError("a newcomer chose this time at the same moment")

    # Prolonged, handed over, ended

    def _prolong(self):
        """While the message that confirms an address is on its way: once."""
        if self.is_prolonged:
            return
        # Whoever took its place as it ran out had this lock, and was later than that.
        self.practitioner_id._lock()
        if self._is_kept():
            length = self.with_company(self.company_id)._get_length()
            self.write({"kept_until": self.kept_until + length, "is_prolonged": True})

    @api.model
    def _hand_over(self, kept):
        """A new key to what was chosen in another browser; nothing where one chose another here."""
        if not kept._is_kept() or self._find_own()._is_kept():
            return ""
        key = secrets.token_urlsafe(16)
        kept.key_hash = self._hash_key(key)
        # Odoo shows what fails while it makes an account; before, it is begun anew.
        kept.flush_recordset(["key_hash"])
        return key

    @api.model
    def _end_own(self):
        """Whoever chose it holds a time by now, as everybody does."""
        self._find_own().unlink()

    @api.autovacuum
    def _clear_run_out(self):
        before = fields.Datetime.now() - timedelta(hours=1)
        self.search([("kept_until", "<", before)]).unlink()
