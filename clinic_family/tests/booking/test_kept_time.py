"""What somebody chooses before they log in is kept for them, and from others."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from ...engine.instants import write_start
from ...exceptions import BookingRefused
from ...models.booking import clinic_kept_time
from ..common import AUCKLAND, NOW, TUESDAY, ClinicCase, days, instant, utc, written
from ..kept_common import KeptBuilders


@tagged("post_install", "-at_install")
class TestKeptTime(KeptBuilders, ClinicCase):
    def after(self, minutes):
        return freeze_time(fields.Datetime.from_string(NOW) + timedelta(minutes=minutes))

    def pass_an_hour(self):
        """The database's clock goes on, of which nobody can say what it is."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE clinic_kept_time SET create_date = create_date - interval '1 hour'"
        )

    def hold_as(self, env, clock="10:00"):
        me = env.user.partner_id
        checkout = self.checkout(self.single, written(TUESDAY, clock), [me])
        return env["clinic.booking"]._hold(me, checkout).sudo()

    def get_slots(self, env):
        self.env.invalidate_all()
        return self.single.with_env(env)._get_slots(
            days(TUESDAY, 1), self.nora.with_env(env), self.harbour.with_env(env)
        )

    def is_free_in_week(self, env, clock="10:00"):
        return instant(TUESDAY, clock) in {slot.start for slot in self.get_slots(env)}

    # Whose it is

    def test_others_are_not_offered_it_and_who_chose_it_is(self):
        key = self.keep()

        self.assertTrue(key)
        for others in (self.as_newcomer(), self.as_newcomer("other"), self.as_patient()):
            self.assertFalse(self.is_offered(others))
            self.assertFalse(self.is_free_in_week(others))
        for mine in (self.as_newcomer(key), self.as_patient(key=key)):
            self.assertTrue(self.is_offered(mine))
            self.assertTrue(self.is_free_in_week(mine))
        self.assertTrue(self.is_offered(self.as_patient(), "10:30"))

    def test_its_buffers_are_kept_too(self):
        self.single.write({"buffer_before": 30, "buffer_after": 30})

        self.keep()

        self.assertFalse(self.is_offered(self.as_patient(), "9:30"))
        self.assertFalse(self.is_offered(self.as_patient(), "10:30"))
        self.assertTrue(self.is_offered(self.as_patient(), "14:00"))

    def test_nobody_else_holds_it(self):
        self.keep()

        with self.assertRaises(BookingRefused) as caught:
            self.hold_as(self.as_patient())

        self.assertEqual(caught.exception.reason, "taken")

    def test_who_is_logged_in_by_now_holds_it_which_ends_it(self):
        key = self.keep()

        held = self.hold_as(self.as_patient(key=key))

        self.assertEqual((held.state, held.start), ("held", utc(TUESDAY, "10:00")))
        self.assertFalse(self.kept())

    def test_whoever_is_free_is_kept_and_another_is_offered_still(self):
        self.single.practitioner_ids += self.practitioner("Otto Test-Ortho")

        first, second, third = self.keep(), self.keep(), self.keep()

        self.assertTrue(first and second)
        self.assertEqual(third, "")
        self.assertEqual(len(self.kept().practitioner_id), 2)

    def test_no_address_and_no_key_stands_in_it(self):
        key = self.keep(sender="192.0.2.1")

        values = self.kept().read()[0]
        self.assertFalse([one for one in values.values() if one in (key, "192.0.2.1")])
        self.assertFalse(
            [one for one in self.kept()._fields.values() if one.comodel_name == "res.partner"]
        )

    def test_nobody_reads_it(self):
        self.keep()
        manager = self.user("kept_manager", "Manny", "clinic_family.clinic_family_group_manager")

        for user in (self.mother, self.env.ref("base.public_user"), manager):
            with self.assertRaises(AccessError):
                self.kept().with_user(user).read(["start"])

    # One a session

    def test_another_choice_replaces_it(self):
        first = self.keep()
        second = self.keep("11:00", key=first)

        self.assertEqual(self.kept().mapped("start"), [utc(TUESDAY, "11:00")])
        self.assertTrue(self.is_offered(self.as_patient()))
        self.assertTrue(self.is_offered(self.as_newcomer(second), "11:00"))

    def test_what_is_not_offered_is_not_kept_and_replaces_nothing(self):
        self.appointment(TUESDAY, "11:00", [self.mother])
        first = self.keep()

        for clock in ("11:00", "11:07", "3:00"):
            self.assertEqual(self.keep(clock, key=first), "")
        self.single.is_published = False
        self.assertEqual(self.keep("14:00", key=first), "")

        self.assertEqual(self.kept().mapped("start"), [utc(TUESDAY, "10:00")])

    def test_the_same_choice_again_renews_nothing(self):
        key = self.keep()
        before = self.kept().read()

        with self.after(5):
            self.assertEqual(self.keep(key=key), "")
            self.assertEqual(self.keep(key=key, practitioner_id=self.nora.id), "")

        self.assertEqual(self.kept().read(), before)
        with self.after(10):
            self.assertTrue(self.keep(key=key))

    def test_the_same_start_with_somebody_else_is_another_choice(self):
        otto = self.practitioner("Otto Test-Ortho")
        self.single.practitioner_ids += otto
        key = self.keep(practitioner_id=self.nora.id)

        self.assertTrue(self.keep(key=key, practitioner_id=otto.id))

        self.assertEqual(self.kept().practitioner_id, otto)

    # How long

    def test_it_is_kept_as_long_as_at_the_check_out_and_then_free(self):
        self.company.clinic_hold_minutes = 7
        key = self.keep()

        with self.after(6.9):
            self.assertFalse(self.is_offered(self.as_patient()))
        with self.after(7):
            self.assertTrue(self.is_offered(self.as_patient()))
            self.assertTrue(self.hold_as(self.as_patient()))
            self.assertFalse(self.is_offered(self.as_newcomer(key)))

    def test_asking_for_an_account_prolongs_it_once(self):
        mine = self.as_newcomer(self.keep())["clinic.kept.time"]

        mine._find_own()._prolong()
        mine._find_own()._prolong()

        self.assertEqual(self.kept().kept_until, fields.Datetime.now() + timedelta(minutes=20))

    def test_what_has_run_out_is_not_prolonged(self):
        mine = self.as_newcomer(self.keep())["clinic.kept.time"]

        with self.after(10):
            mine._find_own()._prolong()
            self.assertTrue(self.is_offered(self.as_patient()))

    def test_what_has_run_out_is_deleted(self):
        self.keep()
        with self.after(5):
            self.keep("11:00")

        with self.after(72):
            self.env["clinic.kept.time"]._clear_run_out()

        kept = self.env["clinic.kept.time"].search([("company_id", "=", self.company.id)])
        self.assertEqual(kept.mapped("start"), [utc(TUESDAY, "11:00")])

    # How many

    def test_there_are_no_more_at_once_than_the_clinic_allows(self):
        self.company.clinic_most_kept = 2
        first = self.keep("9:00", sender="192.0.2.1")
        self.keep("10:00", sender="192.0.2.2")

        self.assertEqual(self.keep("11:00", sender="192.0.2.3"), "")
        self.assertTrue(self.keep("11:00", key=first))
        with self.after(10):
            self.assertTrue(self.keep("14:00", sender="192.0.2.3"))

    def test_with_none_allowed_nothing_is_kept(self):
        self.company.clinic_most_kept = 0

        self.assertEqual(self.keep(), "")
        self.assertTrue(self.is_offered(self.as_patient()))

    def test_one_connection_keeps_three(self):
        home = "2001:db8:1:2::"
        for number, clock in enumerate(("9:00", "10:00", "11:00")):
            self.assertTrue(self.keep(clock, sender=f"{home}{number}"))

        self.assertEqual(self.keep("14:00", sender=f"{home}4"), "")
        self.assertTrue(self.keep("14:00", sender="2001:db8:1:3::1"))

    def test_one_connection_keeps_so_many_an_hour_and_is_not_kept_waiting_after_that(self):
        home, key = "2001:db8:1:2::", ""
        for number in range(30):
            clock = ("9:00", "10:00", "11:00")[number % 3]
            key = self.keep(clock, key=key, sender=f"{home}{number}")
            self.assertTrue(key)

        with patch.object(type(self.nora), "_lock") as lock:
            self.assertEqual(self.keep("14:00", key=key, sender=home), "")
            self.assertEqual(self.keep("14:00", sender=home), "")
            lock.assert_not_called()
        self.assertEqual(self.kept().mapped("start"), [utc(TUESDAY, "11:00")])
        self.assertTrue(self.keep("14:00", sender="2001:db8:1:3::1"))
        self.pass_an_hour()
        self.assertTrue(self.keep("15:00", sender=home))

    def test_what_has_run_out_counts_for_its_hour(self):
        with patch.object(clinic_kept_time, "MOST_IN_HOUR", 1):
            self.keep()
            with self.after(30):
                self.env["clinic.kept.time"]._clear_run_out()
                self.assertEqual(self.keep("11:00"), "")
                self.pass_an_hour()
                self.assertTrue(self.keep("11:00"))

    def test_another_company_counts_for_itself(self):
        self.company.clinic_most_kept = 1
        self.keep()
        other = self.env["res.company"].create({"name": "Another", "clinic_most_kept": 1})
        self.kept().company_id = other

        self.assertTrue(self.keep("11:00"))

    # At other doors

    def test_the_front_desk_books_it_all_the_same(self):
        key = self.keep()
        desk = self.user("kept_desk", "Dee", "clinic_family.clinic_family_group_front_desk")

        length = self.single.duration * 60
        at = (self.nora, self.harbour, instant(TUESDAY, "10:00"), length)
        self.assertTrue(self.single.with_user(desk)._judge_at_desk(*at))
        self.appointment(TUESDAY, "10:00", [self.father])

        self.assertFalse(self.is_offered(self.as_newcomer(key)))

    def test_no_visit_is_moved_there_online(self):
        visit = self.appointment(TUESDAY, "14:00", [self.mother], service_id=self.single.id)
        self.keep()

        with self.assertRaises(BookingRefused) as caught:
            visit.with_user(self.mother)._reschedule(
                self.mother.partner_id, written(TUESDAY, "10:00"), 0, self.harbour.id
            )

        self.assertEqual(caught.exception.reason, "taken")

    def test_the_wait_list_offers_it_to_nobody(self):
        lists = self.env["clinic.waitlist"]
        self.assertIn(
            instant(TUESDAY, "10:00"), {one.start for one in lists._find_free(self.single)}
        )

        self.keep()

        free = {one.start for one in lists._find_free(self.single)}
        self.assertNotIn(instant(TUESDAY, "10:00"), free)

    def test_the_family_finder_leaves_it_out_and_the_desks_does_not(self):
        window = days(TUESDAY, 1)
        kinds = [(self.single, self.single.duration * 60)]
        self.keep()

        def find(model):
            plans = self.env[model].with_user(self.mother if "family" in model else self.env.user)
            starts = plans._read_starts(kinds, self.harbour, window, self.env["clinic.appointment"])
            return starts[kinds[0]][self.nora.id, self.harbour.id]

        self.assertNotIn(instant(TUESDAY, "10:00"), find("clinic.family.plan"))
        self.assertIn(instant(TUESDAY, "10:00"), find("clinic.desk.plan.search"))

    def test_it_is_nobodys_next_free_time(self):
        first = self.single._find_first(self.nora)[self.nora.id].start
        start = write_start(first, AUCKLAND)

        self.as_newcomer()["clinic.kept.time"]._keep(self.wish(self.single, start), "192.0.2.1")

        self.assertLess(first, self.single._find_first(self.nora)[self.nora.id].start)
