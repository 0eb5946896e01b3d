"""Which session pays: the soonest to expire, never twice, never beyond what was shared."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from clinic_family.engine.sessions import (
    Right,
    Session,
    Visit,
    choose,
    explain_unused,
    judge_right,
    judge_session,
    judge_terms,
    state_after,
)

FIRST = date(2027, 3, 29)
ids = st.integers(1, 3)
some = st.frozensets(ids, max_size=2)
days = st.integers(0, 5).map(lambda n: FIRST + timedelta(days=n))
terms = {
    "purchase_id": ids,
    "owner_id": ids,
    "service_id": ids,
    "state": st.sampled_from(["free", "free", "free", "reserved", "used", "expired", "refunded"]),
    "paid": st.sampled_from([True, True, False]),
    "last_day": st.none() | days,
    "practitioner_ids": some,
    "location_ids": some,
    "shareable": st.booleans(),
}
visits = st.builds(
    Visit, service_id=ids, practitioner_id=ids, location_id=ids, day=days, people_ids=some
)
rights = st.lists(
    st.builds(
        Right,
        owner_id=ids,
        permission_id=st.integers(0, 4),
        purchase_ids=some,
        left=st.none() | st.integers(0, 2),
    ),
    max_size=3,
    unique_by=lambda right: right.permission_id,
)


@st.composite
def piles(draw):
    """Some sessions, each with an id of its own."""
    count = draw(st.integers(0, 6))
    return [draw(st.builds(Session, id=st.just(number), **terms)) for number in range(count)]


@given(piles(), st.lists(visits, max_size=5), rights)
def test_what_is_chosen_counts_and_nothing_is_used_twice(sessions, wanted, held):
    chosen = choose(sessions, wanted, held)

    assert len(chosen) == len(wanted)
    for choice, visit in zip(chosen, wanted, strict=True):
        if choice:
            session, right = choice
            assert judge_terms(session, visit)
            assert judge_right(session, visit, right)
    used = [choice[0].id for choice in chosen if choice]
    assert len(used) == len(set(used))


@given(piles(), st.lists(visits, max_size=6), rights)
def test_no_right_is_used_beyond_its_limit(sessions, wanted, held):
    chosen = choose(sessions, wanted, held)

    for right in held:
        uses = [c for c in chosen if c and c[1].permission_id == right.permission_id]
        assert right.left is None or len(uses) <= right.left


@given(piles(), visits, rights)
def test_one_that_counts_is_found_and_it_is_the_soonest_to_expire(sessions, visit, held):
    [choice] = choose(sessions, [visit], held)

    counting = [session for session in sessions if judge_session(session, visit, held)]
    assert bool(choice) == bool(counting)
    if choice:
        last = choice[0].last_day or date.max
        assert last == min(session.last_day or date.max for session in counting)


@given(piles(), visits, rights)
def test_of_what_is_not_theirs_they_learn_nothing(sessions, visit, held):
    for session in sessions:
        if session.owner_id not in {right.owner_id for right in held}:
            assert judge_session(session, visit, held).reason == "not_yours"


@given(st.sampled_from(["held", "booked", "arrived", "fulfilled", "cancelled", "noshow"]))
def test_a_lenient_clinic_takes_nothing_for_who_did_not_come(state):
    after = {
        late: state_after(state, late=late, late_uses=False, noshow_uses=False)
        for late in (True, False)
    }

    assert after[True] == after[False]
    assert (after[True] == "used") == (state in ("arrived", "fulfilled"))


@given(piles(), visits, rights)
def test_a_session_that_is_not_used_is_explained_only_to_those_who_may_know_of_it(
    sessions, visit, held
):
    unused = explain_unused(sessions, visit, held)

    if unused:
        session, decision = unused
        assert session in sessions
        assert not decision
        assert session.owner_id in {right.owner_id for right in held}
        assert not any(judge_session(one, visit, held) for one in sessions)
        own = {right.owner_id for right in held if not right.permission_id}
        shared = [right for right in held if right.owner_id == session.owner_id]
        assert session.owner_id in own or any(
            judge_right(session, visit, right._replace(left=None)) for right in shared
        )
