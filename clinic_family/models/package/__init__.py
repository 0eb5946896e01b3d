from . import clinic_package
from . import clinic_package_line
from . import clinic_package_purchase
from . import clinic_package_session
from . import clinic_package_session_change
from . import clinic_package_session_use
from . import clinic_permission
from . import clinic_appointment_session

# Outside of it: what a session pays is not invoiced.
from . import clinic_appointment_invoicing
from . import clinic_appointment_desk
from . import clinic_participant
from . import account_move_send
from . import account_move_line
from . import account_move
from . import res_partner
