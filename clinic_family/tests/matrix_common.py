"""Everybody who may have to do with Paula, and what they hold of hers right now."""

from datetime import timedelta

from odoo import http
from odoo.exceptions import UserError

from ..engine.permissions import KINDS
from .common import TUESDAY, WEDNESDAY, written
from .form_common import FormBuilders
from .package_common import PackageBuilders

# Who somebody is to Paula, beside what they hold. "linked": their relationship lasts.
PUBLIC, STRANGER, PERSON = "public", "stranger", "person"


def read_routes(env):
    """Every address this addon answers, with its method; without one it only reads."""
    modules = sorted(env.registry._init_modules)
    return {
        (method, url)
        for url, endpoint in http._generate_routing_rules(modules, False)
        if ".clinic_family." in endpoint.func.__module__
        for method in endpoint.routing.get("methods") or ["GET"]
    }


class Actor:
    """A user, the words that stand for them in the tables, and the kinds they hold."""

    def __init__(self, user, *words, kinds=()):
        self.user, self.words = user, {*words, *kinds}

    def is_among(self, allowed):
        """Whether one of the words of a table's row stands for this actor."""
        return bool(self.words & allowed)


class MatrixFamily:
    """Builds Paula's family: one relative for every way in which one can have to do with her."""

    @classmethod
    def build_matrix(cls):
        cls.paula_user = cls.user("test_paula", "Paula Person")
        cls.paula = cls.paula_user.partner_id
        cls.actors = {
            PUBLIC: Actor(cls.env.ref("base.public_user"), PUBLIC),
            STRANGER: Actor(cls.user("test_strange", "Stan Stranger"), STRANGER, "logged in"),
            PERSON: Actor(cls.paula_user, PERSON, "logged in"),
        }
        held = {f"only {kind}": [kind] for kind in KINDS}
        held |= {f"all but {kind}": [other for other in KINDS if other != kind] for kind in KINDS}
        held["linked only"] = []
        lost = ("revoked", "suspended", "ended", "not yet begun", "blocked", "ex-parent")
        cls.build_users(*held, *lost, "other participant")
        for name, kinds in held.items():
            cls.add_relative(name, kinds)
        for name in lost:
            getattr(cls, f"make_{cls.identify(name)}")(name)
        cls.otto = cls.add_actor("other participant")

    @classmethod
    def build_users(cls, *names):
        """The users of the actors of these names, made together: one by one they take long."""
        rows = [(f"test_{cls.identify(name)}", f"Rel {name.title()}") for name in names]
        cls.users_by_name = dict(zip(names, cls.users(*rows), strict=True))

    @staticmethod
    def identify(name):
        return name.replace(" ", "_").replace("-", "_")

    @classmethod
    def add_actor(cls, name, *words, kinds=()):
        user = cls.users_by_name[name]
        cls.actors[name] = Actor(user, "logged in", name, *words, kinds=kinds)
        return user

    @classmethod
    def add_relative(cls, name, kinds, counts=True, basis="consent", **period):
        """Somebody linked with Paula who holds these kinds; they may count or not."""
        words = ["linked"]
        user = cls.add_actor(name, *words, kinds=kinds if counts else ())
        cls.env["clinic.relationship"]._link(cls.paula, user.partner_id, cls.type_other)
        held = cls.env["clinic.permission"].create([
            {
                "grantor_id": cls.paula.id,
                "grantee_id": user.partner_id.id,
                "kind": kind,
                "basis": basis,
                **period,
            }
            for kind in kinds
        ])  # fmt: skip
        return user, held

    @classmethod
    def make_revoked(cls, name):
        _user, held = cls.add_relative(name, KINDS, counts=False)
        held._revoke("test")

    @classmethod
    def make_suspended(cls, name):
        _user, held = cls.add_relative(name, KINDS, counts=False)
        held._suspend("test")

    @classmethod
    def make_ended(cls, name):
        now = cls.env.cr.now()
        cls.add_relative(
            name,
            KINDS,
            counts=False,
            starts_at=now - timedelta(days=2),
            ends_at=now - timedelta(days=1),
        )

    @classmethod
    def make_not_yet_begun(cls, name):
        cls.add_relative(name, KINDS, counts=False, starts_at=cls.env.cr.now() + timedelta(days=1))

    @classmethod
    def make_blocked(cls, name):
        user, _held = cls.add_relative(name, KINDS, counts=False)
        cls.env["clinic.block"]._set(cls.paula, user.partner_id, "test")
        cls.actors[name].words.discard("linked")

    @classmethod
    def make_ex_parent(cls, name):
        user, _held = cls.add_relative(name, KINDS, counts=False, basis="parental")
        cls.env["clinic.family"]._separate(cls.paula, user.partner_id, "test")
        cls.actors[name].words.discard("linked")


class MatrixRecords(FormBuilders, PackageBuilders):
    """Builds one record of each model that has to do with Paula, by the model's name."""

    @classmethod
    def build_records(cls):
        form = cls.ask_for(cls.group, cls.survey("History"))
        visit = cls.appointment(TUESDAY, "10:00", [cls.paula])
        cls.appointment(TUESDAY, "11:00", [cls.paula, cls.otto], service_id=cls.group.id)
        booking = cls.env["clinic.booking"].create({"booker_id": cls.paula.id})
        relative = cls.actors["only calendar"].user.partner_id
        held = cls.env["clinic.permission"]._get_held(cls.paula, relative)
        stranger = cls.actors["stranger"].user.partner_id
        member = cls.person("Child Of Paula", parent_id=cls.paula.id, is_patient=True)
        package = cls.package(cls.single, is_published=True)
        purchase = cls.draft(package, cls.paula)
        session = purchase.session_ids[0]
        session._use_on(TUESDAY)
        feeds = cls.env["clinic.calendar.feed"]
        feeds._renew(cls.actors["person"].user)
        feed = feeds._find_for(cls.actors["person"].user)
        feed._as_owner()._choose_levels({cls.paula.id: "busy"})
        asked = cls.env["clinic.form.request"].search([("patient_id", "=", cls.paula.id)])
        cls.env["clinic.form.handout"]._hand(asked, cls.paula)
        offer = cls.offer_to(cls.paula, WEDNESDAY)
        cls.records = {
            "clinic.age.rule": cls.env["clinic.age.rule"].create({
                "kind": "calendar", "age": 12, "company_id": cls.company.id,
            }),
            "clinic.appointment": visit,
            "clinic.appointment.log": visit.log_ids,
            "clinic.appointment.report": cls.env["clinic.appointment.report"].browse(visit.id),
            "clinic.authority": cls.env["clinic.authority"].search(
                [("permission_id", "=", held.id)]
            ),
            "clinic.block": cls.env["clinic.block"].search([("person_a_id", "=", cls.paula.id)]),
            "clinic.booking": booking,
            "clinic.calendar.feed": feed,
            "clinic.calendar.level": feed.level_ids,
            "clinic.cancel.reason": cls.env["clinic.cancel.reason"].create({
                "name": "Was in hospital", "company_id": cls.company.id,
            }),
            "clinic.form": form,
            "clinic.form.request": asked,
            "clinic.form.handout": asked.handout_ids,
            "clinic.form.signature": cls.env["clinic.form.signature"].create({
                "request_id": asked.id, "person_id": stranger.id, "name": "S. Strange",
                "signed_at": "2027-03-01",
            }),
            "clinic.invitation": cls.env["clinic.invitation"]._ask(
                stranger, {"name": "Paula", "kinds": "book"}, cls.paula
            ),
            "clinic.kept.time": cls.keep(),
            "clinic.location": cls.harbour,
            "clinic.reschedule": cls.env["clinic.reschedule"].create({
                "appointment_id": visit.id,
                "moved_by_id": cls.paula.id,
                "old_start": visit.start,
                "new_start": visit.start,
            }),
            "clinic.merge": cls.merge_into(cls.paula),
            "clinic.message": cls.env["clinic.message"]._queue(
                [(visit.participant_ids, {"kind": "confirmed"})]
            ),
            "clinic.package": package,
            "clinic.package.line": package.line_ids,
            "clinic.package.purchase": purchase,
            "clinic.package.session": session,
            "clinic.package.session.change": session.change_ids,
            "clinic.participant": visit.participant_ids,
            "clinic.patient.group": cls.env["clinic.patient.group"].create({
                "name": "The Persons", "partner_ids": cls.paula.ids,
            }),
            "clinic.payer.share": cls.env["clinic.payer.share"]._agree(cls.paula, {
                "payer_id": cls.otto.partner_id.id, "percent": 50, "why": "Both at the desk",
            }),
            "clinic.permission": held,
            "clinic.practitioner": cls.nora,
            "clinic.registration": cls.register(cls.paula),
            "clinic.relationship": cls.env["clinic.relationship"]._find(cls.paula, relative),
            "clinic.relationship.type": cls.type_other,
            "clinic.schedule": cls.nora.schedule_ids,
            "clinic.service": cls.single,
            "clinic.shared.documents": cls.env["clinic.shared.documents"].search(
                [("patient_id", "=", member.id)], limit=1
            ),
            "clinic.signup": cls.env["clinic.signup"]._find(
                cls.env["clinic.signup"]._ask("paula@example.com", "", "")
            ),
            "clinic.wait.offer": offer,
            "clinic.wait.request": offer.request_id,
            "res.partner": cls.paula,
        }  # fmt: skip
        cls.env.flush_all()

    @classmethod
    def keep(cls):
        """Somebody who isn't logged in chose a time."""
        kept = cls.env["clinic.kept.time"]
        key = kept._keep(cls.wish(cls.single, written(WEDNESDAY, "15:00")), "192.0.2.7")
        return kept.with_context(clinic_kept_key=key)._find_own().with_context(clinic_kept_key="")

    @classmethod
    def merge_into(cls, person):
        """Somebody else, who had nothing, was merged into this person today."""
        merges = cls.env["clinic.merge"]
        return merges.create({
            "kept_id": person.id,
            "kept_number": person.id,
            "source_name": "Double",
            "source_number": 0,
            "merged_by_id": cls.env.uid,
            "moved": {
                "journal": [[], [], []],
                "last": {model: 0 for _title, model, _name in merges._get_counted()},
                "rights": {},
                "books": {},
            },
        })  # fmt: skip

    @classmethod
    def register(cls, person):
        """The person became a patient online."""
        registrations = cls.env["clinic.registration"]
        registrations._record_newcomers(person, "booking", person)
        return registrations.search([("patient_id", "=", person.id)])

    @classmethod
    def offer_to(cls, person, day):
        """The wait list offers this person something on that day."""
        request = cls.env["clinic.wait.request"]._join(person, person, {
            "service_id": cls.single.id, "date_from": day, "date_until": day,
        })  # fmt: skip
        cls.env["clinic.waitlist"]._offer_first(request)
        return request.offer_ids

    def get_models(self):
        """The models of this addon that have records of their own, but for the assistants."""
        return {
            model._name
            for model in self.env.values()
            if model._name.startswith("clinic.") and not (model._abstract or model._transient)
        }

    def sees(self, user, record):
        """Whether the user finds and reads any of these records; both ways agree."""
        self.env.invalidate_all()
        try:
            found = record.with_user(user).search([("id", "in", record.ids)])
            read = found.read(["id"]) if len(record) > 1 else record.with_user(user).read(["id"])
        except UserError:
            return False
        self.assertEqual(bool(found), bool(read), f"{record} is searched and read differently")
        return bool(found)
