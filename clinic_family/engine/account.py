"""An account as somebody who was invited describes it: read, not verified."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from .relative import LONGEST_NAME

# What a clinic may ask of whoever makes an account, as their forms name it.
ANSWERS = ("phone", "birth_text", "agreed")
LOGIN_NAME = re.compile(r"\w[\w.-]{2,}")


def is_login_name(text: str) -> bool:
    """Whether one may log in with *text* instead of an e-mail address.

    >>> [is_login_name(text) for text in ("rosa.smith", "zoë-2", "rosa@x.nz", "a b c", "al", "")]
    [True, True, False, False, False, False]
    """
    return bool(LOGIN_NAME.fullmatch(text))


def read_name(text: object) -> str:
    """A person's name as somebody typed it, in one line.

    >>> read_name(" Rosa\\n Harbour "), len(read_name("x" * 1000)), read_name(None)
    ('Rosa Harbour', 80, '')
    """
    return " ".join(str(text or "").split())[:LONGEST_NAME].rstrip()


@dataclass(frozen=True)
class NewAccount:
    """With what one will log in. *name* is asked of those whom nobody at the clinic has named;
    *answers* is what the clinic asks beside it.
    """

    name: str
    login: str
    password: str = field(repr=False)
    confirmed: str = field(repr=False)
    code: str = field(default="", repr=False)
    answers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def from_form(cls, form: Mapping[str, str]) -> NewAccount:
        """The account in a submitted form; a password is taken as it is.

        >>> account = NewAccount.from_form({"login": " Rosa@Example.com", "password": " x "})
        >>> account, account.password
        (NewAccount(name='', login='rosa@example.com'), ' x ')
        """
        return cls(
            name=read_name(form.get("name")),
            login=form.get("login", "").strip().lower()[:LONGEST_NAME],
            password=form.get("password", ""),
            confirmed=form.get("confirm_password", ""),
            code=form.get("code", ""),
            answers={name: form.get(name, "") for name in ANSWERS},
        )
