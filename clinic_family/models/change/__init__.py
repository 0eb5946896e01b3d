from . import clinic_appointment
from . import clinic_appointment_log
from . import clinic_appointment_outing
from . import clinic_appointment_put_back
from . import clinic_outing_plan
from . import clinic_reschedule
from . import clinic_family
from . import clinic_person_file
