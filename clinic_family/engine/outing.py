"""What somebody asks the family finder, as it came from the page: nothing is verified yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qs, urlencode

from .checkout import Checkout
from .forms import read_day, read_id, read_ids, read_text

# How long a family says it takes from one location to another, in minutes.
WAYS = (0, 15, 30, 45, 60, 90)
USUAL_WAY = 30
HOURS = range(25)
MOST_FIELDS = 100
# As the form names them, Monday first.
WEEKDAYS = ("on_mon", "on_tue", "on_wed", "on_thu", "on_fri", "on_sat", "on_sun")


@dataclass(frozen=True)
class Outing:
    """Who comes for which service, with whom, where, on which weekdays and between which hours.

    *wishes* are pairs of a person and a service; no location (0) stands for any, and nobody (0)
    for no adult who comes along. Hours are those of the clocks at the clinic, Monday is 0.
    *moving_ids* are the visits that move to what is found, in the order of the wishes; no form
    says them.
    """

    wishes: tuple[tuple[int, int], ...] = ()
    along_id: int = 0
    side_by_side: bool = False
    location_id: int = 0
    way: int = USUAL_WAY
    first_day: date | None = None
    weekdays: frozenset[int] = frozenset(range(7))
    begin: int = 0
    end: int = 24
    payer_id: int = 0
    moving_ids: tuple[int, ...] = ()

    @classmethod
    def from_form(cls, form: Mapping[str, str], get_list: Callable[[str], Sequence[str]]) -> Outing:
        """What the form says; what can't be read becomes what nobody offers, or the usual.

        A service is chosen for everybody on the page, and counts for those who are ticked.
        """
        services = dict(_read_pair(text) for text in get_list("wish"))
        people = dict.fromkeys(read_id(text) for text in get_list("person"))
        days = frozenset(WEEKDAYS.index(text) for text in get_list("day") if text in WEEKDAYS)
        return cls(
            wishes=tuple((person_id, services.get(person_id, 0)) for person_id in people),
            along_id=read_id(form.get("along")),
            side_by_side=form.get("together") == "beside",
            location_id=read_id(form.get("location")),
            way=_read_number(form.get("way"), WAYS, USUAL_WAY),
            first_day=read_day(form.get("from")),
            weekdays=days or frozenset(range(7)),
            begin=_read_number(form.get("not_before"), HOURS, 0),
            end=_read_number(form.get("over_by"), HOURS, 24),
            payer_id=read_id(form.get("payer")),
        )

    @classmethod
    def from_query(cls, text: str) -> Outing:
        """What `get_query` wrote; what says too much is read as nothing.

        >>> outing = Outing(((1, 5), (2, 0)), along_id=1, side_by_side=True, begin=9)
        >>> Outing.from_query(outing.get_query()) == outing
        True
        >>> Outing.from_query("a&" * 200) == Outing()
        True
        """
        try:
            said = parse_qs(text, max_num_fields=MOST_FIELDS)
        except ValueError:
            said = {}
        return cls.from_form(
            {name: values[0] for name, values in said.items()}, lambda name: said.get(name, [])
        )

    def get_query(self, day: date | None = None) -> str:
        """The query of the page's address that asks the same again, from that day on.

        Visits that move say themselves who comes for what, and with whom.

        >>> Outing(((1, 5),), weekdays=frozenset({2})).get_query(date(2027, 3, 30))[:56]
        'person=1&wish=1-5&along=0&together=&location=0&way=30&fr'
        >>> Outing(((1, 5),), along_id=3, moving_ids=(8,)).get_query()[:24]
        'along=0&together=&locati'
        """
        first_day = day or self.first_day
        is_moving = bool(self.moving_ids)
        return urlencode([
            *(pair for one, service in (() if is_moving else self.wishes)
              for pair in (("person", one), ("wish", f"{one}-{service}"))),
            ("along", 0 if is_moving else self.along_id),
            ("together", "beside" if self.side_by_side else ""),
            ("location", self.location_id),
            ("way", self.way),
            ("from", first_day.isoformat() if first_day else ""),
            *(("day", WEEKDAYS[one]) for one in sorted(self.weekdays)),
            ("not_before", self.begin),
            ("over_by", self.end),
            ("payer", self.payer_id),
        ])  # fmt: skip


def write_visit(checkout: Checkout) -> str:
    """One visit of a plan as its button carries it: the service, who gives it, where, who, when.

    >>> write_visit(Checkout(5, 7, 3, "2027-03-30T10:00:00+13:00", (12,)))
    '5-7-3-12-2027-03-30T10:00:00+13:00'
    """
    (person_id,) = checkout.participant_ids
    place = f"{checkout.service_id}-{checkout.practitioner_id}-{checkout.location_id}"
    return f"{place}-{person_id}-{checkout.start}"


def read_visit(text: object, payer_id: int, along_id: int = 0) -> Checkout:
    """The visit that `write_visit` wrote; what can't be read becomes what nobody offers.

    >>> read_visit("5-7-3-12-2027-03-30T10:00:00+13:00", 9)
    ... # doctest: +NORMALIZE_WHITESPACE
    Checkout(service_id=5, practitioner_id=7, location_id=3, start='2027-03-30T10:00:00+13:00',
             participant_ids=(12,), payer_id=9, is_confidential=False, births=(), along_id=0,
             for_id=0)
    >>> read_visit("5-x", 9).participant_ids
    (0,)
    """
    parts = [*read_text(text, longest=100).split("-", 4), "", "", "", "", ""]
    service_id, practitioner_id, location_id, person_id = map(read_id, parts[:4])
    return Checkout(
        service_id, practitioner_id, location_id, parts[4], (person_id,), payer_id,
        along_id=along_id,
    )  # fmt: skip


def _read_pair(text: str) -> tuple[int, int]:
    ids = read_ids(text)
    return (ids[0], ids[1]) if len(ids) == 2 else (0, 0)


def _read_number(text: object, allowed: Sequence[int], usual: int) -> int:
    """The number in *text*, if it is among those allowed.

    >>> [_read_number(text, WAYS, USUAL_WAY) for text in ("45", "46", "", "x")]
    [45, 30, 30, 30]
    """
    return int(str(text)) if str(text) in map(str, allowed) else usual
