"""Forms of the clinic, and those who fill them in through Odoo's own pages of a survey."""

from odoo.fields import Command


class FormBuilders:
    """Builds forms with two pages, and lets people answer them."""

    @classmethod
    def survey(cls, title, **values):
        """Two pages of one question each."""
        return cls.env["survey.survey"].create({
            "title": title,
            "survey_type": "clinic_form",
            "questions_layout": "page_per_section",
            "lang_ids": [Command.clear()],
            "question_and_page_ids": [
                Command.create({"title": "Health", "is_page": True, "sequence": 1}),
                Command.create({
                    "title": "Which medicines?", "question_type": "char_box", "sequence": 2,
                }),
                Command.create({"title": "Habits", "is_page": True, "sequence": 3}),
                Command.create({
                    "title": "How do you sleep?", "question_type": "char_box", "sequence": 4,
                }),
            ],
            **values,
        })  # fmt: skip

    @classmethod
    def ask_for(cls, service, survey, **values):
        """From now on the service asks for this form."""
        return cls.env["clinic.form"].create(
            {"service_id": service.id, "survey_id": survey.id, **values}
        )

    def requests(self, patient=None, **values):
        domain = [("patient_id", "=", (patient or self.leo).id)]
        domain += [(name, "=", value) for name, value in values.items()]
        return self.env["clinic.form.request"].search(domain, order="id")

    @classmethod
    def complete(cls, request, user):
        """The user has filled it in."""
        request.with_user(user)._open()
        request.answer_id._mark_in_progress()
        request.answer_id._mark_done()


class FillsIn:
    """For a test case with HTTP: filling in a form as a phone does."""

    def login(self, user):
        self.env.flush_all()
        self.authenticate(*(2 * [user and user.login]))

    def fill(self, request):
        """Opens the form from one's own page; what the browser ends up at."""
        return self.url_open(f"/my/forms/{request.id}/fill", data={"csrf_token": self.get_token()})

    def get_token(self):
        from odoo import http

        return http.Request.csrf_token(self)

    def call(self, step, answer, **params):
        """What one of the survey's own calls says."""
        url = f"/survey/{step}/{answer.survey_id.access_token}/{answer.access_token}"
        result = self.make_jsonrpc_request(url, params)
        self.env.invalidate_all()
        return result[1]

    def begin(self, answer):
        return self.call("begin", answer)

    def submit(self, answer, number, text):
        """Answers the question on this page, and what comes next."""
        page = answer.survey_id.page_ids[number]
        (question,) = page.question_ids
        return self.call("submit", answer, page_id=page.id, **{str(question.id): text})

    def page(self, answer, path="{survey}/{answer}"):
        """The status, and where it leads, of a page of Odoo's about an answer."""
        url = "/survey/" + path.format(
            survey=answer.survey_id.access_token, answer=answer.access_token
        )
        response = self.url_open(url, allow_redirects=False)
        return response.status_code, response.headers.get("Location", "")
