from . import test_duplicates
from . import test_erasing
from . import test_erasing_others
from . import test_merge_random
from . import test_merge_undo
from . import test_patient_merge
from . import test_person_file
from . import test_registration
