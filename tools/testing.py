"""The stages of `make test` and their summary."""

import os
import sys
import time
import xml.etree.ElementTree as ElementTree
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from tools import browser, databases, days, odoo_source, postgres, processes, rtl, server
from tools.environment import ADDON, CACHE, ROOT, Failure, alone

WORKERS = 2
# Who walks waits for browsers and servers: two of them leave a third of two cores idle.
WALKERS = 3
NO_TESTS_FOUND = 5
# What tests need of addons is Odoo's, which need not be there yet.
ENGINE_PLACES = ("--doctest-modules", "tests", "--ignore=tests/addons")
SECONDS_APART = 60
# The tests stop servers and browsers of their own, each of which may take its time.
SECONDS_TO_TIDY_UP = 60


@dataclass
class Outcome:
    """How a stage ended."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0

    def __str__(self):
        counts = f"{self.passed} passed, {self.failed} failed"
        return counts + (f", {self.skipped} skipped" if self.skipped else "")


def run(only, arguments):
    """Run the named stages, or all; print the summary and return the exit code."""
    chosen = only.replace(",", " ").split() or list(STAGES)
    unknown = set(chosen) - set(STAGES)
    if unknown:
        raise Failure(f"There is no stage {', '.join(unknown)}: take {', '.join(STAGES)}.")
    if {"odoo", "system", "day"} & set(chosen):
        browser.ensure()
        if "CLINIC_FAMILY_WALKS" in os.environ:
            rtl.ensure()
        with alone("setup"):
            odoo_source.ensure()
        with postgres.running(), _preparing_databases(chosen):
            _check_clock()
            outcomes = _run_stages(chosen, arguments)
    else:
        outcomes = _run_stages(chosen, arguments)
    return _summarise(outcomes)


@contextmanager
def _preparing_databases(chosen):
    """Prepare the databases beside the stages that need none, which have one core for themselves.

    A stage that needs them waits until they are there, and tells why they aren't if that failed.
    """
    if not {"lint", "engine"} & set(chosen):
        yield
        return
    prepare = [sys.executable, ROOT / "tools" / "dev.py", "setup"]
    with (
        open(processes.log_path("Preparing the databases"), "w") as log,
        processes.running(prepare, stdout=log, stderr=log, cwd=ROOT),
    ):
        yield


def _check_clock():
    """Fail when the database has another clock than this machine: tests compare what both say."""
    (row,) = databases.query("postgres", "SELECT extract(epoch FROM now()) AS now")
    apart = abs(float(row["now"]) - time.time())
    if apart > SECONDS_APART:
        raise Failure(f"The database's clock is {apart:.0f} s from this machine's: set it right.")


def _run_stages(chosen, arguments):
    """Run each stage, also after one that failed."""
    outcomes = {}
    for name in filter(chosen.__contains__, STAGES):
        print(f"\n== {name} ==", flush=True)
        started = time.monotonic()
        try:
            outcomes[name] = STAGES[name](arguments)
        except Failure as trouble:
            print(trouble, flush=True)
            outcomes[name] = Outcome(failed=1)
        outcomes[name].seconds = time.monotonic() - started
    return outcomes


def _summarise(outcomes):
    """Print the counts of each stage and, as the last line, of all; return the exit code."""
    print()
    for name, outcome in outcomes.items():
        print(f"{name:<8}{outcome} in {outcome.seconds:.0f} s")
    passed = sum(outcome.passed for outcome in outcomes.values())
    failed = sum(outcome.failed for outcome in outcomes.values())
    if not passed and not failed:
        print("No test was run: look at ONLY and ARGS.")
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed or not passed else 0


def _lint(_arguments):
    """Run the checkers; each counts as one."""
    # Each domain opens a model in a file of its own: the architecture test holds how often.
    apart = "--disable=consider-merging-classes-inherited"
    checks = (
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["pylint", "--load-plugins=pylint_odoo", apart, ADDON.name],
    )
    outcome = Outcome()
    for check in checks:
        print(f"$ {' '.join(check)}", flush=True)
        if _ends_well([sys.executable, "-m", *check]):
            outcome.passed += 1
        else:
            outcome.failed += 1
    return outcome


def _ends_well(command):
    with processes.running(command, cwd=ROOT) as process:
        return process.wait() == 0


def _engine(arguments):
    """Test what needs no Odoo: the engine, its doctests, the architecture, these tools."""
    engine = ADDON / "engine"
    options = ["-p", "no:odoo", "-m", "not system", *_in_parallel(WORKERS, "loadfile")]
    places = [*ENGINE_PLACES, *([engine] if engine.is_dir() else [])]
    return _pytest("engine", [*options, *places], arguments)


def _odoo(arguments):
    """Run the addon's own tests in copies of the prepared database."""
    with databases.test_copy() as database:
        options = [
            f"--odoo-config={server.write_config(database)}",
            f"--odoo-database={database}",
            "--odoo-http",
            # A class prepares its records once: its tests belong on one worker.
            *_in_parallel(WORKERS, "loadscope"),
            "--no-loadscope-reorder",
            "-p",
            "tools.long_first",
        ]
        return _pytest("odoo", [*options, ADDON / "tests"], arguments)


def _system(arguments):
    """Test running servers from outside, through HTTP and browsers: one for each worker."""
    databases.template()
    options = ["-p", "no:odoo", "-m", "system", *_in_parallel(WALKERS, "loadfile"), "tests"]
    return _pytest("system", options, arguments)


def _day(arguments):
    """Test on the other day whose turn it is; who names tests, tests on this day alone."""
    if arguments:
        return Outcome()
    today = date.today()
    days.run([days.moment_of(today)], days.turn_of(today))
    return Outcome(passed=1)


def _in_parallel(workers, together):
    """Return the options that spread tests over workers; what belongs together stays so."""
    return [f"--numprocesses={workers}", f"--dist={together}"]


def _pytest(stage, options, arguments):
    """Run pytest and return its counts; `arguments` are those of the person."""
    report = CACHE / "reports" / f"{stage}.xml"
    report.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", f"--junitxml={report}"]
    settings = {"cwd": ROOT, "env": server.environment(), "patience": SECONDS_TO_TIDY_UP}
    with processes.running([*command, *options, *arguments], **settings) as process:
        code = process.wait()
    return outcome_of(report, code, filtered=bool(arguments))


def outcome_of(report, code, filtered):
    """Return the counts of a JUnit report; a run that ended badly has at least one failure."""
    outcome = Outcome()
    if report.exists():
        for suite in ElementTree.parse(report).getroot().iter("testsuite"):
            bad = int(suite.get("failures")) + int(suite.get("errors"))
            outcome.failed += bad
            outcome.skipped += int(suite.get("skipped"))
            outcome.passed += int(suite.get("tests")) - bad - int(suite.get("skipped"))
    none_found_as_asked = code == NO_TESTS_FOUND and filtered
    if code and not outcome.failed and not none_found_as_asked:
        outcome.failed = 1
    return outcome


STAGES = {"lint": _lint, "engine": _engine, "odoo": _odoo, "system": _system, "day": _day}
