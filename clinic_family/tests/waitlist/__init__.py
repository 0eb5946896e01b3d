from . import test_passed
from . import test_waitlist
from . import test_waitlist_ends
from . import test_waitlist_race
from . import test_waitlist_safety
