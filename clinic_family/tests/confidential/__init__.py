from . import test_confidential
from . import test_confidential_leaks
from . import test_confidential_money
from . import test_confidential_outing
from . import test_confidential_site
from . import test_confidential_statements
from . import test_confidential_ties
from . import test_confidential_turns
