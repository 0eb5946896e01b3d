"""At the desk one reads who comes along with a patient, and says who does."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..along_common import AlongFamily
from ..common import ROLE, TUESDAY, ClinicCase
from .test_desk_visit import PlaceCase


@tagged("post_install", "-at_install")
class TestDeskAlong(AlongFamily, ClinicCase):
    def visits(self, user=None):
        self.env.invalidate_all()
        return self.env["clinic.desk.visit"].with_user(user or self.desk)

    def show(self, user=None):
        """Leo, as the card of his visit shows him."""
        return self.visits(user).get_visit(self.visit.id)["people"][0]

    def test_the_card_offers_relatives_and_those_who_may_act_and_stores_who_is_chosen(self):
        stan = self.stranger.partner_id
        self.grant(self.leo, self.stranger, "book")
        names = ["Fergus Fatherly", "Greta Grandison", "Mira Motherwell", "Stan Strangeways"]
        self.assertEqual([one["name"] for one in self.show()["adults"]], names)

        self.visits().change_along(self.visit.id, self.leo.id, stan.id)

        self.assertEqual(self.show()["along"], "Stan Strangeways")
        self.visits().change_along(self.visit.id, self.leo.id, 0)
        self.assertEqual((self.show()["along"], self.his.along_id), ("", self.leo.browse()))

    def test_who_is_archived_is_not_offered(self):
        olga = self.person("Olga Archived")
        other = self.env.ref("clinic_family.clinic_relationship_type_other")
        self.env["clinic.relationship"]._link(self.leo, olga, other)
        self.assertIn("Olga Archived", [one["name"] for one in self.show()["adults"]])

        olga.active = False

        self.assertNotIn("Olga Archived", [one["name"] for one in self.show()["adults"]])

    def test_open_day_sheets_hear_of_it(self):
        bus = self.env["bus.bus"]
        self.env.cr.precommit.run()
        before = bus.search([])

        self.visits().change_along(self.visit.id, self.leo.id, self.greta.id)
        self.env.cr.precommit.run()

        self.assertTrue(
            (bus.search([]) - before).filtered(lambda one: "clinic_family/changed" in one.message)
        )

    def test_nobody_is_chosen_who_is_not_offered(self):
        for person_id, along_id in (
            (self.leo.id, self.stranger.partner_id.id), (self.greta.id, self.mira.id),
            (self.leo.id, self.leo.id),
        ):  # fmt: skip
            with self.assertRaises(UserError):
                self.visits().change_along(self.visit.id, person_id, along_id)

    def test_a_practitioner_reads_it_and_chooses_nobody(self):
        doctor = self.user("test_doctor", "Dora Doctor", ROLE + "practitioner")
        self.nora.user_id = doctor
        self.his.along_id = self.greta

        shown = self.show(doctor)

        self.assertEqual((shown["along"], shown["adults"]), ("Greta Grandison", []))
        visit = self.visit.with_user(doctor)
        self.assertEqual(visit.along_text, "with Greta Grandison")
        with self.assertRaises(AccessError):
            self.visits(doctor).change_along(self.visit.id, self.leo.id, self.mira.id)

    def test_the_day_sheet_has_a_sign_for_it_and_reads_no_more_for_it(self):
        place = {"location_id": self.harbour.id, "day": TUESDAY.isoformat()}
        day = self.env["clinic.desk.day"].with_user(self.desk)

        def get_signs():
            self.env.invalidate_all()
            [card] = [
                card
                for column in day.get_sheet(**place)["columns"]
                for card in column["cards"]
                if card["id"] == self.visit.id
            ]
            return [sign["text"] for sign in card["signs"]]

        self.assertNotIn("with Greta Grandison", get_signs())
        self.his.along_id = self.greta
        self.assertIn("with Greta Grandison", get_signs())


@tagged("post_install", "-at_install")
class TestDeskAlongAsked(AlongFamily, PlaceCase):
    """Who comes along is asked as the desk books, as the finder asks it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.grant(cls.leo, cls.mother, "pay")

    def values(self, *people, **chosen):
        return {
            "place": self.place("14:00"),
            "people": [person.id for person in people],
            "service_id": self.group.id,
            "payer_id": self.mira.id,
            **chosen,
        }

    def asked(self, *people, **chosen):
        """Who may come along, and who is proposed or chosen."""
        self.env.invalidate_all()
        desk = self.env["clinic.desk.booking"].with_user(self.front_desk)
        found = desk.describe(self.values(*people, **chosen))
        return [one["name"] for one in found["adults"]], found["along_id"]

    def book(self, model, *args):
        answer = self.env[model].with_user(self.front_desk)
        return answer.book_all(*args) if len(args) > 1 else answer.book(*args)

    def test_whoever_may_act_for_a_child_is_proposed(self):
        self.assertEqual(self.asked(self.leo), (["Mira Motherwell"], self.mira.id))
        self.assertEqual(self.asked(self.leo, along_id=0), (["Mira Motherwell"], 0))
        self.assertEqual(self.asked(self.leo, along_id=self.leo.id), (["Mira Motherwell"], 0))

    def test_nobody_is_asked_about_an_adult_or_where_one_takes_part(self):
        self.assertEqual(self.asked(self.greta), ([], 0))
        self.assertEqual(self.asked(self.leo, self.mira), ([], 0))

    def test_it_is_stored_as_it_was_chosen_and_never_guessed(self):
        visits = self.env["clinic.appointment"]
        booked = [
            self.book("clinic.desk.booking", self.values(self.leo, along_id=self.mira.id)),
            self.book(
                "clinic.desk.booking", self.values(self.leo, place=self.place("15:00"))
            ),
        ]  # fmt: skip

        visits, nobody = visits.browse(one["id"] for one in booked), self.mira.browse()
        self.assertEqual([one.participant_ids.along_id for one in visits], [self.mira, nobody])

    def test_each_visit_of_a_series_has_it(self):
        values = self.values(self.leo, along_id=self.mira.id)
        answer = self.book("clinic.desk.series", values, [self.place("14:00"), self.place("15:00")])

        visits = self.env["clinic.appointment"].browse(answer["ids"])
        self.assertEqual([one.participant_ids.along_id for one in visits], [self.mira] * 2)
