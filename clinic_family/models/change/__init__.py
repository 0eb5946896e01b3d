from . import clinic_service
from . import clinic_appointment
from . import clinic_move
from . import clinic_family
