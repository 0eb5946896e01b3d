"""What a calendar's file says, as the libraries of its readers understand it."""

import icalendar
import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from clinic_family.engine.calendar_file import MOST_BYTES, write_calendar
from clinic_family.engine.feed import Event
from clinic_family.engine.instants import from_instant

# Whatever people call services and places, in any script, and what they paste there.
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Zl", "Zp")), max_size=200)
LINES = st.lists(WORDS.filter(bool), max_size=4).map("\n".join)
INSTANTS = st.integers(0, 4_102_444_800)


@st.composite
def events(draw):
    start = draw(INSTANTS)
    return Event(
        uid=f"visit-{draw(st.integers(1, 10**9))}@clinic",
        start=start,
        stop=start + draw(st.integers(60, 86_400)),
        changed=draw(INSTANTS),
        sequence=draw(st.integers(0, 10**9)),
        summary=draw(WORDS.filter(bool)),
        description=draw(LINES),
        location=draw(LINES),
        url=draw(st.sampled_from(["", "https://clinic.example/my/appointments/7?lang=fr,en;x"])),
        is_cancelled=draw(st.booleans()),
    )


SEVERAL = st.lists(events(), max_size=5, unique_by=lambda event: event.uid)


@given(SEVERAL)
def test_a_reader_finds_what_was_written(written):
    calendar = icalendar.Calendar.from_ical(write_calendar("Visits", written))
    assert calendar["name"] == calendar["x-wr-calname"] == "Visits"
    read = calendar.walk("VEVENT")
    assert [event["uid"] for event in read] == [event.uid for event in written]
    for found, event in zip(read, written, strict=True):
        assert found["summary"] == event.summary
        assert found.get("description", "") == event.description
        assert found.get("location", "") == event.location
        assert found.get("url", "") == event.url
        assert found["sequence"] == event.sequence
        assert found["dtstart"].dt == from_instant(event.start)
        assert found["dtend"].dt == from_instant(event.stop)
        assert found["dtstamp"].dt == found["last-modified"].dt == from_instant(event.changed)
        assert found["status"] == ("CANCELLED" if event.is_cancelled else "CONFIRMED")
        assert not found.errors


@given(WORDS.filter(bool), st.lists(events(), min_size=1, max_size=3))
def test_another_reader_finds_it_too(name, written):
    read = vobject.readOne(write_calendar(name, written)).vevent_list
    assert [event.summary.value for event in read] == [event.summary for event in written]
    assert [event.dtstart.value for event in read] == [
        from_instant(event.start) for event in written
    ]


@given(WORDS, SEVERAL)
def test_no_line_is_too_long_and_no_letter_is_cut(name, written):
    text = write_calendar(name, written)
    assert text.endswith("END:VCALENDAR\r\n")
    for line in text.encode().split(b"\r\n"):
        assert len(line) <= MOST_BYTES
        assert b"\n" not in line
        line.decode()


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n", "\x0b", "\x0c", "\x1e", "\x85", "\u2028"])
def test_no_text_begins_a_line_of_the_file(end):
    pasted = f"Harbour{end}END:VEVENT{end}BEGIN:VALARM"
    event = Event("visit-1@clinic", 0, 60, 0, 0, pasted, pasted, pasted)
    lines = write_calendar("", [event]).splitlines()
    assert sum(line.startswith("END:VEVENT") for line in lines) == 1
    assert not any(line.startswith("BEGIN:VALARM") for line in lines)
