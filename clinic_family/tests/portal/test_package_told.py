"""What patients and relatives are told of sessions before they act, in each case and no other."""

from datetime import timedelta

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tests.common import freeze_time

from ...exceptions import FamilyRefused
from ..common import MONDAY, THURSDAY, TUESDAY, WEDNESDAY, instant, utc, written
from ..family_common import CHILD_BORN
from ..package_common import PackageCase

TEN = written(TUESDAY, "10:00")


class ToldCase(PackageCase):
    """A mother with three sessions, of which her husband may use some."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.grant(cls.leo, cls.mother, "book")
        cls.bay, cls.paul = cls.location("Test Bay"), cls.practitioner("Paul Test-Pond")
        cls.purchase = cls.sell(cls.package(cls.single), cls.owner)

    def put(self, user, *people, start=TEN):
        """What this user holds, as the page of the check-out shows it."""
        self.hold(user, self.checkout(self.single, start, people or [user], user))
        return self.item(user)

    def item(self, user):
        """The only thing in this user's basket, as the page shows it now."""
        self.env.invalidate_all()
        [item] = self.env["clinic.page.checkout"].with_user(user)._get_basket()["items"]
        return item


@tagged("post_install", "-at_install")
class TestToldAtTheCheckout(ToldCase):
    def test_each_reason_for_which_a_session_does_not_count_is_said(self):
        self.assertFalse(self.put(self.mother, self.leo)["why_not"])

        for terms, sentence in (
            ({"is_shareable": False}, "only for visits its owner comes to"),
            ({"location_ids": [Command.set(self.bay.ids)]}, "counts only at Test Bay"),
            ({"practitioner_ids": [Command.set(self.paul.ids)]}, "counts only with Paul"),
            ({"expires_on": MONDAY}, "can be used until 29 March 2027 only"),
        ):
            with self.subTest(sentence), self.env.cr.savepoint() as savepoint:
                self.purchase.write(terms)
                self.assertIn(sentence, self.item(self.mother)["why_not"])
                savepoint.rollback()

    def test_a_visit_of_which_one_fee_is_to_be_paid_is_not_covered(self):
        self.single.write({"fee_per": "participant", "max_participants": 3})
        self.purchase._refund_unused()
        self.sell(self.package(self.single, count=1), self.owner)

        item = self.put(self.mother, self.mother, self.leo)

        self.assertEqual((item["is_covered"], item["fees"], item["unpaid_fees"]), (False, 2, 1))

    def test_only_a_package_that_would_pay_is_offered(self):
        self.purchase._refund_unused()
        offered = self.package(self.single, name="Ten visits", is_published=True)
        item = self.put(self.mother, self.leo, start=written(THURSDAY, "10:00"))
        self.assertEqual(item["offer"]["name"], "Ten visits")

        for terms in (
            {"location_ids": [Command.set(self.bay.ids)]},
            {"practitioner_ids": [Command.set(self.paul.ids)]},
            {"validity_days": 1},
            {"is_shareable": False},
            {"is_published": False},
        ):
            with self.subTest(**terms), self.env.cr.savepoint() as savepoint:
                offered.write(terms)
                self.assertFalse(self.item(self.mother)["offer"])
                savepoint.rollback()


@tagged("post_install", "-at_install")
class TestToldOfAVisit(ToldCase):
    def words(self, visit, reader):
        return visit._get_session_words(reader.partner_id)[visit.id]["sessions"]

    def consequences(self, visit, actor, *leaving):
        people = [one.partner_id for one in leaving]
        participants = visit.participant_ids.filtered(lambda p: p.partner_id in people)
        return visit._get_session_consequences(actor.partner_id, participants)

    def test_a_relative_reads_no_more_left_than_the_owner_lets_them_use(self):
        permission = self.grant(self.owner, self.father, "packages")
        permission._share_packages(self.purchase.browse(), 2)

        [words] = self.words(self.visit(people=[self.father]), self.father)

        self.assertIn("1 session left", words)

    def test_a_relative_reads_nothing_of_a_package_that_is_no_longer_shared(self):
        permission = self.grant(self.owner, self.father, "packages")
        visit = self.visit(people=[self.father])
        other = self.sell(self.package(self.single), self.owner)
        self.assertTrue(self.words(visit, self.father))

        permission._share_packages(other, 0)

        self.assertFalse(self.words(visit, self.father))

    def test_a_relative_who_cancels_reads_to_whom_the_session_goes_back(self):
        self.grant(self.owner, self.father, "packages")
        visit = self.visit(people=[self.father])

        self.assertEqual(
            self.consequences(visit, self.father, self.father),
            ["The session goes back to Mira Motherwell's package “Test visits”."],
        )

    def test_of_a_package_that_is_over_the_session_is_not_promised(self):
        visit = self.visit()
        self.purchase.expires_on = MONDAY - timedelta(days=1)

        [words] = self.consequences(visit, self.mother, self.mother)

        self.assertIn("The last day of package “Test visits” is over", words)

    def test_when_one_of_several_cancels_only_their_session_is_spoken_of(self):
        self.single.write({"fee_per": "participant", "max_participants": 3})
        his = self.sell(self.package(self.single, name="His visits"), self.owner)
        self.grant(self.owner, self.father, "packages")._share_packages(his, 0)
        visit = self.visit(people=[self.mother, self.father])
        self.assertEqual(visit.session_ids.purchase_id, self.purchase | his)

        self.assertEqual(
            self.consequences(visit, self.mother, self.mother),
            ["You get the session of package “Test visits” back."],
        )

    def test_moving_to_where_it_does_not_count_says_so(self):
        self.purchase.write({
            "practitioner_ids": [Command.set(self.nora.ids)],
            "location_ids": [Command.set(self.harbour.ids)],
        })  # fmt: skip
        visit = self.visit()
        start = instant(WEDNESDAY, "10:00")

        def words(location, practitioner):
            return visit._get_session_words_after(self.owner, start, location, practitioner)

        self.assertIn("counts only with Nora", words(self.harbour, self.paul)[0])
        self.assertIn("counts only at Test Harbour", words(self.bay, self.nora)[0])
        self.assertFalse(words(self.harbour, self.nora))

    def test_where_a_permission_ran_out_its_session_is_not_used(self):
        self.company.clinic_honour_reserved = False
        self.grant(self.owner, self.father, "packages")
        visit = self.visit(people=[self.father])
        permission = visit.session_ids.permission_id
        self.env.cr.execute(
            "UPDATE clinic_permission SET starts_at = now() - interval '2 days',"
            " ends_at = now() - interval '1 day' WHERE id = %s",
            [permission.id],
        )
        self.env.invalidate_all()

        visit.action_fulfil()

        self.assertFalse(visit.session_ids)
        self.assertStates(self.purchase, free=3)


@tagged("post_install", "-at_install")
class TestToldOfAPackage(ToldCase):
    def setUp(self):
        super().setUp()
        self.short = self.sell(
            self.package(self.single, validity_days=1, name="Short visits"), self.owner
        )
        self.page = self.env["clinic.page.package"]

    def test_what_ended_at_midnight_is_not_left_before_it_is_noted(self):
        self.grant(self.owner, self.father, "packages")
        invoice = self.invoice_of(self.short)

        with freeze_time(utc(WEDNESDAY, "0:01")):
            page = self.page.with_user(self.father)._get_packages(self.father.partner_id)
            [note] = invoice._get_package_notes(self.owner)

        [shared] = page["shared"]
        self.assertEqual([one["name"] for one in shared["packages"]], ["Test visits"])
        self.assertIn("0 of 3 sessions left", note)
        self.assertStates(self.short, free=3)

    def test_staff_who_look_at_the_shop_see_what_patients_see(self):
        package = self.package(self.single, is_published=True)
        shop = self.env["clinic.page.package.shop"].with_user(self.desk)
        self.assertTrue(shop._find_package(package.id))

        package.is_published = False

        self.assertFalse(shop._find_package(package.id))

    def test_a_credit_note_says_nothing_of_what_is_left(self):
        [note] = self.short._refund_unused()

        self.assertFalse(note._get_package_notes(self.owner))

    def test_each_package_names_those_who_may_use_it(self):
        self.grant(self.owner, self.father, "packages")._share_packages(self.short, 0)

        packages = self.page.with_user(self.mother)._get_packages(self.owner)["own"]

        self.assertEqual(
            {one["name"]: one["users"] for one in packages},
            {"Test visits": "", "Short visits": "Fergus Fatherly"},
        )

    def share(self, *purchases):
        purchase_ids = [purchase.id for purchase in purchases]
        self.page.with_user(self.mother)._share_from_form(
            self.owner, self.father.partner_id.id, bool(purchases), purchase_ids, "1"
        )

    def test_a_child_does_not_decide_what_others_use(self):
        self.grant(self.owner, self.father, "packages")
        self.owner.birth_date = CHILD_BORN

        with self.assertRaisesRegex(FamilyRefused, "the person who looks after you"):
            self.share()

    def test_what_may_not_be_shared_can_not_be_chosen(self):
        self.grant(self.owner, self.father, "packages")
        self.short.is_shareable = False

        with self.assertRaisesRegex(FamilyRefused, "choose at least one package"):
            self.share(self.short)


@tagged("post_install", "-at_install")
class TestToldWithTheTimes(ToldCase):
    def setUp(self):
        super().setUp()
        self.here = [Command.set(self.harbour.ids)]
        self.purchase.location_ids = self.here

    def bound(self, user):
        """What is said beside the free times of where packages count."""
        self.env.invalidate_all()
        site, service = self.env["clinic.page.booking"], self.single.with_user(user)
        values = site.with_user(user)._get_times(service, 0, self.harbour.id, None)
        return [one["words"] for one in values["bound"]]

    def test_nothing_is_said_of_what_can_not_be_used(self):
        unpaid = self.draft(self.package(self.single, location_ids=self.here), self.owner)
        self.invoice_of(unpaid).action_post()
        self.purchase.expires_on = TUESDAY
        self.assertEqual(len(self.bound(self.mother)), 1)

        with freeze_time(utc(WEDNESDAY, "0:01")):
            self.assertFalse(self.bound(self.mother))

    def test_nothing_is_said_of_what_is_not_shared(self):
        package = self.package(self.single, name="Chosen visits", location_ids=self.here)
        chosen = self.sell(package, self.owner)
        self.grant(self.owner, self.father, "packages")._share_packages(chosen, 0)

        [words] = self.bound(self.father)

        self.assertIn("Chosen visits", words)
