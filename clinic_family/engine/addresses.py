"""Addresses of the clinic's pages."""

from __future__ import annotations

from urllib.parse import urlencode


def with_query(path: str, **values: object) -> str:
    """The path with those of the values that say something behind it.

    >>> with_query("/my/family/add", added=7, redirect="/book?search=a", asked=0)
    '/my/family/add?added=7&redirect=%2Fbook%3Fsearch%3Da'
    """
    query = urlencode({name: value for name, value in values.items() if value})
    return f"{path}?{query}" if query else path
