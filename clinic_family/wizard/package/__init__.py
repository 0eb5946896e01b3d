from . import clinic_package_refund
from . import clinic_package_sell
from . import clinic_package_session_use
from . import clinic_package_session_choose
from . import account_move_reversal
