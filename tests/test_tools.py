"""Each known trouble of the tools is one sentence that says what to do."""

import errno
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tools import (
    apt,
    browser,
    databases,
    dev,
    environment,
    odoo_source,
    only_http,
    processes,
    rtl,
    server,
    testing,
)
from tools.environment import ROOT, Failure, sentence_for, step

REPORT = '<testsuites><testsuite tests="{}" failures="{}" errors="0" skipped="0"/></testsuites>'


def test_an_old_or_too_new_python_is_told_which_one_to_take():
    assert "3.9" in dev.python_complaint((3, 9, 1))
    assert "PYTHON=" in dev.python_complaint((3, 14, 0))

    assert dev.python_complaint((3, 10, 0)) is None
    assert dev.python_complaint((3, 13, 9)) is None


def test_what_python_compiles_is_kept_in_the_cache(monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)
    environment.keep_bytecode()
    command = [
        sys.executable,
        "-c",
        "import sys; print(sys.dont_write_bytecode, sys.pycache_prefix)",
    ]

    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert told.split() == ["False", str(environment.CACHE / "bytecode")]


def test_a_taken_port_is_named_and_another_proposed():
    with socket.socket() as taken:
        taken.bind((server.HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(Failure, match=rf"Port {port} is in use.*make run PORT="):
            server.check_port(port)

    server.check_port(port)


def test_a_full_disk_is_told_whoever_finds_it():
    full = OSError(errno.ENOSPC, "No space left on device")
    assert sentence_for(full).startswith("The disk is full")

    failure = processes.failure("Odoo 19", "E: write (28: No space left on device)", "a.log")
    assert str(failure).startswith("The disk is full")


def test_another_error_of_the_system_is_not_taken_for_a_full_disk():
    denied = sentence_for(PermissionError(errno.EACCES, "Permission denied", "a/folder"))

    assert denied.startswith("You may not write to or read a/folder: make it yours")


def test_a_trouble_nobody_foresaw_is_a_sentence_too_and_its_traceback_is_kept(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(environment, "LOGS", tmp_path)

    told = sentence_for(ZeroDivisionError("division by zero"))

    assert "ZeroDivisionError: division by zero" in told
    assert str(tmp_path / "trouble.log") in told
    assert "ZeroDivisionError" in (tmp_path / "trouble.log").read_text()


def test_a_missing_network_is_told_apart_from_other_trouble(capsys):
    lost = processes.failure("Odoo 19", "Err: Temporary failure resolving 'mirror'", "a.log")
    other = processes.failure("Odoo 19", "Something else", "a.log")

    assert "check the network" in str(lost)
    assert "a.log" in str(other)
    assert "Something else" in capsys.readouterr().out


def test_a_missing_apt_points_to_odoo_source(monkeypatch):
    monkeypatch.setattr(apt.shutil, "which", lambda name: None)

    with pytest.raises(Failure, match="ODOO_SOURCE="):
        apt.distribution()


def test_a_folder_without_odoo_19_is_refused(tmp_path):
    with pytest.raises(Failure, match="There is no `odoo` package"):
        odoo_source.version(tmp_path)

    (tmp_path / "odoo").mkdir()
    release = tmp_path / "odoo" / "release.py"
    release.write_text('version_info = (18, 0)\nversion = "18.0"\n')
    with pytest.raises(Failure, match=r"Odoo 18\.0"):
        odoo_source.version(tmp_path)

    release.write_text('version_info = (19, 0)\nversion = "19.0"\n')
    assert odoo_source.version(tmp_path) == "19.0"


@pytest.fixture
def odoo_cache(tmp_path, monkeypatch):
    """A cache in which fetching counts and unpacking makes an Odoo of one file."""
    fetched = []

    def unpack(_folder, into, _what):
        package = into / "usr/lib/python3/dist-packages/odoo"
        package.mkdir(parents=True)
        (package / "release.py").write_text('version_info = (19, 0)\nversion = "19.0"\n')

    monkeypatch.delenv("ODOO_SOURCE", raising=False)
    monkeypatch.setattr(odoo_source, "DOWNLOADS", tmp_path / "downloads")
    monkeypatch.setattr(odoo_source, "TREE", tmp_path / "odoo")
    monkeypatch.setattr(odoo_source.sysconfig, "get_path", lambda name: str(tmp_path))
    monkeypatch.setattr(apt, "unpack", unpack)

    def download(packages, folder, what):
        folder.mkdir(parents=True, exist_ok=True)
        fetched.append(packages)

    monkeypatch.setattr(apt, "download", download)
    return tmp_path, fetched


def test_an_interrupted_unpacking_starts_over_without_a_new_download(odoo_cache):
    cache, fetched = odoo_cache
    (cache / "downloads").mkdir()
    (cache / "downloads" / "complete").touch()
    half = cache / "odoo.unfinished" / "usr" / "half"
    half.mkdir(parents=True)

    odoo_source.ensure()

    assert not fetched
    assert not (cache / "odoo" / "usr" / "half").exists()
    assert (cache / "odoo_source.pth").read_text() == f"{odoo_source.folder()}\n"


def test_a_half_finished_download_is_fetched_on(odoo_cache):
    cache, fetched = odoo_cache
    (cache / "downloads" / "debs").mkdir(parents=True)
    (cache / "downloads" / "debs" / "odoo-19.deb").write_bytes(b"half")

    odoo_source.ensure()
    odoo_source.ensure()

    assert len(fetched) == 1
    assert (odoo_source.folder() / odoo_source.LEFT_OUT).exists()


def test_a_broken_package_is_deleted_to_be_fetched_again(tmp_path, monkeypatch):
    monkeypatch.setattr(processes, "LOGS", tmp_path)
    (tmp_path / "debs").mkdir()
    broken = tmp_path / "debs" / "broken.deb"
    broken.write_bytes(b"half a package")

    with pytest.raises(Failure, match="did not work"):
        apt.unpack(tmp_path, tmp_path / "tree", "Odoo 19")

    assert not broken.exists()


def test_a_missing_browser_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(apt, "may_install", lambda: False)

    with pytest.raises(Failure, match="apt-get install chromium"):
        browser.ensure()

    chromium = tmp_path / "chromium"
    chromium.touch(mode=0o755)
    assert browser.ensure() == str(chromium)


@pytest.fixture
def programs(monkeypatch, tmp_path):
    """The only programs there are: Chromium, and what `apt-get` would bring."""
    (tmp_path / "chromium").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(browser, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(apt, "may_install", lambda: True)
    monkeypatch.setattr(apt, "offers", lambda _package: True)
    monkeypatch.setattr(
        apt, "install", lambda package, _what: (tmp_path / package).touch(mode=0o755)
    )
    return tmp_path


def test_a_browser_that_opens_no_window_is_installed_and_found_first(programs):
    windowless = programs / browser.WINDOWLESS

    found = [browser.ensure(), browser.ensure()]

    assert [Path(one).resolve() for one in found] == [windowless, windowless]
    assert Path(found[0]).name == browser.NAMES[0]


@pytest.mark.parametrize("trouble", ["unknown", "unreachable", "named"])
def test_another_browser_does_where_there_is_none_without_windows(programs, monkeypatch, trouble):
    def fail(_package, _what):
        raise Failure("The network is gone.")

    monkeypatch.setattr(apt, "install", fail)
    monkeypatch.setattr(apt, "offers", lambda _package: trouble == "unreachable")
    if trouble == "named":
        (programs / browser.WINDOWLESS).touch(mode=0o755)
        monkeypatch.setenv("CHROMIUM", str(programs / "chromium"))

    assert Path(browser.ensure()).resolve() == programs / "chromium"


def test_what_turns_styles_around_is_fetched_once_or_the_missing_tool_is_named(
    monkeypatch, tmp_path
):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(rtl, "FOLDER", tmp_path / "fetched")

    with pytest.raises(Failure, match="apt-get install npm"):
        rtl.ensure()

    commands = tmp_path / "fetched" / "node_modules" / ".bin"
    commands.mkdir(parents=True)
    (commands / "rtlcss").touch(mode=0o755)
    rtl.ensure()
    assert shutil.which("rtlcss") == str(commands / "rtlcss")


def test_a_group_is_stopped_with_everything_it_started(tmp_path):
    note = tmp_path / "pid"
    child = "import os, sys, time; open(sys.argv[1], 'w').write(str(os.getpid())); time.sleep(60)"
    parent = (
        f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}, {str(note)!r}])"
    )

    with processes.running([sys.executable, "-c", parent]):
        assert processes.wait_for(lambda: note.exists() and note.read_text(), 20)

    assert processes.wait_for(lambda: not processes.is_alive(int(note.read_text())), 5)


def test_an_error_in_odoos_log_is_found_among_its_other_lines():
    log = (
        "2026-01-05 10:00:00,000 12 INFO db odoo.modules: no ERROR here\n"
        "2026-01-05 10:00:01,000 12 ERROR db odoo.schema: Table 'x': unable to add constraint\n"
    )

    found = [match.group(0) for match in databases.ERROR_LINE.finditer(log)]

    assert found == [log.splitlines()[1]]


def test_a_change_of_the_addon_changes_its_digest_but_a_test_does_not(tmp_path, monkeypatch):
    monkeypatch.setattr(databases, "ADDON", tmp_path)
    (tmp_path / "tests").mkdir()
    (tmp_path / "models.py").write_text("one")
    before = databases.addon_digest()

    (tmp_path / "tests" / "test_one.py").write_text("a test")
    assert databases.addon_digest() == before

    (tmp_path / "models.py").write_text("two")
    assert databases.addon_digest() != before


@pytest.mark.parametrize(
    ("tests", "failures", "code", "filtered", "expected"),
    [
        (3, 0, 0, False, (3, 0)),
        (3, 1, 1, False, (2, 1)),
        (0, 0, testing.NO_TESTS_FOUND, False, (0, 1)),
        (0, 0, testing.NO_TESTS_FOUND, True, (0, 0)),
        (3, 0, 3, False, (3, 1)),
    ],
)
def test_a_run_that_ended_badly_counts_a_failure(
    tmp_path, tests, failures, code, filtered, expected
):
    report = tmp_path / "report.xml"
    report.write_text(REPORT.format(tests, failures))

    outcome = testing.outcome_of(report, code, filtered)

    assert (outcome.passed, outcome.failed) == expected


def test_a_run_without_a_report_is_a_failure(tmp_path):
    assert testing.outcome_of(tmp_path / "none.xml", 4, filtered=False).failed == 1


def test_what_needs_no_odoo_is_tested_before_there_is_one():
    collect = (
        "import sys, pytest; sys.modules['odoo'] = None; "
        f"sys.exit(pytest.main([*{testing.ENGINE_PLACES}, '--collect-only', '-qq', '-p', 'no:odoo',"
        " '-p', 'no:cacheprovider', '-m', 'not system']))"
    )

    run = subprocess.run([sys.executable, "-c", collect], cwd=ROOT, capture_output=True, text=True)

    assert run.returncode == 0, run.stdout[-1000:]


def test_the_shares_of_a_run_are_all_of_it_and_each_file_is_in_one(tmp_path):
    for name in "abcde":
        (tmp_path / f"test_{name}.py").write_text("def test_one(): pass\ndef test_two(): pass\n")

    first, second, third = (_collect(tmp_path, f"--share={turn}/3") for turn in (1, 2, 3))

    assert [len(first), len(second), len(third)] == [4, 4, 2]
    assert sorted([*first, *second, *third]) == sorted(_collect(tmp_path))


def test_long_classes_begin_first_and_then_those_of_many_tests(tmp_path):
    body = "class TestIt:\n    test_tags = {tags}\n    def test_one(self): pass\n{more}"
    more = "    def test_two(self): pass\n"
    for name, tags, rest, head in (
        ("few", {"standard"}, "", ""),
        ("long", {"standard", "long"}, "", ""),
        ("many", {"standard"}, more, ""),
        ("race", {"post_install"}, "", ""),
        ("random", {"standard"}, "", "from hypothesis import given\n"),
        ("sweep", {"standard", "timeless"}, "", ""),
    ):
        text = head + body.format(tags=tags, more=rest)
        (tmp_path / f"test_{name}.py").write_text(text)

    order = [line.partition(".py")[0] for line in _collect(tmp_path, "-p", "tools.long_first")]

    first = ["test_long", "test_race", "test_random", "test_sweep"]
    assert order == [*first, "test_many", "test_many", "test_few"]


@pytest.mark.parametrize(
    ("tags", "stands", "may_stand", "expected"),
    [
        ({"standard"}, None, False, True),
        ({"standard"}, "2027-03-28", False, False),
        ({"standard"}, "2027-03-28", True, True),
        ({"standard", "timeless"}, None, True, False),
    ],
)
def test_another_day_has_the_classes_that_see_it(tags, stands, may_stand, expected):
    case = SimpleNamespace(test_tags=tags, freeze_time=stands)

    assert only_http.has_a_day(case, may_stand) is expected


def _collect(folder, *options):
    """The tests that pytest would run in a folder."""
    command = [sys.executable, "-m", "pytest", "-p", "tools.one_share", "-p", "no:odoo"]
    quiet = ["--collect-only", "-q", f"--rootdir={folder}", folder, *options]
    told = subprocess.run([*command, *quiet], cwd=ROOT, capture_output=True, text=True, check=True)
    return [line for line in told.stdout.splitlines() if "::" in line]


def test_the_lock_file_names_no_address():
    lock = (ROOT / "tools" / "requirements.lock").read_text()

    assert "://" not in lock
    assert "--hash=sha256:" in lock


def test_a_step_tells_how_long_it_took(capsys, monkeypatch):
    clock = SimpleNamespace(monotonic=iter((100, 107)).__next__)
    monkeypatch.setattr(environment, "time", clock)

    with step("Counting"):
        pass

    assert "Counting: 7 s" in capsys.readouterr().out
