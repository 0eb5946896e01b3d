"""What a person asks for at the check-out, as it came from the page: nothing is verified yet."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlencode, urlsplit, urlunsplit

from .forms import read_id, read_path, read_text

BIRTH = "birth_"
LONGEST_DATE = 20
# A page in another language has its code before the path.
WHO_PATH = re.compile(r"(?:/[^/]+)?/book/([^/]+)/who")
FAMILY_PATH = re.compile(r"(?:/[^/]+)?/book/family")


@dataclass(frozen=True)
class Checkout:
    """One service at one start and place, who comes, and who pays.

    *births* are dates of birth nobody knew, as they were typed, by person; *along_id* is the adult
    who comes along with the children, 0 for nobody.
    *start* is the text of the page's address (see `instants.read_start`); *practitioner_id* is 0
    when any of them may be taken; nobody comes as long as nobody has been chosen. A confidential
    visit is asked for by who comes alone. *for_id* is whom the reader came to book for, proposed
    until somebody has been chosen.
    """

    service_id: int
    practitioner_id: int
    location_id: int
    start: str
    participant_ids: tuple[int, ...] = ()
    payer_id: int = 0
    is_confidential: bool = False
    births: tuple[tuple[int, str], ...] = ()
    along_id: int = 0
    for_id: int = 0

    @classmethod
    def from_form(
        cls, service_id: int, form: Mapping[str, str], get_list: Callable[[str], Sequence[str]]
    ) -> Checkout:
        """The check-out in a submitted form; what can't be read becomes what nobody offers."""
        return cls(
            service_id=service_id,
            practitioner_id=read_id(form.get("practitioner")),
            location_id=read_id(form.get("location")),
            start=read_text(form.get("start")),
            participant_ids=tuple(dict.fromkeys(read_id(text) for text in get_list("participant"))),
            payer_id=read_id(form.get("payer")),
            is_confidential=bool(form.get("confidential")),
            births=tuple(
                (read_id(name.removeprefix(BIRTH)), read_text(form.get(name), LONGEST_DATE))
                for name in form
                if name.startswith(BIRTH) and form.get(name)
            ),
            along_id=read_id(form.get("along")),
            for_id=read_id(form.get("for")),
        )

    @property
    def query(self) -> str:
        """The query of a page's address that keeps all that was chosen, and no date of birth.

        >>> Checkout(1, practitioner_id=0, location_id=3, start="", participant_ids=(5, 6)).query
        'practitioner=0&location=3&start=&participant=5&participant=6&payer=0'
        >>> Checkout(1, practitioner_id=0, location_id=3, start="", is_confidential=True).query
        'practitioner=0&location=3&start=&payer=0&confidential=1'
        >>> Checkout(1, practitioner_id=0, location_id=3, start="", along_id=7).query
        'practitioner=0&location=3&start=&payer=0&along=7'
        >>> Checkout(1, practitioner_id=0, location_id=3, start="", for_id=5).query
        'practitioner=0&location=3&start=&payer=0&for=5'
        """
        return urlencode([
            ("practitioner", self.practitioner_id),
            ("location", self.location_id),
            ("start", self.start),
            *(("participant", person_id) for person_id in self.participant_ids),
            ("payer", self.payer_id),
            *([("confidential", 1)] if self.is_confidential else ()),
            *([("along", self.along_id)] if self.along_id else ()),
            *([("for", self.for_id)] if self.for_id else ()),
        ])  # fmt: skip


def read_who(address: object) -> tuple[str, dict[str, list[str]]]:
    """The service and what else was chosen in the *address* of the page that asks who comes.

    Nothing of any other address, as a login may lead on to.

    >>> read_who("/fr/book/physio-1/who?location=3&participant=5&participant=6")
    ('physio-1', {'location': ['3'], 'participant': ['5', '6']})
    >>> read_who("/my/appointments"), read_who("//evil.example/book/physio-1/who"), read_who(None)
    (('', {}), ('', {}), ('', {}))
    """
    try:
        parts = urlsplit(read_path(address))
        values = parse_qs(parts.query)
    except ValueError:
        return "", {}
    found = WHO_PATH.fullmatch(parts.path)
    return (unquote(found[1]), values) if found else ("", {})


def is_for_several(address: object) -> bool:
    """Whether an *address* is of the page that finds times for several people.

    >>> is_for_several("/fr/book/family?service=3"), is_for_several("/book/physio-1/who")
    (True, False)
    >>> is_for_several("//evil.example/book/family"), is_for_several(None)
    (False, False)
    """
    try:
        return bool(FAMILY_PATH.fullmatch(urlsplit(read_path(address)).path))
    except ValueError:
        return False


def choose_too(address: str, person_ids: Sequence[int], first_id: int) -> str:
    """The *address* of the page that asks who comes, with these chosen too; any other as it is.

    Where nobody had been chosen, the page proposed whom one came for, or else the *first*: they
    stay chosen.

    >>> choose_too("/fr/book/physio-1/who?participant=5#who", [7, 8], 3)
    '/fr/book/physio-1/who?participant=5&participant=7&participant=8#who'
    >>> choose_too("/book/physio-1/who", [7], 3)
    '/book/physio-1/who?participant=3&participant=7'
    >>> choose_too("/book/physio-1/who?for=4", [7], 3)
    '/book/physio-1/who?for=4&participant=4&participant=7'
    >>> choose_too("/book/family", [7], 3), choose_too("/book/physio-1/who", [], 3)
    ('/book/family', '/book/physio-1/who')
    """
    slug, values = read_who(address)
    if not slug or not person_ids:
        return address
    parts = urlsplit(address)
    proposed = read_id(values.get("for", [""])[0]) or first_id
    ids = [*([] if "participant" in values else [proposed]), *person_ids]
    chosen = urlencode([("participant", person_id) for person_id in ids])
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, chosen)))))
