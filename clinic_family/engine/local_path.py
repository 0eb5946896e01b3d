"""Where to go on after a page: on this site and nowhere else."""

from __future__ import annotations

from urllib.parse import urlencode

LONGEST_PATH = 1000


def read_path(text: object) -> str:
    """The path on this site written in *text*, or nothing.

    >>> read_path("/book/physio-1/who?start=2027-03-30")
    '/book/physio-1/who?start=2027-03-30'
    >>> [read_path(text) for text in ("//evil.example", "/\\\\evil.example", "https://evil.example")]
    ['', '', '']
    >>> [read_path(text) for text in ("/a\\nb", "/\\t/evil.example", "book", None, "/" * 2000)]
    ['', '', '', '', '']
    """
    path = str(text or "")
    if not path.startswith("/") or path.startswith("//") or len(path) > LONGEST_PATH:
        return ""
    if "\\" in path or not path.isprintable() or " " in path:
        return ""
    return path


def with_query(path: str, **values: object) -> str:
    """The path with those of the values that say something behind it.

    >>> with_query("/my/family/add", added=7, redirect="/book?search=a", asked=0)
    '/my/family/add?added=7&redirect=%2Fbook%3Fsearch%3Da'
    """
    query = urlencode({name: value for name, value in values.items() if value})
    return f"{path}?{query}" if query else path
