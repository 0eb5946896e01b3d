"""The kinds of permission, and what each one shows of the person who gave it.

The one table: the pages' sentences, the tests and the guide follow it. What is not named here
stays unseen; a relationship without a permission shows the name and nothing else.

>>> TABLE["book"].shows
('name', 'appointments')
>>> OFFERED
('pay', 'book', 'intake', 'notify', 'receipts', 'calendar', 'packages', 'card')
>>> SWITCHES
('pay', 'book', 'intake', 'notify', 'receipts', 'calendar', 'packages')
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """What the holder sees of the one who gave it, and whether anything can be done with it yet.

    What has no effect is offered nowhere and announced to nobody. Recorded before, it stays in
    the ledger. What has terms of its own, such as an amount, is given on a page of its own, and
    by no switch.
    """

    shows: tuple[str, ...]
    is_offered: bool = True
    has_terms: bool = False


TABLE = {
    "pay": Kind(shows=("name", "payer", "invoices")),
    "book": Kind(shows=("name", "appointments")),
    "intake": Kind(shows=("name", "contact", "own_forms")),
    "notify": Kind(shows=("name", "messages")),
    "receipts": Kind(shows=("name", "receipts")),
    "calendar": Kind(shows=("name", "feed")),
    "packages": Kind(shows=("name", "sessions")),
    "card": Kind(shows=("name", "card"), has_terms=True),
}
KINDS = tuple(TABLE)
OFFERED = tuple(kind for kind in KINDS if TABLE[kind].is_offered)
SWITCHES = tuple(kind for kind in OFFERED if not TABLE[kind].has_terms)

# Bases on which somebody answers for another person, not merely helps them.
GUARDING = ("parental", "guardianship", "attorney")
