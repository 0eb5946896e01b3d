"""The front desk hands a form over: a link without a login, for one person, one form, one hour."""

from datetime import date, datetime, timedelta

from lxml import html

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..common import NOW, ROLE, TUESDAY, WEDNESDAY, ClinicHttpCase
from ..form_common import FillsIn, FormBuilders


@tagged("post_install", "-at_install")
class TestFormsHanded(FillsIn, FormBuilders, ClinicHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mira, cls.fergus = cls.mother.partner_id, cls.father.partner_id
        cls.leo.birth_date = date(2018, 5, 1)
        cls.history = cls.survey("Tell us everything")
        cls.ask_for(cls.single, cls.history)
        cls.held = cls.record(cls.leo, cls.mira, ["intake"], "parental")
        cls.record(cls.leo, cls.fergus, ["intake"], "parental")
        cls.visit = cls.appointment(
            TUESDAY, "10:00", [cls.leo], service_id=cls.single.id, payer_id=cls.mira.id
        )
        cls.request = cls.requests(cls)
        cls.desk = cls.user("test_desk", "Frieda Frontdesk", ROLE + "front_desk")

    def hand(self, person, request=None):
        """The path of the link that the desk gets."""
        link = (request or self.request).with_user(self.desk)._hand_to(person)
        return link.removeprefix(self.request.get_base_url())

    def words(self, response):
        self.assertEqual(response.status_code, 200)
        return " ".join(html.fromstring(response.text).text_content().split())

    def press(self, url, **form):
        answer = self.url_open(url, data={"csrf_token": self.get_token(), **form})
        self.env.invalidate_all()
        return answer

    def test_it_is_filled_in_without_a_login_and_filed_with_who_and_under_what(self):
        link = self.hand(self.mira)
        self.login(None)
        page = self.words(self.url_open(link))
        self.assertIn("For Leo Littleton, by Mira Motherwell", page)

        page = self.words(self.press(f"{link}/fill"))

        self.assertIn("For Leo Littleton, filled in by Mira Motherwell", page)
        answer = self.request.answer_id
        self.begin(answer)
        self.submit(answer, 0, "None")
        said = self.submit(answer, 1, "Well")
        self.assertIn(link, said["survey_content"])
        self.assertNotIn("/my/forms", said["survey_content"])
        self.assertEqual(self.request.state, "completed")
        self.assertEqual(self.request.filled_by_id, self.mira)
        self.assertEqual(self.request.permission_id, self.held)
        self.assertEqual(self.request.handout_ids.staff_id, self.desk)
        # The device is handed back, and shows nothing to who takes it next.
        page = self.words(self.url_open(link))
        self.assertIn("please hand it back", page)
        self.assertNotIn("Leo", page)
        for path in ("{survey}/{answer}", "print/{survey}?answer_token={answer}"):
            self.assertEqual(self.page(answer, path), (303, "/"))

    def test_the_next_child_on_the_same_device_gets_nothing_of_the_one_before(self):
        self.appointment(
            WEDNESDAY, "10:00", [self.mira], service_id=self.single.id, payer_id=self.mira.id
        )
        first, other = self.hand(self.mira), self.requests(self.mira)
        self.login(None)
        self.press(f"{first}/fill")
        answer = self.request.answer_id
        self.begin(answer)
        self.submit(answer, 0, "Secret")

        second = self.hand(self.mira, other)
        self.assertNotIn("Leo", self.words(self.url_open(second)))
        page = self.press(f"{second}/fill")

        self.assertNotIn("Secret", page.text)
        self.assertIn("For Mira Motherwell", self.words(page))
        self.assertEqual(self.page(answer), (303, "/"))
        self.assertEqual(self.submit(answer, 1, "Mine"), {"error": "survey_wrong"})

    def test_the_link_alone_counts_and_only_on_the_device_it_was_opened_on(self):
        link = self.hand(self.mira)
        self.login(None)
        self.press(f"{link}/fill")
        answer = self.request.answer_id
        self.login(None)  # another device

        self.assertEqual(self.page(answer), (303, "/"))

    @mute_logger("odoo.http")
    def test_where_staff_are_logged_in_it_opens_nothing_that_is_not_theirs(self):
        link = self.hand(self.mira)
        self.login(None)
        self.press(f"{link}/fill")
        answer = self.request.answer_id
        self.begin(answer)
        self.submit(answer, 0, "Secret")

        # The front desk logs in on the device that has opened it.
        opened = {"clinic_form_key": link.rpartition("/")[2]}
        self.authenticate(None, None, session_extra=opened)
        self.assertEqual(self.page(answer)[0], 200)
        self.authenticate(self.desk.login, self.desk.login, session_extra=opened)
        self.assertEqual(self.url_open(link).status_code, 404)
        self.assertEqual(self.press(f"{link}/fill").status_code, 404)
        self.assertEqual(self.page(answer), (303, "/"))

        # Who works here may be a parent too.
        self.record(self.leo, self.desk.partner_id, ["intake"], "parental")
        self.request.state = "open"
        self.assertEqual(self.url_open(self.hand(self.desk.partner_id)).status_code, 200)

    @mute_logger("odoo.http")
    def test_links_that_are_old_renewed_or_made_up_are_one(self):
        renewed, link = self.hand(self.mira), self.hand(self.mira)
        self.login(None)
        dead = ["/clinic/form/x", renewed]
        with freeze_time(datetime.fromisoformat(NOW) + timedelta(minutes=59)):
            self.assertEqual(self.url_open(link).status_code, 200)
        with freeze_time(datetime.fromisoformat(NOW) + timedelta(minutes=61)):
            texts = {self.url_open(url).text for url in dead[:1]}
            for url in (*dead, link):
                with self.subTest(url=url):
                    self.assertEqual(self.url_open(url).status_code, 404)
                    self.assertEqual(self.press(f"{url}/fill").status_code, 404)
                    self.assertEqual(self.press(url, name="Me").status_code, 404)
            self.assertEqual(len(texts), 1)
        self.assertFalse(self.request.answer_id)

    def test_what_the_person_may_not_do_any_more_the_device_does_not_either(self):
        link = self.hand(self.mira)
        self.login(None)
        self.press(f"{link}/fill")
        answer = self.request.answer_id
        self.begin(answer)
        self.submit(answer, 0, "None")

        self.held._revoke("Enough")

        self.assertEqual(self.submit(answer, 1, "Well"), {"error": "survey_wrong"})
        page = self.words(self.press(f"{link}/fill"))
        self.assertIn("open to you any more", page)
        self.assertNotIn("Leo", page)
        self.assertEqual(self.page(answer), (303, "/"))

    def test_both_guardians_sign_on_it_one_after_the_other(self):
        self.history.clinic_signatures = "guardians"
        self.request.signatures_needed = 2
        self.login(None)
        link = self.hand(self.mira)
        self.press(f"{link}/fill")
        answer = self.request.answer_id
        self.begin(answer)
        self.submit(answer, 0, "None")
        said = self.submit(answer, 1, "Well")
        self.assertIn("please sign", said["survey_content"])
        form = {"csrf_token": self.get_token(), "name": "Mira M."}
        self.url_open(link, data=form, allow_redirects=False)
        self.env.invalidate_all()
        # Nothing is left for her to do: whoever takes it next goes back to nothing.
        for path in ("{survey}/{answer}", "print/{survey}?answer_token={answer}"):
            self.assertEqual(self.page(answer, path), (303, "/"))
        self.assertIn("hand it back", self.words(self.url_open(link)))

        link = self.hand(self.fergus)
        page = self.words(self.url_open(link))
        self.assertIn("Signed by Mira Motherwell", page)
        self.assertIn("None", self.words(self.url_open(answer.get_print_url())))
        said = self.make_jsonrpc_request(f"{link}/draw", {"name": "Fergus F."})
        self.env.invalidate_all()

        self.assertIn("hand it back", self.words(self.url_open(said["redirect_url"])))
        self.assertEqual(self.request.state, "completed")
        self.assertEqual(self.request.signature_ids.person_id, self.mira + self.fergus)
        self.assertEqual(self.request.signature_ids.handout_id.staff_id, self.desk)

    def test_who_is_no_guardian_is_not_asked_to_sign(self):
        gran = self.user("test_gran", "Greta Grand").partner_id
        self.record(self.leo, gran, ["intake"], "consent")
        self.history.clinic_signatures = "guardians"
        link = self.hand(gran)
        self.login(None)
        self.press(f"{link}/fill")
        self.begin(self.request.answer_id)
        self.submit(self.request.answer_id, 0, "None")
        said = self.submit(self.request.answer_id, 1, "Well")

        self.assertEqual(self.request.state, "signing")
        self.assertNotIn("please sign", said["survey_content"])
        self.assertIn("hand it back", self.words(self.url_open(link)))

    def test_the_desk_ends_a_link(self):
        link = self.hand(self.mira)
        self.login(None)
        self.press(f"{link}/fill")
        answer = self.request.answer_id
        self.begin(answer)
        with self.assertRaises(AccessError):
            self.request.handout_ids.with_user(self.mother).action_end()

        self.request.handout_ids.with_user(self.desk).action_end()

        self.assertEqual(self.submit(answer, 0, "None"), {"error": "survey_wrong"})
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open(link).status_code, 404)

    def test_it_is_handed_to_who_may_fill_it_in_by_the_front_desk_alone(self):
        handouts = self.env["clinic.form.handout"]
        self.assertEqual(handouts._find_people(self.request), self.leo + self.mira + self.fergus)
        for person in (self.stranger.partner_id, self.desk.partner_id):
            with self.assertRaises(UserError):
                self.hand(person)
        practitioner = self.user("test_nora", "Nora", ROLE + "practitioner")
        self.nora.user_id = practitioner
        for user in (practitioner, self.mother):
            with self.assertRaises(AccessError):
                self.request.with_user(user)._hand_to(self.mira)
        # What somebody has begun is for them and for the patient.
        self.request.with_user(self.mother)._open()
        self.request._begin()
        self.assertEqual(handouts._find_people(self.request), self.leo + self.mira)

    def test_the_window_offers_who_may_and_keeps_no_link(self):
        assistants = self.env["clinic.form.hand"].with_user(self.desk)
        assistant = assistants.create({"request_id": self.request.id})
        self.assertEqual(assistant.people_ids, self.leo + self.mira + self.fergus)
        assistant.person_id = self.mira
        shown = assistant.action_hand()["context"]
        link = shown["default_link"]
        self.login(None)
        path = link.removeprefix(self.request.get_base_url())
        self.assertIn("Mira", self.words(self.url_open(path)))
        self.assertNotIn(path.rpartition("/")[2], str(self.request.handout_ids.read()))
        self.assertTrue(shown["default_picture"].startswith("data:image/png;base64,"))
