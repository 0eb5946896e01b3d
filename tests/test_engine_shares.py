"""What several pay adds up to the cent, whatever their shares, taxes and currencies."""

from hypothesis import given
from hypothesis import strategies as st

from clinic_family.engine.shares import WHOLE, Share, divide, split

# Cents, thousandths or whole units: the smallest of the currency.
TOTALS = st.integers(1, 10_000_000)
SHARES = st.one_of(
    st.builds(Share, st.integers(1, WHOLE), st.just(0)),
    st.builds(Share, st.just(0), st.integers(1, 10_000_000)),
)
SEVERAL = st.lists(SHARES, min_size=1, max_size=5)
# What a line costs without taxes, and each tax on it.
AMOUNTS = st.lists(st.integers(0, 1_000_000), min_size=1, max_size=8).filter(any)


@given(TOTALS, SEVERAL)
def test_the_parts_add_up_and_nobody_is_paid(total, shares):
    parts = split(total, shares)

    assert sum(parts) == total
    assert min(parts) >= 0


@given(TOTALS, SEVERAL)
def test_nobody_pays_a_cent_more_than_asked(total, shares):
    _rest, *parts = split(total, shares)

    for share, part in zip(shares, parts, strict=True):
        wanted = share.amount or total * share.percent / WHOLE
        assert part < wanted + 1


@given(TOTALS, st.integers(1, WHOLE - 1))
def test_the_first_payer_pays_the_odd_cent(total, percent):
    rest, part = split(total, [Share(percent=percent)])

    assert part == total * percent // WHOLE
    assert rest == total - part


@given(TOTALS, st.integers(2, 5))
def test_where_the_shares_are_all_of_it_the_first_of_them_pay_the_odd_cents(total, count):
    percent = WHOLE // count
    shares = [Share(percent=percent)] * (count - 1) + [Share(percent=WHOLE - percent * (count - 1))]

    rest, *parts = split(total, shares)

    assert rest == 0
    assert sum(parts) == total


@given(TOTALS, st.lists(st.integers(1, 10_000_000), min_size=1, max_size=4))
def test_an_amount_is_paid_as_it_was_said_as_long_as_there_is_so_much(total, amounts):
    _rest, *parts = split(total, [Share(amount=amount) for amount in amounts])

    left = total
    for amount, part in zip(amounts, parts, strict=True):
        assert part == min(amount, left)
        left -= part


@given(AMOUNTS, SEVERAL)
def test_lines_and_taxes_add_up_for_each_payer_and_each_to_what_it_was(amounts, shares):
    parts = split(sum(amounts), shares)

    rows = divide(amounts, parts)

    assert [sum(row) for row in rows] == parts
    assert [sum(column) for column in zip(*rows, strict=True)] == amounts


@given(AMOUNTS, SEVERAL)
def test_nobody_pays_less_than_nothing_of_a_line(amounts, shares):
    rows = divide(amounts, split(sum(amounts), shares))

    assert all(cell >= 0 for row in rows for cell in row)


@given(AMOUNTS, SEVERAL, st.integers(0, 7))
def test_a_discount_in_a_line_of_its_own_is_divided_too(amounts, shares, number):
    discount = -(amounts[number % len(amounts)] // 2)
    amounts = [*amounts, discount]
    parts = split(sum(amounts), shares)

    rows = divide(amounts, parts)

    assert [sum(row) for row in rows] == parts
    assert [sum(column) for column in zip(*rows, strict=True)] == amounts


@given(AMOUNTS, SEVERAL)
def test_it_is_divided_the_same_every_time(amounts, shares):
    parts = split(sum(amounts), shares)

    assert divide(amounts, parts) == divide(list(amounts), list(parts))
