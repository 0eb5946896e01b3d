"""Many people check out at the same moment, each over a connection of their own."""

import re

import pytest

from tests.people import Person, at_once

PEOPLE = 20
LONGEST_WAIT = 5
ALONE = "Massage therapy"
TWO_GIVE_IT = "Counselling"
BOTH = ("Dr. A. Moreau", "S. Okafor")
ERROR = re.compile(r"^\S+ \S+ \d+ (?:ERROR|CRITICAL) .*(?:\n(?!\d{4}-).*)*", re.MULTILINE)
# Odoo logs what PostgreSQL refuses, also when the addon expects it and answers with a page.
EXPECTED_ERRORS = re.compile(r'"(clinic_appointment_no_overlap|clinic_booking__one_open)"')


@pytest.fixture(scope="module")
def crowd(clinic):
    """Twenty patients who have just logged in."""
    logins = [f"patient{number}@example.com" for number in range(1, PEOPLE + 1)]
    _register(clinic, logins)
    return at_once(Person.log_in, [Person(clinic.url, login, "rosa") for login in logins])


def _register(clinic, logins):
    """Give each an account; the password is copied, because Odoo takes long to make a new one."""
    portal = "SELECT res_id FROM ir_model_data WHERE module = 'base' AND name = 'group_portal'"
    groups = [(6, 0, [row["res_id"] for row in clinic.query(portal)])]
    usual = {"group_ids": groups, "birth_date": "1990-05-01"}
    accounts = [{"name": login, "login": login, **usual} for login in logins]
    Person(clinic.url, "manager").log_in().call("res.users", "create", accounts)
    copied = "(SELECT password FROM res_users WHERE login = 'rosa')"
    clinic.query(f"UPDATE res_users SET password = {copied} WHERE login = ANY(%s)", [logins])


@pytest.fixture
def logged(clinic):
    """Return a function that gives the errors logged since the test began."""
    begun = len(clinic.log.read_text())
    return lambda: ERROR.findall(clinic.log.read_text()[begun:])


def _choose_at_once(people, start):
    """Bring all to the page that asks who comes, and let them go on at the same moment."""
    forms = at_once(lambda person: person.choose_oneself(start), people)
    return _send_at_once(people, dict(zip(people, forms, strict=True)))


def _send_at_once(people, forms):
    answers = at_once(lambda person: person.send(forms[person]), people)
    verdict = max(answer.seconds for answer in answers)
    page = max(answer.seconds_to_page for answer in answers)
    print(f"\nOf {len(people)} at once, the last had a verdict after {verdict:.2f} s", end="")
    print(f" and a page after {page:.2f} s.")
    return answers


def _find_start_with_all(person, service, practitioners):
    """A time at which each of the practitioners is free, to be booked with any of them."""
    free = [{start.utc for start in person.find_starts(service, one)} for one in practitioners]
    return next(
        start for start in person.find_starts(service) if start.utc in set.intersection(*free)
    )


def _booked(clinic, service, start):
    """The appointments of a service that take a start, with who made them."""
    return clinic.query(
        """
        SELECT appointment.practitioner_id, booker.name AS booker, booking.key
          FROM clinic_appointment appointment
          JOIN clinic_service service ON service.id = appointment.service_id
          JOIN clinic_booking booking ON booking.id = appointment.booking_id
          JOIN res_partner booker ON booker.id = booking.booker_id
         WHERE service.name->>'en_US' = %s AND appointment.start = %s
           AND appointment.state <> 'cancelled'
        """,
        [service, start.utc],
    )


def test_of_twenty_who_want_one_time_one_has_it_and_nineteen_may_choose_again(
    clinic, crowd, logged
):
    start = crowd[0].find_starts(ALONE)[0]

    answers = _choose_at_once(crowd, start)

    taken = [answer for answer in answers if answer.heading == "Just taken"]
    assert sorted(answer.heading for answer in answers) == ["Check and book"] + ["Just taken"] * 19
    assert [len(answer.forms("/hold")) for answer in taken] == [3] * 19
    assert {answer.status for answer in answers} == {200}
    assert max(answer.seconds for answer in answers) < LONGEST_WAIT
    assert len(_booked(clinic, ALONE, start)) == 1
    assert [error for error in logged() if not EXPECTED_ERRORS.search(error)] == []


def test_of_twenty_who_take_whoever_is_free_two_have_one_of_two_practitioners_each(
    clinic, crowd, logged
):
    start = _find_start_with_all(crowd[0], TWO_GIVE_IT, BOTH)

    answers = _choose_at_once(crowd, start)

    appointments = _booked(clinic, TWO_GIVE_IT, start)
    assert (
        sorted(answer.heading for answer in answers) == ["Check and book"] * 2 + ["Just taken"] * 18
    )
    assert {answer.status for answer in answers} == {200}
    assert max(answer.seconds for answer in answers) < LONGEST_WAIT
    assert len({one["practitioner_id"] for one in appointments}) == len(appointments) == 2
    assert [error for error in logged() if not EXPECTED_ERRORS.search(error)] == []


def test_a_checkout_sent_ten_times_at_once_books_once_and_answers_the_same(clinic, crowd, logged):
    person = crowd[1]
    start = person.find_starts(ALONE)[0]
    (form,) = person.send(person.choose_oneself(start)).forms("/confirm")
    lines = [person.on_another_line() for _ in range(10)]

    answers = _send_at_once(lines, dict.fromkeys(lines, form))

    assert {answer.address for answer in answers} == {
        f"{clinic.url}/book/thanks/{dict(form.fields)['key']}"
    }
    assert {answer.heading for answer in answers} == {"Booked"}
    assert [one["key"] for one in _booked(clinic, ALONE, start)] == [dict(form.fields)["key"]]
    assert [error for error in logged() if not EXPECTED_ERRORS.search(error)] == []


def test_a_time_offered_to_who_came_second_is_booked_with_one_tap(clinic, crowd):
    first, second = crowd[2:4]
    start = first.find_starts(ALONE)[0]
    form = second.choose_oneself(start)
    first.send(first.choose_oneself(start))
    offered = second.send(form).forms("/hold")

    check = second.send(offered[0])
    answer = second.send(check.forms("/confirm")[0])

    assert answer.heading == "Booked"
    assert second.login in answer.words
    assert [one["booker"] for one in _booked(clinic, ALONE, start)] == [first.login]
