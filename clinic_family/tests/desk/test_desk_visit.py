"""At the desk a visit is moved to a time that can be, or the desk is told why it can't."""

from datetime import timedelta

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

    def test_who_does_not_give_it_is_not_offered_but_those_who_do(self):
        carl = self.practitioner("Carl Who Gives Nothing")
        place = self.place("11:00", practitioner=carl)

        nearest = self.desk().move(self.visit.id, place)["nearest"]
        own = self.desk(self.doctor).move(self.visit.id, place)["nearest"]

        self.assertEqual({one["practitioner_id"] for one in nearest}, {self.nora.id, self.ben.id})
        self.assertIn("with Ben Other", " ".join(one["text"] for one in nearest))
        self.assertEqual({one["practitioner_id"] for one in own}, {self.nora.id})

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

        self.assertEqual(shown, {
            "id": greta.id, "name": "Greta Grandison", "phone": "", "birth": "",
            "participant_id": False, "along": "", "along_id": False, "adults": [],
        })  # fmt: skip

    # From the popover itself

    def test_of_several_each_can_be_moved_to_another_visit(self):
        both = self.appointment(TUESDAY, "13:00", [self.mother, self.leo])
        hers, his = both.participant_ids

        def read_movable(visit, user=None):
            shown = self.desk(user).get_visit(visit.id)
            return [one["participant_id"] for one in shown["people"]]

        self.assertEqual(read_movable(both), [hers.id, his.id])
        self.assertEqual(read_movable(both, self.doctor), [False, False])
        self.assertEqual(read_movable(self.visit), [False])
        both._update_state("arrived")
        self.assertEqual(read_movable(both), [False, False])

    def test_another_of_those_who_may_be_asked_pays(self):
        self.allow(self.leo, self.fergus, "pay")
        both = self.appointment(TUESDAY, "13:00", [self.mother, self.leo])

        payers = self.desk().get_visit(both.id)["payers"]

        self.assertEqual(
            {one["name"]: one["is_chosen"] for one in payers},
            {"Mira Motherwell": True, "Fergus Fatherly": False},
        )
        self.desk().change_payer(both.id, self.fergus.id)
        self.assertEqual(both.payer_id, self.fergus)

    def test_nobody_else_is_made_the_payer(self):
        both = self.appointment(TUESDAY, "13:00", [self.mother, self.leo])

        for payer_id in (self.leo.id, self.fergus.id, False, "x"):
            with self.subTest(payer_id=payer_id), self.assertRaisesRegex(UserError, "who pays"):
                self.desk().change_payer(both.id, payer_id)
        with self.assertRaises(AccessError):
            self.desk(self.doctor).change_payer(both.id, self.mira.id)
        self.assertEqual(both.payer_id, self.mira)

    def test_who_pays_stands_while_there_is_an_invoice(self):
        self.fergus.is_patient = True
        both = self.appointment(TUESDAY, "13:00", [self.mother, self.father])
        self.assertEqual(len(self.desk().get_visit(both.id)["payers"]), 2)
        self.assertEqual(self.desk(self.doctor).get_visit(both.id)["payers"], [])

        both._get_or_create_invoice()

        self.assertEqual(self.desk().get_visit(both.id)["payers"], [])
        with self.assertRaisesRegex(UserError, "has an invoice"):
            self.desk().change_payer(both.id, self.fergus.id)

    # What has lost its hours

    def off(self, first="9:00"):
        self.env["resource.calendar.leaves"].create({
            "name": "Ill",
            "resource_id": self.nora.resource_id.id,
            "date_from": utc(TUESDAY, first),
            "date_to": utc(TUESDAY, "12:00"),
        })  # fmt: skip

    def test_the_nearest_times_are_with_the_same_practitioner_and_with_others(self):
        self.visit._note_orphaned("Ill")
        self.off()
        self.appointment(TUESDAY, "10:00", [self.father], practitioner_id=self.ben.id)

        shown = self.desk().get_nearest(self.visit.id)

        self.assertEqual((shown["names"], shown["practitioner"]), (self.mira.name, self.nora.name))
        self.assertEqual(shown["same"][0]["minutes"], 13 * 60)
        self.assertEqual({one["practitioner_id"] for one in shown["same"]}, {self.nora.id})
        self.assertEqual([one["minutes"] for one in shown["others"]][:1], [9 * 60 + 30])
        self.assertIn("with Ben Other", shown["others"][0]["text"])

    def test_what_it_takes_itself_is_free_for_it(self):
        self.desk().move(self.visit.id, self.place("10:00"), 60)
        self.visit._note_orphaned("Ill")
        self.off("10:30")

        shown = self.desk().get_nearest(self.visit.id)

        self.assertEqual(shown["same"][0]["minutes"], 9 * 60 + 30)

    def test_where_it_is_already_is_no_nearest_time(self):
        self.appointment(TUESDAY, "10:30", [self.father])

        answer = self.desk().move(self.visit.id, self.place("10:15"))

        self.assertEqual(answer["nearest"][0]["minutes"], 9 * 60 + 30)

    def test_one_click_moves_it_and_it_waits_no_more_and_the_patient_is_told_once(self):
        coming = self.visit.participant_ids
        coming._count_as_told()
        self.visit._note_orphaned("Ill")
        self.off()
        self.assertTrue(self.visit.is_orphaned)

        [place, *_others] = self.desk().get_nearest(self.visit.id)["others"]
        answer = self.desk().move(self.visit.id, place)

        self.assertIn("done", answer)
        self.assertEqual(self.visit.practitioner_id, self.ben)
        self.assertFalse(self.visit.is_orphaned)
        self.assertTrue(coming.tell_at)
        coming.tell_at = "2027-03-28 19:00:00"
        coming._tell()
        self.assertEqual(len(coming.clinic_message_ids), 1)

    def test_a_move_that_is_taken_back_lets_it_wait_again(self):
        self.visit._note_orphaned("Ill")
        self.off()
        [place, *_others] = self.desk().get_nearest(self.visit.id)["others"]
        back = self.desk().move(self.visit.id, place)["back"]
        again = (self.visit.id, back["place"], back["length"], back["note"])

        with self.assertRaises(AccessError):
            self.desk(self.doctor).let_wait(*again)
        with self.assertRaisesRegex(UserError, "why it waits"):
            self.desk().let_wait(*again[:3], " ")
        self.desk().let_wait(*again)

        self.assertEqual(self.visit.practitioner_id, self.nora)
        self.assertEqual(self.visit.start, utc(TUESDAY, "10:00"))
        self.assertTrue(self.visit.is_orphaned)
        self.assertEqual((self.visit.orphaned_note, self.visit.time_reason), ("Ill", False))

    def test_where_somebody_stands_by_then_it_is_not_let_wait(self):
        self.visit._note_orphaned("Ill")
        self.off()
        [place, *_others] = self.desk().get_nearest(self.visit.id)["others"]
        back = self.desk().move(self.visit.id, place)["back"]
        self.appointment(TUESDAY, "10:00", [self.father])

        with self.assertRaisesRegex(UserError, "sees Fergus Fatherly"):
            self.desk().let_wait(self.visit.id, back["place"], back["length"], back["note"])

    def test_a_practitioner_is_offered_their_own_times_alone(self):
        shown = self.desk(self.doctor).get_nearest(self.visit.id)

        self.assertEqual((len(shown["same"]), shown["others"]), (3, []))
        theirs = self.appointment(TUESDAY, "11:00", [self.father], practitioner_id=self.ben.id)
        with self.assertRaisesRegex(UserError, "isn't there any more"):
            self.desk(self.doctor).get_nearest(theirs.id)

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

    def test_what_was_booked_together_is_shown_together_as_far_as_the_reader_sees_it(self):
        other = self.appointment(TUESDAY, "11:00", [self.leo], practitioner_id=self.ben.id)
        (self.visit | other).plan_key = "together"

        shown = self.desk().get_visit(self.visit.id)["outing"]

        self.assertEqual(
            [(one["id"], one["names"], one["may_cancel"]) for one in shown],
            [(self.visit.id, "Mira Motherwell", True), (other.id, "Leo Littleton", True)],
        )
        mine = self.desk(self.doctor).get_visit(self.visit.id)["outing"]
        self.assertEqual([one["id"] for one in mine], self.visit.ids)

    def test_a_practitioner_reads_on_a_card_of_the_family_who_comes_to_the_others(self):
        other = self.user("test_other", "Olaf Other", ROLE + "practitioner")
        sibling = self.appointment(TUESDAY, "11:00", [self.leo], practitioner_id=self.ben.id)
        (self.visit | sibling).plan_key = "together"
        for person in (self.mira, self.leo):
            self.grant(person, other, "book")

        shown = self.desk(other).get_visit(self.visit.id)["outing"]

        self.assertEqual([one["names"] for one in shown], ["Mira Motherwell", "Leo Littleton"])

    def test_of_an_outing_what_has_begun_is_not_cancelled_with_the_rest(self):
        self.visit.start -= timedelta(weeks=520)

        shown = self.desk().get_visit(self.visit.id)["outing"]

        self.assertEqual([one["may_cancel"] for one in shown], [False])

    def test_nobody_reads_there_of_what_was_cancelled(self):
        other = self.appointment(TUESDAY, "11:00", [self.leo], practitioner_id=self.ben.id)
        (self.visit | other).plan_key = "together"
        other._update_state("cancelled")

        shown = self.desk().get_visit(self.visit.id)["outing"]

        self.assertEqual([one["id"] for one in shown], self.visit.ids)
