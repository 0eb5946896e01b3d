from . import clinic_appointment
from . import clinic_appointment_log
from . import clinic_appointment_verbs
from . import clinic_outing_plan
from . import clinic_reschedule
from . import clinic_family
from . import clinic_person_file
