from . import clinic_service
from . import clinic_appointment
from . import account_move
from . import account_move_line
from . import clinic_copy
from . import account_move_send
from . import account_payment
from . import res_partner
