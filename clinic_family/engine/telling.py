"""What a patient is told about a visit: the difference between what is true and what was told.

Both are plain mappings of what matters to those who come: when, with whom, where. Nothing at all
means that the patient isn't expected.
"""

from __future__ import annotations

from collections.abc import Mapping

# How many minutes after each failure a message is tried again; after the last no more.
PAUSES = (5, 20, 60, 240)


def what_to_tell(told: Mapping | None, truth: Mapping | None) -> str | None:
    """The kind of message that brings somebody from what they were *told* to the *truth*.

    >>> ten, eleven = {"start": 10}, {"start": 11}
    >>> what_to_tell({}, ten), what_to_tell(ten, eleven), what_to_tell(ten, {})
    ('confirmed', 'changed', 'cancelled')

    What was taken back before anybody heard of it is not told, nor what is as it was.

    >>> what_to_tell({}, {}), what_to_tell(ten, {"start": 10})
    (None, None)
    """
    if dict(told or {}) == dict(truth or {}):
        return None
    if not told:
        return "confirmed"
    return "changed" if truth else "cancelled"


def pause_after(tries: int) -> int | None:
    """How many minutes to wait after so many *tries* have failed; None to give up.

    >>> pause_after(1), pause_after(4), pause_after(5)
    (5, 240, None)
    """
    return PAUSES[tries - 1] if tries <= len(PAUSES) else None
