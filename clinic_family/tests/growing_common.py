"""Somebody who looks after a child that reaches an age on the day that a test says.

The database has a clock of its own: dates of birth are relative to that one.
"""

from datetime import date, timedelta

from freezegun import freeze_time

from odoo.tests import TransactionCase, tagged

from .common import ROLE, Builders
from .pages_common import KeepsPages

OWN, EARLIER = 16, 12


@tagged("post_install", "-at_install")
class GrowingCase(KeepsPages, Builders, TransactionCase):
    """Mira looks after Leo, who reaches an age on the day that a test says."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Both clocks stand still at the moment at which the transaction began.
        frozen = freeze_time(cls.env.cr.now())
        frozen.start()
        cls.addClassCleanup(frozen.stop)
        cls.build_clinic()
        cls.harbour.sequence = -1
        cls.build_family()
        cls.mira = cls.mother.partner_id
        cls.fergus = cls.father.partner_id
        cls.company.clinic_child_age = OWN
        cls.mira.email, cls.leo.email = "mira@example.com", "leo@example.com"
        cls.link(cls.leo, cls.mira, "parent")
        cls.front_desk, cls.manager = cls.users(
            ("test_front_desk", "Fran Frontdesk", ROLE + "front_desk"),
            ("test_manager", "Max Manager", ROLE + "manager"),
        )
        cls.ledger = cls.env["clinic.permission"]
        cls.family = cls.env["clinic.family"]
        cls.today = cls.company._get_clinic_today()

    @classmethod
    def link(cls, person, relative, kind):
        kind = cls.env.ref(f"clinic_family.clinic_relationship_type_{kind}")
        return cls.env["clinic.relationship"]._link(person, relative, kind)

    def turns(self, age, days):
        """The date of birth of somebody who turns this age in so many days."""
        day = self.today + timedelta(days=days)
        # One born on 29 February turns an odd age on 1 March.
        is_odd = (day.month, day.day) == (2, 29) and age % 4
        return date(day.year - age, 3, 1) if is_odd else day.replace(year=day.year - age)

    def look_after(self, basis="parental", kinds=("book", "notify"), guardian=None, **values):
        """Permissions of a month ago, whatever the age."""
        starts_at = self.env.cr.now() - timedelta(days=31)
        grantee = guardian or self.mira
        return self.ledger.create([
            {
                "grantor_id": self.leo.id,
                "grantee_id": grantee.id,
                "kind": kind,
                "basis": basis,
                "starts_at": starts_at,
                **values,
            }
            for kind in kinds
        ])  # fmt: skip

    def let_days_pass(self, days=4):
        """As if what is known of the ages had been known these days longer."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE clinic_permission SET aged_at = aged_at - make_interval(days => %s)", [days]
        )
        self.env.invalidate_all()

    def held(self, grantee=None):
        """What the judge says somebody may do for Leo, asked of the database anew."""
        self.env.invalidate_all()
        kinds = self.env["clinic.authority"].search([
            ("person_id", "=", self.leo.id), ("actor_id", "=", (grantee or self.mira).id),
        ])  # fmt: skip
        return sorted(kinds.mapped("kind"))

    def rule(self, kind, age, effect="end", **values):
        return self.env["clinic.age.rule"].create(
            {"kind": kind, "age": age, "effect": effect, **values}
        )

    def get_mails(self):
        return self.env["mail.mail"].search([]) - self.mails_before

    def setUp(self):
        super().setUp()
        self.mails_before = self.env["mail.mail"].search([])
        self.patch(type(self.env["ir.cron"]), "_commit_progress", lambda *_args, **_more: 1)
