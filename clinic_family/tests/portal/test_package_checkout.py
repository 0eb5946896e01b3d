"""Which session pays is said before it is used, to those alone who may know."""

from datetime import date
from urllib.parse import quote

from lxml import html

from odoo.fields import Command
from odoo.tests import tagged

from ..common import TUESDAY, WEDNESDAY, written
from ..common_site import SiteCase
from ..package_common import PackageBuilders

TEN = written(TUESDAY, "10:00")


class PackageSiteCase(PackageBuilders, SiteCase):
    """A mother with a package of three visits, at the site."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.slug = cls.single.website_url
        cls.owner = cls.mother.partner_id
        cls.purchase = cls.sell(cls.package(cls.single), cls.owner)

    def basket(self):
        return self.text(self.get("/book/basket"))

    def confirm_page(self, page):
        return self.submit(self.form(page, "/confirm"))

    def put(self, user, start=TEN, service=None, people=None, **values):
        """What this user holds, for themselves unless others are named."""
        service = service or self.single
        return self.hold(user, self.checkout(service, start, people or [user], user, **values))

    def main(self, url):
        """What one reads on a page of the portal, in one line."""
        answer = self.url_open(url)
        self.assertEqual(answer.status_code, 200)
        [main] = html.fromstring(answer.content).xpath("//main")
        return " ".join(main.text_content().split())

    def sessions_of(self, visit):
        self.env.invalidate_all()
        return visit.session_ids


@tagged("post_install", "-at_install")
class TestCheckout(PackageSiteCase):
    def test_the_page_says_which_session_pays_and_how_many_are_left(self):
        self.login(self.mother)

        check = self.check([self.mother])

        self.assertIn("Paid with Package “Test visits”: 1 session used, 2 left", self.text(check))
        self.assertNotIn("paid at the clinic", self.text(check))

    def test_what_it_says_is_what_is_used(self):
        self.login(self.mother)

        thanks = self.confirm_page(self.check([self.mother]))

        self.assertIn("Paid with: Package “Test visits”, 2 sessions left", self.text(thanks))
        self.assertIn("there is nothing to pay", self.text(thanks))
        self.assertEqual(self.sessions_of(self.visits()).purchase_id, self.purchase)

    def test_two_visits_in_a_basket_count_down(self):
        self.put(self.mother)
        self.put(self.mother, written(TUESDAY, "11:00"))
        self.login(self.mother)

        self.assertRegex(self.basket(), "1 session used, 2 left.*1 session used, 1 left")
        self.assertRegex(self.basket(), r"In all: \$\s0.00 .*Your packages pay \$\s160.00 besides.")

    def test_several_visits_say_what_they_come_to(self):
        self.put(self.mother)
        self.login(self.mother)
        self.assertNotIn("In all", self.basket())
        self.purchase._refund_unused()

        self.put(self.mother, written(TUESDAY, "11:00"))

        self.assertRegex(self.basket(), r"In all: \$\s160.00")
        self.assertNotIn("Your packages pay", self.basket())

    def test_one_pays_instead_and_takes_the_session_after_all(self):
        self.login(self.mother)
        check = self.check([self.mother])

        paying = self.submit(self.form(check, "/basket/session"))
        using = self.submit(self.form(paying, "/basket/session"))

        self.assertIn("80.00 paid at the clinic", self.text(paying))
        self.assertIn("Use a session of “Test visits”", self.text(paying))
        self.assertIn("1 session used, 2 left", self.text(using))

    def test_what_is_paid_instead_uses_nothing(self):
        self.login(self.mother)
        paying = self.submit(self.form(self.check([self.mother]), "/basket/session"))

        thanks = self.confirm_page(paying)

        self.assertIn("You pay at the clinic", self.text(thanks))
        self.assertFalse(self.sessions_of(self.visits()))

    def test_a_session_that_is_gone_meanwhile_is_explained_and_nothing_is_lost(self):
        self.login(self.mother)
        check = self.check([self.mother])
        self.purchase._refund_unused()

        again = self.confirm_page(check)

        self.assertIn("The package sessions you can use have changed meanwhile", self.text(again))
        self.assertEqual(self.visits().state, "held")
        self.confirm_page(again)
        self.env.invalidate_all()
        self.assertEqual(self.visits().state, "booked")

    def test_nobody_chooses_for_anothers_basket(self):
        held = self.put(self.mother)
        self.put(self.father, written(TUESDAY, "11:00"))
        self.login(self.father)
        form = self.form(self.get("/book/basket"), "/basket/remove")
        token = dict(form.form_values())["csrf_token"]

        self.url_open("/book/basket/session", {"csrf_token": token, "appointment": held.id})

        self.env.invalidate_all()
        self.assertTrue(held.uses_session)

    def test_a_full_basket_needs_no_more_queries_than_a_small_one(self):
        site = self.env["clinic.page.checkout"].with_user(self.mother)
        self.sell(self.package(self.single, count=10), self.owner)
        self.put(self.mother)
        few = self.count_queries(site)
        for clock in ("11:00", "13:00", "14:00", "15:00"):
            self.put(self.mother, written(TUESDAY, clock))

        basket_sudo = self.env["clinic.booking"]._find_basket(self.owner).sudo()
        many = self.count_queries(site)

        self.assertEqual(len(basket_sudo._get_finished()), 5)
        self.assertEqual(many, few)

    def count_queries(self, site):
        basket = site.env["clinic.booking"]._find_basket(self.owner).sudo()
        site._get_payments(basket, basket._plan_sessions())
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        site._get_payments(basket, basket._plan_sessions())
        return self.cr.sql_log_count - before


@tagged("post_install", "-at_install")
class TestCheckoutOfRelatives(PackageSiteCase):
    def test_a_relative_reads_whose_package_it_is_and_how_many_they_may_use(self):
        permission = self.grant(self.owner, self.father, "packages")
        permission._share_packages(self.purchase, 2)
        self.put(self.father)
        self.login(self.father)

        self.assertIn(
            "Mira Motherwell's package “Test visits”: 1 session used, 1 left", self.basket()
        )

    def test_what_is_not_shared_is_not_there(self):
        other = self.sell(self.package(self.group, name="Secret visits"), self.owner)
        permission = self.grant(self.owner, self.father, "packages")
        permission._share_packages(other, 0)
        self.put(self.father)
        self.login(self.father)

        page = self.get("/book/basket")

        self.assertNotRegex(page.text, "Test visits|Secret visits|Mira|Package")

    def test_a_limit_that_is_reached_is_said(self):
        permission = self.grant(self.owner, self.father, "packages")
        permission._share_packages(self.purchase, 1)
        self.put(self.father)
        self.put(self.father, written(TUESDAY, "11:00"))
        first = self.env["clinic.booking"]._find_basket(self.father.partner_id).sudo()
        self.confirm(self.father)
        self.put(self.father, written(WEDNESDAY, "11:00"))
        self.login(self.father)

        self.assertEqual(len(first.appointment_ids.session_ids), 1)
        self.assertIn("You have used as many sessions as they let you.", self.basket())

    def test_the_visit_says_what_paid_to_the_owner_and_the_user_only(self):
        self.grant(self.owner, self.father, "packages")
        self.group.max_participants = 3
        self.purchase.session_ids.invalidate_recordset()
        family = self.sell(self.package(self.group, name="Family talks"), self.owner)
        visit = self.appointment(WEDNESDAY, "10:00", [self.father, self.stranger])
        url = f"/my/appointments/{visit.id}"
        self.assertEqual(visit.session_ids.purchase_id, family)

        self.login(self.father)
        users = self.main(url)
        self.login(self.stranger)
        others = self.main(url)

        self.assertIn("Mira Motherwell's package “Family talks”, 2 sessions left", users)
        self.assertNotRegex(others, "Family talks|Mira|session|Paid")

    def test_the_list_says_what_pays_and_not_who_would_have_to(self):
        self.appointment(WEDNESDAY, "10:00", [self.mother], service_id=self.single.id)
        self.login(self.mother)

        page = self.main("/my/appointments")

        self.assertIn("Paid with: Package “Test visits”, 2 sessions left", page)
        self.assertNotIn("Pays:", page)

    def test_a_list_of_paid_visits_takes_no_more_queries_than_two(self):
        self.sell(self.package(self.single, count=9), self.owner)
        self.visit_at("9:00", "10:00")
        few = self.count_queries()
        self.visit_at("11:00", "13:00", "14:00", "15:00")

        self.assertLessEqual(self.count_queries(), few)
        self.assertLessEqual(few, 15)

    def visit_at(self, *clocks):
        for clock in clocks:
            self.appointment(WEDNESDAY, clock, [self.mother], service_id=self.single.id)

    def count_queries(self):
        """How many queries the list of the mother's visits takes, read anew."""
        mine = self.env["clinic.appointment"].with_user(self.mother)
        mine._get_my_page("upcoming", 20, 0)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        mine._get_my_page("upcoming", 20, 0)
        return self.env.cr.sql_log_count - before

    def test_ended_means_that_the_user_reads_nothing_more_of_it(self):
        permission = self.grant(self.owner, self.father, "packages")
        visit = self.appointment(WEDNESDAY, "10:00", [self.father], service_id=self.single.id)
        permission._revoke("No more.")
        self.login(self.father)

        page = self.main(f"/my/appointments/{visit.id}")

        self.assertTrue(visit.session_ids)
        self.assertNotRegex(page, "Mira|Test visits|session")


@tagged("post_install", "-at_install")
class TestBoundPackage(PackageSiteCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.paul = cls.practitioner("Paul Test-Pond")
        cls.single.practitioner_ids = [Command.link(cls.paul.id)]
        cls.purchase.write({
            "practitioner_ids": [Command.set(cls.paul.ids)],
            "location_ids": [Command.set(cls.harbour.ids)],
        })  # fmt: skip

    def test_the_times_say_where_it_counts_and_show_only_those(self):
        self.login(self.mother)

        page = self.get(self.slug)

        self.assertIn(
            "Package “Test visits” counts with Paul Test-Pond at Test Harbour.", self.text(page)
        )
        [link] = self.page(page).xpath(".//a[contains(., 'Show only these times')]")
        narrowed = self.get(link.get("href"))
        chosen = self.page(narrowed).xpath(".//select[@id='practitioner']/option[@selected]")
        self.assertIn("Paul Test-Pond", chosen[0].text_content())
        self.assertNotIn("Show only these times", self.text(narrowed))

    def test_nobody_else_reads_it(self):
        self.login(self.father)
        self.assertNotIn("Test visits", self.get(self.slug).text)
        self.authenticate(None, None)
        self.assertNotIn("Test visits", self.get(self.slug).text)

    def test_nothing_is_said_where_another_session_counts_everywhere(self):
        self.sell(self.package(self.single, name="Free visits"), self.owner)
        self.login(self.mother)

        self.assertNotIn("counts with", self.text(self.get(self.slug)))

    def test_the_basket_says_why_it_does_not_count(self):
        self.put(self.mother, practitioner_id=self.nora.id)
        self.login(self.mother)

        self.assertIn(
            "Package “Test visits” isn't used. This package counts only with Paul Test-Pond.",
            self.basket(),
        )

    def test_an_unpaid_one_says_so(self):
        self.purchase._refund_unused()
        self.invoice_of(self.draft(self.package(self.single), self.owner)).action_post()
        self.put(self.mother)
        self.login(self.mother)

        self.assertIn("The invoice of this package isn't paid yet.", self.basket())


@tagged("post_install", "-at_install")
class TestChangePages(PackageSiteCase):
    def booked(self, day=WEDNESDAY, user=None):
        user = user or self.mother
        return self.appointment(day, "10:00", [user], service_id=self.single.id)

    def test_cancelling_says_before_that_the_session_comes_back(self):
        visit = self.booked()
        self.login(self.mother)

        page = self.main(f"/my/appointments/{visit.id}/cancel?who={visit.participant_ids.id}")

        self.assertIn("You get the session of package “Test visits” back.", page)

    def test_cancelling_late_says_that_the_session_counts_as_used(self):
        self.company.write({"clinic_late_uses_session": True, "clinic_cancel_hours": 0})
        self.single.write({"change_policy": "clinic"})
        visit = self.booked(TUESDAY)
        who = visit.participant_ids.id
        self.login(self.mother)
        in_time = self.main(f"/my/appointments/{visit.id}/cancel?who={who}")
        self.single.write({"change_policy": "own", "cancel_hours": 48})

        words = visit._get_session_consequences(self.owner, visit.participant_ids)

        self.assertIn("You get the session of package “Test visits” back.", in_time)
        self.assertEqual(words, ["It's late: the session of package “Test visits” counts as used."])

    def test_whoever_cancels_for_another_learns_nothing_of_the_session(self):
        visit = self.booked()
        self.grant(self.owner, self.father, "book")
        self.login(self.father)

        page = self.main(f"/my/appointments/{visit.id}/cancel?who={visit.participant_ids.id}")

        self.assertNotRegex(page, "session|Test visits")

    def test_moving_after_the_last_day_says_that_it_has_to_be_paid(self):
        self.purchase.expires_on = date(2027, 4, 2)
        visit = self.booked()
        self.login(self.mother)
        address = f"/my/appointments/{visit.id}/move/check?location={self.harbour.id}&start="

        later = self.main(address + quote(written(date(2027, 4, 3), "10:00")))
        before = self.main(address + quote(written(date(2027, 4, 2), "10:00")))

        self.assertIn("Your package session can be used until 2 April 2027.", later)
        self.assertNotIn("package session", before)
