from . import test_basket
from . import test_basket_meanwhile
from . import test_booking
from . import test_booking_limits
from . import test_booking_times
from . import test_clash
from . import test_family_plan
from . import test_race
