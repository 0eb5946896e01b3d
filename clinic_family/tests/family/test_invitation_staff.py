"""What staff do about invitations: send, send anew, delete; and what they are told."""

import re
from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from ..staff_common import FIFTH_OF_MAY, LAST_MOMENT_BEFORE, StaffCase


@tagged("post_install", "-at_install")
class TestInvitationStaff(StaffCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mira.is_patient = True

    def inviting(self, patient, user=None):
        """The assistant that invites somebody to a patient, filled in but for what is said."""
        model = self.env["clinic.invitation.send"].with_user(user or self.front_desk)
        form = Form(model.with_context(default_person_id=patient.id))
        form.name = "Rita Relative"
        form.email = "Rita@Example.com"
        form.type_id = self.type("SIB")
        form.basis = "consent"
        form.is_confirmed = True
        return form

    def invite(self, patient=None, **values):
        form = self.inviting(patient or self.mira)
        for name, value in values.items():
            setattr(form, name, value)
        return self.send(form)

    def send(self, form):
        """The invitation, and what the window that follows shows once."""
        shown = form.save().action_send()["context"]
        return self.invitations()[:1], shown

    def invitations(self):
        return self.env["clinic.invitation"].search([("staff_id", "!=", False)])

    def get_words(self, mail):
        return " ".join(re.sub(r"<[^>]+>", " ", f"{mail.subject} {mail.body_html}").split())

    def test_the_front_desk_invites_somebody_to_act_for_a_patient(self):
        invitation, shown = self.invite(ends_on=FIFTH_OF_MAY)

        mail = self.get_mails()
        self.assertEqual((mail.email_to, len(mail)), ("rita@example.com", 1))
        self.assertIn(shown["default_link"], mail.body_html)
        self.assertEqual((invitation.asker_id, invitation.staff_id), (self.mira, self.front_desk))
        self.assertEqual(invitation.offered_kinds, "book,notify")
        self.assertEqual(str(invitation.ends_at), LAST_MOMENT_BEFORE)
        self.assertFalse(shown["default_code"])
        self.assertFalse(self.env["clinic.permission"].search([("grantor_id", "=", self.mira.id)]))

    def test_the_message_says_the_first_name_of_the_patient_and_nothing_else(self):
        self.invite()

        words = self.get_words(self.get_mails())

        self.assertIn("invites you to act for Mira online", words)
        self.assertNotRegex(words, "Motherwell|Book|appointment|sister|Sibling|Fran|consent")

    def test_whether_somebody_has_an_account_is_told_to_nobody(self):
        self.user("known@example.com", "Rita Relative", email="known@example.com")

        known, shown_known = self.invite(email="known@example.com")
        unknown, shown_unknown = self.invite(email="unknown@example.com")

        told = {mail.email_to: self.get_words(mail) for mail in self.get_mails()}
        self.assertFalse(known.grantor_id | unknown.grantor_id)
        self.assertEqual(told["known@example.com"], told["unknown@example.com"])
        self.assertEqual(shown_known.keys(), shown_unknown.keys())

    def test_it_is_written_in_the_language_that_was_chosen(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        template = self.env.ref("clinic_family.mail_template_invited")
        template.with_context(lang="fr_FR").subject = "Une invitation"

        invitation, _shown = self.invite(lang="fr_FR")

        self.assertEqual(self.get_mails().subject, "Une invitation")
        self.assertEqual(invitation.lang, "fr_FR")

    def test_a_child_is_proposed_the_basis_and_ends_with_childhood(self):
        self.env.company.clinic_child_age = 16
        form = self.inviting(self.leo)

        form.type_id = self.type("PRN")

        self.assertEqual((form.basis, form.ends_on), ("parental", False))
        self.assertEqual(form.by_age, "It ends on 05/01/2034, by the clinic's ages.")

    def test_an_adult_patient_has_to_agree_first(self):
        form = self.inviting(self.mira)
        form.is_confirmed = False

        with self.assertRaisesRegex(UserError, "patient has agreed"):
            form.save().action_send()

        self.assertFalse(self.invitations())

    def test_what_is_missing_is_said(self):
        assistant = self.inviting(self.mira).save()
        for values, words in (
            ({"email": "rita at home"}, "can't be right"),
            ({"name": " "}, "who the person is"),
            ({"basis": False}, "on what basis"),
            ({"ends_on": "2000-01-01"}, "a day to come"),
            ({"source": "known"}, "whom you invite"),
            ({"source": "known", "relative_id": self.mira.id}, "for themselves"),
        ):
            before = {name: assistant[name] for name in values}

            with self.subTest(values), self.assertRaisesRegex(UserError, words):
                assistant.write(values)
                assistant.action_send()

            assistant.write({k: getattr(v, "id", v) for k, v in before.items()})
        assistant.line_ids.is_offered = False
        with self.assertRaisesRegex(UserError, "what the person may do"):
            assistant.action_send()

    def test_the_link_and_the_code_are_stored_nowhere(self):
        _invitation, shown = self.invite(has_code=True)
        token = shown["default_link"].rpartition("/")[2]
        self.env.flush_all()

        self.assertRegex(shown["default_code"], r"^\d{6}$")
        self.assertGreaterEqual(len(token), 22)
        for table in ("clinic_invitation", "clinic_invitation_send"):
            self.env.cr.execute(f"SELECT * FROM {table}")  # pylint: disable=sql-injection
            rows = str(self.env.cr.fetchall())
            self.assertNotIn(token, rows)
            self.assertNotIn(f"'{shown['default_code']}'", rows)

    def test_an_invitation_of_the_same_person_replaces_the_open_one(self):
        first, _shown = self.invite()

        second, _shown = self.invite()

        self.assertEqual((first.state, second.state), ("withdrawn", "open"))

    def test_a_new_link_is_sent_and_shown_and_the_old_one_is_dead(self):
        invitation, shown = self.invite()
        old = invitation.token_hash

        again = invitation.with_user(self.front_desk).action_resend()["context"]

        self.assertNotEqual(shown["default_link"], again["default_link"])
        self.assertNotEqual(invitation.token_hash, old)
        self.assertEqual(len(self.get_mails()), 2)

    def test_an_expired_invitation_is_good_again_with_a_new_link(self):
        invitation, _shown = self.invite()
        invitation.expires_at = self.env.cr.now() - timedelta(days=1)
        self.assertTrue(invitation.is_expired)

        invitation.with_user(self.front_desk).action_resend()

        self.assertFalse(invitation.is_expired)

    def test_an_invitation_is_never_good_for_longer_than_what_it_offers(self):
        invitation, _shown = self.invite()
        invitation.ends_at = self.env.cr.now() - timedelta(days=1)

        with self.assertRaisesRegex(UserError, "has ended by itself"):
            invitation.with_user(self.front_desk).action_resend()

    def test_who_is_kept_apart_is_invited_by_nobody_and_no_word_says_why(self):
        self.fergus.email = "fergus@example.com"
        self.block(self.mira, self.fergus)
        by_name = self.inviting(self.mira)
        by_name.source = "known"
        by_name.relative_id = self.fergus
        by_address = self.inviting(self.mira)
        by_address.email = "FERGUS@example.com"

        for form in (by_name, by_address):
            with self.assertRaisesRegex(ValidationError, "manager has to decide") as refusal:
                form.save().action_send()
            self.assertNotRegex(str(refusal.exception), "(?i)block|apart|court")
        self.assertFalse(self.get_mails())

    def test_a_block_set_later_stops_the_new_link_too(self):
        invitation, _shown = self.invite(email="fergus@example.com")
        self.fergus.email = "fergus@example.com"
        self.block(self.mira, self.fergus)

        self.assertEqual(invitation.state, "withdrawn")
        with self.assertRaises(UserError):
            invitation.with_user(self.front_desk).action_resend()

    def test_somebody_known_is_written_to_at_their_own_address_or_with_a_code(self):
        greta = self.grandmother.partner_id
        greta.email = "greta@example.com"
        for address, others in (("rita@example.com", False), ("greta@example.com", True)):
            self.leo.email = others and "greta@example.com"
            form = self.inviting(self.mira)
            form.source, form.relative_id = "known", greta
            form.email = address
            with self.subTest(address=address):
                with self.assertRaisesRegex(UserError, "tick the code"):
                    form.save().action_send()
                form.has_code = True
                invitation, _shown = self.send(form)
                self.assertEqual(invitation.grantor_id, greta)

    def test_who_is_archived_invites_nobody_any_more(self):
        invitation, _shown = self.invite(self.leo)

        self.leo.active = False

        self.assertEqual(invitation.state, "withdrawn")

    def test_nobody_but_the_front_desk_and_managers_invites_sends_anew_and_deletes(self):
        invitation, _shown = self.invite()
        others = self.doctor + self.employee + self.mother + self.stranger

        self.assertDenied(others, lambda user: self.inviting(self.leo, user).save())
        self.assertDenied(others, lambda user: invitation.with_user(user).action_resend())
        self.assertDenied(others, lambda user: invitation.with_user(user).action_withdraw())
        with self.assertRaises(AccessError):
            invitation.with_user(self.front_desk).state = "accepted"
        invitation.with_user(self.manager).action_withdraw()
        self.assertEqual(invitation.state, "withdrawn")

    def test_what_a_patient_asked_is_not_the_staffs_to_send_or_delete(self):
        asked = self.env["clinic.invitation"]._ask(
            self.mira, {"name": "Rosa", "email": "rosa@example.com", "kinds": "book"}
        )

        for verb in ("action_resend", "action_withdraw"):
            with self.assertRaisesRegex(UserError, "sent by a patient"):
                getattr(asked.with_user(self.front_desk), verb)()

    def test_the_patients_form_shows_all_of_them(self):
        self.invite()
        self.invite(email="other@example.com")[0].with_user(self.front_desk).action_withdraw()

        shown = self.mira.with_user(self.front_desk).invitation_ids

        self.assertEqual(sorted(shown.mapped("state")), ["open", "withdrawn"])
        self.assertEqual(
            set(shown.mapped("kind_names")), {"Book appointments, Receive booking messages"}
        )
