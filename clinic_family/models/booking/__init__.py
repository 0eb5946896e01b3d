from . import clinic_booking
from . import clinic_booking_verify
from . import clinic_appointment
