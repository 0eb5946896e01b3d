"""A statement of account: what was owed before, what happened, what is owed after it."""

from datetime import date
from typing import NamedTuple

from .forms import read_day


class Entry(NamedTuple):
    """What somebody owes more (or less, when negative) since a day, and why."""

    day: date
    amount: float
    currency: int
    number: str = ""
    what: str = ""
    for_whom: str = ""


class Account(NamedTuple):
    """What is owed in one currency; ``rows`` are pairs of an entry and the balance after it."""

    currency: int
    opening: float
    rows: list
    closing: float


def make_accounts(entries, first, last, places):
    """The accounts of a period, the first and the last day included, one for each currency.

    ``entries`` are in order, those before the period among them; ``places`` are the digits after
    the point of each currency. A currency in which nothing is owed and nothing happened has none.

    >>> before, paid = Entry(date(2027, 1, 3), 80.1, 1), Entry(date(2027, 3, 1), -30.0, 1)
    >>> [account] = make_accounts([before, paid], date(2027, 2, 1), date(2027, 3, 1), {1: 2})
    >>> account.opening, [balance for _entry, balance in account.rows], account.closing
    (80.1, [50.1], 50.1)
    """
    accounts = []
    for currency in dict.fromkeys(entry.currency for entry in entries):
        own = [entry for entry in entries if entry.currency == currency]
        account = _make_account(currency, own, first, last, places[currency])
        if account.rows or account.opening:
            accounts.append(account)
    return accounts


def _make_account(currency, entries, first, last, places):
    before = [entry.amount for entry in entries if entry.day < first]
    # Zero is written without a sign.
    opening = round(sum(before), places) + 0.0
    balance, rows = opening, []
    for entry in entries:
        if first <= entry.day <= last:
            balance = round(balance + entry.amount, places) + 0.0
            rows.append((entry, balance))
    return Account(currency, opening, rows, balance)


def read_period(first, last, today):
    """The days that two written ones stand for; the year so far when they are no period.

    >>> read_period("2027-02-01", "2027-03-01", date(2027, 6, 1))
    (datetime.date(2027, 2, 1), datetime.date(2027, 3, 1))
    >>> read_period("", "yesterday", date(2027, 6, 1))
    (datetime.date(2027, 1, 1), datetime.date(2027, 6, 1))
    """
    begins, ends = read_day(first), read_day(last)
    if begins and ends and begins <= ends:
        return begins, ends
    return today.replace(month=1, day=1), today
