import logging
from collections import Counter, defaultdict

from psycopg2 import OperationalError
from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, email_normalize_all, format_datetime

from .clinic_invitation import UNANSWERED

_logger = logging.getLogger(__name__)


class ClinicInvitationBulk(models.AbstractModel):
    """Many patients are invited at once, each to an account of their own.

    Each is judged for the one who invites, and again as the message leaves. Who can't be invited,
    is invited or has answered is left out, so that it can be done again at any time. An address
    hands nobody a profile: where several have it, nobody is invited unless staff say who it is.
    """

    _name = "clinic.invitation.bulk"
    _description = "Bulk Invitation"

    # Who gets one

    @api.model
    def _judge(self, people, besides=()):
        """Why each of these people isn't invited; empty for who is.

        Invitations that it is judged ``besides`` don't count.
        """
        # Whose address and whose account it is counts for those too who may not see them.
        people_sudo = people.sudo()
        addresses = {person.id: person._get_clinic_address() for person in people_sudo}
        shared = self._find_shared(set(addresses.values()) - {False})
        users_sudo = people_sudo.with_context(active_test=False).user_ids
        users = users_sudo.grouped(lambda user: user.partner_id.id)
        answers = self._find_answers(people, besides)
        return {
            person_sudo.sudo(False): self._judge_person(
                person_sudo,
                addresses[person_sudo.id],
                users.get(person_sudo.id),
                answers.get(person_sudo.id) or (addresses[person_sudo.id] in shared and "shared"),
            )
            for person_sudo in people_sudo
        }

    def _judge_person(self, person_sudo, address, users, otherwise):
        """The first reason that holds, the one they can do least about before others."""
        company = person_sudo.company_id
        reasons = (
            ("no_patient", person_sudo.is_company or not person_sudo.is_patient),
            ("other_company", company and company != self.env.company),
            ("account", users and any(user.active for user in users)),
            ("closed", users),
            ("child", self.env["clinic.family"]._may_be_child(person_sudo)),
            ("no_address", not address),
            (otherwise, otherwise),
        )
        return next((reason for reason, holds in reasons if holds), "")

    def _find_shared(self, addresses):
        """Those of the addresses at which several may read."""
        readers = self._find_readers(addresses)
        return {address for address, ids in readers.items() if len(ids) > 1}

    def _find_readers(self, addresses):
        """The ids of who may read at each address, those who were archived among them.

        Who logs in with an address reads there, whatever their own is now; and so may who has it
        second in the field, or hasn't confirmed it.
        """
        everybody_sudo = self.env["res.partner"].sudo().with_context(active_test=False)
        everybody_sudo.flush_model(["email", "email_normalized", "unconfirmed_email"])
        everybody_sudo.env["res.users"].flush_model(["login", "partner_id"])
        found = self.env.execute_query(SQL(
            """
            SELECT email_normalized, id FROM res_partner WHERE email_normalized = ANY(%(addresses)s)
            UNION
            SELECT lower(trim(unconfirmed_email)), id FROM res_partner
            WHERE lower(trim(unconfirmed_email)) = ANY(%(addresses)s)
            UNION
            SELECT lower(trim(login)), partner_id FROM res_users
            WHERE lower(trim(login)) = ANY(%(addresses)s)
            """,
            addresses=list(addresses),
        ))  # fmt: skip
        several_sudo = everybody_sudo.search([("email", "=like", "%@%@%")])
        second = {
            (address, person.id)
            for person in several_sudo
            for address in email_normalize_all(person.email)
            if address in addresses
        }
        readers = defaultdict(set)
        for address, reader_id in {*found, *second}:
            readers[address].add(reader_id)
        return readers

    def _find_answers(self, people, besides):
        """What became of earlier invitations, by the patient's id, as a reason not to write."""
        found = self._search_own([
            ("asker_id", "in", people.ids),
            ("state", "in", (*UNANSWERED, "accepted", "declined")),
        ])  # fmt: skip
        return {
            one.asker_id.id: "invited" if one.state in UNANSWERED else one.state
            for one in found
            if one not in besides and not one.is_expired
        }

    def _search_own(self, domain):
        invitations_sudo = self.env["clinic.invitation"].sudo()
        own = [("is_own", "=", True), ("company_id", "=", self.env.company.id)]
        return invitations_sudo.search([*own, *domain], order="id")

    # Inviting

    @api.model
    def _queue(self, people, picked, text):
        """Invites whom it may, and those picked of who share an address; returns the invitations.

        They leave one after the other; what is on its way is not made again. Who was picked where
        somebody else reads for certain, or is kept apart from them, stands there as not sent: the
        one looks like the other.
        """
        verdicts = self._judge(people)
        picked = picked.filtered(lambda person: verdicts.get(person) == "shared")
        self._verify_picked(picked)
        refused = picked.filtered(lambda person: not self._may_read(person))
        chosen = people.filtered(lambda person: not verdicts[person]) | picked
        ended_sudo = self._search_own([("asker_id", "in", chosen.ids), ("state", "=", "open")])
        ended_sudo._update_state("withdrawn")
        # Else a patient would have two that are open, for the database.
        ended_sudo.flush_recordset(["state"])
        name = self._get_name()
        invitations_sudo = self._create_queued([
            {
                "asker_id": person.id,
                "grantor_id": person.id,
                "staff_id": self.env.uid,
                "name": person.name,
                "email": person.sudo()._get_clinic_address(),
                "lang": person.lang,
                "is_own": True,
                "is_picked": person in picked,
                "bulk_name": name,
                "text": text,
                "state": "unsent" if person in refused else "queued",
                "obstacle": "shared" if person in refused else False,
            }
            for person in chosen
        ])  # fmt: skip
        self.env.ref("clinic_family.ir_cron_send_invitations").sudo()._trigger()
        return invitations_sudo.sudo(False)

    def _create_queued(self, rows):
        """An invitation for each; whom a colleague invites at the same moment is left out."""
        # Invitations are written by verbs only.
        invitations_sudo = self.env["clinic.invitation"].sudo()
        for row in rows:
            try:
                with self.env.cr.savepoint():
                    invitations_sudo |= invitations_sudo.create(row)
            except UniqueViolation:
                _logger.info("Patient %s is invited already", row["asker_id"])
        return invitations_sudo

    def _get_name(self):
        moment = format_datetime(self.env, fields.Datetime.now(), tz=self.env.user.tz)
        return self.env._("%(moment)s, %(name)s", moment=moment, name=self.env.user.name)

    def _verify_picked(self, picked):
        """At one address one person is picked."""
        counts = Counter(person.sudo()._get_clinic_address() for person in picked)
        for address, count in counts.items():
            if count > 1:
                raise UserError(self.env._(
                    "Only one patient can be invited at %(address)s. Please choose who reads "
                    "there.",
                    address=address,
                ))  # fmt: skip

    def _may_read(self, person):
        """Whether a patient who was picked may be the one who reads at the shared address."""
        address = person.sudo()._get_clinic_address()
        is_apart = self.env["clinic.invitation"]._is_address_blocked(person, address)
        return not (is_apart or self._is_somebody_elses(person, address))

    def _is_somebody_elses(self, person, address):
        """Whether another reader has or had an account, was invited there, or answered.

        Logins are the same for all companies, so each company's invitations count.
        """
        others = self._find_readers([address])[address] - {person.id}
        users_sudo = self.env["res.users"].sudo().with_context(active_test=False)
        if users_sudo.search_count([("partner_id", "in", list(others))], limit=1):
            return True
        found = self.env["clinic.invitation"].sudo().search([
            ("is_own", "=", True),
            ("email", "=", address),
            ("asker_id", "!=", person.id),
            ("state", "in", (*UNANSWERED, "accepted")),
        ])  # fmt: skip
        return any(not one.is_expired for one in found)

    # Sending

    @api.model
    def _send_queued(self):
        """Sends what waits, each stored for good with its message; what is left goes on later."""
        waiting = self.env["clinic.invitation"].search([("state", "=", "queued")], order="id")
        for left, invitation in zip(reversed(range(len(waiting))), waiting, strict=True):
            # Somebody may take it back at the same moment.
            if invitation.try_lock_for_update() and invitation.state == "queued":
                self.with_company(invitation.company_id)._send(invitation)
            if not self.env["ir.cron"]._commit_progress(1, remaining=left):
                return

    def _send(self, invitation):
        """Writes to who may still be invited, at the address of now; one failure stops no other."""
        obstacle = self._find_obstacle(invitation)
        try:
            with self.env.cr.savepoint():
                if not obstacle:
                    invitation.email = invitation.asker_id._get_clinic_address()
                    invitation.state = "open"
                    invitation._send_new_link()
        except OperationalError:
            # Somebody wrote the same rows: it waits for the next run.
            raise
        except Exception:
            _logger.warning("Invitation %s can't be sent", invitation.id, exc_info=True)
            obstacle = "failed"
        if obstacle:
            invitation.write({"state": "unsent", "obstacle": obstacle})

    def _find_obstacle(self, invitation):
        """Why the invitation may not be sent, or sent again, as things are now."""
        person = invitation.asker_id
        obstacle = self._judge(person, besides=invitation)[person]
        address = person.sudo()._get_clinic_address()
        # Who reads there was said of the address of then.
        is_picked = invitation.is_picked and invitation.email == address
        if obstacle != "shared" or not is_picked:
            return obstacle
        return "" if self._may_read(person) else "shared"

    @api.model
    def _readdress(self, invitation):
        """To an account of their own nobody is invited again who couldn't be invited now.

        What is sent again goes to the address of now.
        """
        obstacle = self.with_company(invitation.company_id)._find_obstacle(invitation)
        if obstacle:
            raise UserError(self.env._(
                "%(name)s can't be invited any more: %(why)s.",
                name=invitation.name,
                why=self._get_words()[obstacle],
            ))  # fmt: skip
        invitation.email = invitation.asker_id._get_clinic_address()

    @api.model
    def _has_lapsed(self, invitation):
        """Whether the link may not be used any more: it is judged as when it was sent."""
        is_moved = invitation.email != invitation.asker_id._get_clinic_address()
        return is_moved or self.with_company(invitation.company_id)._find_obstacle(invitation)

    @api.model
    def _get_words(self):
        """The reasons in words."""
        return dict(
            self.env["clinic.invitation"]._fields["obstacle"]._description_selection(self.env)
        )
