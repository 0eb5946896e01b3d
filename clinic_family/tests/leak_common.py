"""A family in which everybody may see something else, and what gives each of them away."""

import re

from .common import THURSDAY, TUESDAY, ClinicHttpCase, written
from .message_common import MailCatcher
from .package_common import PackageBuilders

# Whose name each may read: who lets them act or bill, who may act for them or for their child, and
# with whom they are linked. Addresses, telephone numbers and keys: one's own.
NAMES = {
    "public": set(),
    "mira": {"mira", "leo", "ana", "greta", "fergus"},  # he may act for her daughter
    "fergus": {"fergus", "ana", "mira"},  # she may act for his daughter
    "greta": {"greta", "leo", "mira"},
    "stan": {"stan"},
    "leo": {"leo", "mira", "greta"},
    "ana": {"ana", "mira", "fergus"},
}
# Greta's package, whose sessions Mira may use.
MAY_KNOW_PACKAGE = {"greta", "mira"}
LINKED = [("mira", "leo"), ("mira", "ana"), ("fergus", "ana"), ("greta", "mira")]
HELD = [
    ("leo", "mother", ["book", "pay", "notify"]),
    ("ana", "mother", ["book", "pay", "notify"]),
    ("ana", "father", ["book", "notify"]),
    ("greta", "mother", ["pay", "packages"]),
    ("leo", "grandmother", ["notify"]),
]


class LeakScan(PackageBuilders, MailCatcher, ClinicHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"clinic_undo_minutes": 3, "clinic_reminder_hours": "48"})
        cls.company.email = "clinic@example.com"
        cls.build_people()
        secret = cls.package(cls.group, name="Gretas talks", count=2)
        cls.purchase = cls.sell(secret, cls.people["greta"])
        cls.build_visits()
        cls.secrets = cls.get_secrets()

    @classmethod
    def build_people(cls):
        cls.users = {
            "mira": cls.mother,
            "fergus": cls.father,
            "greta": cls.grandmother,
            "stan": cls.stranger,
        }
        cls.people = {name: user.partner_id for name, user in cls.users.items()}
        cls.people |= {"leo": cls.leo, "ana": cls.person("Ana Anderling")}
        for number, (name, person) in enumerate(cls.people.items()):
            person.write(
                {"email": f"{name}@secret.example", "phone": f"+64 9 555 {number}77{number}"}
            )
        other = cls.env.ref("clinic_family.clinic_relationship_type_other")
        for one, another in LINKED:
            cls.env["clinic.relationship"]._link(cls.people[one], cls.people[another], other)
        cls.held = [
            cls.grant(cls.people[grantor], getattr(cls, grantee), *kinds)
            for grantor, grantee, kinds in HELD
        ]
        cls.question = cls.env["clinic.invitation"]._ask(
            cls.people["fergus"],
            {"name": "Mira", "kinds": "book", "expires_at": "2099-01-01"},
            cls.people["mira"],
        )

    @classmethod
    def build_visits(cls):
        """One of every kind: with strangers, booked, moved, cancelled, taken back, held."""
        people = cls.people
        together = [people["stan"], people["leo"], people["fergus"]]
        cls.together = cls.appointment(THURSDAY, "9:00", together, service_id=cls.group.id)
        cls.booked = cls.ask("10:00", ["mira", "leo"], "greta")
        cls.moved = cls.ask("11:00", ["leo"], "mira")
        cls.cancelled = cls.ask("14:00", ["ana"], "mira")
        # Greta comes along with both children: Ana's father doesn't know her.
        brought = (cls.together | cls.cancelled).participant_ids
        children = people["leo"] | people["ana"]
        brought.filtered(lambda one: one.partner_id in children).along_id = people["greta"]
        cls.undone = cls.ask("15:00", ["leo"], "mira")
        cls.undone.with_user(cls.mother)._cancel_for(people["mira"], cls.undone.participant_ids)
        cls.his = cls.book(
            cls.father, cls.checkout(cls.single, written(TUESDAY, "16:00"), [cls.father])
        )
        checkout = cls.checkout(
            cls.group, written(TUESDAY, "16:30"), [people["leo"]], people["greta"]
        )
        cls.held_visit = cls.hold(cls.mother, checkout)
        cls.wait_request = cls.env["clinic.wait.request"]._join(people["mira"], people["leo"], {
            "service_id": cls.single.id, "date_from": THURSDAY, "date_until": THURSDAY,
        })  # fmt: skip
        cls.env["clinic.waitlist"]._offer_first(cls.wait_request)
        cls.env.flush_all()
        cls.visits = cls.env["clinic.appointment"].search([("location_id", "=", cls.harbour.id)])

    @classmethod
    def ask(cls, clock, names, payer):
        """What Mira books on Thursday for these people."""
        people = [cls.people[name] for name in names]
        start = written(THURSDAY, clock)
        return cls.book(cls.mother, cls.checkout(cls.group, start, people, cls.people[payer]))

    @classmethod
    def get_secrets(cls):
        """What gives somebody away, by the words for it: name, contact, keys."""
        secrets = {}
        for name, person in cls.people.items():
            secrets["name", name] = "|".join(rf"\b{part}\b" for part in person.name.split())
            secrets["contact", name] = f"{re.escape(person.email)}|{re.escape(person.phone)}"
        for name in ("mira", "fergus"):
            bookings = cls.env["clinic.booking"].search([("booker_id", "=", cls.people[name].id)])
            secrets["key", name] = "|".join(bookings.mapped("key"))
        secrets["package", "greta"] = "Gretas talks"
        return {secret: re.compile(pattern) for secret, pattern in secrets.items()}

    def get_leaks(self, reader, text):
        """The secrets in a text that its reader may not see."""
        packages = {"greta"} if reader in MAY_KNOW_PACKAGE else set()
        allowed = {"name": NAMES[reader], "package": packages}
        return {
            (what, whose)
            for (what, whose), pattern in self.secrets.items()
            if whose not in allowed.get(what, {reader}) and pattern.search(text)
        }
