from odoo import api, models
from odoo.fields import Domain
from odoo.tools import email_normalize_all

from ...engine.person_file import Kept

# Where Odoo keeps what was enclosed with a message that is about no record.
ENCLOSED = (False, "mail.message", "mail.compose.message")


class ClinicPersonFile(models.AbstractModel):
    """The messages a person got, and what was written on their contact."""

    _inherit = "clinic.person.file"

    @api.model
    def _get_list(self):
        return {
            **super()._get_list(),
            "clinic.message": Kept(
                self.env._("Messages"),
                whose=("recipient_id",),
                shows=("create_date", "kind", "patient_id", "address", "state", "sent_at"),
                company="participant_id.appointment_id.company_id",
                wipes=("address", "failure_reason", "says", "before"),
                loses=True,
            ),
            "mail.message": Kept(
                self.env._("Notes and letters"),
                whose=("res_id",),
                notes=("date", "subject", "body"),
                only=lambda _ids: [("model", "=", "res.partner")],
                loses=True,
            ),
        }

    def _part_with(self, selves, words, alias):
        result = super()._part_with(selves, words, alias)
        self._drop_mails(selves, words)
        letters = self._find_letters(selves)
        wrote = self._find_written(selves, words)
        self._scrub_threads(selves, letters, wrote, words, alias)
        own = letters.filtered(lambda one: one.model == "res.partner" and one.res_id in selves.ids)
        for name in ("body", "subject"):
            self._empty(letters, name, alias)
        for name in ("email_from", "reply_to"):
            self._empty(wrote, name, alias)
        sent = self.env["mail.notification"].search([("res_partner_id", "in", selves.ids)])
        self._empty(sent, "mail_email_address", alias)
        self._empty(sent, "failure_reason", alias)
        self._drop_rows("mail.tracking.value", "mail_message_id", own)
        self._drop_attachments(selves, letters)
        self.env["mail.followers"].search([
            "|", ("partner_id", "in", selves.ids),
            "&", ("res_model", "=", "res.partner"), ("res_id", "in", selves.ids),
        ]).unlink()  # fmt: skip
        self.env["mail.activity"].search([
            ("res_model", "=", "res.partner"), ("res_id", "in", selves.ids),
        ]).unlink()  # fmt: skip
        self.env["website.visitor"].search([("partner_id", "in", selves.ids)]).unlink()
        self.env["res.device.log"].search([("user_id", "in", selves.user_ids.ids)]).unlink()
        return result

    def _drop_mails(self, selves, words):
        """The mails to them alone: one that goes to others too stays theirs."""
        alone = self._find_mails(selves, self._get_addresses(words))
        # Odoo deletes what stands on a record with the mail of it; on others' records it stays.
        own = {"res.partner": selves, **self._find_threads(selves)}
        alone.filtered(
            lambda mail: mail.model and mail.res_id not in own.get(mail.model, selves.browse()).ids
        ).is_notification = True
        alone.unlink()

    def _find_mails(self, people, addresses):
        """The mails that go to these people and to nobody else."""
        mails = (
            self.env["mail.mail"]
            .with_context(active_test=False)
            .search(
                Domain("recipient_ids", "in", people.ids)
                | self._write_like("email_to", "ilike", addresses)
            )
        )
        return mails.filtered(lambda mail: self._is_mailed_among(mail, people, addresses))

    def _is_mailed_among(self, mail, people, addresses):
        told = {
            *email_normalize_all(mail.email_to or ""),
            *email_normalize_all(mail.email_cc or ""),
        }
        return (
            mail.recipient_ids <= people
            and told <= addresses
            and bool(mail.recipient_ids or told)
            # What no address was read from may be anybody's.
            and bool(told or not (mail.email_to or mail.email_cc))
        )

    def _find_letters(self, selves):
        """What stands on their contact, and what they alone were written, not about others."""
        messages = self.env["mail.message"]
        told = messages.search(
            Domain("partner_ids", "in", selves.ids)
            | Domain("notified_partner_ids", "in", selves.ids)
        ).filtered(lambda one: self._is_told_among(one, selves))
        records = self._find_threads(selves)
        return messages.search(
            Domain("model", "=", "res.partner") & Domain("res_id", "in", selves.ids)
        ) | told.filtered(
            lambda one: not one.model or one.res_id in records.get(one.model, selves.browse()).ids
        )

    def _find_written(self, selves, words):
        """What they wrote, wherever it stands."""
        addresses = self._get_addresses(words)
        messages = self.env["mail.message"]
        mailed = messages.search(self._write_like("email_from", "ilike", addresses)).filtered(
            lambda one: set(email_normalize_all(one.email_from)) <= addresses
        )
        return mailed | messages.search([("author_id", "in", selves.ids)])

    def _is_told_among(self, message, people):
        message = message.with_context(active_test=False)
        told = message.partner_ids | message.notified_partner_ids
        return told <= people and not message.outgoing_email_to

    def _find_threads(self, selves):
        """The records of theirs that have notes, by model."""
        return {
            model: self._find(model, kept._replace(company="", only=None), selves)
            for model, kept in self._get_list().items()
            if "message_ids" in self.env[model]._fields and model != "res.partner"
        }

    def _scrub_threads(self, selves, letters, wrote, words, alias):
        """Takes the name out of what was noted on their records, and on and to their relatives."""
        relatives = self._find_relatives(selves)
        threads = {"res.partner": relatives, **self._find_threads(selves)}
        messages = self.env["mail.message"]
        told = messages.search(
            Domain("partner_ids", "in", relatives.ids)
            | Domain("notified_partner_ids", "in", relatives.ids)
            | Domain("partner_ids", "in", selves.ids)
            | Domain("notified_partner_ids", "in", selves.ids)
        ).filtered(lambda one: self._is_told_among(one, relatives | selves))
        noted = messages.search(Domain.OR(
            Domain("model", "=", model) & Domain("res_id", "in", records.ids)
            for model, records in threads.items()
        ))  # fmt: skip
        addresses = self._get_addresses([*words, *filter(None, relatives.mapped("email"))])
        mailed = self._find_mails(relatives | selves, addresses).mail_message_id
        about = noted | told | wrote | letters | mailed
        mails = self.env["mail.mail"].search([("mail_message_id", "in", about.ids)])
        self._scrub(mails, "body_html", words, alias)
        for name in ("body", "subject"):
            self._scrub(about - letters, name, words, alias)
        for name in ("old_value_char", "new_value_char", "old_value_text", "new_value_text"):
            self._scrub(about.tracking_value_ids, name, words, alias)

    def _drop_attachments(self, selves, letters):
        """What was enclosed on their contact or in a letter to them, unless others use it too."""
        files = self.env["ir.attachment"]
        enclosed = letters.attachment_ids.filtered(
            lambda one: (
                one.res_model in ENCLOSED
                and (one.res_model != "mail.message" or one.res_id in letters.ids)
            )
        )
        attachments = enclosed | files.search([
            ("res_model", "=", "res.partner"), ("res_id", "in", selves.ids),
            "|", ("res_field", "=", False), ("res_field", "!=", False),
        ])  # fmt: skip
        own = {"mail.message": letters.ids, "res.partner": selves.ids}
        (attachments - self._find_used(attachments, own)).unlink()

    def _find_relatives(self, selves):
        """Everybody who was ever linked with them, or let them act, or acted for them."""
        links = self.env["clinic.relationship"].search(
            Domain("person_a_id", "in", selves.ids) | Domain("person_b_id", "in", selves.ids)
        )
        held = self.env["clinic.permission"].search(
            Domain("grantor_id", "in", selves.ids) | Domain("grantee_id", "in", selves.ids)
        )
        people = links.person_a_id | links.person_b_id | held.grantor_id | held.grantee_id
        return people - selves

    def _drop_rows(self, model, name, records):
        rows = self.env[model].search([(name, "in", records.ids)])
        rows.unlink()
