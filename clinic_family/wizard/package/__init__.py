from . import clinic_package_refund
from . import clinic_package_sell
from . import clinic_session_book
from . import clinic_session_choose
from . import account_move_reversal
