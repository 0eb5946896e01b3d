import logging
from collections import Counter
from contextlib import contextmanager
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import consteq, email_normalize, hash_sign, hmac, verify_hash_signed

from ...engine.addresses import is_email, read_connection, with_query
from ...engine.forms import read_code
from ...exceptions import FamilyRefused

_logger = logging.getLogger(__name__)

CODE_DIGITS = 6
MOST_TRIES = 5
# What the key is for that stands in the message alone.
READ = "clinic_signup_read"
VALID_HOURS = 24
# Messages to one address within a day, and questions from one connection within an hour, behind
# which many people may be.
MOST_MESSAGES, MOST_ASKED = 3, 50
# Messages of one company within an hour, to whomever, and beyond them within some minutes: 200 an
# hour at most, more newcomers than any clinic has, and few for a program that would have it write
# to strangers. A program that takes all of the first makes nobody wait for the rest of the hour.
MOST_AT_ONCE, MOST_LATELY, LATELY = 100, 10, timedelta(minutes=6)
# Wrong codes for one address within a day: from one connection, and from all.
MOST_TRIES_HERE, MOST_TRIES_OF_ALL = MOST_TRIES * MOST_MESSAGES, 100


class ClinicSignup(models.Model):
    """Somebody asks for an account: there is none before they have read a message at the address.

    Whoever asks is answered alike, at once, and a row is all that it makes: a job looks whether
    there is such an account, and writes a code, or that there is one. The code is computed and
    stands nowhere. A row is gone when the account is made, else after a day.
    """

    _name = "clinic.signup"
    _inherit = ["clinic.hidden.mixin", "clinic.written.mixin"]
    _description = "Address to Be Confirmed"
    _rec_name = "email"
    _order = "id"

    email = fields.Char(required=True, readonly=True, index=True)
    lang = fields.Char(readonly=True)
    redirect = fields.Char(
        readonly=True, help="The page of this site that they were on their way to."
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    website_id = fields.Many2one(
        "website", readonly=True, ondelete="set null", help="Where the message leads back to."
    )
    asked_at = fields.Datetime(required=True, readonly=True, index=True)
    kept_id = fields.Many2one(
        "clinic.kept.time",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="What they chose before, for whoever confirms the address, in whatever browser.",
    )
    sender_hash = fields.Char(
        readonly=True, index=True, help="From which connection, as a keyed hash: to count them."
    )
    state = fields.Selection(
        [("waiting", "To Be Written To"), ("written", "Written To"), ("spared", "Spared")],
        required=True,
        readonly=True,
        default="waiting",
        help="Spared is who was written to often enough within a day.",
    )
    written_at = fields.Datetime(readonly=True)
    tries = fields.Integer(readonly=True)

    # Asking

    @api.model
    def _ask(self, address, redirect, sender):
        """Notes that somebody asks for an account, known or not; the key to the question."""
        address = (address or "").strip()
        email = email_normalize(address)
        if not (email and is_email(address)):
            raise FamilyRefused("email", self.env._(
                "“%s” isn't an e-mail address. It looks like rosa@example.com.", address
            ), ["login"])  # fmt: skip
        # Who asks isn't known yet, and has no rights.
        signup_sudo = self.sudo()
        sender_hash = hmac(signup_sudo.env, "clinic_signup_sender", read_connection(sender or ""))
        signup_sudo._verify_not_many(sender_hash)
        kept_sudo = self.env["clinic.kept.time"]._find_own()
        kept_sudo._prolong()
        asked_sudo = signup_sudo.create({
            "email": email,
            "lang": self.env.lang,
            "redirect": redirect,
            "company_id": self.env.company.id,
            "website_id": self.env["website"].get_current_website(fallback=False).id,
            "asked_at": self.env.cr.now(),
            "kept_id": kept_sudo.id,
            "sender_hash": sender_hash,
        })  # fmt: skip
        self.env.ref("clinic_family.ir_cron_send_signups").sudo()._trigger()
        return asked_sudo._get_key()

    def _verify_not_many(self, sender_hash):
        """A program can't have the clinic write to a great many addresses."""
        since = self.env.cr.now() - timedelta(hours=1)
        asked = [("sender_hash", "=", sender_hash), ("asked_at", ">", since)]
        if self.search_count(asked, limit=MOST_ASKED) >= MOST_ASKED:
            raise UserError(self.env._(
                "Too many accounts were asked for from here. Please try again in an hour, or call "
                "the clinic."
            ))  # fmt: skip

    def _get_key(self, purpose="clinic_signup"):
        """Says in an address which question is meant; without the code it opens nothing."""
        return hash_sign(self.env(su=True), purpose, self.id, expiration_hours=VALID_HOURS)

    # Writing

    @api.model
    def _send_waiting(self):
        """Writes to those who asked; an address is written to some times a day and not more.

        Whom a company can't write to yet is written to by a later run.
        """
        waiting = self._find_due()
        for left, asked in zip(reversed(range(len(waiting))), waiting, strict=True):
            if asked.try_lock_for_update():
                asked._send_unless_it_fails()
            if not self.env["ir.cron"]._commit_progress(1, remaining=left):
                return
        if self.search_count(self._get_live() & Domain("state", "=", "waiting"), limit=1):
            # By then there is room again.
            job = self.env.ref("clinic_family.ir_cron_send_signups")
            job._trigger(at=self.env.cr.now().replace(microsecond=0) + LATELY)

    @api.model
    def _find_due(self):
        """Who waits, as many of each company as it may still write to, by turns.

        The first question of any connection comes before the second of another, so that nobody
        waits behind all that a program asks. What was written to already counts as a turn, too.
        """
        live, waits = self._get_live(), Domain("state", "=", "waiting")
        before = self._read_group(live & ~waits, ["company_id", "sender_hash"], ["__count"])
        turns = Counter({(company, sender): count for company, sender, count in before})
        waiting, turn = self.search(live & waits), {}
        for asked in waiting:
            sender = (asked.company_id, asked.sender_hash)
            turn[asked] = turns[sender]
            turns[sender] += 1
        queues = waiting.sorted(turn.get).grouped("company_id")
        return self.concat(*(due[: self._get_room(company)] for company, due in queues.items()))

    def _get_room(self, company):
        of_hour = self._count_written(company, timedelta(hours=1))
        lately = self._count_written(company, LATELY)
        return max(0, MOST_AT_ONCE - of_hour, MOST_LATELY - lately)

    def _count_written(self, company, span):
        since = self.env.cr.now() - span
        return self.search_count([("company_id", "=", company.id), ("written_at", ">", since)])

    def _send_unless_it_fails(self):
        """Who can't be written to waits for the next run, and stops nobody else."""
        try:
            with self.env.cr.savepoint():
                self._send()
        except OperationalError:
            # Somebody wrote the same rows: all of it is done again.
            raise
        except Exception:
            _logger.warning("Sign-up %s can't be written to", self.id, exc_info=True)

    def _send(self):
        if len(self._find_written()) >= MOST_MESSAGES:
            self.state = "spared"
            return
        self.write({"state": "written", "written_at": self.env.cr.now()})
        template, values = self._get_letter()
        notices = self.env["clinic.sharing.notice"].with_company(self.company_id)
        notices._queue_to(self.email, f"clinic_family.{template}", self, values)

    @api.model
    def _get_live(self):
        """What can be answered still."""
        return Domain("asked_at", ">", self.env.cr.now() - timedelta(hours=VALID_HOURS))

    def _get_of_address(self):
        """All that were asked for this address and can be answered still."""
        return Domain("email", "=", self.email) & self._get_live()

    def _find_written(self):
        return self.search(self._get_of_address() & Domain("state", "=", "written"))

    def _get_letter(self):
        """To who has an account, the code would lead nowhere."""
        here = self.env["clinic.family.invited"].with_context(website_id=self.website_id.id)
        if here._is_login_taken(self.email):
            return "mail_template_signup_known", self._get_known_urls()
        return "mail_template_signup", {"code": self._get_code(), "url": self._get_url()}

    def _get_url(self):
        """It proves by itself that the message was read."""
        key = self._get_key(READ)
        way = {"key": key, "code": self._get_code(), "redirect": self.redirect}
        return self.get_base_url() + with_query("/web/signup", **way)

    def _get_known_urls(self):
        return {
            page: self.get_base_url() + with_query(f"/web/{page}", redirect=self.redirect)
            for page in ("login", "reset_password")
        }

    # Confirming

    @api.model
    def _find(self, key):
        """The question that an address names, with full rights, while it can be answered."""
        return self._find_named(key, READ) or self._find_named(key).filtered(
            lambda asked: asked.tries < MOST_TRIES
        )

    @api.model
    def _find_named(self, key, purpose="clinic_signup"):
        try:
            number = verify_hash_signed(self.env(su=True), purpose, key or "")
        except ValueError:
            # Cut off on its way, or made up.
            number = None
        return self.sudo().search([("id", "=", number)])

    def _get_code(self):
        """Computed with the key of this server, so that whoever reads the row doesn't have it."""
        number = int(hmac(self.env(su=True), "clinic_signup_code", (self.id, self.email)), 16)
        return str(number % 10**CODE_DIGITS).zfill(CODE_DIGITS)

    @api.model
    def _confirm(self, key, code):
        """Returns the address of who has read the message; the last try ends the question."""
        if read_sudo := self._find_named(key, READ):
            return read_sudo.email
        asked_sudo = self._find(key)
        if asked_sudo:
            # Counted before it is compared, on the row that parallel tries compete for.
            asked_sudo.tries += 1
            asked_sudo.flush_recordset(["tries"])
            if asked_sudo._is_right(read_code(code)):
                # What is right costs no try.
                asked_sudo.tries -= 1
                return asked_sudo.email
        raise FamilyRefused("code", self.env._(
            "This isn't the code. Please look again into the message, open the link in it, or ask "
            "for another one. After %s wrong codes this page ends.",
            MOST_TRIES,
        ), ["code"])  # fmt: skip

    def _is_right(self, code):
        """Whether it is in a message of the day to this address, asked for on whatever page.

        After too many tries it is this question's own alone: who guesses gains nothing by asking
        anew, and ends no code that somebody elsewhere holds.
        """
        written = self._find_written()
        if self._is_guessed():
            written &= self
        return any(consteq(one._get_code(), code) for one in written)

    def _is_guessed(self):
        tries = dict(self._read_group(self._get_of_address(), ["sender_hash"], ["tries:sum"]))
        return (
            tries.get(self.sender_hash, 0) > MOST_TRIES_HERE
            or sum(tries.values()) > MOST_TRIES_OF_ALL
        )

    @api.model
    @contextmanager
    def _finishing(self, key):
        """Nothing is kept of an address whose account is made here, and all of it if that fails.

        Gives the key to the time that was chosen before, if this browser needs one.
        """
        with self.env.cr.savepoint():
            asked_sudo = self._find(key)
            kept_key = self.env["clinic.kept.time"]._hand_over(asked_sudo.kept_id)
            asked_sudo.search([("email", "=", asked_sudo.email)]).try_lock_for_update().unlink()
            yield kept_key

    @api.autovacuum
    def _clear_unanswered(self):
        """Nothing is kept of who never answered."""
        before = self.env.cr.now() - timedelta(hours=VALID_HOURS)
        self.search([("asked_at", "<", before)]).unlink()
