from odoo import api, models

from ...engine.permissions import OFFERED
from ...engine.relative import get_first_name


class ClinicFamilyWords(models.AbstractModel):
    """What each kind of permission is called on the pages, and what it really means."""

    _name = "clinic.family.words"
    _description = "Words About Permissions"

    @api.model
    def _get_short_names(self, kinds):
        """One word each, for lists."""
        names = {
            "pay": self.env._("payer"),
            "book": self.env._("book"),
            "intake": self.env._("forms"),
            "notify": self.env._("messages"),
            "receipts": self.env._("receipts"),
            "calendar": self.env._("calendar"),
            "packages": self.env._("sessions"),
        }
        return [names[kind] for kind in OFFERED if kind in kinds]

    @api.model
    def _get_names(self, kinds):
        names = self.env["clinic.permission"]._get_kind_names()
        return [names[kind] for kind in OFFERED if kind in kinds]

    @api.model
    def _get_whose(self, person, reader):
        """ "your" for the reader, "Leo's" for anybody else."""
        if person == reader:
            return self.env._("your")
        return self.env._("%s's", get_first_name(person.sudo().name))

    @api.model
    def _get_meanings(self, who, whose):
        """One sentence a kind: what it lets somebody (*who*) do, and what they then see."""
        words = {"who": who, "whose": whose}
        return {
            "pay": self.env._(
                "Lets %(who)s bill visits to %(whose)s account. It shows no invoices.",
                **words,
            ),
            "book": self.env._(
                "Lets %(who)s book %(whose)s visits and change them, and see when, where and with "
                "whom they are.",
                **words,
            ),
            "intake": self.env._(
                "Lets %(who)s fill in %(whose)s forms, with %(whose)s contact details. What "
                "others answered stays hidden.",
                **words,
            ),
            "notify": self.env._(
                "Sends %(who)s the messages about %(whose)s visits: booked, moved, cancelled, "
                "tomorrow.",
                **words,
            ),
            "receipts": self.env._(
                "Sends %(who)s %(whose)s receipts, which say what was paid and for which visit.",
                **words,
            ),
            "calendar": self.env._(
                "Shows %(who)s %(whose)s visits in a calendar of their own.", **words
            ),
            "packages": self.env._(
                "Lets %(who)s use sessions from %(whose)s packages, and see how many are left.",
                **words,
            ),
        }

    @api.model
    def _get_choices(self, who, whose, kinds=OFFERED):
        """The switches of a page: each kind with its name and its meaning."""
        names = self.env["clinic.permission"]._get_kind_names()
        meanings = self._get_meanings(who, whose)
        return [
            {"kind": kind, "name": names[kind], "meaning": meanings[kind]}
            for kind in OFFERED
            if kind in kinds
        ]
