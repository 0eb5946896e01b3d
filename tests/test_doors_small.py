"""`make doors` works; whether time tells isn't judged here, where other tests run beside it."""

import pytest

from tools import doors
from tools.environment import Failure


def test_pairs_that_are_no_number_are_refused():
    with pytest.raises(Failure, match="PAIRS=many"):
        doors.read_pairs("many")


@pytest.mark.system
def test_each_door_is_asked_for_both(clinic):
    took = doors.measure(clinic.url, doors.LOGIN, 2)

    assert {login: len(seconds) for login, seconds in took.items()} == {
        doors.KNOWN: 2,
        doors.UNKNOWN: 2,
    }
