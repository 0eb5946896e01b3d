from . import clinic_package
from . import clinic_package_line
from . import clinic_package_purchase
from . import clinic_package_session
from . import clinic_package_session_change
from . import clinic_package_session_use
from . import clinic_package_session_visit
from . import clinic_package_purchase_seen
from . import clinic_package_session_words
from . import clinic_package_session_desk
from . import clinic_permission_packages
from . import clinic_appointment_session

# Outside of it: what a session pays is not invoiced.
from . import clinic_appointment_invoicing
from . import clinic_appointment_desk
from . import clinic_participant_session
from . import clinic_package_purchase_order
from . import clinic_package_buy
from . import account_move_send_package
from . import account_move_line_package
from . import account_move_line_session
from . import account_move_package
from . import account_move_package_balance
from . import res_partner_company
from . import res_partner_package
