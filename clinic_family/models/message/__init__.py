from . import clinic_appointment
from . import clinic_participant
from . import clinic_participant_letter
from . import clinic_message
from . import clinic_message_send
from . import res_company
from . import clinic_person_file
