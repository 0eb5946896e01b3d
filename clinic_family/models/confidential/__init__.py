from . import res_company
from . import res_partner
from . import clinic_participant
from . import clinic_appointment
