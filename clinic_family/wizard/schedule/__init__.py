from . import clinic_staff_add
from . import clinic_week
from . import clinic_week_line
