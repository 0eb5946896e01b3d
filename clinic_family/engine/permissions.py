"""The kinds of permission, and what each one shows of the person who gave it.

The one table: the pages' sentences, the tests and the guide follow it. What is not named here
stays unseen; a relationship without a permission shows the name and nothing else.
"""

from __future__ import annotations

KINDS = ("pay", "book", "intake", "notify", "receipts", "calendar", "packages")

# Bases on which somebody answers for another person, not merely helps them.
GUARDING = ("parental", "guardianship", "attorney")

# What a person who holds the permission sees of the one who gave it.
SHOWS = {
    "pay": ("name", "invoices", "payer"),
    "book": ("name", "appointments"),
    "intake": ("name", "contact", "own_forms"),
    "notify": ("name", "messages"),
    "receipts": ("name", "receipts"),
    "calendar": ("name", "feed"),
    "packages": ("name", "sessions"),
}


def shown_by(kinds: object) -> set[str]:
    """Everything these kinds of permission show together; the name even without any.

    >>> sorted(shown_by(["book", "notify"]))
    ['appointments', 'messages', 'name']
    >>> shown_by([])
    {'name'}
    """
    return {"name"}.union(*(SHOWS[kind] for kind in kinds))


def widened(before: object, after: object) -> list[str]:
    """The kinds that become newly shared, in the order of the table.

    >>> widened(["book"], ["pay", "book"])
    ['pay']
    >>> widened(["pay", "book"], ["book"])
    []
    """
    return [kind for kind in KINDS if kind in set(after) - set(before)]
