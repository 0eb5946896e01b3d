from . import test_availability
from . import test_company_zone
from . import test_hours
from . import test_offers
from . import test_setup_screens
from . import test_staff_add
from . import test_week
