"""Booking at the desk: found by whatever was typed, filled in from what is known, judged."""

from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import TUESDAY, utc
from ..package_common import PackageBuilders
from .test_desk_visit import PlaceCase


@tagged("post_install", "-at_install")
class TestDeskBooking(PackageBuilders, PlaceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.zoe = cls.person(
            "Zoë O'Brien-Müller",
            is_patient=True,
            birth_date=date(1984, 5, 3),
            phone="021 555 0187",
            email="zoe.brien@example.com",
        )
        cls.mira.write({"is_patient": True, "birth_date": date(1985, 1, 2)})
        parent = cls.env.ref("clinic_family.clinic_relationship_type_parent")
        cls.env["clinic.relationship"]._link(cls.leo, cls.mira, parent)

    def desk(self, user=None):
        self.env.invalidate_all()
        return self.env["clinic.desk.booking"].with_user(user or self.front_desk)

    def found(self, text):
        return [one["name"] for one in self.desk().search_people(text)]

    def values(self, *people, clock="10:00", **chosen):
        return {
            "place": self.place(clock),
            "people": [person.id for person in people],
            **chosen,
        }

    # When

    def propose(self, clock, **chosen):
        values = self.values(self.zoe, clock=clock, service_id=self.single.id, **chosen)
        place = self.desk().describe({**values, "is_proposed": True})["place"]
        return place["minutes"] / 60

    def test_a_time_that_is_proposed_gives_way_to_the_first_that_fits(self):
        self.appointment(TUESDAY, "11:00", [self.mira])

        self.assertEqual(self.propose("10:15", length=45), 10.25)
        # After her visit there is too little time before lunch.
        self.assertEqual(self.propose("10:30", length=45), 13)
        chosen = self.values(self.zoe, clock="10:30", service_id=self.single.id, length=45)
        self.assertEqual(self.desk().describe(chosen)["place"]["minutes"], 630)

    def test_where_none_fits_on_that_day_it_stays(self):
        self.assertEqual(self.propose("23:00"), 23)

    # Who

    def test_a_name_is_found_in_any_order_and_without_accents(self):
        for text in ("zoe", "obrien zo", "muller", "MÜLLER ZOË", "o'brien"):
            self.assertIn(self.zoe.name, self.found(text), text)
        self.assertNotIn(self.zoe.name, self.found("zoe smith"))

    def test_a_birth_date_a_phone_number_and_an_address_find_who_has_them(self):
        self.env["res.lang"]._activate_lang("en_GB")
        self.front_desk.lang = "en_GB"

        for text in (
            "3/5/1984", "1984-05-03", "03051984", "3.5.84",
            "021 555 0187", "+64 21 5550187", "5550187",
            "zoe.brien@example.com",
        ):  # fmt: skip
            self.assertIn(self.zoe.name, self.found(text), text)

    def test_a_patient_group_is_one_line_that_takes_all_of_them(self):
        smiths = self.env["clinic.patient.group"].create({
            "name": "The Zimmers",
            "partner_ids": [Command.set((self.zoe | self.mira).ids)],
        })  # fmt: skip

        [line] = self.desk().search_people("zimm")

        self.assertEqual((line["name"], line["is_group"]), (smiths.name, True))
        self.assertEqual(set(line["ids"]), {self.zoe.id, self.mira.id})

    def test_nobody_searches_by_the_key_and_nobody_else_searches(self):
        partners = self.env["res.partner"].with_user(self.front_desk)
        with self.assertRaises(AccessError):
            partners.search([("clinic_search_key", "like", "zoe")])
        with self.assertRaises(AccessError):
            self.zoe.with_user(self.front_desk).read(["clinic_search_key"])
        for user in (self.doctor, self.employee, self.mother):
            for verb in (
                lambda desk: desk.search_people("zoe"),
                lambda desk: desk.find_like("Zoe Muller"),
                lambda desk: desk.create_patient("Someone New"),
                lambda desk: desk.describe(self.values(self.zoe)),
                lambda desk: desk.book(self.values(self.zoe)),
            ):
                with self.assertRaises(AccessError):
                    verb(self.desk(user))

    def test_of_who_is_no_patient_no_key_is_kept(self):
        self.assertFalse(self.person("Carl Supplier").clinic_search_key)
        self.zoe.phone = "09 123 4567"
        self.assertIn("091234567", self.zoe.clinic_search_key)

    def test_who_is_called_the_same_or_has_the_same_number_may_be_the_newcomer(self):
        self.assertEqual(
            [one["name"] for one in self.desk().find_like("zoe muller")], [self.zoe.name]
        )
        self.assertEqual(
            [one["ids"] for one in self.desk().find_like(phone="+64215550187")], [self.zoe.ids]
        )
        self.assertEqual(self.desk().find_like("Zoe"), [])

    def test_those_spelled_alike_are_shown_until_a_date_of_birth_tells_them_apart(self):
        known = self.person("Jon Zbekker", is_patient=True, birth_date=date(1984, 5, 3))
        also = self.person("Petra Zother", is_patient=True, email="home@example.com")

        def find(**values):
            return [one["ids"][0] for one in self.desk().find_like("John Zbekker", **values)]

        self.assertEqual(find(), known.ids)
        self.assertEqual(find(birth="1984-05-03"), known.ids)
        self.assertEqual(find(birth="2015-02-01"), [])
        self.assertEqual(find(birth="1958-05-13"), [])
        self.assertEqual(find(email="home@example.com"), [known.id, also.id])
        self.assertEqual(self.desk().find_like("Jon"), [])

    def test_whom_the_desk_may_not_see_is_not_shown_as_known(self):
        known = self.person("Jon Zbekker", is_patient=True, phone="+64 21 555 0199")
        known.company_id = self.env["res.company"].create({"name": "Neighbour Clinic"})

        self.assertEqual(self.desk().find_like("Jon Zbekker", phone="021 555 0199"), [])

    def test_each_pause_of_who_types_a_newcomer_asks_two_queries(self):
        for number in range(5):
            self.person(f"Jon Zbekker {number}", is_patient=True, phone="+64 21 555 0199")
        desk = self.desk()
        desk.find_like("Jon Zbekker", "1984-05-03", "021 555 0199", "home@example.com")
        self.env.flush_all()
        self.env["res.partner"].invalidate_model()

        with self.assertQueryCount(2):
            found = desk.find_like("Jon Zbekker", "", "021 555 0199", "home@example.com")
        self.assertEqual(len(found), 4)

    def test_a_newcomer_is_made_of_four_fields(self):
        made = self.desk().create_patient(" Nina New ", "2015-02-01", "021 1", "n@example.com")

        nina = self.env["res.partner"].browse(made["ids"])
        self.assertEqual((nina.name, nina.is_patient), ("Nina New", True))
        self.assertEqual(nina.birth_date, date(2015, 2, 1))

    def test_a_newcomer_has_the_date_of_birth_that_was_typed(self):
        for birth in ("1931-12-01", "1984-05-03", "2000-01-01"):
            made = self.desk().create_patient("Nina New", birth)
            self.assertEqual(str(self.env["res.partner"].browse(made["ids"]).birth_date), birth)

    def test_a_date_of_birth_that_can_be_none_is_refused(self):
        for birth in ("2031-01-01", "3 May 1984"):
            with self.subTest(birth=birth), self.assertRaises(UserError):
                self.desk().create_patient("Not Born", birth)

    # What follows

    def test_for_a_child_pays_who_may_and_never_the_child(self):
        self.allow(self.leo, self.mira, "pay", "book", basis="parental")

        info = self.desk().describe(self.values(self.leo))

        self.assertEqual(info["payer_id"], self.mira.id)
        self.assertEqual([one["id"] for one in info["payers"]], [self.mira.id])
        [linked] = info["linked"]
        self.assertEqual((linked["name"], linked["relation"]), (self.mira.name, "Parent"))
        self.assertIn("Book appointments", linked["may"])

    def test_where_nobody_may_pay_it_says_so_and_is_not_booked(self):
        info = self.desk().describe(self.values(self.leo))

        self.assertFalse(info["payer_id"])
        self.assertIn("Nobody may be asked to pay", info["warnings"][0])
        with self.assertRaises(UserError):
            self.desk().book(self.values(self.leo, payer_id=self.leo.id))

    def test_the_service_is_the_last_one_or_the_first_with_room_for_all(self):
        self.assertEqual(self.desk().describe(self.values(self.zoe))["service_id"], self.single.id)
        together = self.desk().describe(self.values(self.zoe, self.mira))
        self.assertEqual(together["service_id"], self.group.id)

        self.appointment(TUESDAY, "15:00", [self.zoe])

        self.assertEqual(self.desk().describe(self.values(self.zoe))["service_id"], self.group.id)
        self.zoe.participant_ids.appointment_id._set_confidential(True)
        self.assertEqual(self.desk().describe(self.values(self.zoe))["service_id"], self.single.id)

    def test_the_service_is_one_that_is_for_their_age_where_there_is_one(self):
        self.single.sequence, self.group.sequence = 1, 2
        self.leo.write({"is_patient": True, "birth_date": date(2019, 5, 1)})
        self.appointment(TUESDAY, "15:00", [self.leo], service_id=self.single.id)
        self.single.min_age = 12

        chosen = self.desk().describe(self.values(self.leo))["service_id"]
        self.assertEqual(chosen, self.group.id)
        self.group.min_age = 12
        chosen = self.desk().describe(self.values(self.leo))["service_id"]
        self.assertEqual(chosen, self.single.id)

    def test_the_session_that_will_be_used_is_said(self):
        purchase = self.sell(self.package(self.single), self.zoe)

        info = self.desk().describe(self.values(self.zoe, service_id=self.single.id))

        self.assertEqual(info["session"], "Test visits (Zoë O'Brien-Müller): 3 left")
        self.desk().book(self.values(self.zoe, service_id=self.single.id, payer_id=self.zoe.id))
        self.assertStates(purchase, free=2, reserved=1)

    def test_it_warns_of_another_visit_at_the_time_and_of_what_is_owed(self):
        ben = self.practitioner("Ben Other")
        self.group.practitioner_ids |= ben
        self.appointment(TUESDAY, "10:00", [self.zoe], practitioner_id=ben.id)
        invoice = self.env["account.move"].create({
            "move_type": "out_invoice",
            "partner_id": self.zoe.id,
            "invoice_date": "2027-01-10",
            "invoice_date_due": "2027-01-20",
            "invoice_line_ids": [Command.create({"product_id": self.product.id})],
        })  # fmt: skip
        invoice.action_post()

        warnings = self.desk().describe(self.values(self.zoe))["warnings"]

        self.assertIn("already has a visit at this time", warnings[0])
        self.assertNotIn("confidential", warnings[0])
        self.assertIn("owes", warnings[1])

    def test_of_a_confidential_visit_it_warns_as_of_one(self):
        ben = self.practitioner("Ben Other")
        self.group.practitioner_ids |= ben
        self.appointment(TUESDAY, "10:00", [self.zoe], practitioner_id=ben.id)._set_confidential(
            True
        )

        [warning] = self.desk().describe(self.values(self.zoe))["warnings"]

        self.assertIn("It is confidential: no relative knows of it.", warning)

    # Booked

    def test_it_is_booked_as_it_was_described(self):
        answer = self.desk().book(self.values(self.zoe, payer_id=self.zoe.id, length=45))

        visit = self.env["clinic.appointment"].browse(answer["id"])
        self.assertEqual(visit.state, "booked")
        self.assertEqual(visit.participant_ids.partner_id, self.zoe)
        self.assertEqual((visit.start, visit.stop), (utc(TUESDAY, "10:00"), utc(TUESDAY, "10:45")))
        self.assertEqual(visit.create_uid, self.front_desk)

    def test_more_people_than_the_service_is_for_are_booked_all_the_same(self):
        values = self.values(self.zoe, self.mira, service_id=self.single.id, payer_id=self.zoe.id)
        self.assertIn("room for 2 this time", self.desk().describe(values)["warnings"][0])

        visit = self.env["clinic.appointment"].browse(self.desk().book(values)["id"])

        self.assertEqual(visit.participant_count, 2)

    def test_where_somebody_stands_it_is_refused_and_an_unusual_time_asks(self):
        self.appointment(TUESDAY, "10:00", [self.father])
        taken = self.desk().book(self.values(self.zoe, payer_id=self.zoe.id))
        self.assertIn("sees Fergus Fatherly", taken["refused"])
        self.assertEqual(len(taken["nearest"]), 3)

        late = self.values(self.zoe, payer_id=self.zoe.id, clock="18:00")
        self.assertIn("doesn't work at", self.desk().book(late)["asks"])
        visit = self.env["clinic.appointment"].browse(self.desk().book(late, "Agreed")["id"])
        self.assertEqual(visit.time_reason, "Agreed")
        self.assertEqual(visit.time_allowed_by_id, self.front_desk)

    def test_somebody_by_number_whom_the_desk_may_not_see_is_not_there(self):
        other = self.env["res.company"].create({"name": "Other Clinic"})
        hidden = self.person("Hidden Person", company_id=other.id, is_patient=True)

        self.assertEqual(self.desk().describe(self.values(hidden))["people"], [])
        self.assertNotIn(hidden.name, self.found("hidden"))
        with self.assertRaisesRegex(UserError, "choose who comes"):
            self.desk().book(self.values(hidden, payer_id=hidden.id))
