"""What PostgreSQL did meanwhile: statements that took long, and indexes that nothing used."""

import re
import time
from contextlib import contextmanager

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


@contextmanager
def watching():
    """Yield what takes long while the block lasts: milliseconds by the statement's beginning."""
    from odoo.sql_db import Cursor

    slow, execute = {}, Cursor.execute

    def timed(self, query, *arguments, **options):
        began = time.perf_counter()
        try:
            return execute(self, query, *arguments, **options)
        finally:
            took = (time.perf_counter() - began) * 1000
            if took > SLOW_MS:
                text = shorten(getattr(query, "code", query))
                slow[text] = max(took, slow.get(text, 0))

    Cursor.execute = timed
    try:
        yield slow
    finally:
        Cursor.execute = execute


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
