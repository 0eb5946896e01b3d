"""`make load` works: people look at free times and book, and each answer is counted.

How many a second isn't judged here, where other tests run beside it.
"""

import pytest

from tools import load
from tools.environment import Failure


def test_what_goes_wrong_fails():
    bad = load.Tally(1.0, errors=["GET /book answered 500"])

    with pytest.raises(Failure, match="1 requests went wrong, the first: GET /book answered 500"):
        load.judge(bad, load.Tally(1.0), load.Tally(1.0))


def test_a_time_that_is_no_number_is_refused():
    with pytest.raises(Failure, match="LOAD_SECONDS=ages"):
        load.read_seconds("ages")


@pytest.mark.system
def test_people_look_and_book_without_an_error(clinic):
    people = load.make_people(clinic.url, clinic.database, 2)

    booked = load.drive(people, load.Visitor.book, 1)
    looked = load.drive(people, load.Visitor.look_around, 1)

    assert booked.errors + looked.errors == []
    assert {"hold", "who comes", "confirm"} <= booked.took.keys()
    assert looked.took.keys() == {load.SLOTS, load.MINE}
