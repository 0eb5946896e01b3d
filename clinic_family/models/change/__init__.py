from . import clinic_service_change
from . import clinic_appointment_words
from . import clinic_appointment_change
from . import clinic_appointment_move
from . import clinic_move
