"""What a late cancellation and a no-show cost: whom, when, and on which invoice."""

from itertools import product

from psycopg2.errors import CheckViolation

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ...exceptions import ChangeRefused
from ..common import MONDAY, ROLE, THURSDAY, WEDNESDAY
from ..invoice_common import InvoiceCase

IN_TIME, LATE, PAST = (MONDAY, "12:00"), (WEDNESDAY, "12:00"), (THURSDAY, "10:30")
FEES = {
    "nothing": {"late_fee": 0, "noshow_fee": 0},
    "amount": {"late_fee": 30, "noshow_fee": 60},
    "percent": {
        "late_fee": 50,
        "late_fee_unit": "percent",
        "noshow_fee": 100,
        "noshow_fee_unit": "percent",
    },
}
# What a visit of 80 costs then; what isn't here costs nothing.
COSTS = {
    ("late", "amount"): 30,
    ("late", "percent"): 40,
    ("noshow", "amount"): 60,
    ("noshow", "percent"): 80,
}
# Patients cancel online; the desk may waive, and notes who didn't come.
WHO = {
    "payer": (("in time", "late"), ("", "exempt")),
    "other": (("in time", "late"), ("", "exempt")),
    "desk": (("in time", "late", "noshow"), ("", "exempt", "waived", "clinic's")),
}
ROWS = [
    (when, fee, who, mercy)
    for who, (moments, mercies) in WHO.items()
    for when, fee, mercy in product(moments, FEES, mercies)
]


class MissedCase(InvoiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.grant(cls.mother.partner_id, cls.grandmother, "book")
        cls.ill = cls.env.ref("clinic_family.clinic_cancel_reason_ill")
        cls.away = cls.ill.copy({"name": "We are ill", "is_clinics": True})

    def charge(self, fee="amount", **values):
        """Visits of the group cost this when they are missed."""
        units = {"late_fee_unit": "amount", "noshow_fee_unit": "amount"}
        self.group.write({**units, **FEES[fee], **values})

    def window(self, visit, target="cancelled", user=None):
        """The window in which the desk cancels, or notes a no-show."""
        model = self.env["clinic.appointment.cancel"].with_user(user or self.desk)
        context = {"default_appointment_ids": visit.ids, "default_target": target}
        return Form(model.with_context(**context))

    def call_off(self, visit, target="cancelled", reason=None, waiving=""):
        """The desk cancels, or notes a no-show, for a reason."""
        self.env["clinic.appointment.cancel"].with_user(self.desk).create({
            "appointment_ids": [Command.set(visit.ids)],
            "target": target,
            "reason_id": (reason or self.ill).id,
            "waives_fee": bool(waiving),
            "waive_reason": waiving,
        }).action_save()  # fmt: skip
        self.env.invalidate_all()

    def cancel_late(self, visit, *people, user=None, **values):
        with self.at(*LATE):
            self.cancel(user or self.mother, visit, *people, **values)

    def fees(self, visit):
        """What a draft or a posted invoice takes for the visit, by line."""
        standing = visit.invoice_id.filtered(lambda invoice: invoice._is_standing())
        return [(line.clinic_missed, line.price_unit) for line in standing.invoice_line_ids]


@tagged("post_install", "-at_install")
class TestMissedFees(MissedCase):
    def miss(self, when, fee, who, mercy):
        """A visit of the mother is missed so; answers with it."""
        self.charge(fee)
        self.mother.partner_id.clinic_pays_no_fees = mercy == "exempt"
        visit = self.visit(self.mother)
        with self.at(*{"in time": IN_TIME, "late": LATE, "noshow": PAST}[when]):
            if who == "desk":
                target = "noshow" if when == "noshow" else "cancelled"
                reason = self.away if mercy == "clinic's" else self.ill
                self.call_off(visit, target, reason, "Snow" if mercy == "waived" else "")
            else:
                self.cancel(self.mother if who == "payer" else self.grandmother, visit)
        return visit

    def get_payer(self, cost):
        return self.mother.partner_id.ids if cost else []

    def test_the_table(self):
        for row in ROWS:
            when, fee, who, mercy = row
            expected = 0 if mercy else COSTS.get((when, fee), 0)
            if (when, fee) == ("late", "nothing") and who != "desk":
                with self.subTest(row=row), self.assertRaisesRegex(ChangeRefused, "call"):
                    self.miss(*row)
                self.env["clinic.appointment"].search([("state", "=", "booked")])._update_state(
                    "cancelled"
                )
                continue
            with self.subTest(row=row):
                visit = self.miss(*row)
                kind = "noshow" if when == "noshow" else "late"
                self.assertEqual(self.fees(visit), [(kind, expected)] if expected else [])
                self.assertEqual(visit.invoice_id.partner_id.ids, self.get_payer(expected))
                self.assertEqual(bool(visit.owed_text), bool(expected))

    def test_the_line_says_what_it_is_for(self):
        self.charge()
        visit = self.visit(self.mother)

        self.cancel_late(visit)

        line = visit.invoice_id.invoice_line_ids
        self.assertRegex(line.name, "^Late cancellation: Test Family Talk\n.*with Nora")
        self.assertIn("Mira Motherwell", line.name)
        self.assertEqual(line.product_id, self.product)
        self.assertEqual(line.clinic_patient_ids, self.mother.partner_id)

    def test_it_is_confirmed_after_the_undo_period_if_the_clinic_wants_that(self):
        self.charge()
        self.company.clinic_post_invoices = True
        visit = self.visit(self.mother)

        with self.at(*LATE):
            self.cancel(self.mother, visit)
            self.env["account.move"]._post_clinic_due()
            self.assertEqual(visit.invoice_id.state, "draft")
        with self.at(WEDNESDAY, "12:04"):
            self.env["account.move"]._post_clinic_due()

        self.assertEqual(visit.invoice_id.state, "posted")
        self.assertEqual(self.fees(visit), [("late", 30)])
        self.assertFalse(visit.with_user(self.desk).invoice_difference)

    def test_in_the_undo_period_it_costs_nothing(self):
        self.charge()
        self.company.clinic_cancel_hours = 24 * 30
        visit = self.booked(self.mother, self.mother)

        self.cancel(self.mother, visit)

        self.assertEqual((visit.state, self.fees(visit)), ("cancelled", []))

    def test_once_it_has_begun_nobody_cancels_online(self):
        self.charge()
        visit = self.visit(self.mother)

        with self.at(*PAST):
            self.assertNotChanged("past", self.cancel, self.mother, visit)

    def test_where_patients_do_not_cancel_online_a_fee_changes_nothing(self):
        self.charge()
        self.company.clinic_allow_cancel = False
        visit = self.visit(self.mother)

        with self.at(*LATE):
            self.assertNotChanged("not_allowed", self.cancel, self.mother, visit)

    def test_of_several_one_owes_a_fee_alone_where_each_pays_one(self):
        self.charge(fee_per="participant", invoice_moment="booking")
        visit = self.visit(self.mother, self.leo)

        self.cancel_late(visit, self.leo)

        self.assertEqual(self.fees(visit), [(False, 80), ("late", 30)])
        line = visit.invoice_id.invoice_line_ids[1]
        self.assertEqual(line.clinic_patient_ids, self.leo)

    def test_it_waits_for_the_invoice_of_those_who_come(self):
        self.charge(fee_per="participant", invoice_moment="arrival")
        visit = self.visit(self.mother, self.leo)

        self.cancel_late(visit, self.leo)
        self.assertEqual(self.fees(visit), [])
        visit.action_arrive()

        self.assertEqual(self.fees(visit), [(False, 80), ("late", 30)])

    def test_one_fee_for_all_is_owed_when_nobody_comes_any_more(self):
        self.charge()
        visit = self.visit(self.mother, self.leo)

        self.cancel_late(visit, self.leo)
        self.assertFalse(visit.owed_text)
        self.cancel_late(visit, self.mother)

        self.assertEqual(self.fees(visit), [("late", 30)])

    def test_who_did_not_come_each_owes_a_fee(self):
        self.charge(fee_per="participant")
        visit = self.visit(self.mother, self.leo, self.ana)
        self.leo.clinic_pays_no_fees = True

        with self.at(*PAST):
            self.call_off(visit, "noshow")

        self.assertEqual(self.fees(visit), [("noshow", 60)] * 2)
        people = visit.invoice_id.invoice_line_ids.clinic_patient_ids
        self.assertEqual(people, self.mother.partner_id | self.ana)

    def test_no_child_pays_one(self):
        self.charge()
        self.leo.birth_date = "2020-05-01"
        visit = self.visit(self.leo)

        with self.at(*LATE):
            self.call_off(visit)

        self.assertEqual(self.fees(visit), [])

    def test_the_fee_follows_the_payer_chosen_when_the_payer_leaves(self):
        self.charge(fee_per="participant", invoice_moment="booking")
        self.grant(self.grandmother.partner_id, self.mother, "pay")
        visit = self.visit(self.mother, self.leo)

        self.cancel_late(visit, self.mother, payer=self.grandmother)

        self.assertEqual(visit.invoice_id.partner_id, self.grandmother.partner_id)
        self.assertEqual(self.fees(visit), [(False, 80), ("late", 30)])

    def test_whom_the_clinic_lets_off_pays_no_fee_of_a_payer_who_leaves(self):
        self.charge(fee_per="participant", invoice_moment="booking")
        self.grant(self.grandmother.partner_id, self.mother, "pay")
        self.grandmother.partner_id.clinic_pays_no_fees = True
        visit = self.visit(self.mother, self.leo)

        self.cancel_late(visit, self.mother, payer=self.grandmother)

        self.assertEqual(self.fees(visit), [(False, 80)])

    def test_moved_to_another_visit_somebody_owes_nothing(self):
        self.charge(fee_per="participant")
        visit = self.visit(self.mother, self.leo)
        other = self.appointment(THURSDAY, "14:00", [self.ana])

        with self.at(*LATE):
            leo = visit.participant_ids.filtered(lambda p: p.partner_id == self.leo)
            leo.with_user(self.desk)._move_to(other)

        self.assertFalse(visit.owed_text)

    def test_a_part_of_the_price_is_no_more_than_all_of_it(self):
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"):
            self.charge("percent", late_fee=101)
            self.group.flush_recordset()


@tagged("post_install", "-at_install")
class TestMissedFeesAndInvoices(MissedCase):
    def test_a_draft_keeps_the_fee_alone(self):
        self.charge(invoice_moment="booking")
        visit = self.visit(self.mother)
        draft = visit.invoice_id

        self.cancel_late(visit)

        self.assertEqual(visit.invoice_id, draft)
        self.assertEqual(self.fees(visit), [("late", 30)])

    def test_a_draft_of_a_visit_nobody_came_to_keeps_the_fee_alone(self):
        self.charge(invoice_moment="booking")
        visit = self.visit(self.mother)

        with self.at(*PAST):
            self.call_off(visit, "noshow")

        self.assertEqual(self.fees(visit), [("noshow", 60)])

    def test_without_a_fee_a_draft_of_a_visit_nobody_came_to_stays(self):
        self.charge("nothing", invoice_moment="booking")
        visit = self.visit(self.mother)

        with self.at(*PAST):
            self.call_off(visit, "noshow")

        self.assertEqual(self.fees(visit), [(False, 80)])

    def test_waived_a_draft_is_cancelled(self):
        self.charge(invoice_moment="booking")
        visit = self.visit(self.mother)

        with self.at(*PAST):
            self.call_off(visit, "noshow", waiving="Snow")

        self.assertEqual(visit.invoice_id.state, "cancel")

    def test_a_posted_invoice_stands_and_no_fee_comes_on_top(self):
        self.charge()
        visit = self.posted(self.mother).sudo()

        self.cancel_late(visit)

        self.assertEqual(self.fees(visit), [(False, 80)])
        self.assertIn("no fee comes on top", visit.owed_text)

    def test_once_that_is_credited_the_fee_can_be_invoiced(self):
        self.charge()
        visit = self.posted(self.mother)
        self.cancel_late(visit.sudo())

        self.credit(visit)
        visit.action_view_invoice()

        self.assertEqual(self.fees(visit.sudo()), [("late", 30)])

    def test_taken_up_again_a_draft_is_cancelled(self):
        self.charge()
        visit = self.visit(self.mother)
        self.cancel_late(visit)
        draft = visit.invoice_id

        visit.with_user(self.desk).action_rebook()

        self.assertEqual(draft.state, "cancel")
        self.assertFalse(visit.owed_text)

    def test_taken_up_again_the_visit_is_invoiced_as_ever(self):
        self.charge(invoice_moment="booking")
        visit = self.visit(self.mother)
        self.cancel_late(visit)

        visit.with_user(self.desk).action_rebook()

        self.assertEqual(self.fees(visit), [(False, 80)])

    def test_who_comes_after_all_gets_a_posted_fee_back(self):
        self.charge()
        visit = self.visit(self.mother)
        with self.at(*PAST):
            self.call_off(visit, "noshow")
            visit.invoice_id.action_post()

            visit.with_user(self.desk).action_arrive()

        self.assertEqual(visit.invoice_id.payment_state, "reversed")
        self.assertFalse(visit.is_invoiced)
        self.assertFalse(visit.with_user(self.desk).invoice_difference)

    def test_waived_afterwards_a_draft_is_cancelled(self):
        self.charge()
        visit = self.visit(self.mother)
        self.cancel_late(visit)

        self.waive(visit)

        self.assertEqual(visit.invoice_id.state, "cancel")
        self.assertFalse(visit.owed_text)

    def test_waived_afterwards_what_is_posted_is_credited(self):
        self.charge(fee_per="participant", invoice_moment="booking")
        visit = self.visit(self.mother, self.leo)
        self.cancel_late(visit, self.leo)
        visit.invoice_id.action_post()

        self.waive(visit)

        note = visit.invoice_id.reversal_move_ids
        self.assertEqual((note.state, note.amount_untaxed), ("posted", 30))
        self.assertEqual(note.invoice_line_ids.clinic_missed, "late")
        self.assertEqual(visit.invoice_id.amount_residual, 80)
        self.assertFalse(visit.with_user(self.desk).invoice_difference)

    def waive(self, visit, user=None):
        """The desk waives the fee of a visit, in the window that its button opens."""
        user = user or self.desk
        action = visit.with_user(user).action_waive_fee()
        model = self.env[action["res_model"]].with_user(user).with_context(**action["context"])
        form = Form(model)
        form.reason = "The train stood still"
        form.save().action_save()
        self.env.invalidate_all()

    def test_who_waived_it_and_why_is_kept(self):
        self.charge()
        visit, other = self.visit(self.mother), self.appointment(THURSDAY, "11:00", [self.mother])
        self.cancel_late(visit)
        self.waive(visit)
        with self.at(*LATE):
            self.call_off(other, waiving="Snow")

        kept = (visit | other).log_ids.filtered(lambda row: row.step == "waived")
        self.assertEqual(set(kept.mapped("why")), {"The train stood still", "Snow"})
        self.assertEqual(kept.create_uid, self.desk)

    def test_what_is_owed_is_what_it_cost_then(self):
        self.charge(fee_per="participant", invoice_moment="arrival")
        visit = self.visit(self.mother, self.leo)
        self.cancel_late(visit, self.leo)

        self.group.write({"late_fee": 50})
        with self.at(*PAST):
            visit.with_user(self.desk).action_arrive()

        self.assertIn(("late", 30), self.fees(visit))
        self.assertIn("30", visit.owed_text)

    def test_a_fee_of_one_who_left_takes_no_price_off_a_no_show_without_a_fee(self):
        self.charge(fee_per="participant", invoice_moment="booking", noshow_fee=0)
        visit = self.visit(self.mother, self.leo)
        self.cancel_late(visit, self.leo)

        with self.at(*PAST):
            self.call_off(visit, "noshow")

        self.assertCountEqual(self.fees(visit), [(False, 80), ("late", 30)])

    def test_waiving_in_the_window_leaves_what_was_owed_before(self):
        self.charge(fee_per="participant")
        visit = self.visit(self.mother, self.leo)
        self.cancel_late(visit, self.leo)

        with self.at(*LATE):
            self.call_off(visit, waiving="Snow")

        self.assertEqual(visit.participant_ids.filtered("owes").partner_id, self.leo)

    def test_a_fee_goes_away_with_a_reason_alone(self):
        self.charge()
        visit = self.visit(self.mother)
        self.cancel_late(visit)

        with self.assertRaisesRegex(UserError, "waive it first"):
            visit.participant_ids.with_user(self.desk).unlink()
        window = self.env["clinic.fee.waive"].with_user(self.desk).create({
            "appointment_id": visit.id, "reason": "  ",
        })  # fmt: skip
        with self.assertRaisesRegex(UserError, "why nobody"):
            window.action_save()
        self.assertEqual(self.fees(visit), [("late", 30)])

    def test_moving_away_costs_no_less_than_cancelling(self):
        self.charge()
        self.company.clinic_reschedule_hours = 1
        visit = self.visit(self.mother)

        with self.at(*LATE):
            self.assertFalse(visit._judge_change("reschedule"))
            self.charge("nothing")
            self.assertTrue(visit._judge_change("reschedule"))

    def test_a_practitioner_waives_nothing_that_is_owed(self):
        self.charge()
        doctor = self.user("test_doctor", "Dora Doctor", ROLE + "practitioner")
        self.nora.user_id = doctor
        visit = self.visit(self.mother)
        self.cancel_late(visit)

        with self.assertRaises(UserError):
            self.waive(visit, doctor)
        window = self.env["clinic.appointment.cancel"].with_user(doctor).create({
            "appointment_ids": [Command.set(visit.ids)],
            "reason_id": self.ill.id,
            "waives_fee": True,
            "waive_reason": "Mine",
        })  # fmt: skip
        window.action_save()

        self.assertEqual(self.fees(visit), [("late", 30)])

    def test_the_window_says_what_it_costs_and_whom(self):
        self.charge()
        visit = self.visit(self.mother)

        with self.at(*LATE):
            text = self.window(visit).fee_text
        with self.at(*IN_TIME):
            self.assertFalse(self.window(visit).fee_text)

        self.assertIn("Late cancellation, $ 30.00, will be invoiced to Mira", self.plain(text))
        self.assertIn("We are ill", text)

    def test_a_window_left_open_says_the_fee_before_it_is_charged(self):
        self.charge()
        visit = self.visit(self.mother)
        with self.at(*IN_TIME):
            window = self.window(visit)
        window.reason_id = self.ill

        with self.at(*LATE):
            opened = window.save()
            again = opened.action_save()
            self.assertEqual(visit.state, "booked")
            self.assertEqual((again["res_id"], again["target"]), (opened.id, "new"))
            self.assertFalse(opened.reason_id)
            opened.reason_id = self.ill
            opened.action_save()

        self.assertEqual(visit.state, "cancelled")
        self.assertEqual(self.fees(visit), [("late", 30)])

    def plain(self, text):
        return text.replace("\N{NO-BREAK SPACE}", " ")

    def test_waiving_takes_a_reason(self):
        self.charge()
        visit = self.visit(self.mother)
        window = self.env["clinic.appointment.cancel"].with_user(self.desk).create({
            "appointment_ids": [Command.set(visit.ids)],
            "reason_id": self.ill.id,
            "waives_fee": True,
        })  # fmt: skip

        with self.at(*LATE), self.assertRaisesRegex(UserError, "why nobody"):
            window.action_save()

        self.assertEqual(visit.state, "booked")

    def test_whom_the_clinic_lets_off_is_for_the_desk_to_know(self):
        partner = self.mother.partner_id.with_user(self.mother)

        with self.assertRaises(UserError):
            partner.read(["clinic_pays_no_fees"])
        partner.with_user(self.desk).clinic_pays_no_fees = True
