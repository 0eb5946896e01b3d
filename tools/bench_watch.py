"""What PostgreSQL did meanwhile: statements that took long, and indexes that nothing used."""

import re
import statistics
import time
from contextlib import contextmanager
from pathlib import Path

from tools.bench_data import TABLES
from tools.environment import Failure

SLOW_MS = 50
SCAN = re.compile(rf"Seq Scan on ({'|'.join(TABLES)})\b")
UNUSED = """
    SELECT used.indexrelname AS name, pg_relation_size(used.indexrelid) AS bytes
      FROM pg_stat_user_indexes used
      JOIN pg_index ON pg_index.indexrelid = used.indexrelid
     WHERE used.relname = ANY(%s) AND used.idx_scan = 0
       AND NOT pg_index.indisunique AND NOT pg_index.indisexclusion
  ORDER BY bytes DESC
"""


class Clock:
    """Counts milliseconds as they pass, and those of the processor: Odoo's and its database's.

    What else the machine does changes the latter little. Where the database is on another machine
    they are those that pass.
    """

    def __init__(self, cr):
        self._database = Path(f"/proc/{cr.connection.info.backend_pid}/schedstat")
        self._began = self._read()

    def read(self):
        """The milliseconds since it was made: passed, and worked."""
        return [(now - then) * 1000 for now, then in zip(self._read(), self._began, strict=True)]

    def _read(self):
        passed = time.perf_counter()
        try:
            # Nanoseconds on a processor, and what is waited for.
            database = int(self._database.read_text().split()[0]) / 1e9
        except OSError:
            return passed, passed
        return passed, time.process_time() + database


@contextmanager
def watching():
    """Yield what takes long while the block lasts: all times in milliseconds by statement."""
    from odoo.sql_db import Cursor

    took, execute = {}, Cursor.execute

    def timed(self, query, *arguments, **options):
        began = time.perf_counter()
        try:
            return execute(self, query, *arguments, **options)
        finally:
            text = str(getattr(query, "code", query))
            took.setdefault(text, []).append((time.perf_counter() - began) * 1000)

    Cursor.execute = timed
    try:
        yield took
    finally:
        Cursor.execute = execute


def pick_slow(took):
    """Those that mostly take long: milliseconds by the statement's beginning.

    >>> pick_slow({"SELECT a FROM b": [60, 70, 80], "SELECT 1": [1, 2, 300]})
    {'SELECT … FROM b': 70}
    """
    asked = {text: times for text, times in took.items() if not text.startswith("SAVEPOINT")}
    medians = {text: statistics.median(times) for text, times in asked.items()}
    return {shorten(text): median for text, median in medians.items() if median > SLOW_MS}


def find_scans(env, job):
    """The large tables that a job reads whole, but for counting what there is."""
    from odoo.sql_db import Cursor

    asked, execute = [], Cursor.execute

    def noted(self, query, params=None, *arguments, **options):
        asked.append((getattr(query, "code", query), getattr(query, "params", params)))
        return execute(self, query, params, *arguments, **options)

    env.invalidate_all()
    Cursor.execute = noted
    try:
        job()
    finally:
        Cursor.execute = execute
    plans = []
    for statement, params in asked:
        if re.match(r"\s*(SELECT|WITH)\b(?! COUNT)", str(statement)):
            env.cr.execute(f"EXPLAIN {statement}", params)
            plans += [line for (line,) in env.cr.fetchall()]
    return sorted(set(SCAN.findall("\n".join(plans))))


def judge_scans(scans):
    """Fail when a job reads a whole table.

    >>> judge_scans({"a list": []})
    >>> judge_scans({"a list": ["res_partner"]})
    Traceback (most recent call last):
    tools.environment.Failure: These read a whole table: a list (res_partner).
    """
    found = [f"{name} ({', '.join(tables)})" for name, tables in scans.items() if tables]
    if found:
        raise Failure(f"These read a whole table: {'; '.join(found)}.")


def judge_ratios(jobs, most):
    """Fail when a job takes more of the processor, beside what it is compared with, than it may.

    >>> jobs = [{"name": "ours", "ratio": 1.5, "against": "plain"}, {"name": "plain"}]
    >>> judge_ratios(jobs, {"ours": 2})
    >>> judge_ratios(jobs, {"ours": 1})
    Traceback (most recent call last):
    tools.environment.Failure: These take too long: ours (1.5 times as long as plain, not 1).
    """
    slow = [
        f"{job['name']} ({job['ratio']:.1f} times as long as {job['against'].strip()}, "
        f"not {most[job['name']]})"
        for job in jobs
        if job.get("ratio", 0) > most.get(job.get("name"), 999)
    ]
    if slow:
        raise Failure(f"These take too long: {'; '.join(slow)}.")


def shorten(statement):
    """What a statement is about, in a line.

    >>> shorten('SELECT "a"."b" FROM "a" WHERE 1 = 1')
    'SELECT … FROM "a" WHERE 1 = 1'
    """
    line = " ".join(str(statement).split())
    return re.sub(r"^SELECT .*? FROM ", "SELECT … FROM ", line)[:160]


def find_unused(cr):
    """The indexes of the large tables that no statement has used since they were made."""
    cr.execute("SELECT pg_stat_force_next_flush()")
    cr.commit()
    cr.execute(UNUSED, [list(TABLES)])
    return [f"{name} ({size // 1024:,} kB)" for name, size in cr.fetchall()]
