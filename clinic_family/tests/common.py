"""A small clinic of its own in Auckland, a family, and builders for what a test needs.

It is Monday 29 March 2027, nine o'clock in Auckland, summer time. On Sunday the clocks go back
at three, and on 26 September they go forward at two. The database has a clock of its own, which
can't be frozen: permissions are relative to that one.
"""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import freezegun
from passlib.context import CryptContext

from odoo import SUPERUSER_ID, api
from odoo.fields import Command
from odoo.modules.registry import DummyRLock, Registry
from odoo.tests.common import (
    BaseCase,
    HttpCase,
    TransactionCase,
    freeze_time,
    get_db_name,
    new_test_user,
)
from odoo.tools import mute_logger

from ..engine.checkout import Checkout
from ..engine.instants import from_instant, localize, write_start
from ..engine.intervals import Interval
from ..engine.permissions import OFFERED
from ..exceptions import BookingRefused
from .pages_common import KeepsPages

NOW = "2027-03-28 20:00:00"
MONDAY = date(2027, 3, 29)
TUESDAY = date(2027, 3, 30)
WEDNESDAY = date(2027, 3, 31)
THURSDAY = date(2027, 4, 1)
CLOCKS_GO_BACK = date(2027, 4, 4)
CLOCKS_GO_FORWARD = date(2027, 9, 26)
AUCKLAND = ZoneInfo("Pacific/Auckland")
ROLE = "clinic_family.clinic_family_group_"
NO_ID = 999_999_999

# Time stands still for the clinic, not for the stop-watches of those who try it.
freezegun.configure(extend_ignore_list=["_pytest", "hypothesis"])


def instant(day, clock, zone=AUCKLAND):
    """The instant at which the clocks show this time, written as "9:30"."""
    hour, minute = clock.split(":")
    return localize(day, int(hour) + int(minute) / 60, zone)


def utc(day, clock, zone=AUCKLAND):
    """The same as Odoo stores it."""
    return from_instant(instant(day, clock, zone)).replace(tzinfo=None)


def written(day, clock, zone=AUCKLAND):
    """The same as the addresses of the booking site carry it."""
    return write_start(instant(day, clock, zone), zone)


def days(first, count):
    """The window of some whole days in Auckland."""
    return Interval(instant(first, "0:00"), instant(first + timedelta(days=count), "0:00"))


class Builders:
    """Makes records as the superuser; only what a test says differs from the usual."""

    @classmethod
    def build_clinic(cls):
        cls.env = cls.env(context={"no_reset_password": True, "tracking_disable": True})
        cls.company = cls.env.company
        cls.company.write({"clinic_notice_hours": 2, "clinic_horizon_days": 60})
        cls.harbour = cls.location("Test Harbour")
        cls.product = cls.env["product.product"].create({
            "name": "Test visit",
            "type": "service",
            "list_price": 80,
            "taxes_id": [Command.clear()],
        })  # fmt: skip
        cls.nora = cls.practitioner("Nora Test-Nightingale")
        cls.single = cls.service("Test Physio", cls.nora)
        cls.group = cls.service("Test Family Talk", cls.nora, max_participants=3)

    @classmethod
    def expect_nobody_else(cls):
        """The demo clinic's visits are over: its week may be the one in which time stands still."""
        cls.env.cr.execute("UPDATE clinic_appointment SET state = 'cancelled'")
        cls.env["clinic.appointment"].invalidate_model(["state"])

    @classmethod
    def build_family(cls):
        cls.mother, cls.father, cls.grandmother, cls.stranger = cls.users(
            ("test_mother", "Mira Motherwell"),
            ("test_father", "Fergus Fatherly"),
            ("test_grandmother", "Greta Grandison"),
            ("test_stranger", "Stan Strangeways"),
        )
        cls.leo = cls.person("Leo Littleton")

    @classmethod
    def person(cls, name, **values):
        return cls.env["res.partner"].create({"name": name, **values})

    @classmethod
    def user(cls, login, name, role="base.group_portal", **values):
        return new_test_user(cls.env, login, groups=role, name=name, **values)

    @classmethod
    def users(cls, *people):
        """Users as `user` makes them, in a third of the time; of each the login, name and role."""
        rows = [
            {
                "login": login,
                "name": name,
                "password": login.ljust(8, "x"),
                "email": f"{login[0]}.{login[0]}@example.com",
                "group_ids": [Command.set(cls.env.ref(*role or ("base.group_portal",)).ids)],
            }
            for login, name, *role in people
        ]
        return cls.env["res.users"].create(rows)

    @classmethod
    def location(cls, name, zone="Pacific/Auckland", **values):
        return cls.env["clinic.location"].create({"name": name, "tz": zone, **values})

    @classmethod
    def calendar(cls, *hours, weekdays="0123456", **values):
        """The same hours on each of the weekdays, as pairs."""
        lines = [
            Command.create({
                "name": "Hours", "dayofweek": weekday, "hour_from": begins, "hour_to": ends,
            })
            for weekday in weekdays
            for begins, ends in hours
        ]  # fmt: skip
        return cls.env["resource.calendar"].create(
            {"name": "Test hours", "attendance_ids": [Command.clear(), *lines], **values}
        )

    @classmethod
    def practitioner(cls, name, calendar=None, location=None, **values):
        """Who works every day from nine to twelve and from one to five."""
        practitioner = cls.env["clinic.practitioner"].create(
            {"name": name, "is_published": True, **values}
        )
        calendar = calendar or cls.calendar(
            (9, 12), (13, 17), company_id=practitioner.company_id.id
        )
        cls.schedule(practitioner, calendar, location)
        return practitioner

    @classmethod
    def schedule(cls, practitioner, calendar, location=None, **period):
        return cls.env["clinic.schedule"].create({
            "practitioner_id": practitioner.id,
            "calendar_id": calendar.id,
            "location_id": (location or cls.harbour).id,
            "date_from": date(2027, 1, 1),
            **period,
        })  # fmt: skip

    @classmethod
    def service(cls, name, practitioners, **values):
        return cls.env["clinic.service"].create({
            "name": name,
            "practitioner_ids": [Command.set(practitioners.ids)],
            "product_id": cls.product.id,
            "duration": 30,
            "step": 30,
            "is_published": True,
            **values,
        })  # fmt: skip

    @classmethod
    def saved_card(cls, person):
        """A saved card of somebody, which pays at once."""
        provider = cls.env.ref("payment.payment_provider_demo")
        provider.write({"state": "test", "company_id": cls.company.id})
        return cls.env["payment.token"].create({
            "provider_id": provider.id,
            "payment_method_id": provider.payment_method_ids[:1].id,
            "partner_id": person.id,
            "provider_ref": "test",
            "payment_details": "4242",
            "demo_simulated_state": "done",
        })  # fmt: skip

    @classmethod
    def grant(cls, grantor, grantee, *kinds):
        """The grantor lets this user do these kinds of things, as of now."""
        return cls.record(grantor, grantee.partner_id, kinds, "consent")

    @classmethod
    def record(cls, grantor, grantee, kinds, basis):
        """Permissions of these kinds; those without effect were recorded before that was asked."""
        ledger = cls.env["clinic.permission"]
        pair = {"grantor_id": grantor.id, "grantee_id": grantee.id, "basis": basis}
        old = [{**pair, "kind": kind} for kind in kinds if kind not in OFFERED]
        given = [kind for kind in kinds if kind in OFFERED]
        return ledger._grant(grantor, grantee, given, basis) | ledger.create(old)

    @classmethod
    def period(cls, grantor, grantee, kind, **values):
        """A permission with a period of its own; the ledger takes it once and for all."""
        return cls.env["clinic.permission"].create({
            "grantor_id": grantor.id, "grantee_id": grantee.partner_id.id, "kind": kind, **values,
        })  # fmt: skip

    @classmethod
    def appointment(cls, day, clock, people, **values):
        """A visit as the front desk stores it; the first of the people pays."""
        people = [getattr(person, "partner_id", person) for person in people]
        defaults = {
            "service_id": cls.group.id,
            "practitioner_id": cls.nora.id,
            "location_id": cls.harbour.id,
            "payer_id": people[0].id,
            "participant_ids": [Command.create({"partner_id": each.id}) for each in people],
        }
        if people[0].birth_date and "payer_id" not in values:
            # Where a child is alone to come, a manager has agreed that it pays.
            defaults["payer_reason"] = "Agreed"
        return cls.env["clinic.appointment"].create(
            {**defaults, "start": utc(day, clock), **values}
        )

    @classmethod
    def checkout(cls, service, start, people, payer=None, **values):
        """What one asks for at the check-out; the first of the people pays."""
        people = [getattr(person, "partner_id", person) for person in people]
        payer = payer or people[0]
        defaults = {
            "practitioner_id": 0,
            "location_id": cls.harbour.id,
            "participant_ids": tuple(person.id for person in people),
            "payer_id": getattr(payer, "partner_id", payer).id,
        }
        return Checkout(**{**defaults, "service_id": service.id, "start": start, **values})

    @classmethod
    def wish(cls, service, start, **values):
        """The same before anybody has been chosen."""
        place = {"practitioner_id": 0, "location_id": cls.harbour.id, **values}
        return Checkout(service_id=service.id, start=start, **place)

    @classmethod
    def hold(cls, user, checkout):
        """The appointment that is held for this user now, seen with full rights."""
        cls.env.invalidate_all()
        return cls.env["clinic.booking"].with_user(user)._hold(user.partner_id, checkout).sudo()

    @classmethod
    def confirm(cls, user):
        """What this user has in the basket is booked; the booking, seen with full rights."""
        cls.env.invalidate_all()
        bookings = cls.env["clinic.booking"].with_user(user)
        basket = bookings._find_basket(user.partner_id).sudo()
        plan = basket._write_plan(basket._plan_sessions())
        meant = [clash["key"] for clash in bookings._find_clashes(basket)]
        return bookings._confirm(user.partner_id, basket.key, basket.version, plan, meant).sudo()

    @classmethod
    def book(cls, user, checkout):
        """The appointment that this user holds and books, seen with full rights."""
        held = cls.hold(user, checkout)
        cls.confirm(user)
        return held

    def get_owed(self, partner):
        """What stands on somebody's account in the ledger: what they owe, less what they paid."""
        self.env.flush_all()
        lines = self.env["account.move.line"].search([
            ("partner_id", "=", partner.id),
            ("account_type", "=", "asset_receivable"),
            ("parent_state", "=", "posted"),
        ])  # fmt: skip
        return sum(lines.mapped("balance"))

    def assertRefused(self, reason, sentence, user, checkout):
        """The booking is refused for this reason, in a sentence like this one."""
        with self.assertRaises(BookingRefused) as refusal:
            self.book(user, checkout)
        self.assertEqual(refusal.exception.reason, reason)
        self.assertRegex(str(refusal.exception), sentence)


@freeze_time(NOW)
class ClinicCase(KeepsPages, Builders, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.expect_nobody_else()
        cls.build_clinic()
        cls.build_family()


@freeze_time(NOW)
class ClinicHttpCase(KeepsPages, Builders, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.expect_nobody_else()
        cls.build_clinic()
        cls.build_family()


class ConnectionsCase(Builders, BaseCase):
    """Tests with several real connections; what they commit is deleted afterwards."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        cls.startClassPatcher(freeze_time(NOW))
        # As Odoo's own cases do: a password is hashed once instead of 600 000 times.
        quick = CryptContext(["pbkdf2_sha512", "plaintext"], pbkdf2_sha512__rounds=1)
        cls.classPatch(cls.registry["res.users"], "_crypt_context", lambda _users: quick)
        # The runner of the tests may hold it, and then a second connection waits for ever.
        cls.classPatch(Registry, "_lock", DummyRLock())

    def setUp(self):
        super().setUp()
        self.addCleanup(self._delete_committed)
        type(self).env = self.connect()
        self.build_clinic()
        self.build_family()
        self.build()
        self.env.cr.commit()  # pylint: disable=invalid-commit

    def build(self):
        """What the tests of this class have in common besides the clinic and the family."""

    def connect(self):
        """The environment of a transaction of its own, which has begun and sees what is there."""
        cr = self.registry.cursor()
        self.addCleanup(cr.close)
        cr.execute("SELECT 1")
        return api.Environment(cr, SUPERUSER_ID, {})

    def at_once(self, *actions):
        """Does each in a request of its own at the same moment; answers with what became of it."""
        barrier = threading.Barrier(len(actions))

        def run(action):
            barrier.wait(30)
            return self.request(action)

        with mute_logger("odoo.sql_db"), ThreadPoolExecutor(len(actions)) as threads:
            return list(threads.map(run, actions))

    def _delete_committed(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
            location, practitioner = self.harbour.with_env(env), self.nora.with_env(env)
            users = (self.mother + self.father + self.grandmother + self.stranger).with_env(env)
            people = users.partner_id + self.leo.with_env(env)
            here = [("location_id", "=", location.id)]
            appointments = env["clinic.appointment"].search(here)
            doomed = [
                appointments,
                appointments.booking_id,
                env["clinic.permission"].search([("grantee_id", "in", people.ids)]),
                (self.single + self.group).with_env(env),
                self.product.with_env(env).product_tmpl_id,
                env["clinic.schedule"].search(here),
                practitioner,
                practitioner.resource_id,
                location,
                users,
                people,
            ]
            for records in doomed:
                records.unlink()
