"""Whatever two profiles have, merged they have no right that not both had, and all their records;
and undone, the database is what it was.

`make histories` tries many random pairs; without it a few, always the same.
"""

from collections import Counter
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from odoo.fields import Command
from odoo.tests import tagged

from ..common import MONDAY
from ..form_common import FormBuilders
from ..history_common import prepare_histories
from ..merge_common import PICTURE, Snapshots
from ..package_common import PackageBuilders
from ..rules_common import Rules
from ..staff_common import StaffCase

BORN = date(1990, 5, 1)
OTHERS = ("mira", "fergus", "greta")
KINDS = ("book", "pay", "notify", "packages", "intake")
# Rows of which none may be lost, and where a person stands in them.
TABLES = (
    "clinic_permission", "clinic_relationship", "clinic_block", "clinic_appointment",
    "clinic_participant", "clinic_package_purchase", "clinic_package_session", "account_move",
    "clinic_wait_request", "clinic_invitation", "clinic_registration", "account_payment",
    "account_partial_reconcile",
)  # fmt: skip
# What somebody has or hasn't.
THINGS = (
    "package", "invoice", "payment", "question", "group", "registration", "wish", "login", "card",
    "number", "form", "note",
)  # fmt: skip
# What is suspended ends in a row of its own.
MAY_GROW = {"clinic_permission"}

rights = st.sets(
    st.tuples(
        st.sampled_from(("grantor", "grantee")),
        st.sampled_from(OTHERS),
        st.sampled_from(KINDS),
        st.sampled_from(("live", "ending", "suspended", "ended")),
    ),
    max_size=6,
)
profiles = st.fixed_dictionaries({
    "rights": rights,
    "linked": st.sets(st.sampled_from(OTHERS)),
    "ended": st.sets(st.sampled_from(OTHERS)),
    "blocked": st.sets(st.sampled_from(OTHERS), max_size=1),
    "visits": st.integers(0, 2),
    **dict.fromkeys(THINGS, st.booleans()),
})  # fmt: skip


@tagged("post_install", "-at_install")
class TestRandomMerge(Snapshots, FormBuilders, PackageBuilders, StaffCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.greta = cls.grandmother.partner_id
        cls.others = {name: getattr(cls, name) for name in OTHERS}
        for person in cls.others.values():
            person.birth_date = BORN
        cls.ask_for(cls.single, cls.survey("History"))
        cls.form = cls.survey("Another")
        provider = cls.env.ref("payment.payment_provider_demo")
        provider.write({"state": "test", "company_id": cls.company.id})
        cls.sold = cls.package(cls.single)

    def build(self, number, profile):
        """Somebody who has all of this."""
        person = self.person("Dora Double", is_patient=True, birth_date=BORN)
        for side, name, kind, state in sorted(profile["rights"]):
            self.give(person, side, self.others[name], kind, state)
        for name in sorted(profile["linked"] | profile["ended"]):
            pair = self.link(person, self.others[name], "SIB")
            if name not in profile["linked"]:
                pair._end("Over")
        for name in sorted(profile["blocked"]):
            self.block(person, self.others[name])
        for day in range(profile["visits"]):
            self.appointment(
                MONDAY + timedelta(days=7 + day), f"{10 + number}:00", [person],
                service_id=self.single.id,
            )  # fmt: skip
        for thing in THINGS:
            if profile[thing]:
                getattr(self, f"have_{thing}")(person)
        return person

    def have_package(self, person):
        self.draft(self.sold, person)

    def have_invoice(self, person):
        self.env["account.move"].create({"move_type": "out_invoice", "partner_id": person.id})

    def have_payment(self, person):
        invoice = self.env["account.move"].create({
            "move_type": "out_invoice", "partner_id": person.id,
            "invoice_line_ids": [Command.create({"name": "A visit", "price_unit": 80})],
        })  # fmt: skip
        invoice.action_post()
        self.pay(invoice)

    def have_question(self, person):
        asked = {"name": "Rosa", "kinds": "book"}
        self.env["clinic.invitation"]._ask(person, asked, self.greta)

    def have_group(self, person):
        self.group_of_patients.partner_ids |= person

    def have_registration(self, person):
        self.env["clinic.registration"]._record_newcomers(person, "booking", person)

    def have_wish(self, person):
        self.env["clinic.wait.request"]._join(person, person, {"service_id": self.single.id})

    def have_login(self, person):
        self.user(f"test_dora_{person.id}", "Dora Double").partner_id = person

    def have_card(self, person):
        self.saved_card(person)

    def have_number(self, person):
        person.phone = f"+64 9 {person.id}"

    def have_form(self, person):
        self.env["clinic.form.request"].create({
            "patient_id": person.id, "survey_id": self.form.id, "company_id": self.company.id,
        })  # fmt: skip

    def have_note(self, person):
        note = "A note"
        person.message_post(subject=note)
        person.image_1920 = PICTURE

    def give(self, person, side, other, kind, state):
        pair = (person, other) if side == "grantor" else (other, person)
        held = self.env["clinic.permission"]._get_held(*pair)
        if kind in held.mapped("kind"):
            return
        ends_at = self.env.cr.now() + timedelta(days=9) if state == "ending" else False
        given = self.allow(*pair, kind, ends_at=ends_at)
        if state == "suspended":
            given._suspend("For now")
        if state == "ended":
            given._revoke("Over")

    def get_rights(self, person):
        """Who may do what for this person now, and this person for whom."""
        found = self.env["clinic.authority"].search([
            "|", ("person_id", "=", person.id), ("actor_id", "=", person.id),
            ("permission_id", "!=", False),
        ])  # fmt: skip
        return {
            ("grantor", one.actor_id, one.kind)
            if one.person_id == person
            else ("grantee", one.person_id, one.kind)
            for one in found
        }

    def get_blocked(self, person):
        return {
            name
            for name, one in self.others.items()
            if self.env["clinic.block"]._stops(person, one)
        }

    def get_numbers(self, permissions):
        """Whom of those who were merged these rows of the ledger name."""
        others = self.env["res.partner"].union(*self.others.values())
        people = (permissions.grantor_id | permissions.grantee_id) - others
        return set(people.mapped("clinic_merged_number"))

    def count(self):
        self.env.flush_all()
        counts = Counter()
        for table in TABLES:
            self.env.cr.execute(f"SELECT count(*) FROM {table}")
            [counts[table]] = self.env.cr.fetchone()
        return counts

    @prepare_histories(usual=4, steps=1)
    @given(profiles, profiles, st.sampled_from(("kept", "source", "none")))
    def test_nothing_is_lost_or_widened_whatever_is_done_before(self, theirs, ours, login):
        with self.env.cr.savepoint() as savepoint:
            self.try_pair(theirs, ours, login)
            savepoint.close(rollback=True)
        self.env.invalidate_all()

    def try_pair(self, theirs, ours, login):
        self.group_of_patients = self.env["clinic.patient.group"].create({"name": "The Doubles"})
        source, kept = self.build(0, theirs), self.build(1, ours)
        rows, number = self.count(), source.id
        had = [self.get_rights(person) for person in (source, kept)]
        blocked = self.get_blocked(source) | self.get_blocked(kept)
        visits = (source | kept).participant_ids
        named = self.env["clinic.permission"].search([
            "|", ("grantor_id", "=", source.id), ("grantee_id", "=", source.id),
        ])  # fmt: skip

        before = self.take()
        window = self.env["clinic.patient.merge"].with_user(self.manager).create(
            {"source_id": source.id, "kept_id": kept.id, "login": login}
        )  # fmt: skip
        self.assertFalse(window.refusal)
        window.action_merge()
        self.env.invalidate_all()
        Rules(self, ()).check()

        self.assertEqual(self.get_rights(kept), had[0] & had[1])
        self.assertEqual(self.get_blocked(kept), blocked)
        after = self.count()
        lost = {table for table in TABLES if after[table] < rows[table]}
        made = {table for table in TABLES if after[table] > rows[table]}
        self.assertEqual((lost, made - MAY_GROW), (set(), set()))
        self.assertEqual(visits.partner_id, kept if visits else visits.partner_id)
        self.assertEqual(self.get_numbers(named), {number} if named else set())
        for name in blocked:
            self.assertFalse(self.env["clinic.relationship"]._find(kept, self.others[name]))
        kept.with_user(self.manager).clinic_merge_id.action_undo()
        self.assertAsBefore(before)
