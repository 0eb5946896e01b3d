from . import test_deposit
from . import test_deposit_card
from . import test_deposit_chaos
from . import test_deposit_fee
from . import test_deposit_fee_card
from . import test_deposit_pages
from . import test_deposit_shares
