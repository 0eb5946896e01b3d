from . import clinic_participant_telling
from . import clinic_participant_letter
from . import clinic_message
from . import clinic_message_sending
from . import clinic_message_reminding
from . import res_company
