"""Today as a list: in order, who is next and who waits; and on paper, for the staff alone."""

from unittest.mock import patch

from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tests.common import freeze_time
from odoo.tools.safe_eval import safe_eval

from ..common import MONDAY, TUESDAY, utc
from ..staff_common import StaffCase


class TodayCase(StaffCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.olga = cls.practitioner("Olga Other")
        cls.group.practitioner_ids |= cls.olga
        cls.late = cls.appointment(TUESDAY, "14:00", [cls.mother])
        cls.early = cls.appointment(TUESDAY, "10:00", [cls.leo], payer_id=cls.mira.id)
        cls.others = cls.appointment(TUESDAY, "11:00", [cls.father], practitioner_id=cls.olga.id)
        cls.yesterday = cls.appointment(MONDAY, "15:00", [cls.mother])


@tagged("post_install", "-at_install")
class TestToday(TodayCase):
    def today(self, user=None, clock="8:00"):
        visits = self.env["clinic.appointment"].with_user(user or self.front_desk)
        with freeze_time(utc(TUESDAY, clock)):
            self.env.invalidate_all()
            found = visits.search(visits.action_open_today()["domain"], order="start")
            return found, found.mapped("turn_text")

    def test_the_visits_of_the_day_at_the_clinic_are_listed(self):
        # Half an hour after midnight there it is still Monday in UTC.
        for clock in ("0:30", "8:00", "23:30"):
            with self.subTest(clock=clock):
                found, _turns = self.today(clock=clock)
                self.assertEqual(found, self.early | self.others | self.late)

    def test_each_says_from_when_to_when_by_the_clock_there(self):
        found, _turns = self.today()

        # A narrow space stands before AM.
        self.assertRegex(found[0].clock_text, "^10:00.AM–10:30.AM$")

    def test_no_card_is_dragged_to_another_practitioner(self):
        """That would move the visit, and ask nothing of what the day sheet asks."""
        action = self.env["clinic.appointment"].with_user(self.front_desk).action_open_today()
        [number] = [view for view, mode in action["views"] if mode == "kanban"]
        card = etree.fromstring(
            self.env["clinic.appointment"].get_view(number, view_type="kanban")["arch"]
        )

        self.assertEqual(card.get("records_draggable"), "0")

    def test_one_of_each_practitioner_is_next(self):
        self.assertEqual(self.today()[1], ["Next", "Next", False])
        self.early._update_state("arrived")

        self.assertEqual(self.today()[1][1:], ["Next", "Next"])

    def test_who_waits_since_when(self):
        with freeze_time(utc(TUESDAY, "9:42")):
            self.early.with_user(self.front_desk)._update_state("arrived")
            self.env.flush_all()

        _found, turns = self.today(clock="9:57")

        self.assertRegex(turns[0], r"Waits since 9:42.AM \(15 minutes\)")

    def test_what_is_cancelled_isn_t_listed(self):
        self.early._update_state("cancelled")

        self.assertNotIn(self.early, self.today()[0])

    def test_a_practitioner_lists_their_own(self):
        self.assertEqual(self.today(self.doctor)[0], self.early | self.late)


@tagged("post_install", "-at_install")
class TestDayOnPaper(TodayCase):
    def paper(self, user, name="report_day"):
        visits = self.early | self.others | self.late
        reports = self.env["ir.actions.report"].with_user(user)
        html, _kind = reports._render_qweb_html(f"clinic_family.{name}", visits.ids)
        return html.decode()

    def test_a_page_a_practitioner(self):
        self.early.desk_note = "Brings a dog"
        page = self.paper(self.front_desk)

        for word in ("Olga Other", "Leo Littleton", "Mira Motherwell", "Brings a dog"):
            self.assertIn(word, page)
        self.assertEqual(page.count("<table"), 2)

    def test_a_day_is_named_once_above_its_visits_and_each_row_is_whole(self):
        page = etree.HTML(self.paper(self.front_desk))
        [noras, olgas] = [
            [row.xpath("string()") for row in table.xpath(".//tbody/tr")]
            for table in page.xpath("//table")
        ]

        self.assertIn("Tuesday 30 March 2027", noras[0])
        self.assertIn(self.harbour.name, noras[0])
        self.assertEqual((len(noras), len(olgas)), (3, 2))
        self.assertNotIn("2027", "".join(noras[1:] + olgas[1:]))
        self.assertEqual({len(row) for row in page.xpath("//tbody/tr[td]")}, {5})

    def test_without_names_nobody_is_named(self):
        self.early.desk_note = "Brings a dog"
        page = self.paper(self.front_desk, "report_day_nameless")

        self.assertIn("Olga Other", page)
        for word in ("Leo Littleton", "Mira Motherwell", "Brings a dog"):
            self.assertNotIn(word, page)

    def test_a_practitioner_prints_their_own(self):
        page = self.paper(self.doctor)

        self.assertIn("Leo Littleton", page)
        self.assertNotIn("Olga Other", page)

    def test_patients_print_nothing_of_it(self):
        for user in (self.mother, self.employee):
            for name in ("report_day", "report_day_nameless"):
                with self.subTest(user=user.name, name=name), self.assertRaises(AccessError):
                    self.paper(user, name)


@tagged("post_install", "-at_install")
class TestUndelivered(TodayCase):
    def count(self, user=None):
        return self.env["clinic.desk.day"].with_user(user or self.front_desk).get_undelivered()

    def fail(self, visit, state):
        messages = self.env["clinic.message"]._queue(
            [(visit.participant_ids, {"kind": "confirmed"})]
        )
        messages.state = state
        return messages

    def test_what_did_not_arrive_about_a_visit_to_come_is_counted_and_listed(self):
        past = self.appointment(MONDAY, "8:00", [self.mother])
        failed = self.fail(self.late, "failed") | self.fail(self.others, "unknown")
        self.fail(past, "failed")
        self.fail(self.early, "sent")

        self.assertEqual(self.count(), 2)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clinic_family.clinic_message_undelivered_action"
        )
        domain = safe_eval(action["domain"])
        found = self.env["clinic.message"].with_user(self.front_desk).search(domain)
        self.assertEqual(found, failed)

    def test_whom_nothing_reaches_by_itself_stands_first_with_a_number_to_call(self):
        self.late.participant_ids.partner_id.phone = "021 555 010"
        again, never = self.fail(self.others, "failed"), self.fail(self.late, "unknown")
        never.try_at = False
        again.try_at = utc(TUESDAY, "9:00")
        view = self.env.ref("clinic_family.clinic_message_view_list_undelivered")
        order = etree.fromstring(view.get_combined_arch()).get("default_order")

        messages = self.env["clinic.message"].with_user(self.front_desk)
        found = messages.search([("id", "in", (again | never).ids)], order=order)

        self.assertEqual(found.ids, [never.id, again.id])
        self.assertIn("021 555 010", found[0].phone_text)

    def test_the_front_desk_hears_of_it_at_once_and_of_nothing_else(self):
        message = self.fail(self.late, "sent")
        for state, heard in (
            ("failed", True), ("unknown", False), ("waiting", True), ("sent", False),
        ):  # fmt: skip
            with self.subTest(state=state):
                self.assertEqual(self.hears(message, state), heard)

    def hears(self, message, state):
        """Whether something is sent to those who work there as the message gets this state."""
        bus = self.env["bus.bus"]
        self.env.cr.precommit.run()
        before = bus.search([])
        message.state = state
        self.env.cr.precommit.run()
        news = bus.search([]) - before
        return bool(news.filtered(lambda one: "clinic_family/undelivered" in one.message))

    def test_it_is_counted_for_the_front_desk_alone(self):
        self.fail(self.late, "failed")

        self.assertEqual(self.count(self.doctor), 0)
        for user in (self.employee, self.mother):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                self.count(user)


@tagged("post_install", "-at_install")
class TestRegistrationsWaiting(TodayCase):
    def register(self):
        registrations = self.env["clinic.registration"]
        registrations._record_newcomers(self.late.participant_ids.partner_id, "booking", self.mira)
        person = self.late.participant_ids.partner_id
        return registrations.search([("patient_id", "=", person.id)], limit=1)

    def count(self, user=None):
        return self.env["clinic.desk.day"].with_user(user or self.front_desk).get_registrations()

    def news(self, happen):
        """What the bus carries as something happens."""
        bus = self.env["bus.bus"]
        self.env.cr.precommit.run()
        before = bus.search([])
        happen()
        self.env.cr.precommit.run()
        return "".join((bus.search([]) - before).mapped("message"))

    def test_who_registered_and_waits_is_counted_until_somebody_decides(self):
        before = self.count()

        registration = self.register()
        self.assertEqual(self.count(), before + 1)
        registration.with_user(self.front_desk).action_confirm()

        self.assertEqual(self.count(), before)

    def test_the_front_desk_hears_at_once_that_it_changed_and_not_who_it_is(self):
        registered = self.news(self.register)
        registration = self.register()
        decided = self.news(registration.with_user(self.front_desk).action_confirm)

        for message in (registered, decided):
            self.assertIn("clinic_family/registrations", message)
            self.assertNotIn(registration.registered_name, message)

    def test_it_is_for_the_front_desk_alone(self):
        self.register()

        self.assertEqual(self.count(self.doctor), 0)
        for user in (self.employee, self.mother):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                self.count(user)


@tagged("post_install", "-at_install")
class TestManyVisits(TodayCase):
    def count(self, visits, user):
        """How often the database is asked as a list or the calendar shows these visits."""
        model = self.env["clinic.appointment"].with_user(user)
        shown = {"display_name": {}, "patient_names": {}, "start": {}}
        domain = [("id", "in", visits.ids)]
        self.env.flush_all()
        for _run in range(2):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = model.web_search_read(domain, shown)
        self.assertEqual(len(found["records"]), len(visits))
        return self.env.cr.sql_log_count - before

    def test_more_visits_than_odoo_reads_at_a_time_take_no_more_queries(self):
        two = self.early | self.late
        service = self.service("Test Second", self.nora)
        more = [
            self.appointment(TUESDAY, f"{hour}:00", [self.person(f"Pat {hour}")], service_id=one)
            for hour, one in ((12, service.id), (13, self.early.service_id.id))
        ]
        # Elsewhere a thousand; here two.
        with (
            patch("odoo.orm.fields.PREFETCH_MAX", 2),
            patch("odoo.orm.fields_relational.PREFETCH_MAX", 2),
        ):
            few = self.count(two, self.front_desk)
            many = self.count(two.union(*more), self.front_desk)

        self.assertEqual(many, few)
