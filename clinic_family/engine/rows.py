"""What a step did to the rows of tables, and how it is taken back."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

Row = dict[str, Any]
Rows = dict[str, dict[str, Row]]

# Who wrote a row last, and when, says nothing about what stands in it.
WRITTEN = ("write_date", "write_uid")


class Journal(NamedTuple):
    """What changed in the rows of tables.

    ``gone``: whole rows that are there no more. ``made``: rows that weren't there before.
    ``changed``: of a row, by its id, each column with what stood in it before and after.
    """

    gone: list[tuple[str, Row]]
    made: list[tuple[str, Row]]
    changed: list[tuple[str, int, dict[str, list[Any]]]]


def get_key(row: Row) -> str:
    """What tells a row from others: its id, or all of it where there is none.

    >>> get_key({"id": 3, "name": "Leo"}), get_key({"b": 2, "a": 1})
    ('3', '{"a": 1, "b": 2}')
    """
    return str(row["id"]) if "id" in row else json.dumps(row, sort_keys=True)


def write(row: Row) -> str:
    """The row as PostgreSQL reads it.

    >>> write({"name": "Zoë"})
    '{"name": "Zoë"}'
    """
    return json.dumps(row, ensure_ascii=False)


def compare(before: Rows, after: Rows) -> Journal:
    """What is gone, made and changed between two moments.

    >>> old = {"person": {"1": {"id": 1, "name": "Leo"}, "2": {"id": 2, "name": "Lea"}}}
    >>> new = {"person": {"1": {"id": 1, "name": "Leon"}, "3": {"id": 3, "name": "Lou"}}}
    >>> journal = compare(old, new)
    >>> journal.gone, journal.made
    ([('person', {'id': 2, 'name': 'Lea'})], [('person', {'id': 3, 'name': 'Lou'})])
    >>> journal.changed
    [('person', 1, {'name': ['Leo', 'Leon']})]
    """
    journal = Journal([], [], [])
    for table in sorted(before.keys() | after.keys()):
        olds, news = before.get(table, {}), after.get(table, {})
        journal.gone.extend((table, row) for key, row in olds.items() if key not in news)
        journal.made.extend((table, row) for key, row in news.items() if key not in olds)
        for key in olds.keys() & news.keys():
            old, new = olds[key], news[key]
            columns = {
                name: [old[name], new.get(name)] for name in old if old[name] != new.get(name)
            }
            if columns:
                journal.changed.append((table, old["id"], columns))
    return journal


def get_return(columns: dict[str, list[Any]], now: Row) -> Row:
    """What stood in the columns before, but for those that somebody has changed since.

    >>> get_return({"phone": ["1", "2"], "name": ["Leo", "Leon"]}, {"phone": "3", "name": "Leon"})
    {'name': 'Leo'}
    """
    return {name: old for name, (old, left) in columns.items() if now[name] == left}


def is_touched(left: Row, now: Row | None) -> bool:
    """Whether somebody has changed or deleted the row since, whoever wrote it last.

    >>> is_touched({"id": 1, "end": None}, {"id": 1, "end": "today"}), is_touched({"id": 1}, None)
    (True, True)
    >>> is_touched({"id": 1, "write_uid": 2}, {"id": 1, "write_uid": 6})
    False
    """
    return now is None or any(
        now.get(name) != value for name, value in left.items() if name not in WRITTEN
    )
