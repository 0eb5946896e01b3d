"""The file that Google, Outlook and Apple subscribe to, or that puts one visit into a calendar.

Times are written in UTC (RFC 5545, 3.3.5, form 2): the reader's calendar shows them on its own
clocks, and no table of summer times has to be right. Which visit an event is, is its UID, the same
in whatever file it stands; of two, the one with the larger SEQUENCE counts.
"""

import vobject
from dateutil.tz import UTC

from .engine.instants import from_instant

PRODUCT = "-//clinic_family//Visits//EN"
# How often a calendar may ask again: those that follow it say how fresh they are.
REFRESH = "PT1H"


def write_calendar(name, events):
    """The text of the file with these events; one that is followed has a *name*."""
    calendar = vobject.iCalendar()
    calendar.add("prodid").value = PRODUCT
    calendar.add("method").value = "PUBLISH"
    if name:
        calendar.add("x-wr-calname").value = name
        calendar.add("name").value = name
        calendar.add("x-published-ttl").value = REFRESH
        refresh = calendar.add("refresh-interval")
        refresh.value_param = "DURATION"
        refresh.value = REFRESH
    for event in events:
        _write_event(calendar.add("vevent"), event)
    return calendar.serialize()


def _write_event(component, event):
    component.add("uid").value = event.uid
    component.add("dtstamp").value = _in_utc(event.changed)
    component.add("last-modified").value = _in_utc(event.changed)
    component.add("sequence").value = str(event.sequence)
    component.add("dtstart").value = _in_utc(event.start)
    component.add("dtend").value = _in_utc(event.stop)
    component.add("summary").value = event.summary
    component.add("status").value = "CANCELLED" if event.is_cancelled else "CONFIRMED"
    component.add("transp").value = "TRANSPARENT" if event.is_cancelled else "OPAQUE"
    component.add("class").value = "PRIVATE"
    for field in ("description", "location", "url"):
        if getattr(event, field):
            component.add(field).value = getattr(event, field)


def _in_utc(instant):
    # vobject is slow with other libraries' UTC, and fails with Python's.
    return from_instant(instant).astimezone(UTC)
