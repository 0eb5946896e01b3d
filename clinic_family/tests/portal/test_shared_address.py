"""Five people of one household have one e-mail address: three log in, each as themselves.

Mira logs in with the address, Fergus with one of his own, Tess with a name; Olga and little Leo
don't. What comes to the address is read by whoever opens the mail.
"""

import re
from html import unescape
from urllib.parse import quote

from lxml.html import fromstring

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import TUESDAY, written
from ..family_common import ADULT_BORN, TEENAGER_BORN
from ..invited_common import InvitedCase
from ..message_common import MailCatcher
from ..signup_common import SignUps

HOME, WORK = "home@example.com", "fergus@work.example"
NAMES = ("Mira Motherwell", "Fergus Fatherly", "Tess Teenwell", "Olga Oldfield", "Leo Littleton")
NEW = "a long password"


@tagged("post_install", "-at_install")
class TestSharedAddress(MailCatcher, SignUps, InvitedCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"clinic_undo_minutes": 0, "clinic_reminder_hours": ""})
        cls.env["ir.config_parameter"].set_param("auth_signup.reset_password", "True")
        cls.env["ir.config_parameter"].set_param("base.login_cooldown_after", "0")
        cls.mother.login, cls.father.login = HOME, WORK
        cls.tess = cls.user("tess", NAMES[2])
        cls.olga = cls.person(NAMES[3], birth_date=ADULT_BORN)
        cls.tess.partner_id.birth_date = TEENAGER_BORN
        cls.five = cls.mira | cls.father.partner_id | cls.tess.partner_id | cls.olga | cls.leo
        cls.five.write({"email": HOME, "is_patient": True})
        cls.accounts = cls.mother | cls.father | cls.tess
        for account in cls.accounts:
            account.password = account.login.ljust(8, "x")

    def enter(self, login, password):
        """Logs in as one does in a browser; whose names the page of the account says."""
        self.log_in(None)
        self.send("/web/login", login=login, password=password)
        return self.named(self.url_open("/my").text)

    def named(self, text):
        """Which of the five a text names."""
        return [name for name in NAMES if name in text]

    def ask_for_password(self, login):
        """What arrives after somebody has asked for a new password."""
        self.log_in(None)
        before = len(self.server.mails)
        self.send("/web/reset_password", login=login)
        self.env.ref("clinic_family.ir_cron_send_resets").method_direct_trigger()
        self.env.invalidate_all()
        return self.server.mails[before:]

    def use(self, mail):
        """Follows the link in a message and chooses a password; whose it is, as the page says."""
        [link] = re.findall(r'href="([^"]*/web/reset_password[^"]*)"', mail.html)
        path = "/web" + unescape(link).partition("/web")[2]
        # What somebody else writes into the link says nothing of whose password it is.
        page = self.url_open(f"{path}&name=Victim&login=victim@example.com")
        document = fromstring(page.content)
        [token] = document.xpath("//input[@name='token']/@value")
        self.send("/web/reset_password", token=token, password=NEW, confirm_password=NEW)
        [whose] = document.find_class("o_clinic_whose")
        return whose.text

    def visit_each(self):
        """A visit of each of the five on one day, one after the other."""
        return [
            self.visit([person], f"{hour}:00", service_id=self.single.id)
            for hour, person in zip((9, 10, 11, 13, 14), self.five, strict=True)
        ]

    # Both what the mail server gets and a form are sent.
    send = InvitedCase.send

    # Logging in

    @mute_logger("odoo.addons.base.models.res_users")
    def test_each_account_opens_with_its_own_login_and_password(self):
        for account, name in zip(self.accounts, NAMES, strict=False):
            self.assertEqual(self.enter(account.login, account.login.ljust(8, "x")), [name])

        self.assertEqual(self.enter(HOME, WORK), [])

    # A new password

    def test_a_login_that_is_the_address_is_the_one_that_is_reset(self):
        [mail] = self.ask_for_password(HOME)

        self.assertEqual((mail.address, self.named(mail.everything)), (HOME, [NAMES[0]]))
        self.assertIn(f"{NAMES[0]}, who logs in as {HOME}", self.use(mail))
        self.assertEqual(self.enter(HOME, NEW), [NAMES[0]])
        self.assertEqual(self.enter(WORK, WORK), [NAMES[1]])

    def test_where_nobody_logs_in_with_the_address_each_gets_a_link_of_their_own(self):
        self.mother.login, self.father.login = "mira", "fergus"

        mails = self.ask_for_password("Home@Example.com")

        names = {name: mail for mail in mails for name in self.named(mail.everything)}
        self.assertEqual((len(mails), set(names)), (3, set(NAMES[:3])))
        self.assertIn("who logs in as fergus.", self.use(names[NAMES[1]]))
        self.assertEqual(self.enter("fergus", NEW), [NAMES[1]])
        self.assertEqual(self.enter("tess", "tessxxxx"), [NAMES[2]])

    def test_where_others_read_who_logs_in_with_another_address_is_sent_nothing(self):
        self.assertEqual(self.ask_for_password(WORK), [])

        self.father.partner_id.email = WORK

        [mail] = self.ask_for_password(WORK)
        self.assertEqual((mail.address, self.named(mail.everything)), (WORK, [NAMES[1]]))
        self.assertIn(f"{NAMES[1]}, who logs in as {WORK}", self.use(mail))

    def test_the_link_goes_to_the_address_of_now_which_ones_children_may_have(self):
        (self.mira | self.leo).email = "new@example.com"

        [mail] = self.ask_for_password(HOME)
        self.assertEqual(
            (mail.address, self.named(mail.everything)), ("new@example.com", [NAMES[0]])
        )

        # Leo reads there himself.
        self.env["res.users"].create({"name": NAMES[4], "login": "leo", "partner_id": self.leo.id})
        self.assertEqual(self.ask_for_password(HOME), [])

    def test_whom_one_doesnt_look_after_reads_for_oneself(self):
        (self.mira | self.olga).email = "new@example.com"

        self.assertEqual(self.ask_for_password(HOME), [])

    # Signing up

    def test_who_signs_up_at_the_address_becomes_somebody_new_and_sees_nothing(self):
        self.mother.login = "mira"
        self.visit_each()

        self.open_sign_up()
        page = self.ask_for_account(HOME)
        self.confirm(page, self.read_code(HOME), name="Sid Sixth")

        account = self.find_account(HOME)
        self.assertNotIn(account.partner_id, self.five)
        self.assertEqual(account.partner_id.email, HOME)
        for path in ("/my", "/my/appointments", "/my/family", "/my/invoices", "/my/forms"):
            self.assertEqual(self.named(self.url_open(path).text), [], path)
        self.assertFalse(self.env["clinic.duplicates"]._find(account.partner_id))

    def test_a_login_that_is_taken_is_nobodys_a_second_time(self):
        self.open_sign_up()

        self.ask_for_account(HOME)

        self.assertEqual(self.named(self.get_mails(HOME)[0].body_html), [])
        self.assertEqual(self.find_account(HOME), self.mother)

    # Booking

    def choices(self, user):
        """Whom one may choose on the page that asks who is coming, and the page's form."""
        start = written(TUESDAY, "10:00")
        place = f"practitioner=0&location={self.harbour.id}&start={quote(start)}"
        page = fromstring(self.get(user, f"{self.group.website_url}/who?{place}").content)
        [form] = page.xpath("//form[contains(@action, '/hold')]")
        boxes = form.xpath(".//input[@name='participant']/@value")
        return self.env["res.partner"].browse(map(int, boxes)), form

    def test_one_login_books_for_several_and_a_patient_is_managed_by_several(self):
        self.assertEqual(self.choices(self.mother)[0], self.mira | self.leo)
        self.assertEqual(self.choices(self.father)[0], self.father.partner_id | self.leo)
        self.assertEqual(self.choices(self.tess)[0], self.tess.partner_id)

    def test_nobody_is_booked_for_by_sharing_an_address(self):
        _people, form = self.choices(self.tess)
        fields = {name: value for name, value in form.form_values() if name != "csrf_token"}

        for person in (self.mira, self.olga, self.leo):
            self.post(self.tess, form.get("action"), {**fields, "participant": person.id})

        held = [("participant_ids.partner_id", "in", self.five.ids)]
        self.assertFalse(self.env["clinic.appointment"].search(held))

    # Messages

    def test_each_visit_is_told_once_to_its_patient_or_who_looks_after_them(self):
        self.visit_each()

        mails = self.send_messages()

        self.assertEqual({mail.address for mail in mails}, {HOME})
        named = sorted(self.named(mail.everything) for mail in mails)
        self.assertEqual(named, sorted([[NAMES[0], NAMES[4]], *([name] for name in NAMES[1:4])]))

    def test_a_confidential_visit_is_told_to_nobody_at_an_address_others_read(self):
        self.visit([self.tess], service_id=self.single.id)._set_confidential(True)
        self.assertEqual(self.send_messages(), [])

    def send_messages(self):
        self.env.flush_all()
        before = len(self.server.mails)
        with self.after(5):
            self.env["clinic.message"]._send_due()
        return self.server.mails[before:]

    # Invitations

    def test_who_has_no_account_is_invited_where_staff_know_who_reads(self):
        bulk = self.env["clinic.invitation.bulk"].with_user(self.desk)

        why = [bulk._judge(person)[person] for person in self.five.with_user(self.desk)]

        self.assertEqual(why, ["account", "account", "account", "shared", "child"])

    def test_a_link_at_the_address_makes_no_account_for_who_reads_there_too(self):
        _invitation, link, _code = self.offer(email=HOME)

        taken = self.make_account(link, login=HOME)
        made = self.make_account(link, login="rita")

        self.assertEqual((taken.status_code, made.status_code), (422, 303))
        self.assertNotIn(self.find_account("rita").partner_id, self.five)

    def test_who_is_named_gets_an_account_of_their_own_with_another_login(self):
        _invitation, link, code = self.offer(self.olga, with_code=True, email=HOME)

        without = self.make_account(link, login="olga")
        self.make_account(link, login="olga", code=code)

        self.assertEqual(without.status_code, 422)
        self.assertEqual(self.find_account("olga").partner_id, self.olga)
        self.assertEqual(self.olga.email, HOME)

    # What each sees

    def test_each_sees_their_own_and_what_they_were_given(self):
        visits = self.visit_each()
        own = {self.mother: [0, 4], self.father: [1, 4], self.tess: [2]}

        for account, indexes in own.items():
            for index, visit in enumerate(visits):
                expected = 200 if index in indexes else 404
                answer = self.get(account, f"/my/appointments/{visit.id}")
                self.assertEqual(answer.status_code, expected, f"{account.login} {NAMES[index]}")
            seen = self.named(self.get(account, "/my/appointments").text)
            self.assertEqual(seen, [NAMES[index] for index in indexes])
