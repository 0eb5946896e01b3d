"""Every message comes from the clinic: whoever acted is in no header of what others get."""

from email.utils import parseaddr

from odoo.tests import tagged

from ..common import ROLE, THURSDAY
from ..form_common import FormBuilders
from ..message_common import MessageCase

CLINIC = "Harbour Family Clinic"
ADDRESS = "clinic@example.com"
ADDON = "clinic_family"


@tagged("post_install", "-at_install")
class TestSenders(FormBuilders, MessageCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"name": CLINIC, "email": ADDRESS, "phone": "+64 9 555 0100"})
        cls.actors = {
            "a relative": cls.father,
            "a stranger": cls.stranger,
            "the front desk": cls.user("test_fran", "Fran Frontdesk", ROLE + "front_desk"),
            "a practitioner": cls.user("test_dora", "Dora Doctor", ROLE + "practitioner"),
            "the manager": cls.user("test_max", "Max Manager", ROLE + "manager"),
            "the system": cls.env.ref("base.user_root"),
        }
        for number, user in enumerate(cls.actors.values()):
            user.partner_id.email = f"actor{number}@secret.example"
        cls.known = cls.user("known@example.com", "Kim Known", "base.group_portal")
        cls.leo.write({"birth_date": "2018-05-01", "email": "leo@example.com"})
        cls.visited = cls.appointment(THURSDAY, "10:00", [cls.leo])

    # How each template leaves, by its name in the addon

    def get_senders(self):
        return {
            "mail_template_shared": self.share,
            "mail_template_ending": self.announce_end,
            "mail_template_growing": self.grow_up,
            "mail_template_growing_self": self.grow_up,
            "mail_template_invitation": self.ask_relative,
            "mail_template_address_asked": self.ask_address,
            "mail_template_invited": self.invite,
            "mail_template_invited_own": self.invite_many,
            "mail_template_added": self.add_child,
            "mail_template_signup": lambda env: self.sign_up(env, f"new{env.uid}@example.com"),
            "mail_template_signup_known": lambda env: self.sign_up(env, self.known.login),
            "mail_template_card_used": self.use_card,
            "mail_template_card_refunded": self.refund_card,
            "mail_template_fee_charged": lambda env: self.charge_fee(env, "done"),
            "mail_template_fee_refused": lambda env: self.charge_fee(env, "error"),
            "mail_template_forms": self.ask_for_forms,
            "mail_template_offered": self.offer,
            "mail_template_wait_ending": self.wait_in_vain,
            "mail_template_confirmed": lambda env: self.tell(env, "confirmed"),
            "mail_template_changed": lambda env: self.tell(env, "changed"),
            "mail_template_cancelled": lambda env: self.tell(env, "cancelled"),
            "mail_template_reminder": lambda env: self.tell(env, "reminder"),
        }

    def share(self, env):
        held = env["clinic.permission"].sudo()._grant(self.leo, self.greta, ["book"], "consent")
        held._revoke("Asked for")

    def announce_end(self, env):
        ending = self.period(
            self.leo, self.grandmother, "notify", ends_at=self.env.cr.now().replace(year=2099)
        )
        env["clinic.sharing.notice"].sudo()._tell_ending(ending.with_env(env).sudo())

    def grow_up(self, env):
        growing = self.period(self.leo, self.grandmother, "notify", basis="parental")
        env["clinic.sharing.notice"].sudo()._tell_growing(growing.with_env(env).sudo())

    def ask_relative(self, env):
        values = {"name": "Mira", "kinds": "book"}
        env["clinic.invitation"].sudo()._ask(env.user.partner_id, values, self.mira)

    def ask_address(self, env):
        values = {"name": "Rosa", "email": f"rosa{env.uid}@example.com", "kinds": "book"}
        env["clinic.invitation"].sudo()._ask(env.user.partner_id, values)

    def invite(self, env):
        values = {"name": "Rita", "email": f"rita{env.uid}@example.com", "offered_kinds": "book"}
        env["clinic.invitation"].sudo()._invite(self.leo, self.env["res.partner"], values)

    def invite_many(self, env):
        """What waits is sent by the job, whoever has invited."""
        address = f"paul{env.uid}@example.com"
        paul = self.person("Paul Patient", is_patient=True, email=address).with_env(env).sudo()
        many = env["clinic.invitation.bulk"].sudo()
        many._send(many._queue(paul, paul.browse(), "You may book online.").sudo())
        # It is his alone the next time.
        paul.email = False

    def add_child(self, env):
        """To whoever adds the child: here Mira, whoever is logged in."""
        env["clinic.sharing.notice"].sudo()._tell_added(self.mira.with_env(env).sudo())

    def sign_up(self, env, address):
        """A job writes to whoever has asked for an account."""
        signup = env["clinic.signup"]
        asked = signup._find(signup._ask(address, "", ""))
        asked._send()
        # An address is written to three times a day.
        asked.unlink()

    def use_card(self, env):
        """Mira pays with Greta's card: whoever tells it to the clinic."""
        permission = self.grant(self.greta, self.mother, "card")
        provider = self.env.ref("payment.payment_provider_demo")
        common = {
            "provider_id": provider.id,
            "payment_method_id": provider.payment_method_ids[:1].id,
        }
        card = self.env["payment.token"].create({
            **common, "partner_id": self.greta.id, "provider_ref": "x", "payment_details": "4242",
        })  # fmt: skip
        paid = self.env["payment.transaction"].create({
            **common,
            "amount": 80,
            "currency_id": self.company.currency_id.id,
            "partner_id": self.mira.id,
            "token_id": card.id,
            "clinic_card_permission_id": permission.id,
        })  # fmt: skip
        paid.with_env(env).sudo()._tell_owner()
        permission._revoke("Asked for")
        return paid

    def charge_fee(self, env, state):
        """What a provider tells of a fee that the clinic charges by itself."""
        paid = self.use_card(self.env)
        paid.write({"clinic_card_permission_id": False, "state": state})
        env["clinic.sharing.notice"].sudo()._tell_fee_charged(paid.with_env(env).sudo())

    def refund_card(self, env):
        refund = self.use_card(self.env)._create_child_transaction(80, is_refund=True)
        refund.with_env(env).sudo()._tell_owner()

    def ask_for_forms(self, env):
        participant = self.visited.participant_ids
        requests = env["clinic.form.request"].sudo()
        if not requests._find_due_for(self.leo, self.leo):
            requests._make_request(participant, self.survey("History"))
        env["clinic.message"].sudo()._queue_forms(participant.with_env(env).sudo())
        env["clinic.message"].sudo()._send_waiting()

    def offer(self, env):
        """Greta waits, and is offered something: whoever is logged in."""
        request = env["clinic.wait.request"].sudo()._join(self.greta, self.greta, {
            "service_id": self.single.id, "date_until": THURSDAY,
        })  # fmt: skip
        env["clinic.waitlist"].sudo()._offer_first(request.sudo())
        env["clinic.message"].sudo()._send_waiting()
        request.sudo()._end("left")

    def wait_in_vain(self, env):
        request = env["clinic.wait.request"].sudo()._join(self.greta, self.greta, {
            "service_id": self.single.id, "date_until": THURSDAY,
        })  # fmt: skip
        env["clinic.sharing.notice"].sudo()._tell_waiting(request.sudo())
        request.sudo()._end("left")

    def tell(self, env, kind):
        truth = self.visited.participant_ids._get_truth()
        messages = env["clinic.message"].sudo()
        messages._queue([(self.visited.participant_ids, {"kind": kind, "says": truth})])
        messages._send_waiting()

    def send_as(self, user, sender):
        """What reaches the mail server when the user's act makes the clinic write."""
        before = len(self.server.mails)
        waiting = self.env["mail.mail"].search([])
        sender(self.env(user=user.id))
        (self.env["mail.mail"].search([]) - waiting).send()
        return self.server.mails[before:]

    def test_every_template_has_a_way_to_leave_in_this_test(self):
        templates = self.env["ir.model.data"].search([
            ("module", "=", ADDON), ("model", "=", "mail.template"),
        ])  # fmt: skip

        self.assertEqual(set(templates.mapped("name")), set(self.get_senders()))

    def assertFromTheClinic(self, mail, user):
        for header in ("From", "Reply-To"):
            self.assertEqual(parseaddr(mail.headers[header]), (CLINIC, ADDRESS))
        headers = "\n".join(f"{name}: {value}" for name, value in mail.headers.items())
        self.assertNotIn(user.partner_id.email, headers)
        self.assertNotIn("secret.example", headers)
        self.assertNotIn(user.name, headers.replace(mail.headers["Subject"], ""))

    def test_whoever_acts_the_clinic_is_the_sender_and_they_are_in_no_header(self):
        for template, sender in self.get_senders().items():
            for actor, user in self.actors.items():
                with self.subTest(template=template, actor=actor):
                    mails = self.send_as(user, sender)

                    self.assertTrue(mails)
                    for mail in mails:
                        self.assertFromTheClinic(mail, user)

    def test_every_message_is_signed_by_the_clinic_as_those_about_visits_are(self):
        for template, sender in self.get_senders().items():
            with self.subTest(template=template):
                for mail in self.send_as(self.father, sender):
                    self.assertRegex(mail.words, rf"^{CLINIC}.*{CLINIC} · \+64 9 555 0100")
                    self.assertIn(f"mailto:{ADDRESS}", mail.html)

    def test_a_clinic_without_an_address_never_lends_the_address_of_who_acts(self):
        self.company.write({"email": False})
        for template, sender in self.get_senders().items():
            for actor, user in self.actors.items():
                with self.subTest(template=template, actor=actor):
                    for mail in self.send_as(user, sender):
                        self.assertIn(CLINIC, mail.headers["From"])
                        self.assertNotIn("secret.example", str(mail.headers))

    def test_a_template_whose_sender_was_emptied_still_leaves_from_the_clinic(self):
        for template, sender in self.get_senders().items():
            self.env.ref(f"{ADDON}.{template}").write({"email_from": False, "reply_to": False})
            with self.subTest(template=template):
                for mail in self.send_as(self.father, sender):
                    self.assertFromTheClinic(mail, self.father)

    def test_dates_are_written_as_the_reader_writes_them(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.greta.lang = "fr_FR"
        ending = self.period(self.leo, self.grandmother, "notify", ends_at="2033-05-31 12:00:00")

        mails = self.send_as(
            self.father, lambda env: env["clinic.sharing.notice"].sudo()._tell_ending(ending)
        )

        words = {mail.address: mail.words for mail in mails}
        self.assertIn("Wednesday 1 June 2033", words["leo@example.com"])
        self.assertIn("mercredi 1 juin 2033", words["greta@example.com"])
