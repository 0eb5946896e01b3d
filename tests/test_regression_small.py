"""What the clinic touches most of Odoo's own still works as Odoo tests it.

`make regression` runs all of Odoo's tests of an addon.
"""

import subprocess
import sys

import pytest

from tools import odoo_source, postgres
from tools.environment import ROOT

TOUCHED = "TestAccountMoveOutRefund or TestAccountPaymentMethodLine or test_invoice_single"
# Odoo runs all of these while it installs, and none afterwards.
WORKING_HOURS = "TestResourceCalendar or TestExpression"


@pytest.mark.system
@pytest.mark.timeless
@pytest.mark.parametrize(
    ("module", "tests"),
    [("account", TOUCHED), ("resource", WORKING_HOURS)],
    ids=["account", "resource"],
)
def test_odoo_s_tests_pass_with_the_clinic(module, tests):
    odoo_source.ensure()
    program = str(ROOT / "tools" / "dev.py")
    # A process of its own, because copies of the database are named after the process.
    with postgres.running():
        done = subprocess.run(
            # Two workers would load Odoo twice for a handful of tests.
            [sys.executable, program, "regression", module, "-k", tests, "-n0"],
            cwd=ROOT,
            capture_output=True,
            text=True,
        )

    assert done.returncode == 0, done.stdout + done.stderr
