from . import test_calendar
from . import test_message_calendar
from . import test_calendar_links
from . import test_calendar_work
