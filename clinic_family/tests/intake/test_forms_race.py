"""Two guardians who sign in the same moment, over real connections."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

from odoo import SUPERUSER_ID, api
from odoo.tests import tagged

from ..common import TUESDAY
from ..form_common import FormBuilders
from ..race_common import RaceCase

ROUNDS = 3


@tagged("post_install", "-at_install", "-standard")
class TestFormsRace(FormBuilders, RaceCase):
    def build(self):
        built = super().build()
        self.consent = self.survey("Consent", clinic_signatures="guardians")
        self.ask_for(self.single, self.consent)
        self.leo.birth_date = date(2018, 5, 1)
        for user in (self.mother, self.father):
            self.record(self.leo, user.partner_id, ["intake"], "parental")
        self.visit = self.appointment(
            TUESDAY, "10:00", [self.leo], service_id=self.single.id, payer_id=self.bookers[0]
        )
        self.number = self.env["clinic.form.request"].search([("patient_id", "=", self.leo.id)]).id
        return built

    def clear(self):
        with self.registry.cursor() as cr:
            self.forget(cr)
        return super().clear()

    def forget(self, cr):
        cr.execute("DELETE FROM clinic_form_request WHERE patient_id = %s", [self.leo.id])
        cr.execute("DELETE FROM survey_user_input WHERE partner_id = %s", [self.leo.id])
        cr.execute("DELETE FROM clinic_permission WHERE grantor_id = %s", [self.leo.id])

    def begin(self):
        """The mother has filled it in."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            request = env["clinic.form.request"].browse(self.number)
            request.write({"state": "open", "answer_id": False, "signature_count": 0})
            request.signature_ids.unlink()
            self.complete(request, self.mother.with_env(env))

    def sign_in(self, env, number):
        env = env(user=number)
        request = env["clinic.form.request"].browse(self.number)
        env["clinic.form.signature"]._sign(request, "Their name")

    def test_both_signatures_count_whoever_comes_first(self):
        # Read here: the connection of the test isn't for the threads.
        parents = (self.mother + self.father).ids
        for _round in range(ROUNDS):
            self.begin()
            with ThreadPoolExecutor(2) as both:
                answers = list(
                    both.map(
                        lambda number: self.request(lambda env: self.sign_in(env, number)),
                        parents,
                    )
                )
            with self.registry.cursor() as cr:
                cr.execute(
                    "SELECT state, signature_count FROM clinic_form_request WHERE id = %s",
                    [self.number],
                )
                self.assertEqual(cr.fetchone(), ("completed", 2))
            self.assertEqual(answers, ["done", "done"])
