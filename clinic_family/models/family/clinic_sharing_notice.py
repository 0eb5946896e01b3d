from odoo import api, models
from odoo.tools import format_date

from ...engine.ages import age_on
from ...engine.permissions import OFFERED
from ...engine.relative import get_first_name


class ClinicSharingNotice(models.AbstractModel):
    """Writes to people about what is shared: one message, one recipient, their language.

    Messages are queued, not sent in the click. They carry no token but the invitation's own, and
    no address but the recipient's.
    """

    _name = "clinic.sharing.notice"
    _description = "Notices About Sharing"

    @api.model
    def _tell_shared(self, permissions, since=None):
        """Tells each grantor what they newly share, with whom, since when, and how to end it.

        That is since it was allowed, unless it shows more ``since`` another moment.
        """
        for (grantor, grantee), shared in (
            self._get_told(permissions)
            .grouped(lambda permission: (permission.grantor_id, permission.grantee_id))
            .items()
        ):
            self._queue("clinic_family.mail_template_shared", shared[:1], grantor, {
                "kinds": self._get_kind_names(grantor, shared.mapped("kind")),
                "grantee": grantee.name,
                "since": self._format(grantor, since or shared[0].starts_at),
                "until": self._format(grantor, shared[0]._get_end()),
            })  # fmt: skip

    @api.model
    def _tell_ending(self, permissions):
        """Tells both sides, each in a message of their own, what is about to end and when."""
        for (grantor, grantee), ending in (
            self._get_told(permissions)
            .grouped(lambda permission: (permission.grantor_id, permission.grantee_id))
            .items()
        ):
            for reader in (grantor, grantee):
                self._queue("clinic_family.mail_template_ending", ending[:1], reader, {
                    "reader_lang": reader.lang,
                    "kinds": self._get_kind_names(reader, ending.mapped("kind")),
                    "until": self._format(reader, min(ending.mapped("ends_at"))),
                })  # fmt: skip

    @api.model
    def _tell_growing(self, permissions, is_over=False):
        """Tells those who may act for a child, and the child, what ends as the child grows up.

        The young person is told at their own address: where somebody who acts for them reads,
        nothing is told twice, and the front desk sees that there is none.
        """
        told = self._get_told(permissions).filtered(lambda one: one.grantee_id.active)
        for (person, _moment), ending in told.grouped(
            lambda permission: (permission.grantor_id, permission.grown_at)
        ).items():
            clinic = self.with_company(person.company_id or self.env.company)
            values = {"is_over": is_over, **clinic._get_birthday_values(ending[0])}
            for grantee, theirs in ending.grouped("grantee_id").items():
                self._queue("clinic_family.mail_template_growing", theirs[:1], grantee, {
                    **values,
                    "reader_lang": grantee.lang,
                    "on": clinic._format(grantee, ending[0].grown_at),
                    "kinds": self._get_kind_names(grantee, theirs.mapped("kind")),
                })  # fmt: skip
            clinic._queue_to(
                person._get_private_address(),
                "clinic_family.mail_template_growing_self",
                ending[:1],
                {
                    **values,
                    "on": clinic._format(person, ending[0].grown_at),
                    "actors": [
                        {
                            "name": grantee.name,
                            "kinds": self._get_kind_names(person, theirs.mapped("kind")),
                        }
                        for grantee, theirs in ending.grouped("grantee_id").items()
                    ],
                },
            )

    def _get_birthday_values(self, permission):
        """How old the patient then is, and whether they decide alone from then on."""
        person, family = permission.grantor_id, self.env["clinic.family"]
        age = age_on(person.birth_date, family._get_day(permission.grown_at))
        return {"age": age, "is_own": age >= family._get_own_age(person, family._read_ages())}

    def _get_told(self, permissions):
        """Those of the permissions that have an effect; of others there is nothing to tell."""
        return permissions.filtered(lambda permission: permission.kind in OFFERED)

    def _get_kind_names(self, reader, kinds):
        names = self._speak_to(reader).env["clinic.permission.kind"]._get_all_names()
        return [names[kind] for kind in kinds]

    def _speak_to(self, reader):
        return self.with_context(lang=reader.lang or self.env.lang)

    def _format(self, reader, moment):
        """The day at the clinic, in words of the reader's language as in messages about visits."""
        day = moment and self.env["clinic.family"]._get_day(moment)
        spoken = self._speak_to(reader).env
        return day and format_date(spoken, day, date_format=spoken._("EEEE d MMMM y"))

    @api.model
    def _tell_asked(self, invitation):
        """Asks a relative, who answers on the family page."""
        reader = invitation.grantor_id
        self._queue("clinic_family.mail_template_invitation", invitation, reader, {
            "asker": invitation.asker_id.name,
            "url": f"{invitation.get_base_url()}/my/family",
            "kinds": self._get_kind_names(reader, invitation._get_kinds()),
        })  # fmt: skip

    @api.model
    def _tell_invited(self, invitation, token):
        """Writes to an address that somebody typed: nobody's name, and nothing they wrote.

        Whose address it is isn't known, nor who may know that the asking person comes here. The
        link needs an account of one's own to read and answer the question.
        """
        values = {"url": f"{invitation.get_base_url()}/clinic/invitation/{token}"}
        template = "clinic_family.mail_template_address_asked"
        self._queue_to(invitation.email, template, invitation, values)

    @api.model
    def _tell_invited_by_staff(self, invitation, token):
        """Writes what staff offer, with the first name of the patient and no more; gives the link.

        It is the same whoever reads at the address, with an account or without.
        """
        url = f"{invitation.get_base_url()}/clinic/invitation/{token}"
        template = "invited_own" if invitation.is_own else "invited"
        self.with_company(invitation.company_id)._queue_to(
            invitation.email,
            f"clinic_family.mail_template_{template}",
            invitation,
            {
                "url": url,
                "first_name": get_first_name(invitation.asker_id.name),
                "has_code": bool(invitation.code_hash),
                "lines": (invitation.text or "").splitlines(),
            },
        )
        return url

    @api.model
    def _tell_added(self, actor):
        """Tells the one who added children that they did; once a day, so it names none."""
        age = self.env.company.sudo().clinic_child_age
        self._queue("clinic_family.mail_template_added", actor, actor, {"age": age})

    @api.model
    def _queue(self, template, record, reader, values):
        clinic = self.with_company(reader.company_id or self.env.company)
        values = {"reader": self._get_greeted(reader), **values}
        clinic._queue_to(reader.email, template, record, values)

    def _get_greeted(self, reader):
        """By what name: at a child's address somebody else may read."""
        is_child = self.env["clinic.family"]._may_be_child(reader)
        return "" if is_child else reader.name

    @api.model
    def _queue_to(self, address, template_name, record, values):
        """One message to one address, out with the next run of the mail queue."""
        if not address:
            return
        # Who acts has no rights on templates, and the message isn't theirs but the clinic's.
        template_sudo = self.env.ref(template_name).sudo()
        self.env.company._make_mail_from(template_sudo.with_context(**values), record, address)
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()
