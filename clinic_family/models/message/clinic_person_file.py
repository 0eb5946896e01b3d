from odoo import api, models
from odoo.fields import Domain

from ...engine.person_file import Kept

# What was issued or paid, with its paper.
BOOKS = ("account.move", "account.payment")


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
        letters = self._find_letters(selves)
        self.env["mail.mail"].search(
            Domain("mail_message_id", "in", letters.ids)
            | Domain("recipient_ids", "in", selves.ids)
            | Domain.OR([[("email_to", "ilike", word)] for word in words if "@" in word])
        ).unlink()
        letters = letters.exists()
        self._scrub_threads(selves, letters, words, alias)
        own = letters.filtered(lambda one: one.model == "res.partner" and one.res_id in selves.ids)
        for name in ("body", "subject", "email_from", "reply_to"):
            self._empty(letters, name, alias)
        sent = self.env["mail.notification"].search([("res_partner_id", "in", selves.ids)])
        self._empty(sent, "mail_email_address", alias)
        self._empty(sent, "failure_reason", alias)
        self._drop_rows("mail.tracking.value", "mail_message_id", own)
        enclosed = letters.attachment_ids.filtered(lambda one: one.res_model not in BOOKS)
        attachments = enclosed | self.env["ir.attachment"].search([
            ("res_model", "=", "res.partner"), ("res_id", "in", selves.ids),
            "|", ("res_field", "=", False), ("res_field", "!=", False),
        ])  # fmt: skip
        attachments.unlink()
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

    def _find_letters(self, selves):
        """What stands on their contact, and what they wrote or were written."""
        return self.env["mail.message"].search(
            Domain("author_id", "in", selves.ids)
            | Domain("partner_ids", "in", selves.ids)
            | Domain("notified_partner_ids", "in", selves.ids)
            | (Domain("model", "=", "res.partner") & Domain("res_id", "in", selves.ids))
        )

    def _scrub_threads(self, selves, letters, words, alias):
        """Takes the name out of what was noted on their records, and on and to their relatives."""
        relatives = self._find_relatives(selves)
        threads = {"res.partner": relatives}
        for model, kept in self._get_list().items():
            if "message_ids" in self.env[model]._fields and model != "res.partner":
                threads[model] = self._find(model, kept._replace(company="", only=None), selves)
        told = Domain("partner_ids", "in", relatives.ids)
        told |= Domain("notified_partner_ids", "in", relatives.ids)
        noted = Domain.OR(
            Domain("model", "=", model) & Domain("res_id", "in", records.ids)
            for model, records in threads.items()
        )
        messages = self.env["mail.message"].search(noted | told) - letters
        # Few letters are kept beside what was noted, and they may be to anybody.
        mails = self.env["mail.mail"].search(
            Domain.OR([("body_html", "ilike", word)] for word in words)
            | Domain.OR([("subject", "ilike", word)] for word in words)
        )
        self._scrub(mails, "body_html", words, alias)
        for name in ("body", "subject"):
            self._scrub(messages | mails.mail_message_id, name, words, alias)
        tracked = (messages | letters).tracking_value_ids
        for name in ("old_value_char", "new_value_char", "old_value_text", "new_value_text"):
            self._scrub(tracked, name, words, alias)

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
