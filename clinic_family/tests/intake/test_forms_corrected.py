"""What was filled in is corrected by a new version; the one before holds until that is done."""

from odoo.tests import tagged

from ..common import ROLE, TUESDAY, ClinicHttpCase
from ..form_common import FillsIn, FormBuilders


@tagged("post_install", "-at_install")
class TestFormsCorrected(FillsIn, FormBuilders, ClinicHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mira, cls.fergus = cls.mother.partner_id, cls.father.partner_id
        cls.history = cls.survey("Tell us everything")
        cls.ask_for(cls.single, cls.history)
        cls.grant(cls.leo, cls.mother, "intake")
        cls.grant(cls.leo, cls.father, "intake")
        cls.visit = cls.appointment(
            TUESDAY, "10:00", [cls.leo], service_id=cls.single.id, payer_id=cls.mira.id
        )
        cls.first = cls.requests(cls)
        cls.leo_user = cls.user("test_leo", "Leo Littleton", partner_id=cls.leo.id)

    def setUp(self):
        super().setUp()
        self.login(self.mother)
        self.fill(self.first)
        self.begin(self.first.answer_id)
        self.submit(self.first.answer_id, 0, "None")
        self.submit(self.first.answer_id, 1, "Well")

    def press(self, request, verb):
        url = f"/my/forms/{request.id}/{verb}"
        answer = self.url_open(url, data={"csrf_token": self.get_token()})
        self.env.invalidate_all()
        return answer

    def texts(self, request):
        return request.answer_id.user_input_line_ids.mapped("value_char_box")

    @property
    def second(self):
        return self.requests() - self.first

    def test_the_new_version_begins_with_what_was_entered(self):
        page = self.press(self.first, "correct")

        self.assertIn("Which medicines?", page.text)
        self.assertEqual(self.texts(self.second), ["None", "Well"])
        self.assertEqual((self.first.state, self.second.state), ("completed", "begun"))
        self.assertEqual((self.second.version, self.second.corrects_id), (2, self.first))
        self.assertTrue(self.second.told_at, "Nobody is asked for it.")

    def test_it_holds_once_it_is_completed_and_the_one_before_stays_to_be_read(self):
        self.press(self.first, "correct")
        self.submit(self.second.answer_id, 0, "Aspirin")
        self.submit(self.second.answer_id, 1, "Well")

        self.assertEqual((self.first.state, self.second.state), ("replaced", "completed"))
        self.assertEqual(self.texts(self.first), ["None", "Well"])
        self.assertEqual(self.texts(self.second), ["Aspirin", "Well"])
        practitioner = self.user("test_nora", "Nora", ROLE + "practitioner")
        self.nora.user_id = practitioner
        both = (self.first | self.second).with_user(practitioner)
        self.assertEqual(both.mapped("is_readable"), [True, True])
        # One's own page shows what holds.
        mine = self.env["clinic.page.form"].with_user(self.mother)._get_forms()
        self.assertEqual([row["id"] for row in mine["filled"]], self.second.ids)

    def test_what_was_corrected_is_corrected_again(self):
        self.press(self.first, "correct")
        second = self.second
        second.answer_id._mark_done()
        self.press(self.first, "correct")
        self.press(second, "correct")
        third = self.second - second
        self.assertEqual((third.version, third.corrects_id), (3, second))

    def test_of_all_versions_one_holds_whatever_was_taken_back_between(self):
        self.history.clinic_signatures = "filler"
        mine = self.env["clinic.form.request"].with_user(self.mother)
        mine.browse(self.first.id)._correct()
        second = self.second
        second.answer_id._mark_done()
        self.assertEqual((self.first.state, second.state), ("completed", "signing"))
        mine.browse(second.id)._correct()
        third = self.second - second
        third.answer_id._mark_done()

        self.env["clinic.form.signature"].with_user(self.mother)._sign(mine.browse(third.id), "M")

        states = [one.state for one in (self.first, second, third)]
        self.assertEqual(states, ["replaced", "abandoned", "completed"])

    def test_leaving_it_as_it_was_takes_nothing_away(self):
        self.press(self.first, "correct")
        self.press(self.second, "leave")

        self.assertEqual((self.first.state, self.second.state), ("completed", "abandoned"))
        self.press(self.first, "leave")
        self.assertEqual(self.first.state, "completed")

    def test_pressed_twice_there_is_one(self):
        for _click in range(2):
            self.press(self.first, "correct")
        self.assertEqual(len(self.second), 1)

    def test_the_patient_and_who_filled_it_in_correct_it_and_nobody_else(self):
        for user, may in ((self.father, False), (self.stranger, False), (self.leo_user, True)):
            self.login(user)
            self.press(self.first, "correct")
            self.assertEqual(bool(self.second), may, user.name)
        self.assertEqual(self.second.filled_by_id, self.leo)
        # What the patient corrects is theirs.
        self.login(self.mother)
        self.assertEqual(self.page(self.second.answer_id), (303, "/"))

    def test_who_may_no_longer_fill_it_in_corrects_nothing(self):
        self.env["clinic.permission"]._get_held(self.leo, self.mira)._revoke("Enough")

        self.assertEqual(self.press(self.first, "correct").status_code, 404)
        self.assertFalse(self.second)

    def test_while_it_is_asked_for_anew_that_one_is_filled_in(self):
        self.env["clinic.form.request"]._make_request(self.visit.participant_ids, self.history)

        self.press(self.first, "correct")

        self.assertEqual(len(self.second), 1)
        self.assertEqual((self.second.state, self.second.version), ("open", 1))
