from . import clinic_desk
from . import clinic_desk_visit
from . import clinic_desk_booking
from . import clinic_desk_series
from . import clinic_desk_day
from . import clinic_appointment
from . import res_partner
