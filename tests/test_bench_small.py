"""`make bench` works, and the search of a relative reads no whole table in a smaller clinic.

How long it takes isn't judged here, where other tests run beside it.
"""

import os
import subprocess
import sys

import pytest

from tools import bench, odoo_source, postgres
from tools.environment import ROOT, Failure


def test_a_plan_that_reads_a_whole_table_fails():
    jobs = [{"ms": 1.0}]
    bench.judge({"plan": ["->  Index Scan using a on clinic_permission p"], "jobs": jobs})

    with pytest.raises(Failure, match="reads all of clinic_permission"):
        bench.judge({"plan": ["->  Parallel Seq Scan on clinic_permission p"], "jobs": jobs})


def test_another_question_that_reads_a_whole_table_fails():
    jobs = [{"ms": 1.0}]
    bench.judge({"plan": [], "scans": {"a list": []}, "jobs": jobs})

    with pytest.raises(Failure, match=r"a whole table: a list \(res_partner\)"):
        bench.judge({"plan": [], "scans": {"a list": ["res_partner"]}, "jobs": jobs})


def test_what_asks_the_database_too_often_fails():
    jobs = [{"ms": 1.0, "name": "a page", "queries": 7}]

    bench.judge({"plan": [], "jobs": jobs, "most": {"a page": 7}})
    with pytest.raises(Failure, match="a page: 7, not 6"):
        bench.judge({"plan": [], "jobs": jobs, "most": {"a page": 6}})


def test_a_slow_search_fails():
    with pytest.raises(Failure, match=r"took 5\.1 ms"):
        bench.judge({"plan": [], "jobs": [{"ms": 5.1}]})


def test_a_size_that_is_no_number_is_refused():
    with pytest.raises(Failure, match="BENCH_SIZE=many"):
        bench.read_size("many")


@pytest.mark.system
@pytest.mark.timeless
def test_a_relative_s_search_reads_no_whole_table():
    odoo_source.ensure()
    command = [sys.executable, str(ROOT / "tools" / "dev.py"), "bench"]
    # A process of its own, because copies of the database are named after the process.
    with postgres.running():
        # How often it asks is the same each time; only milliseconds need many.
        environment = {**os.environ, "BENCH_SIZE": "20000", "BENCH_REPEATS": "2"}
        done = subprocess.run(command, env=environment, capture_output=True, text=True)

    assert "my upcoming appointments" in done.stdout, done.stdout + done.stderr
    assert "reads all of" not in done.stderr, done.stdout + done.stderr
    assert "read a whole table" not in done.stderr, done.stdout + done.stderr
    assert "more often than they may" not in done.stderr, done.stdout + done.stderr
