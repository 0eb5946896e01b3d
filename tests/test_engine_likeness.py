"""Names as people spell them: how many pairs of one person are found, and how many of two."""

from datetime import date

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
# One person, spelled in two ways.
ONE = [
    ("Jon Smyth", "John Smith"), ("Smith, John", "John Smith"), ("Zoë O'Brien", "Zoe OBrien"),
    ("Jürgen Müller", "Juergen Mueller"), ("Hans Meyer", "Maier Hans"),
    ("Anne Marie Dubois", "Annemarie Dubois"), ("Katherine Jones", "Catharine Jones"),
    ("Sean O'Neill", "Shaun ONeil"), ("Philipp Schmidt", "Filip Schmitt"),
    ("Mohammed Ali", "Muhammad Aly"), ("Sara Nguyen", "Nguyen Thi Sara"),
    ("Geoff King", "Jeff King"), ("J. Smith", "John Smith"), ("Alex Petrov", "Alexander Petrov"),
    ("Maria Garcia Lopez", "María García"), ("Søren Kjær", "Soren Kjaer"),
    ("Tatiana Ivanova", "Tatjana Iwanowa"), ("Lukasz Nowak", "Łukasz Nowak"),
    ("Isabelle Lefebvre", "Isabel Lefèvre"), ("Christopher Lee", "Kristofer Lee"),
    ("Fatima Zahra", "Fatma Zahra"), ("Li Na", "Na Li"),
    ("Emily-Rose Clark", "Emily Rose Clarke"), ("DA SILVA JOAO", "João da Silva"),
]  # fmt: skip
# Two people, who may share a name, or sound alike.
TWO = [
    ("John Smith", "John Doe"), ("Mia Smith", "Tom Smith"), ("Maria Garcia", "Carlos Mendez"),
    ("Li Na", "Wang Fang"), ("Peter Jones", "Petra Novak"), ("Anna Huber", "Jonas Huber"),
    ("Leo Littleton", "Mira Motherwell"), ("Sara Nguyen", "Minh Nguyen"),
    ("Paul Adams", "Grace Paulsen"), ("Ali Hassan", "Omar Hassan"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), ONE)
def test_another_spelling_with_the_same_birth_is_found(one, other):
    assert judge_likeness(Profile(one, BORN), Profile(other, BORN)) >= LIKELY


@pytest.mark.parametrize(("one", "other"), TWO)
def test_two_of_one_birthday_are_two(one, other):
    assert judge_likeness(Profile(one, BORN), Profile(other, BORN)) < LIKELY


@pytest.mark.parametrize(("one", "other"), [*ONE, *TWO])
def test_another_birth_and_nothing_else_in_common_makes_two(one, other):
    assert judge_likeness(Profile(one, BORN), Profile(other, OTHER)) < LIKELY


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
