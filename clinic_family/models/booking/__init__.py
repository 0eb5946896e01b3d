from . import clinic_passing_mixin
from . import clinic_booking
from . import clinic_booking_verify
from . import clinic_appointment
from . import clinic_family_plan
from . import res_company
from . import res_partner
from . import clinic_person_file
