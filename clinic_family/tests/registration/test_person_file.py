"""One person's file: everything of theirs, and nothing of anybody else's."""

import io
import json
import zipfile
from base64 import b64decode

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..common import ROLE, TUESDAY, ClinicCase, ClinicHttpCase
from ..company_common import Neighbours
from ..confidential_common import Teenager
from ..form_common import FormBuilders
from ..leak_common import LeakScan

PEOPLE = ("res.partner",)


def unpack(content):
    """The page and the facts of a file."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return file.read("file.html").decode(), json.loads(file.read("file.json"))


class ReadsFiles:
    """For a test case: one's own file, and the one a manager makes."""

    def own(self, user):
        self.env.invalidate_all()
        return unpack(self.env["clinic.person.file"].with_user(user)._make_own().content)

    def made(self, person, manager):
        self.env.invalidate_all()
        maker = self.env["clinic.person.file"].with_user(manager)
        return unpack(maker._make_for_manager(person.with_user(manager)).content)

    def rows(self, facts, model):
        return next((one["rows"] for one in facts["parts"] if one["model"] == model), [])


@tagged("post_install", "-at_install")
class TestPersonFileLeaks(ReadsFiles, LeakScan):
    """Mira, Leo, Ana, Fergus, Greta and Stan, of whom each may know something else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.user("test_manager", "Max Manager", ROLE + "manager")
        cls.readers = {"mira": cls.mother, "fergus": cls.father, "greta": cls.grandmother,
                       "stan": cls.stranger}  # fmt: skip

    def test_no_file_names_whom_its_person_may_not_know(self):
        leaks = {}
        for name, person in self.people.items():
            texts = [json.dumps(self.made(person, self.manager))]
            if name in self.readers:
                texts.append(json.dumps(self.own(self.readers[name])))
            leaks[name] = set().union(*(self.get_leaks(name, text) for text in texts))

        self.assertEqual(leaks, {name: set() for name in self.people})

    def test_the_own_file_has_what_is_theirs(self):
        page, facts = self.own(self.mother)

        self.assertEqual(facts["person"], self.people["mira"].id)
        (details,) = self.rows(facts, "res.partner")
        self.assertEqual(details["email"], "mira@secret.example")
        self.assertIn("Mira Motherwell", page)
        relatives = self.rows(facts, "clinic.relationship")
        self.assertEqual(
            {row["person_a_id"] for row in relatives} | {row["person_b_id"] for row in relatives},
            {"Mira Motherwell", "Leo Littleton", "Ana Anderling", "Greta Grandison"},
        )
        visits = self.rows(facts, "clinic.participant")
        self.assertEqual(
            [row["appointment_id.start"] for row in visits],
            [f"{self.booked.start.isoformat()}Z"],
        )
        self.assertEqual(visits[0]["appointment_id.participant_count"], 2)
        self.assertTrue(self.rows(facts, "clinic.permission"))
        self.assertTrue(self.rows(facts, "clinic.booking"))
        self.assertTrue(self.rows(facts, "clinic.wait.request"))
        self.assertTrue(self.rows(facts, "clinic.invitation"))

    def test_the_package_is_in_the_file_of_its_owner_alone(self):
        _page, hers = self.own(self.grandmother)
        _page, daughters = self.own(self.mother)

        self.assertEqual(len(self.rows(hers, "clinic.package.session")), 2)
        self.assertEqual(self.rows(daughters, "clinic.package.purchase"), [])

    def test_strangers_in_one_visit_are_a_number(self):
        _page, facts = self.own(self.stranger)

        (visit,) = self.rows(facts, "clinic.participant")
        self.assertEqual(visit["appointment_id.participant_count"], 3)
        _page, leos = self.made(self.people["leo"], self.manager)
        payers = {row["appointment_id.payer_id"] for row in self.rows(leos, "clinic.participant")}
        self.assertIn("Another person", payers)

    def test_the_page_says_so_and_the_download_is_the_readers_own(self):
        self.authenticate("test_mother", "test_mother")

        page = self.url_open("/my/file")
        answer = self.url_open(f"/my/file/download?person_id={self.people['leo'].id}")

        self.assertIn("/my/file/download", page.text)
        self.assertEqual(answer.headers["Content-Type"], "application/zip")
        self.assertIn("attachment", answer.headers["Content-Disposition"])
        self.assertEqual(unpack(answer.content)[1]["person"], self.people["mira"].id)


@tagged("post_install", "-at_install")
class TestPersonFile(ReadsFiles, Neighbours, FormBuilders, Teenager, ClinicCase):
    """Ana, who is seventeen, and what is kept of her."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_teenager()
        cls.ana = cls.girl.partner_id
        cls.ana.is_patient = True
        cls.manager = cls.user("test_manager", "Max Manager", ROLE + "manager")
        cls.desk = cls.user("test_front_desk", "Fran Frontdesk", ROLE + "front_desk")

    def test_every_field_that_names_people_is_listed(self):
        listed = self.env["clinic.person.file"]._get_list()

        missing = [
            f"{model._name}.{field.name}"
            for model in self.env.values()
            if not (model._abstract or model._transient) and model._auto
            for field in model._fields.values()
            if field.comodel_name in PEOPLE and field.store and field.type != "one2many"
            if "clinic_family" in field._modules
            if model._name not in listed or field.name not in listed[model._name].get_fields()
        ]

        self.assertEqual(missing, [])

    def test_what_staff_wrote_is_in_the_file_they_hand_over_alone(self):
        alone = self.appointment(TUESDAY, "10:00", [self.ana], service_id=self.single.id)
        shared = self.appointment(TUESDAY, "11:00", [self.ana, self.stranger])
        alone.kept_note, shared.kept_note = "Bites her nails", "Stan shouts"
        self.ana.comment = "<p>Likes tea</p>"
        said = "Called her"
        self.ana.message_post(body=said)

        page, _facts = self.made(self.ana, self.manager)
        own, _facts = self.own(self.girl)

        for text in ("Bites her nails", "Likes tea", "Called her"):
            self.assertIn(text, page)
            self.assertNotIn(text, own)
        self.assertNotIn("Stan shouts", page)

    def test_a_confidential_visit_is_in_ones_own_file_and_nobody_elses(self):
        visit = self.appointment(TUESDAY, "10:00", [self.ana], service_id=self.single.id)
        visit._set_confidential(True)

        _page, own = self.own(self.girl)
        page, mothers = self.own(self.mother)

        self.assertTrue(self.rows(own, "clinic.participant")[0]["is_confidential"])
        self.assertEqual(self.rows(mothers, "clinic.participant"), [])
        self.assertNotIn(self.single.name, page)

    def test_answers_are_read_by_the_patient_and_who_treats_them(self):
        self.ask_for(self.single, self.survey("History"))
        self.appointment(TUESDAY, "10:00", [self.ana], service_id=self.single.id)
        request = self.requests(self.ana)
        request.with_user(self.girl)._open()
        question = request.survey_id.question_ids[:1]
        request.answer_id._save_lines(question, "Quite a lot of ibuprofen")
        request.answer_id._mark_done()

        for user, reads in ((self.manager, False), (self.girl, True)):
            page, facts = self.own(user) if user == self.girl else self.made(self.ana, user)
            self.assertEqual("Quite a lot of ibuprofen" in page, reads)
            self.assertEqual(len(self.rows(facts, "clinic.form.request")), 1)
        self.nora.user_id = self.manager
        self.assertIn("ibuprofen", self.made(self.ana, self.manager)[0])
        self.assertNotIn("ibuprofen", self.own(self.mother)[0])

    def test_a_block_is_in_no_file(self):
        self.env["clinic.block"]._set(self.ana, self.stranger.partner_id, "Court order")

        page, facts = self.made(self.ana, self.manager)

        self.assertNotIn("Court order", page)
        self.assertNotIn("Strangeways", json.dumps(facts))

    def test_who_is_linked_no_longer_is_not_named(self):
        links = self.env["clinic.relationship"]
        link = links._link(
            self.ana,
            self.stranger.partner_id,
            self.env.ref("clinic_family.clinic_relationship_type_other"),
        )
        self.assertIn("Stan Strangeways", self.own(self.girl)[0])

        link._end("Over")

        page, facts = self.own(self.girl)
        self.assertNotIn("Stan", page)
        self.assertEqual(len(self.rows(facts, "clinic.relationship")), 1)

    def test_what_another_company_keeps_is_not_in_it(self):
        self.build_neighbours()
        theo = self.practitioner(
            "Theo There", location=self.their_place, company_id=self.neighbour.id
        )
        there = self.service("Elsewhere", theo, company_id=self.neighbour.id)
        self.appointment(
            TUESDAY, "10:00", [self.ana], service_id=there.id, location_id=self.their_place.id,
            practitioner_id=theo.id,
        )  # fmt: skip

        self.assertNotIn("Elsewhere", self.own(self.girl)[0])

    def test_a_manager_alone_makes_somebodys_file(self):
        self.build_neighbours()
        self.ana.company_id = self.company
        for user in (self.desk, self.doctor, self.girl, self.mother, self.theirs["manager"]):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                self.made(self.ana, user)
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                self.window(user).read(["content"])

        window = self.window(self.manager)
        self.assertEqual(unpack(self.read_content(window))[1]["person"], self.ana.id)
        self.assertIn(f"/{window.id}/content/", window.action_download()["url"])

    def window(self, user):
        windows = self.env["clinic.person.export"].with_user(user)
        return windows.create({"person_id": self.ana.id})

    def read_content(self, window):
        return b64decode(window.content)

    def test_there_is_no_file_before_a_patient_is_chosen(self):
        windows = self.env["clinic.person.export"].with_user(self.manager)

        # Odoo compares it with what it is afterwards, and would write all of it to the log.
        self.assertIs(windows.new({}).content, False)

    def test_no_file_is_made_for_a_company_of_others(self):
        self.build_neighbours()
        windows = self.env["clinic.person.export"].with_user(self.manager)

        with self.assertRaises(AccessError):
            windows.create({"person_id": self.ana.id, "company_id": self.neighbour.id})
        files = self.env["clinic.person.file"].with_user(self.manager).with_company(self.neighbour)
        with self.assertRaises(AccessError):
            files._make_for_manager(self.ana.with_env(files.env))


@tagged("post_install", "-at_install")
class TestPersonFileDownload(Neighbours, ClinicHttpCase):
    """A manager of two companies, and Leo, who is a patient of both."""

    def test_the_file_is_of_the_company_in_which_its_window_was_opened(self):
        self.build_neighbours()
        self.manager = self.user("test_manager", "Max Manager", ROLE + "manager")
        self.manager.company_ids += self.neighbour
        theo = self.practitioner(
            "Theo There", location=self.their_place, company_id=self.neighbour.id
        )
        there = self.service("Elsewhere", theo, company_id=self.neighbour.id)
        self.appointment(
            TUESDAY, "10:00", [self.leo], service_id=there.id, location_id=self.their_place.id,
            practitioner_id=theo.id,
        )  # fmt: skip

        windows = self.env["clinic.person.export"].with_user(self.manager)
        made = {
            company: windows.with_company(company).create({"person_id": self.leo.id})
            for company in (self.company, self.neighbour)
        }
        self.authenticate("test_manager", "test_manager")

        for company, window in made.items():
            answer = self.url_open(window.action_download()["url"])
            page, facts = unpack(answer.content)
            with self.subTest(company=company.name):
                self.assertEqual(facts["clinic"], company.name)
                self.assertEqual("Elsewhere" in page, company == self.neighbour)
