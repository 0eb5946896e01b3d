"""Paying a check-out on the site, and everybody who may not."""

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import NO_ID
from ..common_site import SiteCase
from ..deposit_common import Deposits


@tagged("post_install", "-at_install")
class TestPayPage(Deposits, SiteCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_deposits()
        cls.slug = cls.single.website_url

    def check_out(self):
        """Mira at the page on which she pays."""
        self.login(self.mother)
        return self.submit(self.form(self.check([self.mother]), "/book/confirm"))

    def call(self, url, **params):
        answer = self.url_open(url, json={"jsonrpc": "2.0", "params": params}).json()
        self.env.invalidate_all()
        return answer

    def begin_at(self, url, **changes):
        """What the form's script sends; Odoo's answer."""
        return self.call(f"{url}/transaction", **{
            "provider_id": self.provider.id,
            "payment_method_id": self.method.id,
            "token_id": None,
            "amount": 20,
            "flow": "direct",
            "tokenization_requested": False,
            "landing_route": url,
            "is_validation": False,
            "access_token": "",
            **changes,
        })  # fmt: skip

    def finish(self, begun, state="done"):
        self.call(
            "/payment/demo/simulate_payment",
            reference=begun["result"]["reference"],
            payment_details="1234",
            simulated_state=state,
        )
        return self.call("/payment/status/poll")["result"]["landing_route"]

    def test_what_is_paid_is_said_before_it_is_confirmed(self):
        self.login(self.mother)

        text = self.text(self.check([self.mother]))

        self.assertIn("A deposit of $ 20.00 is paid now, the rest at the clinic.", text)
        self.assertIn("paid back if it's cancelled in time", text)
        self.assertIn("Go on to pay $ 20.00", text)

    def test_paid_it_is_booked_and_says_so(self):
        page = self.check_out()
        self.assertRegex(page.url, "/book/pay/[0-9a-f]+$")
        self.assertIn("To pay now $ 20.00", self.text(page))
        self.assertEqual(self.visits().state, "held")

        landing = self.finish(self.begin_at(page.url))

        self.assertEqual(self.visits().state, "booked")
        thanks = self.get(landing)
        self.assertIn("/book/thanks/", thanks.url)
        told = self.text(thanks)
        self.assertIn("You have paid $ 20.00. The rest is paid at the clinic.", told)

    def test_the_visit_says_it_to_those_who_see_the_payers_bills(self):
        visit = self.pay(self.choose()).clinic_appointment_id
        self.grant(self.mira, self.father, "book")
        pages = {
            f"/my/appointments/{visit.id}": "Paid when booked: $ 20.00",
            f"/my/appointments/{visit.id}/cancel?who={visit.participant_ids.id}": (
                "paid when it was booked ($ 20.00) goes back"
            ),
        }
        for user, sees in ((self.mother, True), (self.father, False)):
            self.login(user)
            for page, words in pages.items():
                with self.subTest(user=user.login, page=page):
                    told = " ".join(self.get(page).text.replace("\xa0", " ").split())
                    self.assertTrue("Nora Test-Nightingale" in told)
                    self.assertEqual(words in told, sees)

    def test_who_has_no_card_is_asked_to_save_one_and_nothing_is_charged(self):
        self.single.paid_online = "card"
        self.login(self.mother)
        page = self.check([self.mother])
        self.assertIn("A saved card is needed", self.text(page))
        refused = self.submit(self.form(page, "/book/confirm"))
        self.assertIn("A saved card is needed", self.text(refused, 422))
        self.assertEqual(self.visits().state, "held")

        self.card_of(self.mira)
        page = self.get("/book/basket")
        self.assertNotIn("A saved card", self.text(page))
        self.submit(self.form(page, "/book/confirm"))

        self.assertEqual((self.visits().state, self.visits().deposit), ("booked", 0))

    def test_a_card_of_somebody_else_is_none(self):
        self.single.paid_online = "card"
        self.card_of(self.father.partner_id)
        self.login(self.mother)

        self.assertIn("A saved card is needed", self.text(self.check([self.mother])))

    def test_which_card_is_charged_for_a_fee_is_read_before_the_click(self):
        self.single.write({"paid_online": "card", "charges_card": True, "late_fee": 15})
        card = self.card_of(self.mira)
        self.login(self.mother)
        page = self.check([self.mother])
        self.assertRegex(
            self.text(page), "By booking you agree that such a fee is charged to .* 4242"
        )
        self.assertNotIn("4242", self.text(self.get(self.slug)))
        card.active = False
        later_card = self.card_of(self.mira)

        changed = self.submit(self.form(page, "/book/confirm"))

        self.assertIn("has changed meanwhile", self.text(changed, changed.status_code))
        self.assertEqual(self.visits().state, "held")
        self.submit(self.form(changed, "/book/confirm"))
        self.assertEqual((self.visits().state, self.visits().fee_card_id), ("booked", later_card))

    def card_of(self, person):
        return self.env["payment.token"].create({
            "provider_id": self.provider.id,
            "payment_method_id": self.method.id,
            "partner_id": person.id,
            "provider_ref": "test",
            "payment_details": "4242",
        })  # fmt: skip

    def test_the_whole_fee_leaves_nothing_to_pay(self):
        self.single.paid_online = "all"
        page = self.check_out()

        told = self.text(self.get(self.finish(self.begin_at(page.url, amount=80))))

        self.assertIn("You have paid $ 80.00.", told)
        self.assertNotIn("at the clinic.", told)

    def test_what_did_not_work_says_so_and_is_tried_again(self):
        page = self.check_out()

        for state, words in (("error", "didn't work"), ("cancel", "was cancelled")):
            with self.subTest(state=state):
                again = self.get(self.finish(self.begin_at(page.url), state))
                self.assertIn(words, self.text(again))
                self.assertIn("o_payment_form", again.text)
        self.finish(self.begin_at(page.url))
        self.assertEqual(self.visits().state, "booked")

    def test_what_is_being_checked_offers_no_second_payment(self):
        page = self.check_out()

        again = self.get(self.finish(self.begin_at(page.url), "pending"))

        self.assertIn("is being checked", self.text(again))
        self.assertNotIn("o_payment_form", again.text)

    def test_back_to_the_basket(self):
        page = self.check_out()

        basket = self.submit(self.form(page, "/back"))

        self.assertTrue(basket.url.endswith("/book/basket"))
        self.assertIn("Test Physio", self.text(basket))

    def test_a_basket_left_on_the_way_leads_back_to_it(self):
        self.check_out()

        self.assertIn("waits for its payment", self.text(self.get("/book/basket")))

    @mute_logger("odoo.http")
    def test_nobody_else_finds_it(self):
        page = self.check_out()
        key = page.url.rpartition("/")[2]
        for user in (self.father, self.stranger):
            self.login(user)
            with self.subTest(user=user.login):
                self.assertEqual(self.get(f"/book/pay/{key}").status_code, 404)
                theirs, none = self.begin_at(page.url), self.begin_at(f"/book/pay/{NO_ID}")
                self.assertEqual(
                    theirs["error"]["data"]["message"], none["error"]["data"]["message"]
                )
        self.assertFalse(
            self.env["payment.transaction"].search([("clinic_booking_id", "!=", False)])
        )

    @mute_logger("odoo.http", "odoo.addons.payment.controllers.portal")
    def test_what_the_script_sends_is_judged(self):
        card = self.card_of(self.father.partner_id)
        page = self.check_out()
        self.assertNotIn("4242", page.text)
        tampered = (
            {"amount": 1},
            {"amount": None},
            {"amount": 1e9},
            {"is_validation": True},
            {"provider_id": NO_ID},
            {"provider_id": None},
            {"flow": "token", "token_id": card.id},
            {"partner_id": self.father.partner_id.id},
            {"currency_id": NO_ID},
            {"custom_create_values": {"amount": 1}},
        )
        for changes in tampered:
            with self.subTest(changes=changes):
                self.assertIn("error", self.begin_at(page.url, **changes))
        self.assertFalse(
            self.env["payment.transaction"].search([("clinic_booking_id", "!=", False)])
        )

    def test_where_it_leads_afterwards_is_not_the_script_s_to_say(self):
        page = self.check_out()

        landing = self.finish(self.begin_at(page.url, landing_route="https://example.com"))

        self.assertIn("/book/pay/", landing)
        self.assertNotIn("example.com", landing)
