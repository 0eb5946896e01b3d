"""What is kept of one person: which records, which fields of them, and the file they make."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any, NamedTuple

MOST_COLUMNS = 8


class Kept(NamedTuple):
    """The records of one model that are about a person.

    ``whose``: the ways to the person; any of them makes a record theirs. ``shows``: what their
    file says of each, as ways to a value. ``notes``: what only the clinic's own copy of the file
    says, because staff wrote it freely and may have named others. ``also``: what names people in
    such records beside whose they are, and is not shown. ``company``: the way to the company that
    keeps them, where one does. ``only``: of whose, by their numbers, the records that count.

    When the person is erased, ``wipes`` are emptied, ``scrubs`` lose the name in texts about
    others too, and all of it ``goes`` where nobody has to keep it. ``loses`` says that a reader
    takes it for gone.
    """

    title: str = ""
    whose: tuple[str, ...] = ()
    shows: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    company: str = "company_id"
    wipes: tuple[str, ...] = ()
    scrubs: tuple[str, ...] = ()
    goes: bool = False
    loses: bool = False
    only: Callable[[list[int]], Any] | None = None

    def get_fields(self) -> set[str]:
        """The fields of the model itself that are spoken for.

        >>> sorted(Kept(whose=("owner_id.id",), shows=("name",), also=("by_id",)).get_fields())
        ['by_id', 'name', 'owner_id']
        """
        ways = (*self.whose, *self.shows, *self.notes, *self.also)
        return {way.split(".")[0] for way in ways}

    def adds(self, **more: tuple[str, ...]) -> Kept:
        """The same, with what a later domain keeps of it.

        >>> Kept(shows=("state",)).adds(shows=("fee",)).shows
        ('state', 'fee')
        """
        return self._replace(**{name: getattr(self, name) + ways for name, ways in more.items()})


class Part(NamedTuple):
    """One table of the file: values by way for machines, texts in the same order for readers."""

    model: str
    title: str
    labels: list[str]
    values: list[dict[str, Any]]
    texts: list[list[str]]

    def is_wide(self) -> bool:
        """Whether a page shows its rows one below the other, as a line would be too long.

        >>> Part("m", "", ["a"] * 9, [], []).is_wide(), Part("m", "", ["a"], [{}, {}], []).is_wide()
        (True, False)
        """
        return len(self.values) == 1 or len(self.labels) > MOST_COLUMNS

    def pair(self, row: list[str]) -> list[tuple[str, str]]:
        """What a row says, by its labels; what is empty isn't said.

        >>> Part("m", "", ["Day", "Why"], [], []).pair(["Monday", ""])
        [('Day', 'Monday')]
        """
        return [(label, text) for label, text in zip(self.labels, row, strict=True) if text]


def write_archive(page: str, facts: dict[str, Any], parts: list[Part]) -> bytes:
    """The file: a page to read, and the same for machines.

    >>> from datetime import date
    >>> part = Part("m", "Visits", ["Day"], [{"day": date(2027, 3, 2)}], [["2 March"]])
    >>> with zipfile.ZipFile(io.BytesIO(write_archive("<p/>", {"person": 7}, [part]))) as file:
    ...     sorted(file.namelist()), json.loads(file.read("file.json"))["parts"][0]["rows"]
    (['file.html', 'file.json'], [{'day': '2027-03-02'}])
    """
    tables = [{"model": part.model, "title": part.title, "rows": part.values} for part in parts]
    written = json.dumps({**facts, "parts": tables}, ensure_ascii=False, indent=1, default=_write)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("file.html", page)
        file.writestr("file.json", written)
    return archive.getvalue()


def _write(value: Any) -> str:
    """What JSON has no word for; what is stored as a time is in UTC.

    >>> from datetime import date, datetime
    >>> _write(datetime(2027, 3, 2, 9, 30)), _write(date(2027, 3, 2))
    ('2027-03-02T09:30:00Z', '2027-03-02')
    """
    written = value.isoformat()
    return f"{written}Z" if "T" in written else written
