"""`make bench` works, and the search of a relative reads no whole table in a smaller clinic.

How long it takes isn't judged here, where other tests run beside it.
"""

import os
import subprocess
import sys

import pytest

from tools import bench, bench_watch, odoo_source, postgres
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


def test_what_takes_longer_beside_what_it_is_compared_with_fails():
    jobs = [{"name": "a page", "ratio": 2.1, "against": "plain SQL"}, {"name": "plain SQL"}]

    bench.judge({"plan": [], "jobs": jobs, "ratios": {"a page": 3}})
    with pytest.raises(Failure, match=r"a page \(2\.1 times as long as plain SQL, not 2\)"):
        bench.judge({"plan": [], "jobs": jobs, "ratios": {"a page": 2}})


def test_what_is_slow_now_and_then_is_no_slow_statement():
    took = {"SELECT a FROM b": [51, 52, 53], "SELECT c FROM d": [1, 2, 900]}

    assert bench_watch.pick_slow(took) == {"SELECT … FROM b": 52}


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
        environment = {**os.environ, "BENCH_SIZE": "5000", "BENCH_REPEATS": "2"}
        done = subprocess.run(command, env=environment, capture_output=True, text=True)

    assert "my upcoming appointments" in done.stdout, done.stdout + done.stderr
    assert "reads all of" not in done.stderr, done.stdout + done.stderr
    assert "read a whole table" not in done.stderr, done.stdout + done.stderr
    assert "more often than they may" not in done.stderr, done.stdout + done.stderr
