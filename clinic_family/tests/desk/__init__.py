from . import test_day_sheet
from . import test_day_sheet_scripts
from . import test_desk_booking
from . import test_desk_plan
from . import test_desk_series
from . import test_desk_visit
from . import test_start
from . import test_today
