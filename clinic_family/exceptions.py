from odoo.exceptions import UserError


class BookingRefused(UserError):
    """A booking can't be made; the sentence says why and what to do instead.

    ``reason`` is the code of the rule that refused, for callers and tests.
    """

    def __init__(self, reason, message):
        super().__init__(message)
        self.reason = reason


class SlotTaken(BookingRefused):
    """Somebody else took the time first; the nearest free times are worth offering."""


class BasketChanged(BookingRefused):
    """What is in the basket isn't what the page showed; it has to be looked at again."""


class ChangeRefused(UserError):
    """A visit can't be cancelled or moved online; the sentence says why and what to do instead."""

    def __init__(self, reason, message):
        super().__init__(message)
        self.reason = reason


class FamilyRefused(UserError):
    """Something about family members can't be done; the sentence says why and what to do.

    ``fields`` are those of the form that it is about, by the ids they have on the page.
    """

    def __init__(self, reason, message, fields=()):
        super().__init__(message)
        self.reason, self.fields = reason, tuple(fields)
