"""`make doors` works; whether time tells isn't judged here, where other tests run beside it."""

import pytest

from tools import doors
from tools.environment import Failure


def test_pairs_that_are_no_number_are_refused():
    with pytest.raises(Failure, match="PAIRS=many"):
        doors.read_pairs("many")


@pytest.mark.system
@pytest.mark.timeless
@pytest.mark.parametrize("door", [doors.LOGIN, doors.RESET, doors.SIGNUP])
def test_each_door_says_the_same_to_both(clinic, door):
    took = doors.measure(clinic.url, door, 2)

    assert {login: len(seconds) for login, seconds in took.items()} == {
        doors.KNOWN: 2,
        doors.UNKNOWN: 2,
    }
