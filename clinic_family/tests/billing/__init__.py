from . import test_invoice
from . import test_invoice_fees
from . import test_invoice_links
from . import test_invoice_moment
from . import test_receipts
from . import test_receipts_private
from . import test_statement
