"""What Odoo keeps beside a message and a record is read by those who may read the record."""

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tools.discuss import Store

from ..common import NO_ID, ROLE, TUESDAY, ClinicCase, ClinicHttpCase
from ..company_common import Neighbours

LETTER = {"body": "For Mira", "subject": "Mira's invoice"}


@tagged("post_install", "-at_install")
class TestMailBesideRecords(Neighbours, ClinicCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_neighbours()
        cls.billing = cls.user("test_billing", "Bill Biller", ROLE + "billing")
        # Odoo shows no follower to patients, and of messages what they were sent.
        staff = {who: user for who, user in cls.theirs.items() if who != "patient"}
        cls.others = {
            **staff,
            "no role here": cls.user("test_no_role", "Nora No-Role", "base.group_user"),
            "practitioner here": cls.user("test_nora", "Nora", ROLE + "practitioner"),
        }
        cls.patient = cls.mother.partner_id
        cls.patient.write({"company_id": cls.company.id, "email": "mira@test.example"})
        cls.invoice = cls.env["account.move"].create(
            {"move_type": "out_invoice", "partner_id": cls.patient.id}
        )
        cls.message = cls.invoice.with_user(cls.billing).message_post(
            **LETTER, partner_ids=cls.patient.ids
        )
        cls.invoice.message_subscribe(cls.patient.ids)
        cls.told = cls.message.sudo().notification_ids
        cls.followers = cls.invoice.message_follower_ids
        cls.env.flush_all()

    def reads(self, user, records):
        """Whether this user finds or reads any of them; both ways agree."""
        self.env.invalidate_all()
        mine = records.with_user(user)
        found = mine.search([("id", "in", records.ids)])
        counted = mine.search_count([("id", "in", records.ids)])
        named = mine.name_search("", [("id", "in", records.ids)])
        self.assertEqual((len(found), len(named)), (counted, counted))
        self.assertEqual(found, mine._filtered_access("read"))
        return bool(found)

    def get_readers(self, records):
        return {who for who, user in self.others.items() if self.reads(user, records)}

    def test_whom_a_message_was_sent_to_is_for_those_who_read_it(self):
        self.assertTrue(self.told)

        self.assertEqual(self.get_readers(self.told), set())
        self.assertTrue(self.reads(self.billing, self.told))
        colleague = self.user("test_billing_too", "Bella Biller", ROLE + "billing")
        self.assertTrue(self.reads(colleague, self.told))

    def test_who_follows_a_record_is_for_those_who_read_it(self):
        self.assertIn(self.patient, self.followers.partner_id)

        self.assertEqual(self.get_readers(self.followers), set())
        self.assertTrue(self.reads(self.billing, self.followers))

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_neither_is_read_by_its_number(self):
        for records in (self.told, self.followers):
            self.env.invalidate_all()
            with self.assertRaises(AccessError):
                records.with_user(self.others["no role here"]).read(["display_name"])

    def test_what_somebody_is_sent_and_follows_is_their_own(self):
        for user in self.others.values():
            self.notify(user)
            self.invoice.message_subscribe(user.partner_id.ids)
            notifications = self.env["mail.notification"].with_user(user)
            followers = self.env["mail.followers"].with_user(user)

            told = notifications.search([("mail_message_id", "=", self.message.id)])
            follows = followers.search([("res_model", "=", "account.move")])

            self.assertIn(user.partner_id, told.res_partner_id)
            self.assertEqual(follows.partner_id, user.partner_id)

    def notify(self, user):
        return self.told.create(
            {"mail_message_id": self.message.id, "res_partner_id": user.partner_id.id}
        )

    def test_the_count_of_a_page_is_that_of_what_is_read(self):
        employee = self.others["no role here"]
        posted = self.invoice.with_user(self.billing).message_post(
            **LETTER, partner_ids=employee.partner_id.ids
        )

        found = (
            self.env["mail.notification"]
            .with_user(employee)
            .search([("mail_message_id.model", "=", "account.move")], order="id", limit=1)
        )

        self.assertEqual(found.mail_message_id, posted)

    def test_the_chatter_shows_who_follows_and_whom_it_failed_to_reach(self):
        self.told.sudo().write({"notification_status": "exception", "failure_type": "mail_smtp"})
        self.env.invalidate_all()
        store = Store()
        invoice = self.invoice.with_user(self.billing)

        invoice._thread_to_store(store, [], request_list=["followers"])
        self.message.with_user(self.billing)._message_notifications_to_store(store)

        shown = store.get_result()
        partners = {row["partner_id"] for row in shown["mail.followers"]}
        self.assertIn(self.patient.id, partners)
        self.assertEqual(
            [row["notification_status"] for row in shown["mail.notification"]],
            ["exception"] * len(self.told),
        )
        failed = self.env["mail.message"].with_user(self.billing).search([("has_error", "=", True)])
        self.assertIn(self.message, failed)


@tagged("post_install", "-at_install", "timeless")
class TestChannels(ClinicHttpCase):
    """The bus, by the address that answers what the websocket is told."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.visit = cls.appointment(TUESDAY, "10:00", [cls.mother, cls.leo])

    def listen(self, *channels):
        parameters = {"channels": channels, "last": 0, "is_first_poll": True}
        return self.url_open(
            "/websocket/peek_notifications", json={"jsonrpc": "2.0", "params": parameters}
        ).json()

    def get_channels(self, login, record_id):
        """What is heard when asked for a visit, without its number."""
        self.authenticate(login, login)
        answer = repr(self.listen(f"editor_collaboration:clinic.appointment:name:{record_id}"))
        return answer.replace(f":name:{record_id}", ":name:ID")

    @mute_logger("odoo.http")
    def test_a_hidden_record_is_listened_to_as_none(self):
        for login in (None, "test_stranger", "test_mother"):
            self.assertEqual(
                self.get_channels(login, self.visit.id), self.get_channels(login, NO_ID)
            )

    def test_nobody_hears_whether_somebody_hidden_is_there(self):
        self.authenticate("test_stranger", "test_stranger")
        partner = self.mother.partner_id

        heard = self.listen(f"odoo-presence-res.partner_{partner.id}")["result"]["channels"]

        self.assertNotIn(partner.id, [part for one in heard for part in one[2:3]])

    def test_what_is_named_is_not_what_is_heard(self):
        """A name that a client makes up is that of no record, of whatever it reads like."""
        self.authenticate("test_stranger", "test_stranger")
        partner = self.mother.partner_id

        heard = self.listen(f"res.partner_{partner.id}", f"res.partner,{partner.id}")["result"]

        self.assertNotIn(["res.partner", partner.id], [one[1:3] for one in heard["channels"]])
