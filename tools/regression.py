"""Odoo's own tests of an addon, in the clinic's database: what passes without us passes with us."""

import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from tools import databases, odoo_source, postgres, processes, server
from tools.environment import CACHE, ROOT, Failure

WORKERS = 2
# Odoo's tests close the house for a day. The clinic rightly asks what becomes of its visits then.
NOBODY_EXPECTED = "UPDATE clinic_appointment SET state = 'cancelled'"
# The demo clinic lets everybody sign up, which Odoo's websites don't until somebody says so.
CLOSED = "UPDATE website SET auth_signup_uninvited = 'b2b'"
# The demo clinic has a front door of its own, and Odoo's tests walk through Odoo's.
UNFURNISHED = """
UPDATE ir_ui_view own
   SET arch_db = odoos.arch_db,
       website_meta_title = odoos.website_meta_title,
       website_meta_description = odoos.website_meta_description
  FROM ir_ui_view odoos
 WHERE odoos.key = own.key AND odoos.website_id IS NULL AND own.website_id IS NOT NULL
"""


def run(module, arguments=()):
    """Run the module's tests with the addon and, those that failed, without it.

    The *arguments* go to pytest. Raises Failure when a test fails that passes without the addon,
    or when none was run.
    """
    folder = _tests_of(module)
    with postgres.running():
        with databases.test_copy() as database:
            databases.query(database, NOBODY_EXPECTED)
            databases.query(database, CLOSED)
            databases.query(database, UNFURNISHED)
            passed, failed = _run(database, [folder, *arguments])
        theirs = set()
        if failed:
            with databases.test_copy(databases.base()) as database:
                _passed, theirs = _run(database, sorted(failed))
    ours = sorted(failed - theirs)
    print(f"\n{module}: {passed} passed; {len(theirs)} fail without the clinic too", flush=True)
    if ours or not passed:
        raise Failure("These pass without the clinic:\n" + "\n".join(ours or ["(none was run)"]))


def _tests_of(module):
    # In the order in which Odoo looks for them.
    for folder in (odoo_source.folder() / "odoo" / "addons", *odoo_source.addons_path()):
        if (folder / module / "tests").is_dir():
            return folder / module / "tests"
    raise Failure(f"Odoo's {module} has no tests here.")


def _run(database, what):
    """How many tests passed, and the names of those that failed."""
    report = CACHE / "reports" / "regression.xml"
    report.unlink(missing_ok=True)
    command = [
        sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", f"--junitxml={report}",
        "-o", "junit_family=xunit1", "--tb=short", f"--rootdir={ROOT}",
        f"--odoo-config={server.write_config(database)}", f"--odoo-database={database}",
        "--odoo-http", f"--numprocesses={WORKERS}", "--dist=loadscope",
        *what,
    ]  # fmt: skip
    with processes.running(command, cwd=ROOT, env=server.environment()) as process:
        process.wait()
    if not report.exists():
        raise Failure("The tests could not be run: the lines above say why.")
    return _read(report)


def _read(report):
    passed, failed = 0, set()
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            failed.add(_name(case.get("file"), case.get("classname"), case.get("name")))
        elif case.find("skipped") is None:
            passed += 1
    return passed, failed


def _name(file, classname, name):
    """The test as pytest takes it on its command line; a plain function stands in no class.

    >>> _name("addons/sale/tests/test_tax.py", "addons.sale.tests.test_tax.TestTax", "test_none")
    'addons/sale/tests/test_tax.py::TestTax::test_none'
    >>> _name("addons/sale/tests/test_tax.py", "addons.sale.tests.test_tax", "test_data")
    'addons/sale/tests/test_tax.py::test_data'
    """
    last = classname.rpartition(".")[2]
    return "::".join([file, name] if last == Path(file).stem else [file, last, name])
