"""Names as people spell them: how many pairs of one person are found, and how many of two."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_family.engine.likeness import (
    LIKELY,
    Profile,
    compare_births,
    compare_names,
    compare_phones,
    judge_likeness,
)

BORN, OTHER = date(1984, 5, 3), date(1991, 11, 20)
HERE = Path(__file__).parent
PERFORMANCE = HERE.parent / "docs" / "performance.md"


def read_pairs():
    """The table of spelling pairs: the two names, whether they are one person, what is said."""
    title = ""
    for line in (HERE / "likeness_pairs.txt").read_text().splitlines():
        if line.startswith("["):
            title = line
        elif line and not line.startswith("#"):
            one, other, *said = line.split(" | ")
            yield one, other, title.startswith("[one person"), bool(said)


PAIRS = list(read_pairs())


def is_found(one, other):
    return judge_likeness(Profile(one, BORN), Profile(other, BORN)) >= LIKELY


@pytest.mark.parametrize(("one", "other", "is_one", "is_wrong"), PAIRS)
def test_two_names_of_one_birthday_are_judged_as_the_table_says(one, other, is_one, is_wrong):
    assert is_found(one, other) == (is_one != is_wrong)
    assert is_found(other, one) == is_found(one, other)


@pytest.mark.parametrize(("one", "other"), [pair[:2] for pair in PAIRS])
def test_another_birth_and_nothing_else_in_common_makes_two(one, other):
    assert judge_likeness(Profile(one, BORN), Profile(other, OTHER)) < LIKELY


def test_of_the_table_as_many_are_found_as_the_documents_say():
    assert len(PAIRS) >= 160
    right = sum(is_one and not is_wrong for _one, _other, is_one, is_wrong in PAIRS)
    recall = right / sum(is_one for _one, _other, is_one, _wrong in PAIRS)
    precision = right / (right + sum(not is_one and wrong for _a, _b, is_one, wrong in PAIRS))

    assert recall >= 0.94
    assert precision >= 0.89
    said = f"recall {recall:.0%}, precision {precision:.0%} of {len(PAIRS)} pairs"
    assert said in " ".join(PERFORMANCE.read_text().split())


def test_a_new_surname_is_found_by_birth_and_phone():
    before = Profile("Anna Huber", BORN, phone="+43 660 1234567")
    after = Profile("Anna Wallner", BORN, phone="0660 1234567")

    assert judge_likeness(before, after) >= LIKELY


def test_relatives_who_share_phone_and_address_are_two():
    home = {"phone": "021 555 0187", "address": "12 Quay St, Auckland"}
    mia, tom = Profile("Mia Muster", BORN, **home), Profile("Tom Muster", None, **home)
    father, son = Profile("Al Muster", BORN, **home), Profile("Al Muster", OTHER, **home)

    assert judge_likeness(mia, tom) < LIKELY
    assert judge_likeness(father, son) < LIKELY


def test_the_same_name_alone_is_worth_a_look():
    assert judge_likeness(Profile("Leo Littleton"), Profile("Littleton Leo", BORN)) >= LIKELY


names = st.text("abcdeé oü'-", max_size=12)
profiles = st.builds(
    Profile,
    name=names,
    birth=st.none() | st.dates(date(1984, 1, 1), date(1984, 3, 3)),
    phone=st.sampled_from(["", "021 555 0187", "+64215550187", "12"]),
    address=st.sampled_from(["", "12 Quay St"]),
)


@given(profiles, profiles)
def test_it_does_not_matter_who_is_asked_about(one, other):
    assert judge_likeness(one, other) == judge_likeness(other, one)
    assert 0 <= compare_names(one.name, other.name) <= 1
    assert compare_births(one.birth, other.birth) == compare_births(other.birth, one.birth)
    assert compare_phones(one.phone, other.phone) == compare_phones(other.phone, one.phone)


@given(profiles)
def test_everybody_with_a_name_is_like_themselves(one):
    if one.name.strip(" '-"):
        assert judge_likeness(one, one) >= LIKELY
