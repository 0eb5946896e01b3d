"""Who gets at a form through which of Odoo's doors; nobody else finds anything there."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import ROLE, TUESDAY, ClinicHttpCase
from ..form_common import FillsIn, FormBuilders
from ..matrix_common import MatrixFamily

# Odoo's addresses of an answer, all that name it.
PAGES = (
    "{survey}/{answer}",
    "start/{survey}?answer_token={answer}",
    "print/{survey}?answer_token={answer}",
    "print/{survey}?answer_token={answer}&review=True",
    "retry/{survey}/{answer}",
)
CALLS = ("begin", "next_question", "submit")
NOTHING = (303, "/")


@tagged("post_install", "-at_install")
class TestFormsPrivate(FillsIn, FormBuilders, MatrixFamily, ClinicHttpCase):
    """Paula's form, which the relative who only has *intake* has begun."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.type_other = cls.env.ref("clinic_family.clinic_relationship_type_other")
        cls.build_matrix()
        cls.history = cls.survey("Tell us everything")
        cls.ask_for(cls.single, cls.history)
        cls.visit = cls.appointment(TUESDAY, "10:00", [cls.paula], service_id=cls.single.id)
        cls.request = cls.env["clinic.form.request"].search([("patient_id", "=", cls.paula.id)])
        cls.filler = cls.actors["only intake"].user
        cls.request.with_user(cls.filler)._open()
        cls.answer = cls.request.answer_id
        cls.staff = {
            role: cls.user(f"test_forms_{role}", f"Sam {role}", ROLE + role)
            for role in ("practitioner", "billing", "front_desk", "manager")
        }
        cls.officer = cls.user("test_officer", "Olga Officer", "survey.group_survey_manager")

    def reach(self, user):
        """What of Odoo's pages and calls the user gets anything from."""
        self.env.invalidate_all()
        self.login(user)
        reached = {path for path in PAGES if self.page(self.answer, path) != NOTHING}
        for step in CALLS:
            said = self.call(step, self.answer, page_id=self.history.page_ids[0].id)
            if said.get("error") not in ("survey_wrong",):
                reached.add(step)
        return reached

    def everybody(self):
        people = {who: actor.user for who, actor in self.actors.items()}
        people["public"] = None
        return {**people, **self.staff, "officer": self.officer}

    @mute_logger("odoo.http")
    def test_before_and_while_it_is_filled_in_the_link_is_for_patient_and_filler(self):
        for begin in (lambda: None, self.answer._mark_in_progress):
            begin()
            for who, user in self.everybody().items():
                savepoint = self.env.cr.savepoint()
                reached = self.reach(user)
                savepoint.close(rollback=True)
                with self.subTest(who=who, state=self.request.state):
                    if who == "only intake":
                        self.assertTrue({"{survey}/{answer}", "submit"} <= reached)
                    elif who == "person":
                        # She reads what was entered, and goes on from her own page.
                        self.assertEqual(reached, {path for path in PAGES if "print" in path})
                    else:
                        self.assertEqual(reached, set())

    @mute_logger("odoo.http")
    def test_completed_it_is_read_by_patient_filler_and_those_who_treat(self):
        self.nora.user_id = self.staff["practitioner"]
        self.complete(self.request, self.filler)
        readers = {"only intake", "person", "practitioner"}

        for who, user in self.everybody().items():
            with self.subTest(who=who):
                self.assertEqual(bool(self.reach(user)), who in readers)

    def test_revoked_in_the_middle_the_next_page_refuses_and_what_was_entered_stays(self):
        self.login(self.filler)
        self.begin(self.answer)
        self.submit(self.answer, 0, "None")
        held = self.env["clinic.permission"]._get_held(self.paula, self.filler.partner_id)

        held._revoke("Enough")

        self.assertEqual(self.submit(self.answer, 1, "Well"), {"error": "survey_wrong"})
        self.assertEqual(self.reach(self.filler), set())
        self.login(self.paula_user)
        self.fill(self.request)
        self.submit(self.answer, 1, "Mine")
        self.assertEqual(self.answer.user_input_line_ids.mapped("value_char_box"), ["None", "Mine"])

    def test_another_relative_who_may_finds_it_until_it_is_begun(self):
        other = self.actors["all but book"].user
        mine = self.env["clinic.form.request"].with_user(other)
        self.assertEqual(mine._find_mine(), self.request)

        self.answer._mark_in_progress()

        self.assertFalse(mine._find_mine())
        self.assertFalse(mine.search([]))

    def test_of_two_who_opened_it_the_last_one_begins(self):
        other = self.actors["all but book"].user
        self.request.with_user(other)._open()
        self.login(self.filler)

        self.assertEqual(self.begin(self.answer), {"error": "survey_wrong"})

        self.login(other)
        self.begin(self.answer)
        self.assertEqual(self.request.filled_by_id, other.partner_id)
        self.assertEqual(self.request.state, "begun")

    @mute_logger("odoo.http")
    def test_a_link_that_was_made_up_and_one_of_somebody_else_are_one(self):
        self.login(self.stranger)
        survey, answer = self.history.access_token, self.answer.access_token
        for one in (f"{survey}/x", f"{survey}/{answer}", f"x/{answer}", "x/y"):
            response = self.url_open(f"/survey/{one}", allow_redirects=False)
            self.assertEqual((response.status_code, response.headers["Location"]), NOTHING)

    def test_the_cookie_of_another_leads_nowhere(self):
        self.login(self.stranger)
        self.opener.cookies.set(f"survey_{self.history.access_token}", self.answer.access_token)

        self.assertEqual(self.page(self.answer, "start/{survey}"), NOTHING)

        self.assertEqual(self.history.user_input_ids, self.answer)

    def test_nobody_is_led_to_an_account_of_the_patient(self):
        token = self.paula.signup_type
        self.login(None)

        for path in PAGES:
            self.assertEqual(self.page(self.answer, path), NOTHING)
        with self.assertRaises(ValidationError):
            self.history.users_login_required = True

        self.assertEqual(self.paula.signup_type, token)

    def test_the_token_of_an_answer_opens_nothing_that_was_written_about_it(self):
        words = "Written by the clinic"  # pylint: disable=translation-required
        self.answer.message_post(body=words)
        self.history.message_post(body=words)
        for who in (None, self.stranger, self.officer):
            self.login(who)
            for record in (self.answer, self.history):
                thread = {"thread_model": record._name, "thread_id": record.id}
                key = {"token": record.access_token}
                asked = [
                    ("/portal/chatter_init", {**thread, **key}),
                    ("/mail/chatter_fetch", {**thread, **key}),
                    ("/mail/message/post", {**thread, **key, "post_data": {"body": "By a link"}}),
                    ("/mail/data", {"fetch_params": [["mail.thread", {
                        **thread, "access_params": key, "request_list": ["suggestedRecipients"],
                    }]]}),
                ]  # fmt: skip
                for url, params in asked:
                    with self.subTest(who=who and who.login, url=url, model=record._name):
                        said = str(self.ask_json(url, params))
                        self.assertNotIn(self.paula.name, said)
                        self.assertNotIn("Written by the clinic", said)
        written = (self.answer | self.answer).message_ids + self.history.message_ids
        self.assertNotIn("By a link", str(written.mapped("body")))

    @mute_logger("odoo.http")
    def ask_json(self, url, params):
        """What a call answers, a refusal too."""
        answer = self.url_open(url, json={"jsonrpc": "2.0", "params": params})
        self.env.invalidate_all()
        return answer.text

    def test_a_form_that_was_put_away_is_finished_and_read_and_asked_of_nobody(self):
        other = self.appointment(TUESDAY, "11:00", [self.father], service_id=self.single.id)
        untouched = self.requests(self.father.partner_id)
        self.assertTrue(other and untouched)
        self.answer._mark_in_progress()

        self.history.active = False

        self.assertFalse(untouched.exists())
        self.login(self.filler)
        self.assertNotIn("error", self.submit(self.answer, 0, "Aspirin"))
        self.answer._mark_done()
        self.login(self.paula_user)
        print_url = self.request.with_user(self.paula_user)._get_reading_url()
        self.assertIn("Aspirin", self.url_open(print_url).text)

    def test_staff_of_two_companies_read_on_the_website_of_either(self):
        practitioner = self.staff["practitioner"]
        self.nora.user_id = practitioner
        self.complete(self.request, self.filler)
        other = self.env["res.company"].create({"name": "Another clinic"})
        practitioner.write({"company_ids": [(4, other.id)]})
        request = self.request.with_user(practitioner)

        at_the_other = request.with_context(allowed_company_ids=other.ids)

        self.assertTrue(at_the_other._is_open_to_reader(reads=True))

    # Odoo's own screens

    def test_what_patients_have_answered_keeps_its_meaning(self):
        both = self.user("test_both", "Bo Both", f"{ROLE}manager,survey.group_survey_manager")
        question = self.history.question_ids[0].with_user(both)
        question.title = "Which medicines, please?"
        self.answer._save_lines(question.sudo(), "Aspirin")

        with self.assertRaisesRegex(UserError, "duplicate the form"):
            question.title = "Which medicines don't you take?"
        with self.assertRaisesRegex(UserError, "duplicate the form"):
            question.unlink()
        question.write({"title": question.title, "sequence": 9})
        self.assertEqual(self.answer.user_input_line_ids.value_char_box, "Aspirin")

    def test_officers_of_surveys_see_no_form_and_no_answer_of_the_clinic(self):
        self.answer._save_lines(self.history.question_ids[0], "Secret")
        question = self.history.question_ids[0]
        for record in (
            self.history,
            question,
            self.answer,
            self.answer.user_input_line_ids,
        ):
            with self.subTest(model=record._name):
                theirs = record.with_user(self.officer)
                self.assertFalse(theirs.search([("id", "in", record.ids)]))
                for operation in ("read", "write", "unlink"):
                    self.assertFalse(theirs.has_access(operation))

    def test_who_designs_forms_reads_no_answer(self):
        both = self.user("test_both", "Bo Both", f"{ROLE}manager,survey.group_survey_manager")
        self.answer._save_lines(self.history.question_ids[0], "Secret")

        self.assertTrue(self.history.with_user(both).has_access("write"))
        for record in (self.answer, self.answer.user_input_line_ids):
            self.assertFalse(record.with_user(both).has_access("read"))
        with self.assertRaisesRegex(UserError, "can't become"):
            self.history.with_user(both).survey_type = "custom"

    def test_a_manager_chooses_forms_and_no_other_survey(self):
        other = self.env["survey.survey"].create({"title": "Staff party"})
        manager = self.staff["manager"]

        self.assertTrue(self.history.with_user(manager).has_access("read"))
        self.assertFalse(self.history.with_user(manager).has_access("write"))
        self.assertFalse(other.with_user(manager).has_access("read"))
        with self.assertRaises(AccessError):
            self.history.with_user(self.staff["front_desk"]).check_access("read")

    def test_what_a_service_asks_for_is_a_form_and_stays_one(self):
        other = self.env["survey.survey"].create({"title": "Staff party"})
        with self.assertRaisesRegex(ValidationError, "isn't a form of the clinic"):
            self.ask_for(self.group, other)
        asked = self.survey("Asked, and answered by nobody")
        self.ask_for(self.group, asked)
        both = self.user("test_both", "Bo Both", f"{ROLE}manager,survey.group_survey_manager")

        with self.assertRaisesRegex(UserError, "A service asks for this form"):
            asked.with_user(both).survey_type = "custom"

    def test_nobody_is_invited_to_a_form_by_a_link(self):
        with self.assertRaisesRegex(UserError, "whom the clinic has asked"):
            self.history._create_answer(partner=self.paula, check_attempts=False)

    def test_other_surveys_are_as_ever(self):
        party = self.survey("Party", survey_type="survey", access_mode="public")
        answer = party._create_answer(user=self.stranger)

        for user, status in ((self.stranger, 200), (None, 200)):
            self.login(user)
            self.assertEqual(self.page(answer)[0], status)
        self.login(self.filler)
        self.assertEqual(self.page(answer)[0], 200)
        self.assertIn("access", self.url_open(
            f"/survey/{party.access_token}/{answer.access_token}"
        ).text)  # fmt: skip
        self.login(self.stranger)
        self.assertNotIn("error", self.begin(answer))
