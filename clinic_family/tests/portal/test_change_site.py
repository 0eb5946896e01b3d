"""The pages for cancelling and moving, as a browser without JavaScript uses them."""

from lxml import html

from odoo.tests import tagged

from ..common import MONDAY, NO_ID, THURSDAY, ClinicHttpCase, utc, written
from ..common_site import dict_of_lists

TWO = written(THURSDAY, "14:00")


class ChangeSiteCase(ClinicHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.harbour.phone = "+64 9 555 0100"
        cls.grant(cls.leo, cls.mother, "book")
        cls.both = cls.appointment(THURSDAY, "10:00", [cls.mother, cls.leo, cls.father])
        cls.address = f"/my/appointments/{cls.both.id}"

    def login(self, user):
        self.authenticate(user.login, user.login)

    def get(self, path="", visit=None, **params):
        return self.url_open(f"/my/appointments/{(visit or self.both).id}{path}", params=params)

    def words(self, response, status=200):
        """What one reads on the page, in one line."""
        self.assertEqual(response.status_code, status, response.url)
        main = html.fromstring(response.content).xpath("//main")[0]
        return " ".join(main.text_content().split())

    def forms(self, response):
        """The forms of the page itself that are posted, by what their button says."""
        document = html.fromstring(response.content, base_url=response.url)
        return {
            " ".join(form.xpath(".//button")[-1].text_content().split()): form
            for form in document.xpath("//main//form[@method='post']")
        }

    def find_forms(self, response, class_name):
        """The forms of this class, in their order."""
        document = html.fromstring(response.content, base_url=response.url)
        return document.xpath(f"//main//form[contains(@class, '{class_name}')]")

    def links(self, response):
        document = html.fromstring(response.content)
        return {
            " ".join(link.text_content().split()): link.get("href")
            for link in document.xpath("//main//a[@href]")
        }

    def submit(self, form, **changes):
        return self.url_open(form.action, data={**dict_of_lists(form.form_values()), **changes})

    def fresh(self):
        self.env.invalidate_all()
        return self.both


@tagged("post_install", "-at_install")
class TestCancelSite(ChangeSiteCase):
    def test_the_primary_has_one_menu(self):
        self.login(self.mother)

        page = self.get()

        self.assertRegex(self.words(page), r"Free to move or cancel until Wed 31 Mar 10:00")
        self.assertEqual(
            [text for text in self.links(page) if text.startswith(("Move", "Cancel"))],
            ["Move for everyone", "Cancel for me", "Cancel for everyone", "Cancel for Leo"],
        )

    def test_a_secondary_cancels_for_themself_only(self):
        self.login(self.father)

        page = self.get()

        self.assertEqual(
            [text for text in self.links(page) if text.startswith(("Move", "Cancel"))],
            ["Cancel for me"],
        )
        self.assertNotRegex(page.text, "Mira|Motherwell|Leo|Littleton")

    def test_what_follows_is_said_before(self):
        self.login(self.mother)

        page = self.words(self.get("/cancel", who="everyone"))

        self.assertIn("The visit is cancelled, and others can book its time.", page)
        self.assertIn("Nothing will be invoiced.", page)
        self.assertIn("Everybody it concerns gets a message.", page)

    def test_asking_changes_nothing(self):
        self.login(self.mother)

        self.get("/cancel", who="everyone")
        self.get("/move", start=TWO)
        self.get("/move/check", start=TWO, practitioner=0, location=self.harbour.id)

        self.assertEqual((self.fresh().state, self.both.start), ("booked", utc(THURSDAY, "10:00")))

    def test_who_leaves_reads_nothing_about_those_who_stay(self):
        self.login(self.father)
        father = self.both.participant_ids.filtered(
            lambda p: p.partner_id == self.father.partner_id
        )

        page = self.get("/cancel", who=father.id)

        self.assertIn("The visit stays as it is for the others who come.", self.words(page))
        self.assertNotRegex(page.text, "Mira|Motherwell|Leo|Littleton|invoice|price")

    def test_cancelling_for_a_relative(self):
        self.login(self.mother)
        page = self.url_open(self.links(self.get())["Cancel for Leo"])
        self.assertIn("You are acting for", html.fromstring(page.text).text_content())

        done = self.submit(self.forms(page)["Cancel for Leo"])

        self.assertIn("Cancelled.", self.words(done))
        leo = self.fresh().participant_ids.filtered(lambda p: p.partner_id == self.leo)
        self.assertEqual((leo.state, self.both.state), ("cancelled", "booked"))

    def test_the_payer_who_leaves_chooses_who_pays_then(self):
        self.grant(self.father.partner_id, self.mother, "pay")
        self.login(self.mother)
        page = self.url_open(self.links(self.get())["Cancel for me"])
        self.assertRegex(
            self.words(page),
            r"Who pays then\? Mira Motherwell \(you\) Goes on paying without coming "
            r"Fergus Fatherly Lets you bill",
        )
        self.assertIn("The visit stays as it is for Leo and the others.", self.words(page))

        self.submit(self.forms(page)["Cancel for me"], payer=self.father.partner_id.id)

        self.assertEqual(self.fresh().payer_id, self.father.partner_id)
        self.assertEqual(self.both.participant_ids[0].state, "cancelled")

    def test_a_payer_who_may_not_be_named_is_refused_with_the_page(self):
        self.login(self.mother)
        page = self.url_open(self.links(self.get())["Cancel for me"])

        answer = self.submit(self.forms(page)["Cancel for me"], payer=self.stranger.partner_id.id)

        self.assertIn("Please choose who pays from then on.", self.words(answer, 422))
        self.assertEqual(self.fresh().participant_ids[0].state, "booked")

    def test_where_nobody_else_can_pay_the_page_offers_to_cancel_for_everyone(self):
        self.mother.partner_id.birth_date = "2015-05-01"
        self.login(self.mother)

        page = self.url_open(self.links(self.get())["Cancel for me"])

        self.assertIn("Nobody else can be asked to pay for those who stay.", self.words(page))
        self.assertEqual(list(self.forms(page)), [])
        self.assertIn("who=everyone", self.links(page)["Cancel for everyone"])

    def test_cancelling_twice_answers_the_same(self):
        self.login(self.mother)
        form = self.forms(self.get("/cancel", who="everyone"))["Cancel for everyone"]

        first, second = self.submit(form), self.submit(form)

        self.assertEqual((first.url, first.status_code), (second.url, second.status_code))
        self.assertEqual(self.fresh().state, "cancelled")

    def test_late_the_page_says_whom_to_call_and_the_form_is_refused(self):
        self.login(self.mother)
        form = self.forms(self.get("/cancel", who="everyone"))["Cancel for everyone"]

        # A deadline that has passed, since the session would end with the clock.
        self.company.write({"clinic_cancel_hours": 99, "clinic_reschedule_hours": 99})
        page, answer = self.get(), self.submit(form)

        late = "It's less than 99 hours before the visit, so it can't be moved or cancelled online."
        self.assertIn(f"{late} Please call Test Harbour, +64 9 555 0100.", self.words(page))
        self.assertIn("tel:+64 9 555 0100", page.text)
        self.assertRegex(self.words(answer, 422), "less than 99 hours.*can't be cancelled online")
        self.assertEqual(self.fresh().state, "booked")

    def test_what_is_not_mine_is_as_unknown_as_what_is_not_there(self):
        self.login(self.father)
        leo = self.both.participant_ids.filtered(lambda p: p.partner_id == self.leo)

        answers = [
            self.get("/cancel", who=who).status_code for who in (leo.id, NO_ID, "everyone", "x")
        ]
        answers.append(self.get("/move").status_code)
        self.login(self.stranger)
        answers.append(self.get("/cancel", who="everyone").status_code)
        answers.append(self.get("/move").status_code)

        self.assertEqual(answers, [404] * 7)

    def test_a_permission_revoked_between_the_page_and_the_click_counts_no_more(self):
        sons = self.appointment(THURSDAY, "15:00", [self.leo])
        self.login(self.mother)
        page = self.get("/cancel", sons, who=sons.participant_ids.id)
        form = self.forms(page)["Cancel for Leo"]

        self.leo.granted_permission_ids._revoke("A quarrel.")
        answer = self.submit(form)

        self.assertEqual(answer.status_code, 404)
        self.env.invalidate_all()
        self.assertEqual(sons.state, "booked")

    def test_for_whoever_left_the_visit_is_cancelled_though_others_keep_it(self):
        self.login(self.father)
        page = self.url_open(self.links(self.get())["Cancel for me"])
        self.submit(self.forms(page)["Cancel for me"])

        listed = self.words(self.url_open("/my/appointments"))

        self.assertRegex(listed, r"Fergus Fatherly \(you\).*Cancelled")
        self.assertNotIn("Change or cancel", self.get().text)
        self.assertEqual(self.fresh().state, "booked")


@tagged("post_install", "-at_install")
class TestUndoSite(ChangeSiteCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fresh_one = cls.book(cls.mother, cls.checkout(cls.group, TWO, [cls.mother, cls.leo]))

    def test_the_page_of_thanks_takes_it_back_with_one_tap(self):
        self.login(self.mother)
        thanks = self.url_open(f"/book/thanks/{self.fresh_one.booking_id.key}")
        self.assertRegex(
            self.words(thanks),
            r"Changed your mind\? You can take it back, .* Time left: until 9:03\sAM",
        )

        done = self.submit(self.forms(thanks)["Cancel for everyone"])

        self.assertIn("Taken back. Nobody gets a message.", self.words(done))
        self.assertIn("/my/appointments?done=undone", done.url)
        self.assertEqual(self.get(visit=self.fresh_one).status_code, 404)

    def test_a_slip_is_put_back_with_one_tap_and_two(self):
        self.login(self.mother)
        thanks = self.url_open(f"/book/thanks/{self.fresh_one.booking_id.key}")
        gone = self.submit(self.forms(thanks)["Cancel for everyone"])
        self.assertIn("Was it a slip? The visit can be put back.", self.words(gone))

        form = self.forms(gone)["Put it back"]
        answers = [self.words(self.submit(form)) for _tap in range(2)]

        self.assertEqual(
            ["Put back. It is booked as before." in one for one in answers], [True] * 2
        )
        self.env.invalidate_all()
        self.assertEqual(self.fresh_one.state, "booked")

    def test_one_of_a_group_is_put_back_on_the_visits_page(self):
        self.login(self.mother)
        leo = self.both.participant_ids.filtered(lambda one: one.partner_id == self.leo)
        page = self.get(f"/cancel?who={leo.id}", self.both)
        gone = self.submit(self.forms(page)["Cancel for Leo"])
        self.assertIn("Was it a slip? The visit can be put back for Leo.", self.words(gone))

        back = self.submit(self.forms(gone)["Put it back"])

        self.assertIn("Put back. It is booked as before.", self.words(back))
        self.env.invalidate_all()
        self.assertEqual(leo.state, "booked")

    def test_of_what_somebody_took_back_a_stranger_finds_nothing(self):
        self.fresh_one.with_user(self.mother)._cancel_for(
            self.mother.partner_id, self.fresh_one.participant_ids
        )
        self.login(self.stranger)

        page = self.url_open(f"/my/appointments?undone={self.fresh_one.id}")

        self.assertNotIn("slip", self.words(page))

    def test_what_takes_it_back_is_folded_and_its_time_counts_down(self):
        self.login(self.mother)
        thanks = self.url_open(f"/book/thanks/{self.fresh_one.booking_id.key}")

        main = html.fromstring(thanks.content).xpath("//main")[0]

        self.assertEqual(main.xpath("//form[@method='post'][not(ancestor::details)]"), [])
        self.assertFalse(main.xpath("//details[@open]"))
        [left] = main.xpath("//*[contains(@class, 'o_clinic_countdown ')]/@data-seconds")
        self.assertTrue(0 < int(left) <= 180, left)

    def test_the_page_of_thanks_says_what_to_bring_how_to_get_there_and_which_form_is_missing(self):
        place = {"name": "Harbour", "street": "12 Quay Street"}
        self.harbour.partner_id = self.env["res.partner"].create(place)
        self.group.preparation = "Bring the yellow booklet."
        self.login(self.mother)
        forms = type(self.env["clinic.page.form"])
        self.patch(forms, "_count_due", lambda _page: 2)

        thanks = self.url_open(f"/book/thanks/{self.fresh_one.booking_id.key}")

        self.assertIn("Before the visit Bring the yellow booklet.", self.words(thanks))
        self.assertIn("Forms to fill in before a visit: 2", self.words(thanks))
        self.assertIn("12+Quay+Street", self.links(thanks)["Show on a map"])

    def test_two_taps_are_one(self):
        self.login(self.mother)
        form = self.forms(self.get(visit=self.fresh_one))["Cancel for everyone"]

        first, second = self.submit(form), self.submit(form)

        self.assertEqual((first.url, second.status_code), (second.url, 200))

    def test_two_taps_for_one_of_several_are_one(self):
        self.login(self.mother)
        form = self.forms(self.get(visit=self.fresh_one))["Cancel for Leo"]

        first, second = self.submit(form), self.submit(form)

        self.assertEqual((first.url, second.status_code), (second.url, 200))
        self.assertNotIn("Leo", self.words(second))

    def test_the_payer_is_asked_who_pays_then(self):
        self.login(self.mother)
        page = self.get(visit=self.fresh_one)
        self.assertNotIn("Cancel for me", self.forms(page))

        page = self.url_open(self.links(page)["Cancel for me"])

        self.assertIn("Who pays then?", self.words(page))
        self.assertIn("Nobody gets a message", self.words(page))

    def test_a_tap_after_it_is_over_leads_to_what_follows_then(self):
        self.login(self.mother)
        form = self.forms(self.get(visit=self.fresh_one))["Cancel for everyone"]

        self.fresh_one.booking_id.undo_until = utc(MONDAY, "9:00")
        answer = self.submit(form)

        self.assertIn("Everybody it concerns gets a message.", self.words(answer))
        self.env.invalidate_all()
        self.assertEqual(self.fresh_one.state, "booked")


@tagged("post_install", "-at_install")
class TestMoveSite(ChangeSiteCase):
    def test_the_primary_moves_it_with_three_taps(self):
        self.login(self.mother)
        times = self.url_open(self.links(self.get())["Move for everyone"])
        self.assertIn("Nora Test-Nightingale", self.words(times))
        [two] = html.fromstring(times.content).xpath("//a[contains(@href, '04-01T14:00')]/@href")
        check = self.url_open(two)
        self.assertRegex(self.words(check), "The visit moves for everybody who comes")

        [form] = self.forms(check).values()
        done = self.submit(form)

        self.assertRegex(self.words(done), r"Moved\. The new time is yours\..*2:00\sPM")
        self.assertEqual(self.fresh().start, utc(THURSDAY, "14:00"))

    def test_who_would_be_in_two_visits_at_once_is_named_and_kept_only_when_meant_so(self):
        otto = self.practitioner("Otto Test-Osler")
        self.appointment(THURSDAY, "14:00", [self.leo], practitioner_id=otto.id)
        self.login(self.mother)
        check = self.get("/move/check", start=TWO, practitioner=0, location=self.harbour.id)
        self.assertRegex(self.words(check), "Leo Littleton already has a visit at this time")

        [form] = self.forms(check).values()
        refused = self.submit(form)
        self.assertIn("Leo Littleton would be in two visits at once", self.words(refused, 422))
        [again] = self.forms(refused).values()
        [box] = html.fromstring(refused.content).xpath("//input[@name='meant']")
        done = self.submit(again, meant=box.get("value"))

        self.assertIn("Moved.", self.words(done))

    def test_the_present_practitioner_is_chosen_and_anyone_is_offered(self):
        self.login(self.mother)

        document = html.fromstring(self.get("/move").content)

        options = document.xpath("//select[@name='practitioner']/option")
        self.assertEqual(options[0].text_content(), "First available")
        self.assertEqual(
            [option.get("value") for option in options if option.get("selected")],
            [str(self.nora.id)],
        )

    def test_the_present_time_is_shown_as_such(self):
        self.login(self.mother)

        words = self.words(self.get("/move", day=THURSDAY))

        self.assertRegex(words, r"10:00\sAM Now")

    def test_a_time_somebody_took_leads_to_the_nearest_with_everything_kept(self):
        self.login(self.mother)
        check = self.get("/move/check", start=TWO, practitioner=0, location=self.harbour.id)
        [form] = self.forms(check).values()
        self.appointment(THURSDAY, "14:00", [self.stranger])

        taken = self.submit(form)
        self.assertRegex(self.words(taken), r"Somebody took 2:00\sPM on Thursday 1 April 2027")
        self.assertIn("You still have your visit as it was", self.words(taken))
        done = self.submit(next(iter(self.forms(taken).values())))

        self.assertIn("Moved.", self.words(done))
        self.assertEqual(self.fresh().start, utc(THURSDAY, "13:00"))

    def test_what_cannot_be_offered_brings_the_times_again(self):
        self.login(self.mother)

        answer = self.get("/move/check", start="x", practitioner=0, location=self.harbour.id)

        self.assertIn("This time can't be read.", self.words(answer, 422))
        self.assertIn("Move to another time", self.words(answer, 422))

    def test_late_it_says_whom_to_call(self):
        self.company.clinic_reschedule_hours = 99
        self.login(self.mother)

        page = self.words(self.get("/move"), 422)

        self.assertRegex(page, "less than 99 hours.*can't be moved online. Please call Test Harb")

    def test_moving_twice_answers_the_same(self):
        self.login(self.mother)
        check = self.get("/move/check", start=TWO, practitioner=0, location=self.harbour.id)
        [form] = self.forms(check).values()

        first, second = self.submit(form), self.submit(form)

        self.assertEqual((first.url, second.status_code), (second.url, 200))
        self.assertEqual(len(self.fresh().reschedule_ids), 1)
