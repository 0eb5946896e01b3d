"""The packages page: all of one's own, and of what others share how many one may still use."""

from datetime import date

from odoo.fields import Command
from odoo.tests import tagged

from ..common import TUESDAY, WEDNESDAY
from ..family_common import FamilyHttpCase
from ..package_common import PackageBuilders


class PackagePageCase(PackageBuilders, FamilyHttpCase):
    """A mother with three physio sessions; her husband elsewhere may get to use them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.owner = cls.mother.partner_id
        # Whatever the demo clinic offers.
        cls.env["clinic.package"].search([("is_published", "=", True)]).is_published = False
        for name in ("Small package", "Large package"):
            cls.package(cls.single, name=name, is_published=True)
        cls.purchase = cls.sell(cls.package(cls.single, validity_days=30), cls.owner)

    def visit(self, clock, person, day=WEDNESDAY):
        return self.appointment(day, clock, [person], service_id=self.single.id)

    def packages(self, user):
        return self.see(user, "/my/packages")

    def share(self, user, person, **form):
        url = f"/my/packages/share/{person.partner_id.id}"
        return self.post(user, url, {"only": "", "limit": "", **form})


@tagged("post_install", "-at_install")
class TestPackagePage(PackagePageCase):
    def test_the_page_takes_few_queries(self):
        self.visit("9:00", self.mother)
        page = self.env["clinic.page.package"].with_user(self.mother)
        me = self.owner.with_user(self.mother)
        page._get_packages(me)
        self.forget()

        with self.assertQueryCount(19):
            page._get_packages(me)

    def test_all_there_can_be_on_it_takes_few_more(self):
        """Offers with taxes, packages of others, and others who use mine."""
        self.product.taxes_id = self.env["account.tax"].create({
            "name": "Test 15 %", "amount": 15, "type_tax_use": "sale",
        })  # fmt: skip
        self.package(self.single, name="Offered visits", is_published=True)
        self.visit("9:00", self.mother)
        self.grant(self.father.partner_id, self.mother, "packages")
        self.grant(self.owner, self.grandmother, "packages")
        self.sell(self.package(self.single), self.father.partner_id)
        page = self.env["clinic.page.package"].with_user(self.mother)
        shown = page._get_packages(self.owner.with_user(self.mother))
        self.forget()

        with self.assertQueryCount(21):
            again = page._get_packages(self.owner.with_user(self.mother))

        self.assertEqual(again["shared"], shown["shared"])
        self.assertTrue(all(shown[part] for part in ("own", "grantees", "shared", "offers")))

    def test_what_was_bought_is_offered_only_as_long_as_it_is_on_sale(self):
        bought = self.purchase.package_id
        offered = {"Small package", "Large package"}

        self.assertEqual(self.offers(), offered)
        bought.is_published = True
        self.assertEqual(self.offers(), offered | {bought.name})
        bought.active = False
        self.assertEqual(self.offers(), offered)

    def offers(self):
        page = self.env["clinic.page.package"].with_user(self.mother)
        offers = page._get_packages(self.owner.with_user(self.mother))["offers"]
        return {offer["name"] for offer in offers}

    def forget(self):
        """Nothing is known but who asks, which Odoo reads for every page."""
        self.env.flush_all()
        self.env.invalidate_all()
        self.owner.with_user(self.mother).sudo().name  # noqa: B018
        self.env.company.sudo().name  # noqa: B018
        self.mother.partner_id  # noqa: B018

    def test_the_owner_sees_the_balance_and_until_when(self):
        self.visit("9:00", self.mother)
        self.visit("10:00", self.mother, TUESDAY).action_fulfil()

        page = self.packages(self.mother)

        self.assertIn("Test visits 1 left 1 booked 1 used", page)
        self.assertIn("Valid until 28 Apr 2027", page)
        self.assertIn("31 Mar 2027 · Test Physio Booked", page)
        self.assertIn("30 Mar 2027 · Test Physio Used", page)
        self.assertIn(f"Invoice {self.invoice_of(self.purchase).name}", page)

    def test_where_it_counts_is_said(self):
        self.purchase.practitioner_ids = [Command.set(self.nora.ids)]
        self.purchase.location_ids = [Command.set(self.harbour.ids)]

        self.assertIn(
            "Counts Only with Nora Test-Nightingale at Test Harbour", self.packages(self.mother)
        )

    def test_what_is_refunded_or_over_is_not_left(self):
        self.visit("10:00", self.mother)
        self.purchase._refund_unused()
        self.assertIn("0 left 1 booked 2 refunded", self.packages(self.mother))

        other = self.sell(self.package(self.single, name="Old visits"), self.owner)
        other.sudo().expires_on = date(2027, 3, 28)
        self.assertIn("Old visits 0 left 3 expired", self.packages(self.mother))

    def test_what_is_spent_comes_after_what_can_still_be_used(self):
        self.sell(self.package(self.single, name="Gone visits"), self.owner)._refund_unused()
        over = self.sell(self.package(self.single, name="Old visits"), self.owner)
        over.sudo().expires_on = date(2027, 3, 28)
        booked = self.sell(self.package(self.group, count=1, name="Booked visits"), self.owner)
        self.appointment(WEDNESDAY, "9:00", [self.mother])

        page = self.packages(self.mother)

        self.assertEqual(booked.reserved_count, 1)
        self.assertRegex(
            page, r"Booked visits.*Test visits.*Earlier packages \(2\).*Old visits.*Gone visits"
        )

    def test_an_unpaid_one_waits_with_the_way_to_pay(self):
        unpaid = self.draft(self.package(self.single, name="New visits"), self.father.partner_id)
        invoice = self.invoice_of(unpaid)
        invoice.action_post()

        answer = self.get(self.father, "/my/packages")

        self.assertIn("Can be used once the invoice is paid. Pay now", self.words(answer))
        self.assertIn(f"/my/invoices/{invoice.id}", answer.text)

    def test_the_invoice_of_another_payer_is_no_link(self):
        purchase = self.draft(
            self.package(self.single), self.father.partner_id, payer=self.stranger.partner_id
        )
        self.invoice_of(purchase).action_post()

        answer = self.get(self.father, "/my/packages")

        self.assertNotIn("/my/invoices/", answer.text.split("<main")[1])
        self.assertNotIn("Stan", answer.text)

    def test_who_used_a_session_is_named_to_its_owner(self):
        self.grant(self.owner, self.father, "packages")
        self.visit("10:00", self.father)

        page = self.packages(self.mother)

        self.assertIn("31 Mar 2027 · Test Physio, by Fergus Fatherly Booked", page)
        self.assertIn("Who may use it You and Fergus Fatherly", page)

    def test_whoever_has_nothing_is_told_what_packages_are(self):
        self.assertIn("No packages yet.", self.packages(self.stranger))

    def test_many_packages_need_no_more_queries_than_one(self):
        page = self.env["clinic.page.package"].with_user(self.mother)
        self.grant(self.owner, self.father, "packages")
        self.grant(self.father.partner_id, self.mother, "packages")
        self.sell(self.package(self.single), self.father.partner_id)
        self.visit("9:00", self.father)
        few = self.count_queries(page)

        for clock in ("10:00", "11:00", "14:00"):
            self.sell(self.package(self.single, self.group), self.owner)
            self.sell(self.package(self.single), self.father.partner_id)
            self.visit(clock, self.mother)
        for relative in (self.grandmother, self.stranger):
            self.grant(self.owner, relative, "packages")
            self.grant(relative.partner_id, self.mother, "packages")
            self.sell(self.package(self.single), relative.partner_id)

        self.assertEqual(self.count_queries(page), few)

    def count_queries(self, page):
        page._get_packages(self.owner)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        page._get_packages(self.owner)
        return self.cr.sql_log_count - before


@tagged("post_install", "-at_install")
class TestSharedWithMe(PackagePageCase):
    def test_a_relative_sees_whose_how_many_and_nothing_else(self):
        self.grant(self.owner, self.father, "packages")
        self.visit("10:00", self.mother)

        page = self.packages(self.father)

        self.assertIn(
            "Mira Motherwell lets you use these Test visits : 2 sessions you can use", page
        )
        self.assertNotRegex(page, "31 Mar|Physio|28 Apr|INV|booked|used|Booked|Used")

    def test_other_permissions_show_nothing(self):
        kinds = ("pay", "book", "intake", "notify", "receipts", "calendar")
        self.grant(self.owner, self.father, *kinds)

        self.assertNotIn("Test visits", self.get(self.father, "/my/packages").text)

    def test_only_what_was_chosen_is_there(self):
        chosen = self.sell(self.package(self.single, name="Chosen visits"), self.owner)
        permission = self.grant(self.owner, self.father, "packages")
        permission._share_packages(chosen, 0)

        page = self.get(self.father, "/my/packages").text

        self.assertIn("Chosen visits", page)
        self.assertNotIn("Test visits", page)

    def test_what_can_not_be_used_is_not_there(self):
        self.grant(self.owner, self.father, "packages")
        names = ("Unpaid visits", "Own visits")
        unpaid = self.draft(self.package(self.single, name=names[0]), self.owner)
        self.invoice_of(unpaid).action_post()
        self.sell(self.package(self.single, name=names[1], is_shareable=False), self.owner)

        page = self.get(self.father, "/my/packages").text

        self.assertIn("Test visits", page)
        self.assertEqual([name for name in names if name in page], [])

    def test_a_limit_is_what_is_left_and_said_when_it_is_reached(self):
        permission = self.grant(self.owner, self.father, "packages")
        permission._share_packages(self.purchase.browse(), 2)
        self.visit("9:00", self.father)
        some = self.packages(self.father)
        self.visit("10:00", self.father)
        none = self.packages(self.father)

        self.assertIn("Test visits : 1 session you can use", some)
        self.assertIn("Test visits : none you can use any more", none)
        self.assertIn("You have used as many as Mira Motherwell lets you.", none)

    def test_revoked_means_gone_at_once(self):
        permission = self.grant(self.owner, self.father, "packages")
        self.assertIn("Test visits", self.packages(self.father))

        permission._revoke("No more.")

        self.assertNotRegex(self.get(self.father, "/my/packages").text, "Test visits|Mira")


@tagged("post_install", "-at_install")
class TestLimiting(PackagePageCase):
    def setUp(self):
        super().setUp()
        self.grant(self.owner, self.father, "packages")

    def kept(self):
        self.env.invalidate_all()
        held = self.env["clinic.permission"]._get_held(self.owner, self.father.partner_id)
        return held.filtered(lambda permission: permission.kind == "packages")

    def test_the_owner_chooses_packages_and_a_number(self):
        self.share(self.mother, self.father, only="1", purchase=self.purchase.id, limit="2")

        held = self.kept()

        self.assertEqual((held.purchase_ids, held.session_limit), (self.purchase, 2))
        page = self.packages(self.mother)
        self.assertIn("“Test visits”, at most 2 sessions, 0 used so far", page)

    def test_all_of_them_again(self):
        self.share(self.mother, self.father, only="1", purchase=self.purchase.id, limit="2")

        self.share(self.mother, self.father)

        self.assertEqual((self.kept().purchase_ids.ids, self.kept().session_limit), ([], 0))
        self.assertIn("Fergus Fatherly all packages Change", self.packages(self.mother))

    def test_what_is_spent_is_not_offered_but_stays_chosen(self):
        gone = self.sell(self.package(self.single, name="Gone visits"), self.owner)
        self.share(self.mother, self.father, only="1", purchase=gone.id)
        url = f"/my/packages/share/{self.father.partner_id.id}"
        self.purchase._refund_unused()
        gone._refund_unused()

        page = self.see(self.mother, url)

        self.assertIn("Gone visits (0 left", page)
        self.assertNotIn("Test visits", page)

    def test_the_family_page_shows_the_limit_to_both(self):
        self.link(self.mother, self.father, "partner")
        self.share(self.mother, self.father, limit="2")

        for user in (self.mother, self.father):
            words = self.see(user, "/my/family")
            self.assertIn("Sessions: all packages, at most 2 sessions, 0 used so far", words)

    def test_bad_input_gets_a_sentence_and_keeps_what_was_typed(self):
        for limit in ("many", "-1", "0", "1000", "²"):
            with self.subTest(limit):
                refused = self.share(self.mother, self.father, limit=limit)

                self.assertEqual(refused.status_code, 422)
                self.assertIn("Please write the number of sessions as 1 to 999", refused.text)
        none = self.share(self.mother, self.father, only="1")
        self.assertIn("Please choose at least one package", none.text)
        self.assertEqual(self.kept().session_limit, 0)

    def test_a_package_of_somebody_else_can_not_be_chosen(self):
        other = self.sell(self.package(self.single), self.stranger.partner_id)

        refused = self.share(self.mother, self.father, only="1", purchase=other.id)

        self.assertEqual(refused.status_code, 422)
        self.assertFalse(self.kept().purchase_ids)

    def test_nobody_but_the_owner_limits_it(self):
        self.grant(self.owner, self.grandmother, "packages", "book", "pay")
        for user in (self.father, self.grandmother, self.stranger):
            refused = self.share(user, self.father, limit="1")
            self.assertEqual(refused.status_code, 404)
            shown = self.get(user, f"/my/packages/share/{self.father.partner_id.id}")
            self.assertEqual(shown.status_code, 404)

        self.assertEqual(self.kept().session_limit, 0)

    def test_looking_changes_nothing(self):
        before = self.kept()

        self.see(self.mother, f"/my/packages/share/{self.father.partner_id.id}")

        self.assertEqual(self.kept(), before)

    def test_ending_lists_what_is_reserved_and_what_becomes_of_it(self):
        self.link(self.mother, self.father, "partner")
        self.visit("10:00", self.father)

        hers = self.see(self.mother, f"/my/family/{self.father.partner_id.id}/end")
        self.company.clinic_honour_reserved = False
        his = self.see(self.father, f"/my/family/{self.owner.id}/end")

        self.assertIn(
            "31 Mar 2027: Test Physio Fergus uses it, of your package “Test visits”. "
            "It stays reserved for this visit.",
            hers,
        )
        self.assertIn(
            "You use it, of Mira's package “Test visits”. "
            "It goes back, and the visit has to be paid.",
            his,
        )
