"""A family member as the "add" page describes them: read, not verified."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from .forms import read_day, read_id, read_kinds, read_text

LONGEST_NAME = 80
MOST_SIBLINGS = 3
OF_SIBLING = tuple(f"sibling_{name}" for name in ("first_name", "last_name", "type", "birth_date"))
# Mail programs make links of these, and telephones of numbers.
LIKE_AN_ADDRESS = re.compile(r"[@/\\:<>{}=&%#|\x00-\x1f]|\w\.\w\w|\d{3}")


def is_name(text: str) -> bool:
    """Whether *text* can be a person's name: no address, no link and no number in it.

    >>> [is_name(name) for name in ("Mary-Jane O'Neill", "J. R. Smith Jr.", "Zoë 李")]
    [True, True, True]
    >>> [is_name(name) for name in ("a@b.example", "see evil.example", "evil。example", "0800 55")]
    [False, False, False, False]
    """
    return not LIKE_AN_ADDRESS.search(unicodedata.normalize("NFKC", text).replace("。", "."))


def get_first_name(name: str | None) -> str:
    """What somebody of this *name* is called among relatives.

    >>> get_first_name("  Ana Maria Silva"), get_first_name(None)
    ('Ana', '')
    """
    return next(iter((name or "").split()), "")


@dataclass(frozen=True)
class NewRelative:
    """Who is to be added, what they are to the one who adds them, and what is asked of them.

    *birth_text* is the day of birth as it was typed. *key* is made once per page, so that sending
    it twice asks once. *is_adult* says which half of the page was open, and nothing else.
    """

    first_name: str
    last_name: str
    email: str
    birth_date: date | None
    type_id: int
    is_guardian: bool
    may_bill: bool
    kinds: tuple[str, ...]
    birth_text: str = ""
    key: str = ""
    is_adult: bool = False

    @classmethod
    def from_form(
        cls, form: Mapping[str, str], get_list: Callable[[str], Sequence[str]]
    ) -> NewRelative:
        """The family member in a submitted form, which asks for an address in each of its halves.

        >>> form = {"email": "rosa@example.com", "child_email": "me@example.com"}
        >>> halves = ({"who": "child"}, {"who": "adult"})
        >>> [NewRelative.from_form({**form, **half}, lambda name: []).email for half in halves]
        ['me@example.com', 'rosa@example.com']
        """
        is_adult = form.get("who") == "adult"
        address = "child_email" if "child_email" in form and not is_adult else "email"
        return cls(
            first_name=_read_name(form.get("first_name", "")),
            last_name=_read_name(form.get("last_name", "")),
            email=form.get(address, "").strip().lower()[:LONGEST_NAME],
            birth_date=read_day(form.get("birth_date")),
            type_id=read_id(form.get("type")),
            is_guardian=bool(form.get("is_guardian")),
            may_bill=bool(form.get("may_bill")),
            kinds=read_kinds(get_list("kind")),
            birth_text=_read_birth_text(form.get("birth_date", "")),
            key=read_text(form.get("key"), LONGEST_NAME),
            is_adult=is_adult,
        )

    @property
    def name(self) -> str:
        """First and last name together."""
        return f"{self.first_name} {self.last_name}".strip()

    def find_missing(self) -> list[str]:
        """The required fields that are empty; what is needed of everybody (S3).

        >>> NewRelative.from_form({"first_name": " Leo "}, lambda name: []).find_missing()
        ['last_name', 'email', 'type']
        """
        fields = {
            "first_name": self.first_name,
            "last_name": self.last_name,
            "email": self.email,
            "type": self.type_id,
        }
        return [name for name, value in fields.items() if not value]


def read_relatives(
    form: Mapping[str, str], get_list: Callable[[str], Sequence[str]]
) -> list[NewRelative]:
    """All whom a submitted form names: one, and the children beside a child.

    What isn't said of such a child is what was said of the first, but nobody is the guardian of
    one who is something else to them. Of an adult there are none.

    >>> form = {"first_name": "Mia", "last_name": "Smith", "type": "3", "key": "k"}
    >>> rows = {"first_name": ["Tess", ""], "last_name": ["", ""], "type": ["", ""]}
    >>> rows["birth_date"] = ["2021-05-04", ""]
    >>> people = read_relatives(form, lambda name: rows.get(name.removeprefix("sibling_"), []))
    >>> [(one.name, one.type_id, one.birth_text, one.key) for one in people]
    [('Mia Smith', 3, '', 'k'), ('Tess Smith', 3, '2021-05-04', 'k-2')]
    >>> [one.name for one in read_relatives({**form, "who": "adult"}, lambda name: [])]
    ['Mia Smith']
    """
    first = NewRelative.from_form(form, get_list)
    if first.is_adult:
        return [first]
    rows = list(zip(*(get_list(name) for name in OF_SIBLING), strict=False))[:MOST_SIBLINGS]
    siblings = [
        replace(
            first,
            first_name=_read_name(first_name),
            last_name=_read_name(last_name) or first.last_name,
            type_id=read_id(kind) or first.type_id,
            is_guardian=first.is_guardian and read_id(kind) in (0, first.type_id),
            birth_date=read_day(birth),
            birth_text=_read_birth_text(birth),
            key=first.key and f"{first.key[: LONGEST_NAME - 2]}-{number}",
        )
        for number, (first_name, last_name, kind, birth) in enumerate(rows, start=2)
        if (first_name + last_name + birth).strip()
    ]
    return [first, *siblings]


def _read_name(text: str) -> str:
    return " ".join(text.split())[:LONGEST_NAME]


def _read_birth_text(text: str) -> str:
    return read_text(text.strip(), LONGEST_NAME)
