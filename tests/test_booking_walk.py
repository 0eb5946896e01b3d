"""Booking online, as families do it: choose, book, take back, move, give up, and look back."""

import re

import pytest
from playwright.sync_api import expect

from tests.people import Person
from tests.visitor import Visitor, in_utc, press

GROUP = "Counselling for couples and families"
ALONE = "Physiotherapy: first visit"
SHORT = "Physiotherapy: follow-up"
PASSWORD = "rosa"
ALL_FOUR = ("Emma", "Sam", "Mia", "Tess")

VISITS = """
    SELECT service.name->>'en_US' AS service, appointment.start, appointment.state,
           payer.name AS payer, appointment.booked_at IS NOT NULL AS is_booked,
           array_agg(patient.name || ' ' || participant.state ORDER BY participant.id) AS people,
           count(participant.tell_at) AS to_tell
      FROM clinic_appointment appointment
      JOIN clinic_service service ON service.id = appointment.service_id
      JOIN res_partner payer ON payer.id = appointment.payer_id
      JOIN clinic_participant participant ON participant.appointment_id = appointment.id
      JOIN res_partner patient ON patient.id = participant.partner_id
     WHERE appointment.booking_id > %s
  GROUP BY appointment.id, service.id, payer.id
  ORDER BY appointment.id
"""


@pytest.fixture
def visits(clinic):
    """Return a function that tells of each visit booked since the test began."""
    last = clinic.query("SELECT coalesce(max(id), 0) AS id FROM clinic_booking")[0]["id"]
    return lambda: clinic.query(VISITS, [last])


@pytest.fixture
def end_undo(clinic):
    """Return a function that lets the undo period of all bookings be over."""
    return lambda: clinic.query("UPDATE clinic_booking SET undo_until = now() - interval '1 hour'")


@pytest.fixture(scope="session")
def smiths(clinic):
    """Emma and John Smith have logins; John lets Emma book and pay for him, Sam is their son."""
    manager = Person(clinic.url, "manager").log_in()
    portal = "SELECT res_id FROM ir_model_data WHERE module = 'base' AND name = 'group_portal'"
    groups = [(6, 0, [group["res_id"] for group in clinic.query(portal)])]
    for login in ("emma", "john"):
        name = f"{login.title()} Smith"
        (row,) = clinic.query("SELECT id FROM res_partner WHERE name = %s", [name])
        account = {"partner_id": row["id"], "login": login, "group_ids": groups}
        manager.call("res.users", "create", [account])
    copied = "(SELECT password FROM res_users WHERE login = 'rosa')"
    clinic.query(f"UPDATE res_users SET password = {copied} WHERE login IN ('emma', 'john')")


@pytest.fixture
def rules(clinic):
    """Return a function that changes the clinic's settings; afterwards they are as before."""
    manager = Person(clinic.url, "manager").log_in()
    names = ["clinic_cancel_hours", "clinic_reschedule_hours"]
    (before,) = manager.call("res.company", "read", [1], names)
    yield lambda **values: manager.call("res.company", "write", [1], values)
    manager.call("res.company", "write", [1], {name: before[name] for name in names})


@pytest.fixture
def moreau_starts_later(clinic):
    """Dr. Moreau works at the Bay clinic from three weeks from now on."""
    clinic.query("""
        UPDATE clinic_schedule SET date_from = current_date + 21, date_to = current_date + 50
         WHERE location_id IN (SELECT id FROM clinic_location WHERE tz = 'Australia/Sydney')
           AND practitioner_id IN
               (SELECT id FROM clinic_practitioner WHERE name::text LIKE '%Moreau%')
    """)


def _book_for_emma_john_and_sam(page):
    """Emma logs in and books a family visit that she pays for; its moment."""
    emma = Visitor(page)
    emma.log_in_at("/book", "emma", PASSWORD)
    moment = emma.choose_time(GROUP)
    emma.name_people("John Smith", "Sam Smith")
    emma.book("Book for me, John and Sam")
    return emma, moment


@pytest.mark.usefixtures("moreau_starts_later")
def test_who_chooses_a_practitioner_reads_why_nothing_is_free_and_is_led_on(phone, album):
    visitor = Visitor(phone)
    phone.goto("/book")
    phone.get_by_role("link", name="By practitioner").click()
    phone.get_by_role("link", name="Dr. A. Moreau").click()
    visitor.expect_heading("Dr. A. Moreau")
    album.keep_all(phone, "booking-practitioner")
    visitor.open_times(GROUP)
    expect(phone.get_by_label("With", exact=True)).to_have_value(re.compile("[1-9]"))

    phone.get_by_label("At", exact=True).select_option("Bay clinic")

    why = phone.locator(".o_clinic_why")
    expect(why).to_contain_text("Dr. A. Moreau doesn't work at Bay clinic in these days.")
    album.keep_all(phone, "booking-nothing")
    phone.get_by_role("link", name="Next free day").click()
    expect(why).to_have_count(0)
    expect(phone.locator(".o_clinic_starts").first).to_be_visible()
    expect(phone.locator(".o_clinic_times")).to_contain_text("Times are in Sydney")


@pytest.mark.usefixtures("smiths")
def test_a_mother_of_three_books_two_visits_at_once_and_takes_one_back(phone, visits, album):
    emma = Visitor(phone)
    emma.log_in_at("/book", "emma", PASSWORD)
    together, alone = _choose_for_all_and_for_sam(emma)
    album.keep_all(phone, "booking-basket")
    assert [visit["state"] for visit in visits()] == ["held", "held"]

    emma.book("Book all 2")
    expect(emma.main).to_contain_text("We'll write to you in 3 minutes.")
    expect(emma.main).to_contain_text("Changed your mind?")
    album.keep_all(phone, "booking-thanks")
    phone.locator(".card").filter(has_text=SHORT).get_by_role("button", name="Cancel").click()
    emma.expect_done("Taken back. Nobody gets a message.")

    kept, undone = visits()
    assert (kept["service"], kept["start"]) == (GROUP, in_utc(together))
    assert (kept["payer"], kept["to_tell"]) == ("John Smith", 4)
    assert set(kept["people"]) == {f"{name} Smith booked" for name in ALL_FOUR}
    assert (undone["service"], undone["start"]) == (SHORT, in_utc(alone))
    assert undone["people"] == ["Sam Smith cancelled"]
    assert (undone["is_booked"], undone["to_tell"]) == (False, 0)


def _choose_for_all_and_for_sam(emma):
    """A visit for Emma and her three children, for which John pays, and one for Sam."""
    page = emma.page
    together = emma.choose_time(GROUP)
    _add_two_children(emma)
    expect(page.locator(".o_clinic_choice")).to_contain_text(GROUP)
    expect(page.get_by_label("Sam Smith")).to_be_checked()
    page.get_by_label("Who pays?").select_option("John Smith")
    emma.name_people("Mia Smith", "Tess Smith")
    page.get_by_role("link", name="Book more").click()
    expect(page.get_by_role("status")).to_contain_text("1 appointment is held for you.")
    alone = emma.choose_time(SHORT, 4)
    emma.name_people("Sam Smith")
    expect(page.locator(".o_clinic_item")).to_have_count(2)
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"^\d:[0-5]\d$"))
    return together, alone


def _add_two_children(emma):
    """From who is coming to the family form and back, with Sam ticked before."""
    page = emma.page
    page.get_by_label("Sam Smith").check()
    page.get_by_role("button", name="Add someone").click()
    for name, button in (("Mia", "Add another"), ("Tess", "Continue to booking")):
        emma.expect_heading("Add a family member")
        expect(page.get_by_label("First name")).to_have_value("")
        page.get_by_label("First name").fill(name)
        page.get_by_label("Last name").fill("Smith")
        page.get_by_label("This person is my…").select_option("child")
        page.get_by_label("Date of birth").fill("2021-05-04")
        page.get_by_label("E-mail").fill("smith.family@example.com")
        page.get_by_role("button", name=button).click()
    emma.expect_heading("Who is coming?")


@pytest.mark.usefixtures("smiths")
def test_who_pays_moves_a_visit_for_everyone(phone, visits, end_undo, album):
    emma, before = _book_for_emma_john_and_sam(phone)
    end_undo()
    emma.open_visit(f"{before:%-d %B %Y, %-I:%M}")
    emma.choose("Move for everyone")
    album.keep_all(phone, "booking-move")

    phone.get_by_role("link", name="Later").click()
    phone.wait_for_url("**day=**")
    after = emma.tap_time(2)
    emma.expect_heading("Move the visit?")
    album.keep_all(phone, "booking-move-check")
    phone.get_by_role("button", name="Move to").click()

    emma.expect_done("Moved. The new time is yours.")
    (visit,) = visits()
    assert before != after
    assert visit["start"] == in_utc(after)


@pytest.mark.usefixtures("smiths")
def test_who_pays_leaves_a_visit_to_others_and_finds_it_in_the_history(
    phone, visits, end_undo, album
):
    emma, moment = _book_for_emma_john_and_sam(phone)
    end_undo()
    when = f"{moment:%-d %B %Y, %-I:%M}"
    emma.open_visit(when)
    emma.cancel("Cancel for Sam")
    emma.expect_done("Cancelled.")
    emma.choose("Cancel for me")
    expect(phone.get_by_label("Emma Smith (you)")).to_be_checked()
    expect(emma.main).to_contain_text("The visit stays as it is for John.")
    album.keep_all(phone, "booking-cancel")
    phone.get_by_label("John Smith").check()
    phone.get_by_role("button", name="Cancel for me").click()
    emma.expect_done("Cancelled.")
    (visit,) = visits()
    assert (visit["state"], visit["payer"]) == ("booked", "John Smith")
    assert sorted(visit["people"]) == [
        "Emma Smith cancelled", "John Smith booked", "Sam Smith cancelled",
    ]  # fmt: skip

    emma.cancel("Cancel for John")
    emma.expect_done("Cancelled.")
    phone.goto("/my/appointments?when=past")
    given_up = phone.locator(".list-group-item").filter(has_text=when)
    expect(given_up).to_contain_text("Cancelled")
    expect(given_up).to_contain_text("Emma Smith (you)")


@pytest.mark.usefixtures("smiths")
def test_who_comes_along_sees_neither_her_who_booked_nor_moves_it(new_phone, visits, end_undo):
    _emma, moment = _book_for_emma_john_and_sam(new_phone())
    end_undo()
    john = Visitor(new_phone())
    john.log_in_at("/my/appointments", "john", PASSWORD)

    john.open_visit(f"{moment:%-d %B %Y, %-I:%M}")
    expect(john.main).to_contain_text("John Smith (you)")
    assert "Emma" not in john.main.inner_text()
    expect(john.open_menu()).to_have_text(["Cancel for me", "Cancel for Sam"])
    john.page.get_by_role("link", name="Cancel for me").click()
    expect(john.main).to_contain_text("The visit stays as it is for Sam and the others.")
    john.page.get_by_role("button", name="Cancel for me").click()

    john.expect_done("Cancelled.")
    (visit,) = visits()
    assert (visit["state"], visit["payer"]) == ("booked", "Emma Smith")
    assert sorted(visit["people"]) == [
        "Emma Smith booked", "John Smith cancelled", "Sam Smith booked",
    ]  # fmt: skip


def test_a_new_patient_signs_up_on_the_way_and_gives_the_visit_up(phone, visits):
    nils = Visitor(phone)
    phone.goto("/book")
    nils.choose_time(ALONE)
    phone.get_by_role("link", name="Don't have an account?").click()
    phone.get_by_label("Email").fill("nils@example.com")
    phone.get_by_label("Name", exact=True).fill("Nils Holm")
    phone.get_by_label("Password", exact=True).fill("as he likes it")
    phone.get_by_label("Confirm Password").fill("as he likes it")
    phone.get_by_role("button", name="Sign up").click()
    nils.expect_heading("Who is this for?")
    nils.name_people()
    nils.book("Book for me")

    phone.get_by_role("button", name="Cancel for me").click()

    nils.expect_done("Taken back. Nobody gets a message.")
    expect(nils.main).to_contain_text("Nothing is booked.")
    (visit,) = visits()
    assert (visit["people"], visit["is_booked"]) == (["Nils Holm cancelled"], False)


@pytest.mark.usefixtures("smiths")
def test_everything_works_without_javascript(new_phone, visits, end_undo):
    emma = Visitor(new_phone(java_script_enabled=False))
    page = emma.page
    emma.log_in_at("/book", "emma", PASSWORD)
    first = emma.choose_time(GROUP)
    emma.name_people("Sam Smith")
    page.get_by_role("link", name="Book more").click()
    emma.choose_time(SHORT, 2)
    emma.name_people("Sam Smith")
    expect(page.get_by_role("timer")).to_contain_text("until")
    emma.book("Book all 2")
    page.locator(".card").filter(has_text=SHORT).get_by_role("button", name="Cancel").click()
    emma.expect_done("Taken back.")

    end_undo()
    emma.open_visit(f"{first:%-d %B %Y, %-I:%M}")
    emma.choose("Move for everyone")
    moment = emma.tap_time(1)
    page.get_by_role("button", name="Move to").click()
    emma.expect_done("Moved.")
    emma.cancel("Cancel for everyone")

    emma.expect_done("Cancelled.")
    moved, undone = visits()
    assert (moved["start"], moved["state"]) == (in_utc(moment), "cancelled")
    assert sorted(moved["people"]) == ["Emma Smith cancelled", "Sam Smith cancelled"]
    assert undone["is_booked"] is False


@pytest.mark.usefixtures("smiths")
def test_the_keyboard_alone_is_enough_to_move_and_to_cancel(desk, visits, end_undo):
    emma, before = _book_for_emma_john_and_sam(desk)
    end_undo()
    emma.open_visit(f"{before:%-d %B %Y, %-I:%M}")
    menu = desk.locator("summary")

    press(desk, menu, "Enter")
    press(desk, desk.get_by_role("link", name="Move for everyone"), "Enter")
    press(desk, desk.locator(".o_clinic_starts a").first, "Enter")
    press(desk, desk.get_by_role("button", name="Move to"), "Enter")
    emma.expect_done("Moved.")
    (visit,) = visits()
    assert visit["start"] != in_utc(before)
    press(desk, menu, "Enter")
    press(desk, desk.get_by_role("link", name="Cancel for everyone"), "Enter")
    press(desk, desk.get_by_role("button", name="Cancel for everyone"), "Enter")

    emma.expect_done("Cancelled.")
    (visit,) = visits()
    assert visit["state"] == "cancelled"


@pytest.mark.usefixtures("smiths")
def test_after_the_deadline_the_page_says_why_and_whom_to_call(phone, end_undo, rules, album):
    emma, moment = _book_for_emma_john_and_sam(phone)
    end_undo()
    rules(clinic_cancel_hours=24 * 60, clinic_reschedule_hours=24 * 60)

    emma.open_visit(f"{moment:%-d %B %Y, %-I:%M}")

    expect(emma.main).to_contain_text(
        "It's less than 1440 hours before the visit, so it can't be moved or cancelled online."
    )
    call = emma.main.get_by_role("link", name="+64 9 555 0123")
    expect(call).to_have_attribute("href", re.compile("^tel:"))
    expect(phone.locator("summary")).to_have_count(0)
    album.keep_all(phone, "booking-late")


@pytest.mark.usefixtures("smiths")
def test_a_traveller_reads_the_clinics_times_with_their_zone(new_phone, album):
    emma = Visitor(new_phone(timezone_id="America/Lima"))
    emma.page.goto("/book")
    emma.open_times(GROUP)
    expect(emma.main).to_contain_text("Times are in Auckland (NZ")
    expect(emma.main).to_contain_text("Your device is in Lima:")
    album.keep_all(emma.page, "booking-elsewhere")

    emma.page.get_by_role("link", name="Later").click()
    moment = emma.tap_time()
    emma.log_in("emma", PASSWORD)

    choice = emma.page.locator(".o_clinic_choice")
    expect(choice).to_contain_text(f"{moment:%A %-d %B %Y, %-I:%M}")
    expect(choice).to_contain_text("Auckland (NZ")
    assert moment.utcoffset().total_seconds() >= 12 * 3600
