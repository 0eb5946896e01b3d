"""What a newcomer taps is kept for them while they sign up, and offered to nobody else."""

import re

from playwright.sync_api import expect

from tests.visitor import Visitor, read_moment, sign_up

# One practitioner gives it, so a time that is kept is nobody's.
ALONE = "Massage therapy"


def _read_starts(visitor):
    """The free times of next week, as somebody sees them."""
    visitor.open_times(ALONE)
    visitor.turn_to_next_week()
    times = visitor.page.locator(".o_clinic_starts button")
    return [read_moment(time) for time in times.all()]


def test_a_newcomers_time_is_theirs_until_they_have_an_account(clinic, new_phone, read_code, album):
    # All tests come from one connection, of which three are kept.
    clinic.query("DELETE FROM clinic_kept_time")
    nina, rosa = Visitor(new_phone()), Visitor(new_phone())
    nina.page.goto("/book")
    moment = nina.choose_time(ALONE, number=2)
    timer = nina.page.locator(".o_clinic_chosen").get_by_role("timer")
    expect(timer).to_have_text(re.compile(r"^\d:[0-5]\d$"))
    album.keep_all(nina.page, "login-kept")

    rosa.log_in_at("/book", "rosa")
    assert moment not in _read_starts(rosa)

    sign_up(nina.page, "nina.kept@example.com", "Nina Kept", read_code)
    nina.expect_heading("Who is this for?")
    expect(nina.page.get_by_role("timer")).to_have_text(re.compile(r"^\d\d?:[0-5]\d$"))
    nina.name_people()
    nina.book("Book for me")
    rosa.page.goto("/book")
    assert moment not in _read_starts(rosa)
