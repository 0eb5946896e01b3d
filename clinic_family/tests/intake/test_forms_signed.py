"""Two guardians read and sign a form, each for themselves; nobody else's name stands for theirs."""

import base64
from datetime import date
from io import BytesIO

from lxml import html
from PIL import Image

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ...exceptions import FamilyRefused
from ..common import NOW, ROLE, TUESDAY, ClinicHttpCase, utc
from ..form_common import FillsIn, FormBuilders


def drawn():
    """A picture as Odoo's component sends it."""
    picture = BytesIO()
    Image.new("RGB", (60, 20), "white").save(picture, "PNG")
    return base64.b64encode(picture.getvalue()).decode()


@tagged("post_install", "-at_install")
class TestFormsSigned(FillsIn, FormBuilders, ClinicHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mira, cls.fergus = cls.mother.partner_id, cls.father.partner_id
        cls.leo.birth_date = date(2018, 5, 1)
        cls.consent = cls.survey("Consent", clinic_signatures="guardians")
        cls.ask_for(cls.single, cls.consent)
        parents = (cls.mother, cls.father)
        for user in parents:
            cls.record(cls.leo, user.partner_id, ["intake"], "parental")
        cls.gran = cls.user("test_gran", "Greta Grand")
        cls.grant(cls.leo, cls.gran, "intake")
        cls.visit = cls.appointment(
            TUESDAY, "10:00", [cls.leo], service_id=cls.single.id, payer_id=cls.mira.id
        )
        cls.request = cls.requests(cls)
        cls.desk = cls.user("test_desk", "Frieda Frontdesk", ROLE + "front_desk")
        cls.leo_user = cls.user("test_leo", "Leo Littleton", partner_id=cls.leo.id)

    @property
    def signatures(self):
        return self.env["clinic.form.signature"]

    def sign(self, user, name="My Name", image=None):
        self.signatures.with_user(user)._sign(self.request.with_user(user), name, image)

    def words(self, response):
        self.assertEqual(response.status_code, 200)
        return " ".join(html.fromstring(response.text).text_content().split())

    def find(self, user):
        return self.env["clinic.form.request"].with_user(user)._find_mine()

    # Who signs

    def test_it_is_filed_when_both_guardians_have_signed(self):
        self.complete(self.request, self.mother)
        self.assertEqual((self.request.state, self.request.completed_at), ("signing", False))

        self.sign(self.mother, "  Mira   Motherwell ")
        self.assertEqual(self.request.state, "signing")
        self.sign(self.father, "F. Fatherly")

        self.assertEqual(self.request.state, "completed")
        self.assertEqual(self.request.signature_count, 2)
        signed = self.request.signature_ids
        self.assertEqual(signed.mapped("name"), ["Mira Motherwell", "F. Fatherly"])
        self.assertEqual(signed.person_id, self.mira + self.fergus)
        self.assertEqual(signed.permission_id.grantee_id, self.mira + self.fergus)

    def test_of_unknown_birth_too_both_guardians_sign(self):
        self.leo.birth_date = False
        self.complete(self.request, self.mother)

        self.sign(self.mother)
        self.assertEqual(self.request.state, "signing")
        self.sign(self.father)

        self.assertEqual(self.request.state, "completed")

    def test_who_fills_it_in_without_being_a_guardian_signs_nothing(self):
        self.complete(self.request, self.gran)

        for user in (self.gran, self.leo_user, self.stranger, self.desk):
            with self.subTest(user=user.name), self.assertRaises(FamilyRefused):
                self.sign(user)

        self.assertFalse(self.request.signature_ids)
        self.sign(self.mother)
        self.sign(self.father)
        self.assertEqual(self.request.state, "completed")

    def test_nobody_signs_twice_or_what_is_not_filled_in_or_without_a_name(self):
        with self.assertRaises(FamilyRefused):
            self.sign(self.mother)
        self.complete(self.request, self.mother)
        for name in ("", "  ", None):
            with self.assertRaises(FamilyRefused):
                self.sign(self.mother, name)
        self.sign(self.mother)
        with self.assertRaises(FamilyRefused):
            self.sign(self.mother)
        self.assertEqual(self.request.state, "signing")

    def test_whose_permission_has_ended_signs_nothing(self):
        self.complete(self.request, self.mother)
        self.sign(self.mother)
        self.env["clinic.permission"]._get_held(self.leo, self.fergus)._revoke("Enough")

        with self.assertRaises(FamilyRefused):
            self.sign(self.father)

        self.assertFalse(self.find(self.father))

    def test_grown_up_it_is_in_nobody_elses_hands(self):
        self.complete(self.request, self.mother)
        self.sign(self.mother)
        self.env.cr.execute(
            "UPDATE clinic_permission SET starts_at = now() - interval '2 days',"
            " ends_at = now() - interval '1 hour' WHERE grantor_id = %s AND basis = 'parental'",
            [self.leo.id],
        )
        self.env.invalidate_all()

        for user in (self.mother, self.father):
            self.assertFalse(self.find(user))
            self.login(user)
            self.assertEqual(
                self.page(self.request.answer_id, "print/{survey}?answer_token={answer}"),
                (303, "/"),
            )
        self.assertEqual(self.find(self.leo_user), self.request)

    def test_a_patient_who_has_grown_up_signs_alone(self):
        self.complete(self.request, self.mother)
        self.leo.birth_date = date(2005, 5, 1)

        with self.assertRaises(FamilyRefused):
            self.sign(self.father)
        self.sign(self.leo_user)

        self.assertEqual(self.request.state, "completed")

    def test_of_an_adult_and_of_other_forms_one_or_no_signature_is_asked(self):
        adult = self.appointment(
            TUESDAY, "14:00", [self.mira], service_id=self.single.id, payer_id=self.mira.id
        )
        counts = {}
        for who in ("nobody", "filler", "guardians"):
            self.consent.clinic_signatures = who
            for visit in (self.visit, adult):
                participant = visit.participant_ids
                counts[who, participant.name] = self.consent._count_signatures(
                    participant.partner_id, self.company
                )
        names = (self.leo.name, self.mira.name)
        wanted = dict(zip(
            [(who, name) for who in ("nobody", "filler", "guardians") for name in names],
            (0, 0, 1, 1, 2, 1),
            strict=True,
        ))  # fmt: skip
        self.assertEqual(counts, wanted)

    def test_who_fills_it_in_signs_it_where_one_has_to(self):
        self.consent.clinic_signatures = "filler"
        self.complete(self.request, self.gran)

        with self.assertRaises(FamilyRefused):
            self.sign(self.mother)
        self.sign(self.gran)

        self.assertEqual(self.request.state, "completed")

    # Who reads

    def test_the_other_guardian_finds_and_reads_it_and_others_do_not(self):
        self.complete(self.request, self.mother)

        readers = (self.mother, self.father, self.leo_user, self.gran, self.stranger)
        self.assertEqual(
            [bool(self.find(user)) for user in readers], [True, True, True, False, False]
        )
        self.login(self.father)
        self.assertIn("read and sign", self.words(self.url_open("/my/forms")))
        self.assertIn("fill in before a visit: 1", self.words(self.url_open("/my/appointments")))
        self.assertIn("Which medicines?", self.words(self.url_open(f"/my/forms/{self.request.id}")))
        self.sign(self.father)
        self.sign(self.mother)
        page = self.words(self.url_open(f"/my/forms/{self.request.id}"))
        # The clinic says who it was, whatever name was typed.
        self.assertIn("Signed by Fergus Fatherly on 03/29/2027", page, "The day at the clinic.")
        self.assertNotIn("My Name", page)
        self.login(self.gran)
        self.assertEqual(self.url_open(f"/my/forms/{self.request.id}/sign").status_code, 404)

    def test_the_other_guardian_is_told_and_who_has_signed_is_not(self):
        self.complete(self.request, self.mother)
        self.sign(self.mother)
        told = {
            user: self.request._find_due_for(self.leo, user.partner_id)
            for user in (self.mother, self.father, self.gran, self.leo_user)
        }
        self.assertEqual(
            [user for user, asked in told.items() if asked], [self.father], "Only who has to sign."
        )
        self.assertFalse(self.request.told_at)
        self.assertEqual(told[self.father]._name_to_do(), ["Consent (to read and sign)"])

    def test_the_desk_sees_that_a_signature_is_missing(self):
        self.complete(self.request, self.mother)
        visit = self.visit.with_user(self.desk)
        self.assertIn("Consent (to read and sign)", visit.missing_forms)
        self.sign(self.mother)
        self.sign(self.father)
        visit.invalidate_recordset()
        self.assertFalse(visit.missing_forms)

    def test_who_is_kept_apart_from_the_other_guardian_reads_and_signs_nothing(self):
        self.env["clinic.block"].create({
            "person_a_id": self.mira.id, "person_b_id": self.fergus.id, "reason": "Court order",
        })  # fmt: skip
        self.complete(self.request, self.mother)

        self.assertFalse(self.find(self.father))
        self.assertFalse(self.request._find_due_for(self.leo, self.fergus))
        with self.assertRaises(FamilyRefused):
            self.sign(self.father)
        self.sign(self.mother)
        self.login(self.mother)
        page = self.words(self.url_open("/my/forms"))
        self.assertIn("knows nobody else who can sign it", page)

    def test_what_is_not_signed_yet_is_taken_back_to_be_corrected(self):
        self.complete(self.request, self.mother)
        self.sign(self.mother)
        mine = self.request.with_user(self.mother)

        mine._correct()

        self.assertEqual(self.request.state, "abandoned")
        corrected = self.requests() - self.request
        self.assertEqual((corrected.state, corrected.corrects_id), ("begun", self.request))
        with self.assertRaises(FamilyRefused):
            self.sign(self.father)
        # Left as it was, it waits for the other signature again.
        corrected.with_user(self.mother)._leave()
        self.assertEqual((corrected.state, self.request.state), ("abandoned", "signing"))
        self.sign(self.father)
        self.assertEqual(self.request.state, "completed")

    def test_what_came_with_a_confidential_visit_is_not_corrected_for_guardians_to_sign(self):
        self.complete(self.request, self.mother)
        self.sign(self.mother)
        self.sign(self.father)
        mine = self.request.with_user(self.mother)
        self.assertTrue(mine._find_correctable())

        self.visit.with_user(self.desk).action_mark_confidential()

        self.assertEqual(self.request.state, "completed")
        self.assertFalse(mine._find_correctable())
        self.assertFalse(mine._correct())
        self.leo.birth_date = date(1990, 5, 1)
        self.assertTrue(mine._find_correctable())

    def test_the_other_guardian_is_told_after_the_visit_too(self):
        self.patch(type(self.env["ir.cron"]), "_commit_progress", lambda *args: None)
        self.fergus.email = "fergus@example.com"
        self.visit.participant_ids.tell_at = False
        with freeze_time(utc(TUESDAY, "10:05")):
            self.request.told_at = NOW
            self.complete(self.request, self.mother)
            self.sign(self.mother)
            messages = self.env["clinic.message"].search([("kind", "=", "forms")])
            self.env["clinic.form.request"]._queue_messages()
            told = self.env["clinic.message"].search([("kind", "=", "forms")]) - messages
            self.assertIn(self.fergus, told.recipient_id)
            self.assertTrue(told.filtered(lambda one: one.recipient_id == self.fergus)._is_true())

    # By which doors

    def test_it_is_signed_on_a_page_by_script_or_without_one(self):
        self.complete(self.request, self.mother)
        url = f"/my/forms/{self.request.id}"
        self.login(self.mother)
        self.assertIn("I have read what was filled in", self.words(self.url_open(f"{url}/sign")))
        said = self.make_jsonrpc_request(f"{url}/draw", {"name": "Mira", "signature": drawn()})
        self.assertEqual(self.url_open(said["redirect_url"]).status_code, 200)
        self.assertTrue(self.request.signature_ids.image)
        said = self.make_jsonrpc_request(f"{url}/draw", {"name": "Mira", "signature": drawn()})
        self.assertIn("nothing for you to sign", said["error"])

        self.login(self.father)
        form = {"name": " ", "csrf_token": self.get_token()}
        answer = self.url_open(f"{url}/sign", data=form)
        self.assertEqual(answer.status_code, 422)
        self.assertIn("Please write your name", answer.text)
        self.url_open(f"{url}/sign", data={**form, "name": "Fergus"})
        self.env.invalidate_all()
        self.assertEqual(self.request.state, "completed")

    @mute_logger("odoo.http")
    def test_what_is_no_picture_is_refused_and_signs_nothing(self):
        self.complete(self.request, self.mother)
        self.login(self.mother)
        for picture in ("x", "PHN2Zz48L3N2Zz4=", "A" * 200, 7, [1], {"a": 1}):
            with self.subTest(picture=picture):
                said = self.make_jsonrpc_request(
                    f"/my/forms/{self.request.id}/draw", {"name": "Mira", "signature": picture}
                )
                self.env.invalidate_all()
                self.assertIn("error", said)
                self.assertFalse(self.request.signature_ids)

    def test_nobody_writes_a_signature_by_hand(self):
        self.complete(self.request, self.mother)
        self.sign(self.mother)
        manager = self.user("test_manager", "Manu Manager", ROLE + "manager")
        for user in (self.mother, self.desk, manager):
            with self.assertRaises(AccessError):
                self.signatures.with_user(user).create({
                    "request_id": self.request.id, "person_id": self.fergus.id, "name": "Me",
                    "signed_at": self.request.begun_at,
                })  # fmt: skip
            with self.assertRaises(AccessError):
                self.request.signature_ids.with_user(user).write({"name": "Me"})
            with self.assertRaises(AccessError):
                self.request.with_user(user).write({"signatures_needed": 0})

    # What the desk does about it

    def test_the_desk_files_it_without_the_signature_that_is_missing_and_says_why(self):
        self.complete(self.request, self.mother)
        self.sign(self.mother)
        with self.assertRaises(AccessError):
            self.request.with_user(self.mother)._file_as_it_is("No")

        self.request.with_user(self.desk)._file_as_it_is("Sole custody")

        self.assertEqual(self.request.state, "completed")
        self.assertEqual(
            (self.request.filed_by_id, self.request.filed_note), (self.desk, "Sole custody")
        )
        with self.assertRaises(FamilyRefused):
            self.sign(self.father)
        with self.assertRaises(UserError):
            self.request.with_user(self.desk)._file_as_it_is("Again")

    def test_what_somebody_has_begun_is_put_aside_when_it_comes_on_paper(self):
        self.login(self.mother)
        self.fill(self.request)
        answer = self.request.answer_id
        self.begin(answer)
        self.submit(answer, 0, "Half")

        self.request.with_user(self.desk)._file_as_it_is("In the folder")

        paper = self.requests() - self.request
        self.assertEqual((self.request.state, paper.state), ("abandoned", "completed"))
        self.assertFalse(paper.answer_id or paper.filled_by_id)
        self.assertEqual(self.submit(answer, 1, "Later"), {"error": "survey_wrong"})
        self.assertEqual(answer.user_input_line_ids.mapped("value_char_box"), ["Half"])

    @mute_logger("odoo.http")
    def test_the_desk_prints_it_without_answers_and_nobody_else_does(self):
        printed = {}
        for user in (self.desk, self.mother, self.stranger, None):
            self.login(user)
            url = f"/survey/print/{self.consent.access_token}"
            printed[user] = "Which medicines?" in self.url_open(url).text
        self.assertEqual(list(printed.values()), [True, False, False, False])
        self.assertEqual(
            self.request.with_user(self.desk).action_print_blank()["url"].rpartition("/")[2],
            self.consent.access_token,
        )

    def test_what_was_filled_in_on_paper_is_asked_no_more_and_read_by_nobody_here(self):
        self.request.with_user(self.mother)._open()

        self.request.with_user(self.desk)._file_as_it_is("In the folder")

        self.assertEqual(self.request.state, "completed")
        self.assertFalse(self.request.filled_by_id)
        self.login(self.leo_user)
        page = self.words(self.url_open("/my/forms"))
        self.assertIn("on paper at the clinic", page)
        self.assertFalse(self.find(self.mother))
