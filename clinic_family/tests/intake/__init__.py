from . import test_forms_asked
from . import test_forms_filled
from . import test_forms_private
