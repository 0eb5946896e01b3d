from . import clinic_appointment
from . import clinic_participant
from . import clinic_message
from . import res_company
