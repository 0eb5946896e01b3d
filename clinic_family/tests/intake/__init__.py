from . import test_forms_again
from . import test_forms_asked
from . import test_forms_corrected
from . import test_forms_filled
from . import test_forms_handed
from . import test_forms_private
from . import test_forms_race
from . import test_forms_signed
