from . import clinic_staff_add
