from . import account_move_reversal
from . import account_move_send_wizard
from . import clinic_appointment_cancel
from . import clinic_fee_waive
from . import clinic_payer_agree
from . import clinic_payer_divide
from . import clinic_statement
from . import mail_compose_message
