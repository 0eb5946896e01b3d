"""What a calendar outside the clinic is told of a visit, whatever the file looks like."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timezone
from urllib.parse import quote, urlencode

LEVELS = ("none", "busy", "name", "full")


@dataclass(frozen=True)
class Event:
    """One visit as a reader may know it; times are instants, in seconds."""

    uid: str
    start: int
    stop: int
    changed: int
    sequence: int
    summary: str
    description: str = ""
    location: str = ""
    url: str = ""
    is_cancelled: bool = False


def merge_levels(levels: Iterable[str]) -> str:
    """How much is shown of a visit to which several people come: the most of what each shows.

    >>> merge_levels(["busy", "full"]), merge_levels(["none", "busy"]), merge_levels([])
    ('full', 'busy', 'none')
    """
    return max(levels, key=LEVELS.index, default="none")


def get_calendar_links(event: Event) -> dict[str, str]:
    """Where a reader who uses one of these calendars in a browser puts the event into it.

    >>> event = Event("visit-1", 0, 1800, 0, 0, "Physio & more", location="Harbour")
    >>> links = get_calendar_links(event)
    >>> links["google"].partition("?")[2]
    'action=TEMPLATE&text=Physio%20%26%20more&dates=19700101T000000Z%2F19700101T003000Z&location=Harbour'
    >>> links["outlook"].rpartition("subject=")[2]
    'Physio%20%26%20more&startdt=1970-01-01T00%3A00%3A00Z&enddt=1970-01-01T00%3A30%3A00Z&location=Harbour'
    """
    start, stop = (datetime.fromtimestamp(each, timezone.utc) for each in (event.start, event.stop))
    words = "\n".join(filter(None, (event.description, event.url)))
    google = {
        "action": "TEMPLATE",
        "text": event.summary,
        "dates": f"{start:%Y%m%dT%H%M%SZ}/{stop:%Y%m%dT%H%M%SZ}",
        "details": words,
        "location": event.location,
    }
    outlook = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": event.summary,
        "startdt": f"{start:%Y-%m-%dT%H:%M:%SZ}",
        "enddt": f"{stop:%Y-%m-%dT%H:%M:%SZ}",
        "body": words,
        "location": event.location,
    }
    addresses = {
        "google": ("https://calendar.google.com/calendar/render", google),
        "outlook": ("https://outlook.live.com/calendar/0/deeplink/compose", outlook),
    }
    return {
        # Outlook shows a plus for a blank as it is.
        name: f"{address}?{urlencode([one for one in values.items() if one[1]], quote_via=quote)}"
        for name, (address, values) in addresses.items()
    }
