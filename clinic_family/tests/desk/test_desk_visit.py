"""At the desk a visit is moved to a time that can be, or the desk is told why it can't."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import ROLE, TUESDAY, utc
from ..staff_common import StaffCase


class PlaceCase(StaffCase):
    def place(self, clock, day=TUESDAY, practitioner=None):
        hour, minute = map(int, clock.split(":"))
        return {
            "practitioner_id": (practitioner or self.nora).id,
            "location_id": self.harbour.id,
            "day": day.isoformat(),
            "minutes": 60 * hour + minute,
        }

    def desk(self, user=None):
        self.env.invalidate_all()
        return self.env["clinic.desk.visit"].with_user(user or self.front_desk)


@tagged("post_install", "-at_install")
class TestDeskVisit(PlaceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.visit = cls.appointment(TUESDAY, "10:00", [cls.mother])
        cls.ben = cls.practitioner("Ben Other")
        cls.group.practitioner_ids |= cls.ben

    def test_it_is_moved_and_the_answer_leads_back(self):
        answer = self.desk().move(self.visit.id, self.place("11:00", practitioner=self.ben))

        self.assertIn("Mira Motherwell", answer["done"])
        self.assertEqual(self.visit.start, utc(TUESDAY, "11:00"))
        self.assertEqual(self.visit.practitioner_id, self.ben)
        back = answer["back"]
        self.desk().move(self.visit.id, back["place"], back["length"], back["reason"])
        self.assertEqual(self.visit.start, utc(TUESDAY, "10:00"))
        self.assertEqual(self.visit.practitioner_id, self.nora)

    def test_it_is_made_longer_and_stays_so_when_it_is_moved(self):
        self.desk().move(self.visit.id, self.place("10:00"), 50)
        self.assertEqual(self.visit.stop, utc(TUESDAY, "10:50"))

        self.desk().move(self.visit.id, self.place("11:00"))

        self.assertEqual(self.visit.stop, utc(TUESDAY, "11:50"))

    def test_where_somebody_stands_it_is_refused_with_their_name_and_the_nearest_times(self):
        self.appointment(TUESDAY, "11:00", [self.father])

        answer = self.desk().move(self.visit.id, self.place("11:15"))

        self.assertRegex(
            answer["refused"],
            r"^Nora Test-Nightingale sees Fergus Fatherly from 11:00\sAM to 11:30\sAM\.$",
        )
        self.assertEqual(len(answer["nearest"]), 3)
        self.assertEqual(answer["nearest"][0]["minutes"], 11 * 60 + 30)
        self.assertEqual(self.visit.start, utc(TUESDAY, "10:00"))

    def test_an_unusual_time_takes_a_reason_which_is_kept(self):
        place = self.place("18:00")

        answer = self.desk().move(self.visit.id, place)

        self.assertIn("doesn't work at Test Harbour", answer["asks"])
        self.assertEqual(self.visit.start, utc(TUESDAY, "10:00"))
        self.desk().move(self.visit.id, place, False, "She has a bus to catch")
        self.assertEqual(self.visit.start, utc(TUESDAY, "18:00"))
        self.assertEqual(self.visit.time_reason, "She has a bus to catch")
        self.assertEqual(self.visit.time_allowed_by_id, self.front_desk)

    def test_what_can_not_be_is_refused(self):
        carl = self.practitioner("Carl Who Gives Nothing")

        answer = self.desk().move(self.visit.id, self.place("11:00", practitioner=carl))

        self.assertEqual(answer["refused"], "Carl Who Gives Nothing doesn't give Test Family Talk.")

    def test_a_practitioner_moves_their_own_visit_and_gives_it_to_nobody(self):
        self.desk(self.doctor).move(self.visit.id, self.place("11:00"))
        self.assertEqual(self.visit.start, utc(TUESDAY, "11:00"))

        with self.assertRaises(AccessError):
            self.desk(self.doctor).move(self.visit.id, self.place("11:00", practitioner=self.ben))

    def test_a_practitioner_is_not_told_who_is_with_a_colleague(self):
        theirs = self.appointment(TUESDAY, "11:00", [self.father], practitioner_id=self.ben.id)
        doctor = self.desk(self.doctor)

        answer = doctor.move(self.visit.id, self.place("11:00", practitioner=self.ben))

        self.assertEqual(answer["refused"], "Ben Other has something else at that time.")
        self.assertEqual(doctor.get_visit(theirs.id), {})
        for verb in (
            lambda: doctor.move(theirs.id, self.place("9:00")),
            lambda: doctor.write_note(theirs.id, "Hello"),
            lambda: doctor.get_free(theirs.id, self.place("9:00")),
        ):
            with self.assertRaisesRegex(UserError, "isn't there any more"):
                verb()

    def test_nobody_else_looks_or_moves(self):
        for user in (self.employee, self.mother, self.env.ref("base.public_user")):
            for verb in (
                lambda desk: desk.get_visit(self.visit.id),
                lambda desk: desk.move(self.visit.id, self.place("11:00")),
                lambda desk: desk.get_free(self.visit.id, self.place("9:00")),
                lambda desk: desk.write_note(self.visit.id, "Hello"),
            ):
                with self.assertRaises(AccessError):
                    verb(self.desk(user))

    def test_it_says_whom_to_call(self):
        self.mira.phone = "+64 21 555 123"
        self.leo.phone = False
        visit = self.appointment(TUESDAY, "13:00", [self.leo], payer_id=self.mira.id)

        shown = self.desk().get_visit(visit.id)

        self.assertEqual([one["name"] for one in shown["people"]], ["Leo Littleton"])
        self.assertEqual((shown["payer"], shown["payer_phone"]), (self.mira.name, self.mira.phone))

    def test_a_practitioner_is_not_told_who_pays_if_that_is_a_patient_of_others(self):
        self.fergus.write({"phone": "+64 21 555 123", "is_patient": True})
        visit = self.appointment(TUESDAY, "13:00", [self.leo], payer_id=self.fergus.id)

        shown = self.desk(self.doctor).get_visit(visit.id)

        self.assertEqual([one["name"] for one in shown["people"]], ["Leo Littleton"])
        self.assertEqual((shown["payer"], shown["payer_phone"]), ("", ""))

    def test_a_practitioner_who_books_for_a_relative_reads_no_number_of_theirs(self):
        greta = self.grandmother.partner_id
        greta.write({"phone": "+64 21 555 9", "birth_date": "1950-01-01", "is_patient": True})
        self.grant(greta, self.doctor, "book")
        visit = self.appointment(TUESDAY, "14:00", [greta], practitioner_id=self.ben.id)

        [shown] = self.desk(self.doctor).get_visit(visit.id)["people"]

        self.assertEqual(
            shown, {"id": greta.id, "name": "Greta Grandison", "phone": "", "birth": ""}
        )

    def test_the_times_where_it_can_go_leave_out_what_is_taken(self):
        self.appointment(TUESDAY, "11:00", [self.father])

        free = self.desk().get_free(self.visit.id, self.place("9:00"))

        here = free[f"{self.nora.id}-{TUESDAY}"]
        self.assertIn(10 * 60, here)
        self.assertNotIn(11 * 60, here)
        self.assertIn(11 * 60, free[f"{self.ben.id}-{TUESDAY}"])
        own = self.desk(self.doctor).get_free(self.visit.id, self.place("9:00"))
        self.assertEqual(set(own), {f"{self.nora.id}-{TUESDAY}"})

    def test_a_note_is_for_the_staff(self):
        self.desk(self.doctor).write_note(self.visit.id, "  Bring the scan ")

        self.assertEqual(self.visit.desk_note, "Bring the scan")
        with self.assertRaises(AccessError):
            self.visit.with_user(self.mother).read(["desk_note"])
        with self.assertRaises(AccessError):
            self.visit.with_user(self.employee).read(["desk_note"])

    def test_who_works_here_reads_no_note_as_a_relative(self):
        self.visit.desk_note = "Tell nobody at home"
        other = self.user("test_other", "Olaf Other", ROLE + "practitioner")
        self.grant(self.mira, other, "book")
        self.env.flush_all()
        mine = self.visit.with_user(other)
        self.assertEqual(mine.participant_ids.partner_id, self.mira)

        self.assertFalse(mine.read(["desk_note"])[0]["desk_note"])
        self.assertEqual(self.desk(other).get_visit(self.visit.id)["note"], "")
        with self.assertRaises(AccessError):
            mine.read(["kept_note"])
        with self.assertRaises(AccessError):
            self.desk(other).write_note(self.visit.id, "Hello")
        self.assertEqual(self.visit.desk_note, "Tell nobody at home")
