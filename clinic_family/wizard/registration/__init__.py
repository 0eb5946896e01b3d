from . import base_partner_merge
from . import clinic_patient_merge
from . import clinic_person_erase
from . import clinic_registration_refuse
