from . import clinic_service
from . import clinic_appointment
from . import clinic_booking
from . import account_payment
from . import account_move
from . import payment_transaction
from . import payment_token
from . import clinic_sharing_notice
