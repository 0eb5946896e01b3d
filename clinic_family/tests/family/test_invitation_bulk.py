"""Many patients are invited at once: who gets a message, who doesn't and why, and only once."""

from datetime import date, timedelta

from psycopg2.errors import SerializationFailure, UniqueViolation

from odoo.exceptions import UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..staff_common import StaffCase

TEXT = "Book your visits online.\nYour family may use it too."


class BulkCase(StaffCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anna = cls.patient("Anna Alone", email="anna@example.com")
        cls.bulk = cls.env["clinic.invitation.bulk"].with_user(cls.front_desk)

    @classmethod
    def patient(cls, name, **values):
        return cls.person(name, **{"is_patient": True, **values})

    def judge(self, person):
        return self.bulk._judge(person.with_user(self.front_desk))[person]

    def invite(self, people, picked=None, user=None):
        bulk = self.bulk.with_user(user or self.front_desk)
        people = people.with_env(bulk.env)
        return bulk._queue(people, picked or people.browse(), TEXT).sudo()

    def send(self):
        with self.enter_registry_test_mode():
            self.env.ref("clinic_family.ir_cron_send_invitations").method_direct_trigger()
        self.env.invalidate_all()

    def open_window(self, people, user=None):
        model = self.env["clinic.invitation.many"].with_user(user or self.front_desk)
        return model.with_context(active_model="res.partner", active_ids=people.ids)


@tagged("post_install", "-at_install")
class TestBulkReasons(BulkCase):
    """A row for each reason; the first test is the one for whom none holds."""

    def test_an_adult_patient_with_an_address_of_their_own_is_invited(self):
        self.assertEqual(self.judge(self.anna), "")

    def test_who_has_no_address_is_not(self):
        self.anna.email = False

        self.assertEqual(self.judge(self.anna), "no_address")

    def test_who_shares_the_address_is_not(self):
        self.person("Somebody Else", email="ANNA@example.com", active=False)

        self.assertEqual(self.judge(self.anna), "shared")

    def test_where_somebody_else_logs_in_with_the_address_nobody_is(self):
        user = self.user("ANNA@example.com", "Else", email="work@example.com")
        self.assertEqual(self.judge(self.anna), "shared")

        user.active = False
        self.assertEqual(self.judge(self.anna), "shared")

    def test_where_somebody_has_the_address_second_nobody_is(self):
        self.person("Else", email="work@example.com, Anna@example.com")

        self.assertEqual(self.judge(self.anna), "shared")

    def test_where_somebody_has_not_confirmed_the_address_nobody_is(self):
        self.person("Else").unconfirmed_email = "anna@example.com"

        self.assertEqual(self.judge(self.anna), "shared")

    def test_who_has_an_account_is_not(self):
        user = self.user("anna", "x", partner_id=self.anna.id)

        self.assertEqual(self.judge(self.anna), "account")

        user.active = False
        self.assertEqual(self.judge(self.anna), "closed")

    def test_a_child_is_not(self):
        self.anna.birth_date = date(2018, 5, 1)

        self.assertEqual(self.judge(self.anna), "child")

    def test_whom_a_parent_looks_after_is_not(self):
        self.allow(self.anna, self.mira, "book", basis="parental")
        self.env.flush_all()

        self.assertEqual(self.judge(self.anna), "child")

    def test_who_is_no_patient_is_not(self):
        self.anna.is_patient = False

        self.assertEqual(self.judge(self.anna), "no_patient")

    def test_a_patient_of_another_company_is_not(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.front_desk.company_ids |= other
        self.anna.company_id = other

        self.assertEqual(self.judge(self.anna), "other_company")

    def test_who_was_invited_is_not_until_it_has_ended(self):
        invitation = self.invite(self.anna)
        self.assertEqual(self.judge(self.anna), "invited")
        self.send()
        self.assertEqual(self.judge(self.anna), "invited")

        invitation.expires_at = self.env.cr.now() - timedelta(seconds=1)

        self.assertEqual(self.judge(self.anna), "")
        again = self.invite(self.anna)
        self.assertEqual((invitation.state, again.state), ("withdrawn", "queued"))

    def test_who_has_answered_is_not(self):
        invitation = self.invite(self.anna)

        invitation._update_state("declined")
        self.assertEqual(self.judge(self.anna), "declined")

        again = invitation.copy({"state": "open"})
        again._update_state("accepted")
        self.assertEqual(self.judge(self.anna), "accepted")

    def test_who_was_deleted_from_the_list_may_be_invited_again(self):
        self.invite(self.anna).with_user(self.front_desk).action_withdraw()

        self.assertEqual(self.judge(self.anna), "")


@tagged("post_install", "-at_install")
class TestBulkSending(BulkCase):
    def test_each_gets_a_message_of_their_own_in_their_language(self):
        bert = self.patient("Bert Alone", email="bert@example.com")

        invitations = self.invite(self.anna | bert)
        self.send()

        mails = self.get_mails()
        self.assertEqual(sorted(mails.mapped("email_to")), ["anna@example.com", "bert@example.com"])
        hers = mails.filtered(lambda mail: mail.email_to == "anna@example.com").body_html
        self.assertIn("Anna Alone", hers)
        self.assertIn("Your family may use it too.", hers)
        self.assertNotIn("Bert", hers)
        self.assertEqual(set(invitations.mapped("state")), {"open"})
        self.assertEqual(len(set(invitations.mapped("token_hash"))), 2)

    def test_what_an_account_is_for_is_said_in_the_patients_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.anna.lang = "fr_FR"
        template = self.env.ref("clinic_family.mail_template_invited_own")
        english = "With it you book, move and cancel your visits online"
        body = template.with_context(lang="en_US").body_html.replace(english, "Vous réservez")
        template.with_context(lang="fr_FR").body_html = body

        Form(self.open_window(self.anna)).save().action_send()
        self.send()

        letter = self.get_mails().body_html
        self.assertIn("Vous réservez", letter)
        self.assertNotIn("With it you book", letter)

    def test_what_was_written_is_text_and_no_markup(self):
        self.bulk._queue(self.anna, self.anna.browse(), "<b>Now</b>")
        self.send()

        self.assertIn("&lt;b&gt;Now&lt;/b&gt;", self.get_mails().body_html)

    def test_done_twice_it_is_sent_once(self):
        self.invite(self.anna)
        again = self.invite(self.anna)
        self.send()
        after = self.invite(self.anna)
        self.send()

        self.assertFalse(again | after)
        self.assertEqual(len(self.get_mails()), 1)

    @mute_logger("odoo.sql_db")
    def test_whom_a_colleague_has_just_invited_is_left_out_alone(self):
        bert = self.patient("Bert Alone", email="bert@example.com")
        self.invite(self.anna)
        # Who clicks at the same moment doesn't see it.
        self.patch(type(self.bulk), "_find_answers", lambda *args: {})

        invitations = self.invite(self.anna | bert)

        self.assertEqual(invitations.asker_id, bert)

    def test_two_at_the_desk_at_once_make_one(self):
        self.invite(self.anna)

        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(UniqueViolation, "clinic_invitation_one_own"),
            self.env.cr.savepoint(),
        ):
            self.env["clinic.invitation"].search([("is_own", "=", True)]).copy()

    def test_stopped_in_the_middle_it_goes_on_with_the_rest(self):
        bert = self.patient("Bert Alone", email="bert@example.com")
        self.invite(self.anna | bert)
        stop = iter([0])
        self.patch(type(self.env["ir.cron"]), "_commit_progress", lambda *args, **kw: next(stop, 1))

        self.env["clinic.invitation.bulk"]._send_queued()
        self.assertEqual(self.get_mails().mapped("email_to"), ["anna@example.com"])
        self.env["clinic.invitation.bulk"]._send_queued()

        self.assertEqual(
            sorted(self.get_mails().mapped("email_to")), ["anna@example.com", "bert@example.com"]
        )

    @mute_logger("odoo.addons.clinic_family.models.family.clinic_invitation_bulk")
    def test_one_that_fails_stops_no_other(self):
        bert = self.patient("Bert Alone", email="bert@example.com")
        invitations = self.invite(self.anna | bert)
        notices = type(self.env["clinic.sharing.notice"])
        send = notices._tell_invited_by_staff

        def fail_for_anna(notice, invitation, token):
            if invitation.asker_id == self.anna:
                raise ValueError("no words")
            return send(notice, invitation, token)

        self.patch(notices, "_tell_invited_by_staff", fail_for_anna)
        self.send()

        self.assertEqual(invitations.mapped("state"), ["unsent", "open"])
        self.assertEqual(invitations.mapped("obstacle"), ["failed", False])
        self.assertFalse(invitations[0].token_hash)
        self.assertEqual(self.get_mails().mapped("email_to"), ["bert@example.com"])

    def test_what_somebody_else_writes_at_the_same_moment_waits_for_the_next_run(self):
        invitation = self.invite(self.anna)

        def collide(*args):
            raise SerializationFailure("could not serialize access")

        self.patch(type(self.env["clinic.sharing.notice"]), "_tell_invited_by_staff", collide)

        with self.assertRaises(SerializationFailure):
            self.env["clinic.invitation.bulk"]._send(invitation)
        self.assertEqual((invitation.state, invitation.obstacle), ("queued", False))

    def test_it_is_judged_again_as_it_leaves(self):
        invitation = self.invite(self.anna)
        self.person("Somebody Else", email="anna@example.com")

        self.send()

        self.assertEqual((invitation.state, invitation.obstacle), ("unsent", "shared"))
        self.assertFalse(self.get_mails())

    def test_it_goes_to_the_address_of_now(self):
        invitation = self.invite(self.anna)
        self.anna.email = "new@example.com"

        self.send()

        self.assertEqual(invitation.email, "new@example.com")
        self.assertEqual(self.get_mails().email_to, "new@example.com")

    def test_what_was_deleted_before_it_left_is_not_sent(self):
        self.invite(self.anna).with_user(self.front_desk).action_withdraw()

        self.send()

        self.assertFalse(self.get_mails())

    def test_a_new_link_is_judged_too(self):
        invitation = self.invite(self.anna).with_user(self.front_desk)
        self.send()
        invitation.action_resend()
        self.assertEqual(len(self.get_mails()), 2)

        self.user("anna", "x", partner_id=self.anna.id)

        with self.assertRaisesRegex(UserError, "Has an account"):
            invitation.action_resend()

    def test_a_new_link_goes_to_the_address_of_now(self):
        invitation = self.invite(self.anna).with_user(self.front_desk)
        self.send()
        self.anna.email = "new@example.com"

        action = invitation.action_resend()

        self.assertEqual(invitation.email, "new@example.com")
        self.assertEqual(action["context"]["default_email"], "new@example.com")
        self.assertEqual(
            sorted(self.get_mails().mapped("email_to")), ["anna@example.com", "new@example.com"]
        )

    def test_no_new_link_where_the_address_of_now_is_shared(self):
        invitation = self.invite(self.anna).with_user(self.front_desk)
        self.send()
        self.person("Somebody Else", email="new@example.com")
        self.anna.email = "new@example.com"

        with self.assertRaisesRegex(UserError, "Shares the address"):
            invitation.action_resend()

    def test_who_was_invited_may_still_be_merged_with_a_double(self):
        double = self.patient("Anna Alone")
        invitation = self.invite(self.anna)

        merging = self.env["base.partner.merge.automatic.wizard"].with_user(self.manager)
        merging.sudo()._merge((self.anna | double).ids, self.anna)

        self.assertEqual(invitation.state, "withdrawn")


@tagged("post_install", "-at_install")
class TestBulkShared(BulkCase):
    """An address hands nobody a profile: staff say who reads there, or nobody is invited."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bert = cls.patient("Bert Alone", email="anna@example.com")
        cls.both = cls.anna | cls.bert

    def test_nobody_is_invited_by_itself(self):
        self.assertFalse(self.invite(self.both))

    def test_the_one_whom_staff_pick_is(self):
        invitation = self.invite(self.both, picked=self.bert)
        self.send()

        self.assertEqual((invitation.asker_id, invitation.state), (self.bert, "open"))

    def test_picked_at_one_address_is_not_picked_at_another(self):
        invitation = self.invite(self.both, picked=self.bert)
        self.person("Somebody Else", email="new@example.com")
        self.bert.email = "new@example.com"

        self.send()

        self.assertEqual((invitation.state, invitation.obstacle), ("unsent", "shared"))

    def test_two_at_one_address_are_refused(self):
        with self.assertRaisesRegex(UserError, "Only one patient"):
            self.invite(self.both, picked=self.both)

    def assertNotSent(self, picked):
        """The invitation of who was picked says why it doesn't leave; others' do."""
        carl = self.patient("Carl Alone", email="carl@example.com")

        invitations = self.invite(picked | carl, picked=picked)
        self.send()

        found = [(one.asker_id, one.state, one.obstacle) for one in invitations.sorted("name")]
        self.assertEqual(found, [(picked, "unsent", "shared"), (carl, "open", False)])

    def test_the_other_is_not_sent_to_once_one_was_invited(self):
        self.invite(self.both, picked=self.bert)

        self.assertNotSent(self.anna)

    def test_nor_once_one_was_invited_by_another_company(self):
        invitation = self.invite(self.both, picked=self.bert)
        invitation.company_id = self.env["res.company"].create({"name": "Elsewhere"})

        self.assertNotSent(self.anna)

    def test_nor_where_another_reader_had_an_account(self):
        self.user("bert", "x", partner_id=self.bert.id).active = False
        self.bert.email = "anna@example.com"

        self.assertNotSent(self.anna)

    def test_where_somebody_kept_apart_reads_it_looks_the_same(self):
        self.block(self.anna, self.bert)

        self.assertNotSent(self.anna)

    def test_kept_apart_meanwhile_it_does_not_leave(self):
        invitation = self.invite(self.both, picked=self.anna)
        self.block(self.anna, self.bert)

        self.send()

        self.assertFalse(self.get_mails())
        self.assertIn(invitation.state, ("unsent", "withdrawn"))
