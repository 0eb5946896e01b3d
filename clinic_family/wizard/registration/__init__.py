from . import clinic_registration_refuse
