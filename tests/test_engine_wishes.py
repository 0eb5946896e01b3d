"""Who would come when, against what the clocks show; and how free times are dealt."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from clinic_family.engine.instants import from_instant, to_instant
from clinic_family.engine.intervals import Interval, overlaps
from clinic_family.engine.wishes import Free, Wish, deal, fits

ZONES = [ZoneInfo(name) for name in ("Pacific/Auckland", "America/Lima", "Asia/Kathmandu")]
# Both changes of the clocks in Auckland lie within.
FIRST = date(2027, 3, 25)
STARTS = st.integers(0, 200 * 24 * 12).map(
    lambda fives: to_instant(datetime(2027, 3, 25, tzinfo=ZONES[0])) + fives * 300
)
MINUTES = st.integers(0, 24 * 12).map(lambda fives: fives * 5)


@st.composite
def free_times(draw):
    start = draw(STARTS)
    stop = start + draw(st.sampled_from([900, 1800, 3600, 7200]))
    room = draw(st.sampled_from([0, 600]))
    return Free(
        start,
        stop,
        Interval(start - room, stop + room),
        draw(st.sampled_from([1, 2])),
        draw(st.sampled_from([1, 2])),
        draw(st.sampled_from(ZONES)),
    )


@st.composite
def wishes(draw):
    begin, end = sorted(draw(st.lists(MINUTES, min_size=2, max_size=2, unique=True)))
    first = FIRST + timedelta(days=draw(st.integers(0, 60)))
    refused = draw(st.lists(free_times(), max_size=2))
    return Wish(
        first_day=first,
        last_day=first + timedelta(days=draw(st.integers(0, 150))),
        weekdays=draw(st.frozensets(st.integers(0, 6), min_size=1)),
        begin=begin,
        end=end,
        practitioner_id=draw(st.sampled_from([0, 1])),
        location_id=draw(st.sampled_from([0, 1])),
        refused=[Interval(one.start, one.stop) for one in refused],
    )


def fits_by_definition(wish, free):
    """Every minute of the visit is on a day and at a time of day that the wish names."""
    local = from_instant(free.start).astimezone(free.zone)
    over = from_instant(free.stop).astimezone(free.zone)
    midnight = datetime.combine(local.date(), datetime.min.time())
    begin = (local.replace(tzinfo=None) - midnight) // timedelta(minutes=1)
    end = (over.replace(tzinfo=None) - midnight) // timedelta(minutes=1)
    return (
        wish.first_day <= local.date() <= wish.last_day
        and local.weekday() in wish.weekdays
        and begin >= wish.begin
        and (end <= wish.end or wish.end == 24 * 60)
        and wish.practitioner_id in (0, free.practitioner_id)
        and wish.location_id in (0, free.location_id)
        and all(free.stop <= one.start or one.stop <= free.start for one in wish.refused)
    )


@given(wishes(), free_times())
def test_a_time_fits_by_what_the_clocks_show_there(wish, free):
    assert fits(wish, free) == fits_by_definition(wish, free)


@given(
    st.lists(wishes(), max_size=5),
    st.lists(free_times(), max_size=8),
    st.lists(free_times(), max_size=2),
)
def test_each_in_turn_gets_the_first_that_fits_and_nothing_is_dealt_twice(asked, free, at_rest):
    resting = [(one.practitioner_id, one.blocked) for one in at_rest]
    dealt = deal(dict(enumerate(asked)), dict.fromkeys(range(len(asked)), free), resting)

    gone = list(resting)
    for number, wish in enumerate(asked):
        possible = [
            one
            for one in free
            if fits(wish, one)
            and not any(
                one.practitioner_id == who and overlaps(one.blocked, span) for who, span in gone
            )
        ]
        assert dealt.get(number) == (possible[0] if possible else None)
        if possible:
            gone.append((possible[0].practitioner_id, possible[0].blocked))


def test_who_asked_later_gets_what_those_before_do_not_want():
    span = Interval(0, 1800)
    free = Free(*span, span, 1, 1, ZoneInfo("UTC"))
    day = date(1970, 1, 1)
    fussy = Wish(first_day=day, last_day=day, begin=60)
    open_to_all = Wish(first_day=day, last_day=day)

    assert deal({1: fussy, 2: open_to_all}, {1: [free], 2: [free]}) == {2: free}
