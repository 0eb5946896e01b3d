from . import clinic_location
from . import clinic_practitioner
from . import clinic_schedule
from . import clinic_availability
from . import clinic_service
from . import res_company
from . import res_users
from . import resource_calendar
