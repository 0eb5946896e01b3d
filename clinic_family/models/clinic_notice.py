from odoo import api, models
from odoo.tools import format_date


class ClinicNotice(models.AbstractModel):
    """Writes to people about what is shared: one message, one recipient, their language.

    Messages are queued, not sent in the click. They carry no token but the invitation's own, and
    no address but the recipient's.
    """

    _name = "clinic.notice"
    _description = "Notices About Sharing"

    @api.model
    def _tell_shared(self, permissions):
        """Tells each grantor what they newly share, with whom, since when, and how to end it."""
        for (grantor, grantee), shared in permissions.grouped(
            lambda permission: (permission.grantor_id, permission.grantee_id)
        ).items():
            self._queue("clinic_family.mail_template_shared", shared[:1], grantor.email, {
                "kinds": [self._get_kind_name(grantor, one.kind) for one in shared],
                "grantee": grantee.name,
                "since": self._format(grantor, shared[0].starts_at),
                "until": self._format(grantor, shared[0].ends_at),
            })  # fmt: skip

    @api.model
    def _tell_ending(self, permissions):
        """Tells both sides, each in a message of their own, what is about to end and when."""
        for (grantor, grantee), ending in permissions.grouped(
            lambda permission: (permission.grantor_id, permission.grantee_id)
        ).items():
            for reader in (grantor, grantee):
                self._queue("clinic_family.mail_template_ending", ending[:1], reader.email, {
                    "reader_lang": reader.lang,
                    "kinds": [self._get_kind_name(reader, one.kind) for one in ending],
                    "until": self._format(reader, min(ending.mapped("ends_at"))),
                })  # fmt: skip

    def _get_kind_name(self, grantor, kind):
        model = self.env["clinic.permission"].with_context(lang=grantor.lang or self.env.lang)
        return model._get_kind_names()[kind]

    def _format(self, reader, moment):
        env = self.with_context(lang=reader.lang or self.env.lang).env
        return moment and format_date(env, self.env["clinic.family"]._get_day(moment))

    @api.model
    def _tell_invited(self, invitation, token):
        """Asks the person at the address; the link needs their own account to answer."""
        to = invitation.grantor_id.email or invitation.email
        path = f"/clinic/invitation/{token}" if token else "/my/family"
        self._queue("clinic_family.mail_template_invitation", invitation, to, {
            "asker": invitation.asker_id.name,
            "url": f"{invitation.get_base_url()}{path}",
            "kinds": [
                self._get_kind_name(invitation.grantor_id, kind)
                for kind in invitation._get_kinds()
            ],
        })  # fmt: skip

    @api.model
    def _queue(self, template, record, address, values):
        """One message to one address, out with the next run of the mail queue."""
        if not address:
            return
        self.env.ref(template).sudo().with_context(**values).send_mail(
            record.id,
            email_values={
                "email_to": address,
                "recipient_ids": [],
                "email_cc": False,
                # Not on any record's page: staff with access to it need not read the link.
                "model": False,
                "res_id": False,
                "message_type": "user_notification",
                "auto_delete": True,
            },
        )
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()
