"""A mother fills in her child's form on a phone, goes on another day, and it is filed."""

from lxml import html

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import NO_ID, ROLE, TUESDAY, WEDNESDAY, ClinicHttpCase
from ..form_common import FillsIn, FormBuilders


@tagged("post_install", "-at_install")
class TestFormsFilled(FillsIn, FormBuilders, ClinicHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.history = cls.survey("Tell us everything")
        cls.ask_for(cls.single, cls.history)
        cls.held = cls.grant(cls.leo, cls.mother, "intake")
        cls.visit = cls.appointment(TUESDAY, "10:00", [cls.leo], service_id=cls.single.id)
        cls.request = cls.env["clinic.form.request"].search([("patient_id", "=", cls.leo.id)])
        cls.leo_user = cls.user("test_leo", "Leo Littleton", partner_id=cls.leo.id)

    def words(self, response):
        self.assertEqual(response.status_code, 200)
        return " ".join(html.fromstring(response.text).text_content().split())

    def texts(self):
        return self.request.answer_id.user_input_line_ids.mapped("value_char_box")

    def test_the_page_says_for_whom_and_the_form_is_kept_page_by_page(self):
        self.login(self.mother)
        self.assertIn("For Leo Littleton", self.words(self.url_open("/my/forms")))
        self.assertIn("fill in before a visit: 1", self.words(self.url_open("/my/appointments")))

        page = self.words(self.fill(self.request))

        self.assertIn("For Leo Littleton, filled in by Mira Motherwell", page)
        answer = self.request.answer_id
        self.begin(answer)
        self.assertEqual(self.request.state, "begun")
        self.submit(answer, 0, "None")
        self.assertEqual(self.texts(), ["None"])
        # On another day it goes on where it was left.
        page = self.words(self.fill(self.request))
        self.assertIn("How do you sleep?", page)
        self.submit(answer, 1, "Well")
        self.assertEqual(self.request.state, "completed")
        self.assertEqual(self.request.filled_by_id, self.mother.partner_id)
        self.assertEqual(self.request.permission_id, self.held)
        self.assertEqual(self.texts(), ["None", "Well"])
        self.assertIn("filled in by you", self.words(self.url_open("/my/forms")))
        self.assertNotIn("before a visit: ", self.words(self.url_open("/my/appointments")))

    def test_what_was_filled_in_is_read_again_by_the_one_who_did_and_by_the_patient(self):
        self.complete(self.request, self.mother)
        for user in (self.mother, self.leo_user):
            self.login(user)
            page = self.words(self.url_open(f"/my/forms/{self.request.id}"))
            self.assertIn("Which medicines?", page)
            self.assertIn("filled in by Mira Motherwell", page)

    def test_a_patient_goes_on_with_what_a_relative_began_and_has_it_then(self):
        self.login(self.mother)
        self.fill(self.request)
        answer = self.request.answer_id
        self.begin(answer)
        self.submit(answer, 0, "None")

        self.login(self.leo_user)
        self.fill(self.request)

        self.assertEqual(self.request.filled_by_id, self.leo)
        self.assertFalse(self.request.permission_id)
        self.submit(answer, 1, "Badly")
        self.assertEqual(self.texts(), ["None", "Badly"])
        self.login(self.mother)
        self.assertEqual(self.page(answer), (303, "/"))
        self.assertNotIn("Tell us", self.words(self.url_open("/my/forms")))

    def test_each_fills_it_in_in_their_own_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        french = self.env["res.lang"]._lang_get("fr_FR")
        for website in self.env["website"].get_current_website():
            website.language_ids |= french
        said = {
            self.history: {"title": "Dites-nous tout"},
            self.history.question_ids[0]: {"title": "Quels médicaments ?"},
            self.history.question_ids[1]: {"title": "Comment dormez-vous ?"},
        }
        for record, words in said.items():
            record.with_context(lang="fr_FR").write(words)
        self.mother.lang = "fr_FR"
        self.login(self.mother)
        self.opener.cookies.set("frontend_lang", "fr_FR")
        self.assertIn("Dites-nous tout", self.words(self.url_open("/my/forms")))
        self.assertIn("Dites-nous tout", self.words(self.fill(self.request)))
        answer = self.request.answer_id
        begun = self.call("begin", answer, lang_code="fr_FR")
        self.assertIn("Quels médicaments ?", begun["survey_content"])
        self.assertEqual(answer.lang_id, french)

        # Leo goes on with it, and reads English.
        self.login(self.leo_user)
        page = self.words(self.fill(self.request))

        self.assertIn("Which medicines?", page)
        self.assertNotIn("médicaments", page)
        self.assertIn("How do you sleep?", self.submit(answer, 0, "None")["survey_content"])

    def test_who_answers_without_beginning_has_begun(self):
        self.login(self.mother)
        self.fill(self.request)
        answer = self.request.answer_id

        self.submit(answer, 0, "None")

        self.assertEqual(self.request.state, "begun")
        self.assertFalse(self.env["clinic.form.request"].with_user(self.father)._find_mine())

    def test_an_employee_without_a_role_reads_of_a_form_what_a_relative_does(self):
        employee = self.user("test_employee", "Ed Employee", "base.group_user")
        self.grant(self.leo, employee, "intake")
        request = self.request.with_user(employee)

        self.assertEqual(request.read(["title", "state"])[0]["state"], "open")
        for field in ("participant_id", "filled_by_id", "answer_id", "told_at"):
            with self.subTest(field=field), self.assertRaises(AccessError):
                request.read([field])

    def test_opened_twice_there_is_one_answer(self):
        self.login(self.mother)
        self.fill(self.request)
        first = self.request.answer_id
        self.fill(self.request)

        self.assertEqual(self.request.answer_id, first)
        self.assertEqual(
            self.env["survey.user_input"].search_count([("partner_id", "=", self.leo.id)]), 1
        )

    def test_a_page_sent_twice_is_stored_once(self):
        self.login(self.mother)
        self.fill(self.request)
        answer = self.request.answer_id
        self.begin(answer)

        for _click in range(2):
            self.assertNotIn("error", self.submit(answer, 0, "None"))

        self.assertEqual(self.texts(), ["None"])

    def test_it_is_filled_in_once(self):
        self.complete(self.request, self.mother)
        answer = self.request.answer_id
        self.login(self.mother)

        self.fill(self.request)
        self.assertEqual(self.submit(answer, 0, "Other"), {"error": "unauthorized"})
        self.assertEqual(self.page(answer, "retry/{survey}/{answer}"), (303, "/"))

        self.assertEqual(self.request.answer_id, answer)
        self.assertEqual(answer.search_count([("survey_id", "=", self.history.id)]), 1)

    def test_neither_the_address_of_the_patient_nor_a_follower_is_on_the_answer(self):
        self.leo.email = "leo@example.com"
        self.history.message_subscribe(
            self.stranger.partner_id.ids,
            self.env.ref("survey.mt_survey_survey_user_input_completed").ids,
        )

        self.complete(self.request, self.mother)

        answer = self.request.answer_id
        self.assertFalse(answer.email)
        self.assertEqual(answer.partner_id, self.leo)
        self.assertFalse(answer.message_partner_ids)
        self.assertNotIn("Leo", "".join(answer.message_ids.mapped("body")))

    # Two children on one phone

    def test_of_two_children_on_one_phone_nothing_crosses(self):
        ana = self.person("Ana Anderling")
        self.grant(ana, self.mother, "intake")
        self.appointment(WEDNESDAY, "10:00", [ana], service_id=self.single.id)
        anas = self.requests(ana)
        self.login(self.mother)
        for request, text in ((self.request, "Leo's"), (anas, "Ana's")):
            self.fill(request)
            # As Odoo's script does: the first answer on a phone stays in its cookie.
            self.opener.cookies.setdefault(
                f"survey_{self.history.access_token}", self.request.answer_id.access_token
            )
            self.begin(request.answer_id)
            self.submit(request.answer_id, 0, text)

        self.assertNotEqual(anas.answer_id, self.request.answer_id)
        for request, text in ((self.request, "Leo's"), (anas, "Ana's")):
            lines = request.answer_id.user_input_line_ids
            self.assertEqual(lines.mapped("value_char_box"), [text])

    # Who is treated by whom

    def test_the_practitioner_of_the_visit_reads_it_and_the_desk_does_not(self):
        doctor = self.user("test_dora", "Dora Doctor", ROLE + "practitioner")
        other = self.user("test_otto", "Otto Other", ROLE + "practitioner")
        desk = self.user("test_desk", "Dee Desk", ROLE + "front_desk")
        self.nora.user_id = doctor
        self.request.with_user(self.mother)._open()
        answer = self.request.answer_id
        self.assertFalse(self.request.with_user(doctor).is_readable)

        self.complete(self.request, self.mother)

        for user, reads in ((doctor, True), (other, False), (desk, False)):
            self.env.invalidate_all()
            self.login(user)
            status, _where = self.page(answer, "print/{survey}?answer_token={answer}")
            self.assertEqual(status == 200, reads, user.name)
        self.assertTrue(self.request.with_user(doctor).is_readable)
        self.assertFalse(self.request.with_user(desk).is_readable)
        self.assertFalse(self.request.with_user(other).search([("id", "=", self.request.id)]))
        action = self.visit.with_user(doctor).action_view_forms()
        found = self.request.with_user(doctor).search(action["domain"])
        self.assertEqual(found.action_read()["url"], answer.get_print_url())

    @mute_logger("odoo.http")
    def test_what_is_not_ones_own_is_not_there(self):
        self.login(self.father)

        for number in (self.request.id, NO_ID):
            self.assertEqual(self.url_open(f"/my/forms/{number}").status_code, 404)
            token = {"csrf_token": self.get_token()}
            self.assertEqual(self.url_open(f"/my/forms/{number}/fill", data=token).status_code, 404)
