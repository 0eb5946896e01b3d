"""A kind of permission that is offered has its effect, and what has none is offered nowhere."""

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ...engine.forms import read_kinds
from ...engine.permissions import KINDS, OFFERED, SWITCHES
from ...exceptions import FamilyRefused
from ..common import ROLE, TUESDAY, ClinicCase, written
from ..form_common import FormBuilders
from ..package_common import PackageBuilders

WITHOUT_EFFECT = set(KINDS) - set(OFFERED)


@tagged("post_install", "-at_install")
class TestPermissionEffect(FormBuilders, PackageBuilders, ClinicCase):
    """What Mira can do for Greta, who gives her one kind after the other."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mira, cls.greta = cls.mother.partner_id, cls.grandmother.partner_id
        cls.mira.email, cls.greta.email = "mira@example.com", "greta@example.com"
        cls.ask_for(cls.group, cls.survey("History"))
        cls.visit = cls.appointment(TUESDAY, "14:00", [cls.greta])
        # Who pays with somebody's card is a relative of theirs.
        cls.env["clinic.relationship"]._link(
            cls.greta, cls.mira, cls.env.ref("clinic_family.clinic_relationship_type_other")
        )
        cls.saved_card(cls.greta)

    def get_effects(self):
        return {
            "pay": self.can_name_her_as_payer,
            "book": self.can_book_for_her,
            "intake": self.can_fill_in_her_forms,
            "notify": self.hears_of_her_visits,
            "receipts": self.gets_her_receipts,
            "calendar": self.has_her_visits_in_a_calendar,
            "packages": self.can_use_her_sessions,
            "card": self.can_pay_with_her_card,
        }

    def is_held(self, people, payer=None):
        checkout = self.checkout(self.group, written(TUESDAY, "10:00"), people, payer)
        try:
            self.hold(self.mother, checkout)
        except UserError:
            return False
        return True

    def can_name_her_as_payer(self):
        return self.is_held([self.mira], self.greta)

    def can_book_for_her(self):
        return self.is_held([self.greta], self.mira)

    def can_fill_in_her_forms(self):
        forms = self.env["clinic.form.request"].with_user(self.mother)._find_mine()
        return bool(forms) and bool(forms._open())

    def hears_of_her_visits(self):
        participant = self.visit.participant_ids
        return self.mira in participant._get_recipients()[participant]

    def gets_her_receipts(self):
        return self.mira in self.env["clinic.receipt.copy"]._get_readers(self.greta)

    def has_her_visits_in_a_calendar(self):
        feeds = self.env["clinic.calendar.feed"]
        return "Greta at the clinic" in feeds._find_by_key(feeds._renew(self.mother))._write()

    def can_use_her_sessions(self):
        rights = self.env["clinic.package.session"]._get_rights(self.mira)
        return self.greta.id in {right.owner_id for right in rights}

    def can_pay_with_her_card(self):
        found = self.env["payment.token"]._find_shared(
            self.mira, self.company, self.company.currency_id
        )
        return bool(found)

    def test_every_kind_that_is_offered_opens_something(self):
        self.assertEqual(set(self.get_effects()), set(OFFERED))
        for kind, is_open in self.get_effects().items():
            with self.subTest(kind=kind):
                others = [other for other in KINDS if other != kind]
                self.grant(self.greta, self.mother, *others)
                self.assertFalse(is_open(), "open without it")

                held = self.grant(self.greta, self.mother, kind)
                self.assertTrue(is_open(), "closed with it")

                held._revoke("Asked for")
                self.assertFalse(is_open(), "open after it")
                self.env["clinic.permission"]._end_between(self.greta, self.mira, "Next")

    def test_what_has_no_effect_or_terms_of_its_own_is_on_no_page_and_in_no_assistant(self):
        words = self.env["clinic.permission.kind"]
        change = self.env["clinic.permission.change"].new(
            {"grantor_id": self.greta.id, "grantee_id": self.mira.id}
        )
        panel = self.env["clinic.family.panel"]._get_panel(self.greta)
        add = self.env["clinic.relationship.add"].default_get(["line_ids"])
        offered = {
            "switches": [choice["kind"] for choice in words._get_choices("you", "your")],
            "forms": read_kinds(KINDS),
            "change": change.line_ids.mapped("kind"),
            "panel": [kind["kind"] for kind in panel["kinds"]],
            "add": [command[2]["kind"] for command in add["line_ids"] if command[2]],
        }

        for place, kinds in offered.items():
            self.assertEqual(tuple(kinds), SWITCHES, place)

    def test_staff_record_no_kind_without_effect_by_any_door(self):
        desk = self.user("test_desk", "Fran Frontdesk", ROLE + "front_desk")
        change = (
            self.env["clinic.permission.change"]
            .with_user(desk)
            .create({"grantor_id": self.greta.id, "grantee_id": self.mira.id})
        )
        for kind in WITHOUT_EFFECT:
            with self.assertRaises(ValueError):
                change.line_ids.create({"assistant_id": change.id, "kind": kind})

    def test_an_old_question_gives_no_kind_without_effect(self):
        question = self.env["clinic.invitation"].create(
            {
                "asker_id": self.mira.id,
                "grantor_id": self.greta.id,
                "name": "Greta",
                "kinds": ",".join(KINDS),
                "offered_kinds": ",".join(KINDS),
            }
        )

        self.env["clinic.family"]._accept(self.greta, question, KINDS)

        held = self.env["clinic.permission"]._get_held(self.greta, self.mira)
        self.assertEqual(set(held.mapped("kind")), set(SWITCHES))

    def test_the_verb_itself_gives_no_kind_without_effect(self):
        permissions = self.env["clinic.permission"]
        for kind in WITHOUT_EFFECT:
            with self.assertRaises(FamilyRefused) as refusal:
                permissions._grant(self.greta, self.mira, ["book", kind], "consent")
            self.assertEqual(refusal.exception.reason, "no_effect")

        self.assertFalse(permissions._get_held(self.greta, self.mira))

    def test_what_was_recorded_stays_in_the_ledger_when_something_else_changes(self):
        old = self.grant(self.greta, self.mother, *WITHOUT_EFFECT)
        self.env["clinic.relationship"]._link(
            self.greta, self.mira, self.env.ref("clinic_family.clinic_relationship_type_other")
        )
        mails = self.env["mail.mail"].search([])

        self.env["clinic.family"]._share(self.greta, self.greta, self.mira, ["book"])
        form = Form(self.env["clinic.permission.change"].with_context(
            default_grantor_id=self.greta.id, default_grantee_id=self.mira.id
        ))  # fmt: skip
        form.ends_on = "2099-01-01"
        form.save().action_save()

        self.assertTrue(all(permission.is_live for permission in old))
        told = "".join((self.env["mail.mail"].search([]) - mails).mapped("body_html"))
        self.assertIn("Book appointments", told)
        self.assertNotIn("calendar", told)

    def test_what_has_no_effect_is_announced_to_nobody(self):
        mails = self.env["mail.mail"].search([])
        old = self.grant(self.greta, self.mother, *WITHOUT_EFFECT)

        self.env["clinic.sharing.notice"]._tell_shared(old)

        self.assertEqual(self.env["mail.mail"].search([]), mails)
