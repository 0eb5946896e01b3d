from . import base_partner_merge
from . import clinic_form_ask
from . import clinic_form_file
from . import clinic_form_hand
