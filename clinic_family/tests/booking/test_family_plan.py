"""Visits of several people are found together, and held all or not at all."""

from dataclasses import replace
from datetime import date, timedelta
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from ...engine.instants import from_instant
from ...engine.outing import Outing
from ...exceptions import BookingRefused, SlotTaken
from ..common import AUCKLAND, NO_ID, TUESDAY, WEDNESDAY, ClinicCase, utc, written
from ..common_site import TEN

ELEVEN = written(TUESDAY, "11:00")


class FamilyPlanCase(ClinicCase):
    """A mother with two small children, and two services that two practitioners give."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.me = cls.mother.partner_id
        cls.leo.birth_date = date(2020, 5, 4)
        cls.ana = cls.person("Ana Littleton", birth_date=cls.leo.birth_date)
        for child in (cls.leo, cls.ana):
            cls.grant(child, cls.mother, "book")
        cls.otto = cls.practitioner("Otto Test-Ortho")
        cls.massage = cls.service("Test Massage", cls.otto, duration=60)

    def outing(self, *wishes, user=None, **values):
        """Tuesday, with the mother along and as payer, unless it says otherwise."""
        me = (user or self.mother).partner_id
        defaults = {
            "wishes": tuple((person.id, service.id) for person, service in wishes),
            "along_id": me.id,
            "payer_id": me.id,
            "first_day": TUESDAY,
            "weekdays": frozenset({TUESDAY.weekday()}),
        }
        return Outing(**{**defaults, **values})

    def find(self, outing, user=None):
        """What this user is offered, the plans of each day, and who has no time at all."""
        self.env.invalidate_all()
        user = user or self.mother
        plans = self.env["clinic.family.plan"].with_user(user)
        return plans._find(user.partner_id, outing)

    def tell(self, plan):
        """Who comes when to whom."""
        return [
            (
                self.env["res.partner"].browse(one.person_id).name.split()[0],
                from_instant(one.start).astimezone(AUCKLAND).strftime("%-H:%M"),
                self.env["clinic.practitioner"].browse(one.practitioner_id).name.split()[0],
            )
            for one in plan.visits
        ]

    def first(self, *wishes, **values):
        """The best plan of Tuesday."""
        found, _without = self.find(self.outing(*wishes, **values))
        return self.tell(found[0][1][0])

    def hold_all(self, checkouts, user=None):
        user = user or self.mother
        self.env.invalidate_all()
        self.env["clinic.booking"].with_user(user)._hold_all(user.partner_id, checkouts)
        return self.held(user)

    def held(self, user=None):
        """Who is held when in the user's basket."""
        self.env.invalidate_all()
        basket = self.env["clinic.booking"]._find_basket((user or self.mother).partner_id)
        return sorted(
            (visit.participant_ids.partner_id.name.split()[0], visit.local_time.split(", ")[-1])
            for visit in basket.appointment_ids
        )

    def at(self, person, start, service=None, practitioner=None, **values):
        return self.checkout(
            service or self.single, start, [person], payer=values.pop("payer", self.me),
            practitioner_id=(practitioner or self.nora).id, **values,
        )  # fmt: skip

    def refusal(self, action, *args, **options):
        with self.assertRaises(BookingRefused) as caught, mute_logger("odoo.sql_db"):
            action(*args, **options)
        return caught.exception.reason


@tagged("post_install", "-at_install")
class TestFinding(FamilyPlanCase):
    def test_children_come_one_after_the_other_and_the_mother_after_them(self):
        plan = self.first((self.leo, self.single), (self.ana, self.single), (self.me, self.massage))

        self.assertEqual(
            plan, [("Leo", "9:00", "Nora"), ("Ana", "9:30", "Nora"), ("Mira", "10:00", "Otto")]
        )

    def test_side_by_side_where_that_is_wanted_and_several_are_free(self):
        self.single.practitioner_ids += self.otto
        wishes = ((self.leo, self.single), (self.ana, self.single))

        self.assertEqual(self.first(*wishes)[1][1], "9:30")
        self.assertEqual(
            self.first(*wishes, side_by_side=True),
            [("Leo", "9:00", "Nora"), ("Ana", "9:00", "Otto")],
        )

    def test_only_on_the_days_and_between_the_hours_that_were_asked_for(self):
        found, _without = self.find(
            self.outing(
                (self.leo, self.single), (self.ana, self.single),
                first_day=WEDNESDAY, weekdays=frozenset({2, 3}), begin=13, end=14,
            )
        )  # fmt: skip

        self.assertEqual(
            [day for day, _plans in found][:2], [WEDNESDAY, WEDNESDAY + timedelta(days=1)]
        )
        self.assertEqual(len(found), 8)
        self.assertEqual({self.tell(plans[0])[1][1] for _day, plans in found}, {"13:30"})

    def test_a_visit_they_have_is_in_the_way_of_all_whom_the_adult_is_with(self):
        self.appointment(TUESDAY, "9:00", [self.me], service_id=self.massage.id,
                         practitioner_id=self.otto.id)  # fmt: skip

        self.assertEqual(self.first((self.leo, self.single))[0][1], "10:00")
        self.assertEqual(self.first((self.leo, self.single), along_id=0)[0][1], "9:00")

    def test_what_is_in_her_basket_for_the_same_gives_way_and_other_things_do_not(self):
        self.hold_all([self.at(self.leo, written(TUESDAY, "9:00"))])

        self.assertEqual(self.first((self.leo, self.single))[0][1], "9:00")
        self.assertEqual(self.first((self.ana, self.single))[0][1], "9:30")

    def test_who_has_nothing_free_at_all_is_named(self):
        self.massage.practitioner_ids = self.practitioner("Nobody", self.calendar((3, 4)))
        outing = self.outing((self.leo, self.single), (self.me, self.massage), begin=9, end=17)

        found, without = self.find(outing)

        self.assertEqual((found, without), ([], self.me))

    def test_places_are_reached_in_the_time_it_takes(self):
        hill = self.location("Test Hill")
        self.massage.practitioner_ids = self.practitioner("Hilda", location=hill)
        plan = self.first((self.leo, self.single), (self.me, self.massage), way=45)

        self.assertEqual(plan, [("Leo", "9:00", "Nora"), ("Mira", "10:30", "Hilda")])

    def test_nobody_goes_from_one_time_zone_to_another_with_the_mother(self):
        sydney = self.location("Test Sydney", "Australia/Sydney")
        self.massage.practitioner_ids = self.practitioner("Sid", location=sydney)
        wishes = ((self.leo, self.single), (self.me, self.massage))

        self.assertEqual(self.find(self.outing(*wishes)), ([], self.me.browse()))
        self.assertEqual(len(self.first(*wishes, along_id=0)), 2)
        self.single.practitioner_ids += self.massage.practitioner_ids
        self.assertEqual({who for *_visit, who in self.first(*wishes)}, {"Sid"})

    def test_a_visit_in_another_time_zone_is_a_day_away(self):
        sydney = self.location("Test Sydney", "Australia/Sydney")
        sid = self.practitioner("Sid", location=sydney)
        self.appointment(TUESDAY, "14:00", [self.me], practitioner_id=sid.id, location_id=sydney.id)
        both_days = {"weekdays": frozenset({1, 2})}

        found, _without = self.find(self.outing((self.leo, self.single), **both_days))
        alone, _without = self.find(self.outing((self.leo, self.single), along_id=0, **both_days))

        self.assertEqual((found[0][0], alone[0][0]), (WEDNESDAY, TUESDAY))

    # Judged before anything is offered

    def test_nobody_is_offered_times_for_whom_she_may_not_book(self):
        for nobody in (self.father.partner_id, self.grandmother.partner_id):
            outing = self.outing((nobody, self.single))
            self.assertEqual(self.refusal(self.find, outing), "no_permission")
        unknown = replace(self.outing((self.leo, self.single)), wishes=((NO_ID, self.single.id),))
        self.assertEqual(self.refusal(self.find, unknown), "no_permission")

    def test_who_comes_along_is_an_adult_she_books_for(self):
        wish = (self.leo, self.single)
        for nobody in (self.father.partner_id, self.ana):
            outing = self.outing(wish, along_id=nobody.id)
            self.assertEqual(self.refusal(self.find, outing), "along")
        self.assertEqual(self.refusal(self.find, self.outing(wish, along_id=NO_ID)), "along")

    def test_nobody_pays_who_can_not_be_asked_to(self):
        self.grant(self.leo, self.mother, "pay")
        wish = (self.leo, self.single)

        reasons = [
            self.refusal(self.find, self.outing(wish, payer_id=payer.id))
            for payer in (self.leo, self.father.partner_id)
        ]

        self.assertEqual(reasons, ["payer_age", "payer"])

    def test_only_services_that_are_offered_online_and_for_one(self):
        hidden = self.service("Hidden", self.nora, is_published=False)
        for service in (hidden, self.group):
            outing = self.outing((self.leo, service))
            self.assertEqual(self.refusal(self.find, outing), "service")

    def test_nobody_or_too_many_people_are_refused(self):
        self.assertEqual(self.refusal(self.find, self.outing()), "nobody")
        many = tuple((NO_ID + n, self.single.id) for n in range(7))
        self.assertEqual(self.refusal(self.find, replace(self.outing(), wishes=many)), "too_many")

    def test_more_people_days_and_practitioners_take_no_more_reading_of_hours(self):
        self.practitioner("Third").service_ids = self.single
        outing = self.outing(
            (self.leo, self.single), (self.ana, self.single), (self.me, self.massage),
            weekdays=frozenset(range(7)),
        )  # fmt: skip
        self.find(outing)

        reading = type(self.env["clinic.availability"])._read_diaries
        with patch.object(
            type(self.env["clinic.availability"]), "_read_diaries", autospec=True,
            side_effect=reading,
        ) as read:  # fmt: skip
            self.find(outing)
        self.assertEqual(read.call_count, 1)
        with self.assertQueryCount(34):
            self.find(outing)


@tagged("post_install", "-at_install")
class TestOfferedIsBookable(FamilyPlanCase):
    def test_each_plan_that_is_offered_is_held_and_booked(self):
        self.single.write({"buffer_after": 10, "step": 20})
        self.single.practitioner_ids += self.otto
        self.appointment(TUESDAY, "10:00", [self.stranger])
        for beside in (False, True):
            outing = self.outing(
                (self.leo, self.single), (self.ana, self.single), (self.me, self.massage),
                side_by_side=beside,
            )  # fmt: skip
            found, _without = self.find(outing)
            plans = found[0][1]
            self.assertEqual(len(plans), 3)
            for plan in plans:
                savepoint = self.env.cr.savepoint()
                checkouts = self.env["clinic.family.plan"]._get_checkouts(outing, plan)
                self.assertEqual(len(self.hold_all(checkouts)), 3)
                visits = self.confirm(self.mother).sudo().appointment_ids
                self.assertEqual(set(visits.mapped("state")), {"booked"})
                self.assertEqual(visits.payer_id, self.me)
                savepoint.close(rollback=True)
                self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestHoldingAll(FamilyPlanCase):
    def test_all_are_held_or_none(self):
        self.hold(self.father, self.at(
            self.father.partner_id, written(TUESDAY, "9:30"), payer=self.father
        ))  # fmt: skip
        plan = [
            self.at(self.leo, written(TUESDAY, "9:00")),
            self.at(self.ana, written(TUESDAY, "9:30")),
        ]

        with self.assertRaises(SlotTaken):
            self.hold_all(plan)

        self.assertEqual(self.held(), [])

    def test_who_loses_keeps_what_they_held(self):
        self.hold_all([self.at(self.leo, TEN), self.at(self.ana, ELEVEN)])
        before = self.held()
        self.hold(self.father, self.at(
            self.father.partner_id, written(TUESDAY, "15:00"), payer=self.father
        ))  # fmt: skip

        self.assertEqual(
            self.refusal(self.hold_all, [
                self.at(self.leo, written(TUESDAY, "14:00")),
                self.at(self.ana, written(TUESDAY, "15:00")),
            ]),
            "taken",
        )  # fmt: skip

        self.assertEqual(self.held(), before)

    def test_another_plan_takes_the_place_of_the_one_before(self):
        self.hold_all([self.at(self.leo, TEN), self.at(self.ana, ELEVEN)])
        self.hold_all([self.at(self.me, TEN, self.massage, self.otto)])

        held = self.hold_all([self.at(self.ana, TEN), self.at(self.leo, ELEVEN)])

        self.assertEqual([name for name, _time in held], ["Ana", "Leo", "Mira"])
        self.assertEqual(dict(held)["Ana"], dict(held)["Mira"])

    def test_the_same_plan_twice_is_held_once(self):
        plan = [self.at(self.leo, TEN), self.at(self.ana, ELEVEN)]

        self.assertEqual(self.hold_all(plan), self.hold_all(plan))

    def test_what_would_not_be_offered_is_not_held(self):
        for checkout, reason in (
            (self.at(self.father.partner_id, TEN), "no_permission"),
            (self.at(self.leo, TEN, payer=self.father), "payer"),
            (self.at(self.leo, written(TUESDAY, "10:10")), "grid"),
            (self.at(self.leo, TEN, practitioner=self.otto), "place"),
            (self.at(self.leo, TEN, participant_ids=(), payer_id=0), "nobody"),
        ):
            plan = [self.at(self.ana, ELEVEN), checkout]
            self.assertEqual(self.refusal(self.hold_all, plan), reason)
            self.assertEqual(self.held(), [])
        self.assertEqual(self.refusal(self.hold_all, []), "nobody")

    def test_nobody_holds_more_than_a_basket_takes(self):
        clocks = [f"{9 + n // 2}:{n % 2 * 30:02}" for n in range(6)]
        clocks += [f"{13 + n // 2}:{n % 2 * 30:02}" for n in range(6)]
        plan = [self.at(self.leo, written(TUESDAY, clock)) for clock in clocks]

        self.assertEqual(self.refusal(self.hold_all, plan), "basket_full")

        self.company.clinic_most_upcoming = 2
        self.assertEqual(self.refusal(self.hold_all, plan[:3]), "many_upcoming")
        self.assertEqual(self.held(), [])

    def test_all_practitioners_are_queued_for_at_once_and_in_order(self):
        locking = type(self.nora)._lock
        asked = []

        def note(practitioners):
            asked.append(set(practitioners.ids))
            return locking(practitioners)

        with patch.object(type(self.nora), "_lock", note):
            self.hold_all([
                self.at(self.me, TEN, self.massage, self.otto), self.at(self.leo, ELEVEN),
            ])  # fmt: skip

        self.assertEqual(asked[0], {self.nora.id, self.otto.id})

    def test_a_plan_is_cancelled_one_by_one_too(self):
        self.hold_all([self.at(self.leo, TEN), self.at(self.ana, ELEVEN)])
        visits = self.confirm(self.mother).sudo().appointment_ids.sorted("start")

        visits[0]._update_state("cancelled")

        self.assertEqual(visits.mapped("state"), ["cancelled", "booked"])
        self.assertEqual(visits[1].start, utc(TUESDAY, "11:00"))
