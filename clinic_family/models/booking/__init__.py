from . import clinic_booking
from . import clinic_booking_clash
from . import clinic_booking_limit
from . import clinic_booking_verify
from . import clinic_appointment_held
from . import clinic_booking_session
