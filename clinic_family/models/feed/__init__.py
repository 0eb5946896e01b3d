from . import clinic_appointment
from . import clinic_calendar_feed
from . import clinic_calendar_level
from . import clinic_message
from . import res_company
from . import clinic_person_file
