"""The rules that histories ask after each step find what breaks them."""

from odoo.tests import tagged

from ..common import THURSDAY, TUESDAY, utc, written
from ..message_common import MessageCase
from ..rules_common import Rules

# What nobody could do by the addon's verbs: a statement a rule, by its number.
BREAKING = {
    "1": "UPDATE clinic_service SET buffer_after = 600",
    "2": "UPDATE clinic_appointment SET seats = 0, participant_count = 0",
    "3": "UPDATE clinic_booking SET key = 'the same'",
    "10": "UPDATE clinic_appointment SET is_confidential = true",
    "11": "UPDATE res_partner SET commercial_partner_id = 1",
    "12": "UPDATE clinic_participant SET permission_id = NULL",
    "14": "UPDATE clinic_appointment SET start = start + interval '1 second'",
}
VIEW = """
    CREATE OR REPLACE VIEW clinic_authority AS
        SELECT 2 * permission.id::bigint AS id, permission.grantor_id AS person_id, {actor},
               permission.kind::varchar AS kind, permission.basis::varchar AS basis,
               permission.id AS permission_id
          FROM clinic_permission permission
"""


@tagged("post_install", "-at_install")
class TestRules(MessageCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.permission = cls.grant(cls.leo, cls.mother, "book")
        other = cls.env.ref("clinic_family.clinic_relationship_type_other")
        cls.env["clinic.relationship"]._link(cls.mira, cls.leo, other)
        ten, eleven = (written(TUESDAY, clock) for clock in ("10:00", "11:00"))
        cls.brought = cls.book(cls.mother, cls.checkout(cls.group, ten, [cls.leo], cls.mira))
        cls.own = cls.book(cls.father, cls.checkout(cls.group, eleven, [cls.father]))

    def setUp(self):
        super().setUp()
        self.rules = Rules(self, [self.mother, self.father, self.stranger], self.server)

    def assertBroken(self, number):
        self.env.invalidate_all()
        with self.assertRaisesRegex(AssertionError, f"^\\W*{number}:"):
            self.rules.check()

    def test_all_hold_of_a_small_clinic(self):
        self.rules.check()
        self.send(10)
        self.assertTrue(self.server.mails)
        self.rules.check()

    def test_what_the_database_says(self):
        for number, statement in BREAKING.items():
            savepoint = self.env.cr.savepoint()
            self.env.cr.execute(statement)
            with self.subTest(number):
                self.assertBroken(number)
            savepoint.close(rollback=True)

    def test_who_acts(self):
        """What ended counts on; who lives at one address acts for all there."""
        self.permission._revoke("Over")
        self.env.flush_all()
        savepoint = self.env.cr.savepoint()
        self.env.cr.execute(VIEW.format(actor="permission.grantee_id AS actor_id"))
        self.assertBroken(4)
        savepoint.close(rollback=True)
        self.env.cr.execute("UPDATE clinic_permission SET ended_at = NULL")
        self.env.cr.execute(VIEW.format(actor=f"{self.stranger.partner_id.id} AS actor_id"))
        self.assertBroken(5)

    def test_who_was_never_let(self):
        self.grant(self.leo, self.stranger, "notify")

        self.assertBroken(5)

    def test_who_pays(self):
        self.env.cr.execute(
            "UPDATE clinic_appointment SET payer_id = %s WHERE id = %s",
            [self.greta.id, self.brought.id],
        )
        self.assertBroken(6)

    def test_a_child_pays(self):
        self.rules.paying.clear()
        self.fergus.flush_recordset()
        self.env.cr.execute(
            "UPDATE res_partner SET birth_date = now() WHERE id = %s", self.fergus.ids
        )

        self.assertBroken(18)

    def test_who_is_told(self):
        self.send(10)
        self.rules.check()
        self.send(60)
        self.env.cr.execute(
            "UPDATE clinic_message SET recipient_id = %s WHERE recipient_id = %s",
            [self.stranger.partner_id.id, self.fergus.id],
        )
        self.rules.letters = 0
        self.assertBroken(4)

    def test_a_mail_without_a_message(self):
        self.send(10)
        self.rules.letters = max(self.env["clinic.message"].search([("state", "=", "sent")]).ids)

        self.assertBroken(15)

    def test_a_mail_that_names_another_address(self):
        mails = self.send(10)
        mails[0].headers["To"] = "mira@example.com, fergus@example.com"

        self.assertBroken(8)

    def test_a_mail_that_isnt_the_clinics(self):
        for mail in self.send(10):
            mail.headers["From"] = "somebody@example.org"

        self.assertBroken(20)

    def test_who_sees(self):
        visits = type(self.env["clinic.appointment"])
        self.patch(visits, "_search_viewer_ids", lambda *_args: [])

        self.assertBroken(10)

    def test_what_lost_its_hours(self):
        visit = self.appointment(THURSDAY, "10:00", [self.leo])
        visit._note_orphaned("Ill")
        self.env["resource.calendar.leaves"].create({
            "resource_id": self.nora.resource_id.id,
            "date_from": utc(THURSDAY, "9:00"),
            "date_to": utc(THURSDAY, "12:00"),
        })  # fmt: skip
        self.rules.check()
        ground = type(self.env["clinic.ground"])
        self.patch(ground, "_find_orphaned", lambda _self, visits: visits.browse())

        self.assertBroken(19)
