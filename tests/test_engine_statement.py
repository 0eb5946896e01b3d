"""A statement's figures add up, whatever happened and in whatever currency."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from clinic_family.engine.statement import Entry, make_accounts, read_period

TODAY = date(2027, 6, 1)
DAYS = st.dates(date(2026, 1, 1), date(2028, 1, 1))
CENTS = st.integers(-10_000_000, 10_000_000)
PLACES = {1: 2, 2: 2}


@st.composite
def ledgers(draw):
    entries = draw(st.lists(st.builds(_entry, DAYS, CENTS, st.sampled_from([1, 2]))))
    return sorted(entries, key=lambda entry: entry.day)


def _entry(day, cents, currency):
    return Entry(day, cents / 100, currency)


def _sum(entries, currency, last):
    """In whole cents, which don't drift."""
    return sum(round(e.amount * 100) for e in entries if e.currency == currency and e.day <= last)


@given(ledgers(), DAYS, st.integers(0, 400))
def test_it_opens_and_closes_with_what_the_ledger_says(entries, first, length):
    last = first + timedelta(days=length)

    for account in make_accounts(entries, first, last, PLACES):
        before = first - timedelta(days=1)
        assert round(account.opening * 100) == _sum(entries, account.currency, before)
        assert round(account.closing * 100) == _sum(entries, account.currency, last)


@given(ledgers(), DAYS, st.integers(0, 400))
def test_every_entry_of_the_period_is_in_it_once_and_no_other(entries, first, length):
    last = first + timedelta(days=length)

    accounts = make_accounts(entries, first, last, PLACES)

    shown = [entry for account in accounts for entry, _balance in account.rows]
    assert sorted(shown) == sorted(entry for entry in entries if first <= entry.day <= last)


@given(ledgers(), DAYS)
def test_two_periods_on_end_close_and_open_alike(entries, last):
    first = last - timedelta(days=30)

    closings = {
        account.currency: account.closing for account in make_accounts(entries, first, last, PLACES)
    }
    later = make_accounts(entries, last + timedelta(days=1), date(2029, 1, 1), PLACES)

    assert all(closings.get(account.currency, 0) == account.opening for account in later)


def test_zero_has_no_sign():
    entries = [Entry(TODAY, 0.1, 1), Entry(TODAY, 0.2, 1), Entry(TODAY, -0.3, 1)]

    [account] = make_accounts(entries, TODAY, TODAY, PLACES)

    assert str(account.closing) == "0.0"


@given(st.text(), st.text())
def test_whatever_is_written_is_a_period(first, last):
    begins, ends = read_period(first, last, TODAY)

    assert begins <= ends
