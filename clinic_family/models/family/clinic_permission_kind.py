from odoo import api, models

from ...engine.permissions import OFFERED, SWITCHES
from ...engine.relative import get_first_name

KINDS = [
    ("pay", "Name as payer and pay invoices"),
    ("book", "Book appointments"),
    ("intake", "Fill in forms"),
    ("notify", "Receive booking messages"),
    ("receipts", "Receive receipts"),
    ("calendar", "See appointments in a calendar"),
    ("packages", "Use package sessions"),
    ("card", "Pay with a saved card"),
]
SWITCHED_KINDS = [(kind, name) for kind, name in KINDS if kind in SWITCHES]


class ClinicPermissionKind(models.AbstractModel):
    """The kinds of permission in words: what each is called, and what it really means.

    The one table of words, as `engine/permissions.py` is that of what each shows.
    """

    _name = "clinic.permission.kind"
    _description = "Kind of Permission"

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
            "card": self.env._("card"),
        }
        return [names[kind] for kind in OFFERED if kind in kinds]

    @api.model
    def _get_all_names(self):
        """The name of each kind, also of those that aren't offered yet, which the ledger keeps."""
        return dict(self.env["clinic.permission"]._fields["kind"]._description_selection(self.env))

    @api.model
    def _get_names(self, kinds):
        names = self._get_all_names()
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
                "Lets %(who)s bill visits to %(whose)s account, and see and pay %(whose)s "
                "invoices.",
                **words,
            ),
            "book": self.env._(
                "Lets %(who)s book %(whose)s visits and change them, and see when, where and with "
                "whom they are.",
                **words,
            ),
            "intake": self.env._(
                "Lets %(who)s fill in %(whose)s forms, read those %(who)s filled in, and see and "
                "correct %(whose)s contact details. What others answered stays hidden.",
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
            "card": self.env._(
                "Lets %(who)s pay at the clinic with %(whose)s saved cards, and see their last "
                "digits. A message tells of each time.",
                **words,
            ),
        }

    @api.model
    def _get_staff_meanings(self):
        """What each kind lets the other person do and see, in the words of the staff."""
        return {
            "pay": self.env._("Has visits billed to this patient; sees and pays invoices."),
            "book": self.env._("Books, moves and cancels visits; sees past ones."),
            "intake": self.env._(
                "Fills in forms, reads those they filled in; sees and corrects contact details."
            ),
            "notify": self.env._("Gets copies of booking messages and reminders."),
            "receipts": self.env._("Gets copies of receipts and statements."),
            "calendar": self.env._("Has the visits in their own calendar."),
            "packages": self.env._("Uses visits that were paid in advance."),
            "card": self.env._("Pays online with a saved card of this patient."),
        }

    @api.model
    def _get_choices(self, who, whose, kinds=SWITCHES):
        """The switches of a page: each kind with its name and its meaning."""
        names = self._get_all_names()
        meanings = self._get_meanings(who, whose)
        return [
            {"kind": kind, "name": names[kind], "meaning": meanings[kind]}
            for kind in OFFERED
            if kind in kinds
        ]
