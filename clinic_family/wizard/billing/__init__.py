from . import account_move_send_wizard
from . import clinic_statement
from . import mail_compose_message
