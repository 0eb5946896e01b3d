from . import clinic_appointment_cancel
from . import clinic_orphan_note
from . import clinic_participant_move
from . import clinic_time_off
from . import clinic_week
