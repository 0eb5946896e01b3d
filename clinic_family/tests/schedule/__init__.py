from . import test_availability
from . import test_hours
from . import test_offers
from . import test_setup_screens
