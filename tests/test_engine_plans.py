"""A family's plans against all that could be, tried one by one; and how long the search takes."""

import time
from itertools import product
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_family.engine.intervals import Interval, overlaps
from clinic_family.engine.plan_search import find_plans
from clinic_family.engine.plans import Party, Placed, Wanted

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
ME, LEO, ANA, TOM = 1, 2, 3, 4
NORA, OTTO = 7, 8
HARBOUR, HILL = 5, 6
ZONES = {HARBOUR: "Pacific/Auckland", HILL: "Australia/Sydney"}
DURATIONS = st.sampled_from([20, 30, 45])
ROOM = st.sampled_from([0, 0, 5, 15])
PLACES = [
    [(NORA, HARBOUR)],
    [(NORA, HARBOUR), (OTTO, HARBOUR)],
    [(NORA, HARBOUR), (OTTO, HILL)],
    [(NORA, HARBOUR), (NORA, HILL), (OTTO, HARBOUR)],
]
FEW = st.lists(st.integers(0, 18).map(lambda tens: tens * 10), unique=True, max_size=6)


def at(*clocks, day=0):
    """The instants of these times of a day."""
    return sorted(day * DAY + int(c[:-3]) * HOUR + int(c[-2:]) * MINUTE for c in clocks)


def wanted(person_id, minutes, starts, **values):
    return Wanted(person_id=person_id, duration=minutes * MINUTE, starts=starts, **values)


def whole_day(day=0, locations=(HARBOUR, HILL)):
    return dict.fromkeys(locations, Interval(day * DAY, (day + 1) * DAY))


def find(party, most=3):
    """What is found on the first day."""
    return find_plans(party, [whole_day()], most)[0]


def tell(plan):
    """Who comes when, to whom, where."""
    return [
        (each.person_id, f"{each.start // HOUR}:{each.start // MINUTE % 60:02}", *each[3:])
        for each in plan.visits
    ]


def test_they_come_one_after_the_other_to_one_practitioner():
    free = {(NORA, HARBOUR): at("9:00", "9:30", "10:00", "10:30", "11:00")}
    party = Party(wanted=[wanted(LEO, 30, free), wanted(ANA, 30, free), wanted(ME, 30, free)])

    best = find(party)[0]

    assert tell(best) == [
        (LEO, "9:00", NORA, HARBOUR), (ANA, "9:30", NORA, HARBOUR), (ME, "10:00", NORA, HARBOUR),
    ]  # fmt: skip
    assert best.rank == (90 * MINUTE, 0, at("9:00")[0])


def test_who_must_be_led_is_not_treated_beside_another_unless_that_is_allowed():
    free = {(NORA, HARBOUR): at("9:00", "9:30"), (OTTO, HARBOUR): at("9:00", "9:30")}
    both = {"wanted": [wanted(LEO, 30, free), wanted(ANA, 30, free)], "along_id": ME}
    led = frozenset({LEO, ANA})

    assert [plan.span for plan in find(Party(**both, led=led))] == [HOUR]
    beside = find(Party(**both, led=led, side_by_side=True))[0]
    assert tell(beside) == [(LEO, "9:00", NORA, HARBOUR), (ANA, "9:00", OTTO, HARBOUR)]


def test_the_adult_is_never_treated_while_a_child_needs_them():
    free = {(NORA, HARBOUR): at("9:00", "9:30"), (OTTO, HARBOUR): at("9:00", "9:30")}
    party = Party(
        wanted=[wanted(LEO, 30, free), wanted(ME, 30, free)],
        along_id=ME, led=frozenset({LEO}), side_by_side=True,
    )  # fmt: skip

    assert [plan.span for plan in find(party)] == [HOUR]


def test_who_needs_nobody_is_bound_by_nobody():
    free = {(NORA, HARBOUR): at("9:00"), (OTTO, HILL): at("9:00")}
    party = Party(wanted=[wanted(LEO, 30, free), wanted(ANA, 30, free)], along_id=ME)

    assert [plan.span for plan in find(party)] == [30 * MINUTE]


def test_between_two_places_there_is_time_to_get_there():
    party = Party(
        wanted=[
            wanted(LEO, 30, {(NORA, HARBOUR): at("9:00")}),
            wanted(ANA, 30, {(OTTO, HILL): at("9:30", "9:45", "10:00")}),
        ],
        along_id=ME, led=frozenset({LEO, ANA}), side_by_side=True, travel=15 * MINUTE,
    )  # fmt: skip

    assert tell(find(party)[0])[1] == (ANA, "9:45", OTTO, HILL)


def test_nobody_goes_from_one_time_zone_to_another_in_a_plan():
    wishes = [
        wanted(LEO, 30, {(NORA, HARBOUR): at("9:00"), (OTTO, HILL): at("23:00")}),
        wanted(ME, 30, {(NORA, HILL): [*at("20:00"), *at("20:00", day=1)]}),
    ]
    both = {"wanted": wishes, "along_id": ME, "zones": ZONES, "travel": 30 * MINUTE}
    two_days = {HARBOUR: Interval(0, DAY), HILL: Interval(0, 2 * DAY)}

    (plans,) = find_plans(Party(**both, led=frozenset({LEO})), [two_days])
    (apart,) = find_plans(Party(**both), [two_days])

    assert [{where for *_visit, where in tell(plan)} for plan in plans] == [{HILL}, {HILL}]
    assert {where for plan in apart for *_visit, where in tell(plan)} == {HARBOUR, HILL}


def test_what_stands_in_another_time_zone_is_a_day_away():
    free = {(NORA, HARBOUR): [*at("9:00", "22:00"), *at("9:00", "10:00", day=1)]}
    own = Placed(ME, *at("9:00", "9:30"), OTTO, HILL)
    leo = {"wanted": [wanted(LEO, 30, free)], "led": frozenset({LEO}), "zones": ZONES}

    def days(along_id):
        party = Party(**leo, along_id=along_id, engaged=[own])
        found = find_plans(party, [whole_day(0), whole_day(1)])
        return [[plan.start % DAY // HOUR for plan in plans] for plans in found]

    assert days(ME) == [[], [10]]
    assert days(TOM) == [[9, 22], [9, 10]]


def test_the_room_around_visits_is_kept():
    free = {(NORA, HARBOUR): at("9:00", "9:30", "9:45")}
    party = Party(wanted=[wanted(LEO, 30, free, after=300), wanted(ANA, 30, free, after=300)])

    assert [start for _who, start, *_where in tell(find(party)[0])] == ["9:00", "9:45"]


def test_all_or_nothing():
    free = {(NORA, HARBOUR): at("9:00", "9:30")}
    party = Party(wanted=[wanted(LEO, 30, free), wanted(ANA, 30, {(NORA, HARBOUR): []})])

    assert find(party) == []
    assert find(Party(wanted=())) == []


def test_what_stands_already_is_not_in_two_places_either():
    free = {(NORA, HARBOUR): at("9:00", "9:30", "10:00")}
    leo = {"wanted": [wanted(LEO, 30, free)], "along_id": ME, "travel": 15 * MINUTE}
    own = Placed(ME, *at("9:00", "9:30"), OTTO, HARBOUR)
    elsewhere = own._replace(location_id=HILL)

    def starts(engaged, led=frozenset({LEO})):
        plans = find(Party(**leo, led=led, engaged=[engaged]))
        return [tell(plan)[0][1] for plan in plans]

    assert starts(own) == ["9:30", "10:00"]
    assert starts(elsewhere) == ["10:00"]
    assert starts(own, led=frozenset()) == ["9:00", "9:30", "10:00"]


def test_each_day_for_itself_and_no_visit_leaves_its_hours():
    free = {(NORA, HARBOUR): at("9:00", "11:30") + at("9:00", "9:30", day=1)}
    party = Party(wanted=[wanted(LEO, 30, free), wanted(ANA, 30, free)])
    mornings = [
        {HARBOUR: Interval(day * DAY, day * DAY + 11 * HOUR + 45 * MINUTE)} for day in (0, 1)
    ]

    assert [len(plans) for plans in find_plans(party, mornings)] == [0, 1]


# Against all that could be


@st.composite
def parties(draw, minutes=FEW):
    """Some people, practitioners and places, few enough to try everything."""
    places = draw(st.sampled_from(PLACES))
    everybody = [ME, LEO, ANA][: draw(st.integers(1, 3))]
    wishes = [
        wanted(
            person_id,
            draw(DURATIONS),
            {
                place: [minute * MINUTE for minute in sorted(draw(minutes))]
                for place in draw(st.lists(st.sampled_from(places), min_size=1, unique=True))
            },
            before=draw(ROOM) * MINUTE,
            after=draw(ROOM) * MINUTE,
        )
        for person_id in everybody
    ]
    if draw(st.booleans()):
        # Who wants the same as the one before.
        wishes[-1] = wanted(
            everybody[-1], wishes[0].duration // MINUTE, wishes[0].starts,
            before=wishes[0].before, after=wishes[0].after,
        )  # fmt: skip
    return Party(
        wanted=wishes,
        along_id=draw(st.sampled_from([0, ME, TOM])),
        led=draw(st.frozensets(st.sampled_from([LEO, ANA]))),
        side_by_side=draw(st.booleans()),
        travel=draw(st.sampled_from([0, 15])) * MINUTE,
        zones=draw(st.sampled_from([{}, ZONES])),
        engaged=draw(st.lists(st.builds(
            lambda who, start, there: Placed(
                who, start * MINUTE, (start + 30) * MINUTE, 9, there
            ),
            st.sampled_from([ME, LEO, TOM]), st.integers(0, 100), st.sampled_from([HARBOUR, HILL]),
        ), max_size=1)),
    )  # fmt: skip


def where_the_adult_is(party, visits):
    """Where the adult who comes along has to be, and when."""
    return [
        each
        for each in visits
        if party.along_id and (each.person_id == party.along_id or each.person_id in party.led)
    ]


def nobody_is_in_two_places(party, visits):
    """Each pair is looked at by what is said of it, not as the engine does."""
    needed = where_the_adult_is(party, visits)
    pairs = [(one, other) for one in visits for other in visits if one is not other]
    for one, other in pairs:
        together = overlaps(Interval(*one[1:3]), Interval(*other[1:3]))
        is_one_person = one.person_id == other.person_id
        if not (is_one_person or (one in needed and other in needed)):
            continue
        if one.location_id != other.location_id:
            is_far = party.zones and party.zones[one[4]] != party.zones[other[4]]
            if one.start <= other.start < one.stop + (DAY if is_far else party.travel):
                return False
        elif together and (
            is_one_person or not party.side_by_side or party.along_id in (one[0], other[0])
        ):
            return False
    return True


def practitioners_are_with_one_at_a_time(party, visits):
    room = {one.person_id: (one.before, one.after) for one in party.wanted}
    blocked = [
        (each.practitioner_id, Interval(each.start - room[each.person_id][0],
                                        each.stop + room[each.person_id][1]))
        for each in visits
    ]  # fmt: skip
    return not any(
        mine[0] == theirs[0] and overlaps(mine[1], theirs[1])
        for position, mine in enumerate(blocked)
        for theirs in blocked[position + 1 :]
    )


def is_allowed(party, visits):
    return nobody_is_in_two_places(
        party, [*visits, *party.engaged]
    ) and practitioners_are_with_one_at_a_time(party, visits)


def rank_by_hand(visits):
    begin, stop = min(each.start for each in visits), max(each.stop for each in visits)
    treated = {minute for each in visits for minute in range(each.start, each.stop, MINUTE)}
    return (stop - begin, stop - begin - len(treated) * MINUTE, begin)


def try_everything(party, most):
    """The ranks of the best plans, of every choice of a start and practitioner for everybody."""
    choices = [
        [
            Placed(one.person_id, start, start + one.duration, *place)
            for place, starts in one.starts.items()
            for start in starts
        ]
        for one in party.wanted
    ]
    by_begin = {}
    for visits in product(*choices):
        if is_allowed(party, visits):
            rank = rank_by_hand(visits)
            by_begin[rank[2]] = min(rank, by_begin.get(rank[2], rank))
    return sorted(by_begin.values())[:most]


def without_what_stands(party):
    """What stands already was possible once: two of them are never in one another's way here."""
    return nobody_is_in_two_places(party, party.engaged)


@settings(max_examples=400, deadline=None)
@given(parties(), st.integers(1, 4))
def test_the_best_of_all_that_could_be_are_found_and_nothing_else(party, most):
    assert without_what_stands(party)

    plans = find(party, most)

    assert [plan.rank for plan in plans] == try_everything(party, most)
    for plan in plans:
        assert is_allowed(party, plan.visits)
        assert {each.person_id for each in plan.visits} == {one.person_id for one in party.wanted}
        for one in party.wanted:
            (mine,) = [each for each in plan.visits if each.person_id == one.person_id]
            assert mine.start in one.starts[mine.practitioner_id, mine.location_id]
            assert mine.stop - mine.start == one.duration


@settings(max_examples=60, deadline=None)
@given(parties(), st.integers(1, 30))
def test_a_day_is_searched_as_if_there_were_no_other(party, shift):
    later = Party(
        wanted=[
            Wanted(
                person_id=one.person_id, duration=one.duration, before=one.before,
                after=one.after,
                starts={
                    place: starts + [start + shift * DAY for start in starts]
                    for place, starts in one.starts.items()
                },
            )
            for one in party.wanted
        ],
        along_id=party.along_id, led=party.led, side_by_side=party.side_by_side,
        travel=party.travel, zones=party.zones,
    )  # fmt: skip

    first, second = find_plans(later, [whole_day(0), whole_day(shift)])

    assert [plan.rank for plan in find_plans(later, [whole_day(0)])[0]] == [p.rank for p in first]
    assert [(p.span, p.idle, p.start + shift * DAY) for p in first] == [p.rank for p in second]


def test_four_people_over_four_weeks_with_twenty_practitioners_take_a_moment():
    """Measured against what the machine can do just now: a tenth of a second on a quiet one."""
    day_starts = range(8 * HOUR, 18 * HOUR, 15 * MINUTE)
    free = {
        (who, HARBOUR): [day * DAY + start for day in range(28) for start in day_starts
                         if (start // 900 * 7 + day * 3 + who * 5) % 11 > 4]
        for who in range(20)
    }  # fmt: skip
    party = Party(
        wanted=[
            wanted(LEO, 30, free), wanted(ANA, 45, free), wanted(TOM, 50, free, after=600),
            wanted(ME, 60, free),
        ],
        along_id=ME, led=frozenset({LEO, ANA, TOM}), side_by_side=True,
    )  # fmt: skip
    days = [whole_day(day) for day in range(28)]

    took, measure = min(
        (clock(lambda: find_plans(party, days)), clock(count_up)) for _try in range(3)
    )

    assert took < 6 * measure, (took, measure)


def test_what_is_too_much_to_try_ends_all_the_same():
    """Six with one practitioner, who is free now and then and gives each something else."""
    chance = Random(7)
    starts = [
        day * DAY + start
        for day in range(28)
        for start in range(8 * HOUR, 18 * HOUR, 15 * MINUTE)
        if chance.random() < 0.4
    ]
    free = [[start for start in starts if chance.random() < 0.8] for _who in range(6)]
    party = Party(
        wanted=[
            wanted(who, 30, {(NORA, HARBOUR): each}, after=300) for who, each in enumerate(free)
        ]
    )
    found = []

    took = clock(lambda: found.extend(find_plans(party, [whole_day(n) for n in range(28)])))

    assert took < 60 * clock(count_up)
    for plan in (plan for plans in found for plan in plans):
        assert is_allowed(party, plan.visits)


def clock(work):
    begun = time.process_time()
    work()
    return time.process_time() - begun


def count_up():
    """A twentieth of a second or so: what the search is compared with."""
    total = 0
    for number in range(500_000):
        total += number % 7
    return total
