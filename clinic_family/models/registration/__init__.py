from . import clinic_registration
from . import clinic_duplicates
from . import clinic_merge
from . import clinic_merge_rows
from . import clinic_family
from . import clinic_participant
from . import res_partner
from . import clinic_person_file
