"""What the clinic touches most of Odoo's accounting still works as Odoo tests it.

`make regression` runs all of Odoo's tests of an addon.
"""

import subprocess
import sys

import pytest

from tools import odoo_source, postgres
from tools.environment import ROOT

TOUCHED = "TestAccountMoveOutRefund or TestAccountPaymentMethodLine or test_invoice_single"


@pytest.mark.system
@pytest.mark.timeless
def test_odoo_s_tests_of_credit_notes_payments_and_sending_pass_with_the_clinic():
    odoo_source.ensure()
    command = [
        sys.executable,
        str(ROOT / "tools" / "dev.py"),
        "regression",
        "account",
        "-k",
        TOUCHED,
    ]
    # A process of its own, because copies of the database are named after the process.
    with postgres.running():
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout + done.stderr
