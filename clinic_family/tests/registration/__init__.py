from . import test_duplicates
from . import test_registration
