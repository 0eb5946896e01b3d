"""Addresses: of the clinic's pages, and of those whom it writes to."""

from __future__ import annotations

import re
from ipaddress import IPv6Address, ip_address
from urllib.parse import urlencode

# Of any alphabet; what has a meaning of its own in the head of a message is none of it.
EMAIL = re.compile(r"""[^\s@"(),:;<>\[\]\\]{1,64}@([\w-]+\.)+[\w-]{2,}""")
LONGEST_EMAIL = 254


def is_email(text: str) -> bool:
    """Whether *text* is one e-mail address that the internet knows, and nothing else.

    >>> all(is_email(text) for text in ("rosa.h+1@example.com", "o'brien@example.co.nz"))
    True
    >>> any(is_email(text) for text in ("@b.com", "a@b", "a\\x01@b.com", "a@b@c.com", "a b@c.com"))
    False
    """
    return len(text) <= LONGEST_EMAIL and text.isprintable() and bool(EMAIL.fullmatch(text))


def read_connection(address: str) -> str:
    """From which connection somebody asks: one of them has a whole /64 of IPv6 addresses.

    >>> read_connection("2001:db8:1:2:3::4"), read_connection("2001:db8:1:2::5")
    ('2001:db8:1:2::', '2001:db8:1:2::')
    >>> read_connection("192.0.2.7"), read_connection("::ffff:192.0.2.7"), read_connection("")
    ('192.0.2.7', '192.0.2.7', '')
    """
    try:
        connection = ip_address(address)
    except ValueError:
        return address
    if not isinstance(connection, IPv6Address):
        return str(connection)
    if connection.ipv4_mapped:
        return str(connection.ipv4_mapped)
    return str(IPv6Address(int(connection) >> 64 << 64))


def with_query(path: str, **values: object) -> str:
    """The path with those of the values that say something behind it.

    >>> with_query("/my/family/add", added=7, redirect="/book?search=a", asked=0)
    '/my/family/add?added=7&redirect=%2Fbook%3Fsearch%3Da'
    """
    query = urlencode({name: value for name, value in values.items() if value})
    return f"{path}?{query}" if query else path
