"""A mother joins the wait list for her son; the front desk offers, and she takes it."""

from playwright.sync_api import expect

from tests.visitor import PATIENCE, Visitor, log_in

ALONE = "Physiotherapy: first visit"
WAITS = """
    SELECT request.state, offer.state AS answer
      FROM clinic_wait_request request
      JOIN res_partner booker ON booker.id = request.booker_id
 LEFT JOIN clinic_wait_offer offer ON offer.request_id = request.id
     WHERE booker.name = 'Maria Rossi'
"""


def _join(phone, maria, album):
    maria.log_in_at("/book", "maria")
    maria.open_times(ALONE)
    phone.get_by_role("link", name="Join the wait list").click()
    maria.expect_heading("Join the wait list")
    phone.get_by_role("radio", name="Leo Rossi").check()
    album.keep_all(phone, "waitlist-join")
    phone.get_by_role("button", name="Join the wait list").click()
    maria.expect_heading("Wait list")
    expect(maria.main).to_contain_text("For Leo Rossi")


def _offer(desk, album):
    desk.set_default_timeout(PATIENCE)
    desk.goto("/web/login")
    log_in(desk, "frontdesk")
    desk.goto("/odoo/action-clinic_family.clinic_wait_request_action")
    row = desk.locator(".o_data_row").filter(has_text="Leo Rossi")
    expect(row).to_contain_text("Waiting")
    album.keep(desk, "waitlist-desk")
    row.get_by_role("button", name="Offer").click()
    expect(row).to_contain_text("Offered")


def test_a_mother_is_offered_a_time_for_her_son_and_takes_it(
    phone, new_desk, clinic, visits, album
):
    maria = Visitor(phone)
    _join(phone, maria, album)
    _offer(new_desk(), album)
    assert clinic.query(WAITS) == [{"state": "offered", "answer": "open"}]

    phone.goto("/my/waitlist")
    phone.get_by_role("link", name="See it").click()
    maria.expect_heading("Free for you")
    album.keep_all(phone, "waitlist-offer")
    phone.get_by_role("button", name="Book for Leo").click()

    maria.expect_heading("Booked")
    [visit] = visits()
    assert visit["state"] == "booked"
    assert clinic.query(WAITS) == [{"state": "booked", "answer": "accepted"}]
