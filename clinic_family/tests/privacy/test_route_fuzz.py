"""Whatever is sent to an address, in whichever of its fields: no page breaks."""

import inspect
import secrets
from itertools import product
from unittest.mock import patch

from odoo import http
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..route_common import NOT_OURS, RouteCase

PLACE = ("practitioner", "location")
OUTING = (
    "person", "wish", "along", "together", "location", "way", "from", "day", "not_before",
    "over_by", "payer",
)  # fmt: skip
WISH = (*PLACE, "start", "participant", "payer", "confidential", "for")
RELATIVE = (
    "first_name", "last_name", "email", "child_email", "birth_date", "type", "is_guardian",
    "may_bill", "kind", "key", "who", "sibling_first_name",
    "sibling_last_name", "sibling_type", "sibling_birth_date",
)  # fmt: skip
ACCOUNT = ("name", "login", "password", "confirm_password", "phone", "birth_text", "agreed")
DETAILS = ("phone", "street", "street2", "zip", "city", "emergency_contact", "birth_text")
VISIT, FAMILY, PACKAGES = "/my/appointments/<int:appointment_id>", "/my/family", "/my/packages"
SHARE, CARD, CONTACT = (f"{FAMILY}/<int:person_id>/{page}" for page in ("share", "card", "contact"))
QUESTION = f"{FAMILY}/question/<int:question_id>"
WAIT = "/my/waitlist"
INVITATION = "/clinic/invitation/<string:token>"
# What each address takes from the form or behind the question mark.
FIELDS = {
    ("GET", "/book"): ("search", "for"),
    ("GET", "/book/with"): ("search", "for"),
    ("GET", "/book/with/<string:practitioner>"): ("for",),
    ("GET", "/book/<string:slug>"): (*PLACE, "day", "view", "for"),
    ("GET", "/book/<string:slug>/who"): WISH,
    ("GET", "/book/<string:slug>/add"): WISH,
    ("GET", "/book/<string:slug>/taken"): WISH,
    ("POST", "/book/<string:slug>/hold"): (*WISH, "birth_7", "birth_x"),
    ("GET", "/book/family"): ("service", "taken", *OUTING),
    ("POST", "/book/family/hold"): ("visit", "payer", "asked"),
    ("GET", "/book/basket"): ("changed",),
    ("POST", "/book/basket/remove"): ("appointment",),
    ("POST", "/book/basket/session"): ("appointment", "use"),
    ("POST", "/book/confirm"): ("key", "version", "plan"),
    ("GET", "/book/thanks/<string:key>"): (),
    ("GET", "/book/pay/<string:key>"): (),
    ("POST", "/book/pay/<string:key>/back"): (),
    ("GET", "/my/appointments"): ("when", "done", "page", "undone"),
    ("GET", "/my/appointments/page/<int:page>"): ("when", "done", "undone"),
    ("GET", VISIT): ("done",),
    ("GET", f"{VISIT}/cancel"): ("who",),
    ("POST", f"{VISIT}/cancel"): ("who", "payer", "undo", "cost"),
    ("GET", f"{VISIT}/outing"): (),
    ("POST", f"{VISIT}/outing"): ("appointment", "undo", "cost"),
    ("GET", f"{VISIT}/outing/move"): ("taken", *OUTING),
    ("GET", f"{VISIT}/outing/move/check"): ("visit", "asked"),
    ("POST", f"{VISIT}/outing/move"): ("visit", "asked"),
    ("POST", f"{VISIT}/along"): ("who", "along"),
    ("POST", f"{VISIT}/back"): ("visit", "who"),
    ("GET", f"{VISIT}/move"): (*PLACE, "day", "view"),
    ("POST", f"{VISIT}/move"): (*PLACE, "start"),
    ("GET", f"{VISIT}/move/check"): (*PLACE, "start"),
    ("GET", f"{VISIT}/move/taken"): (*PLACE, "start"),
    ("GET", f"{VISIT}/visit.ics"): (),
    ("GET", "/calendar/<string:secret>.ics"): (),
    ("GET", "/my/calendar"): ("done",),
    ("POST", "/my/calendar/levels"): ("level_7", "level_x"),
    ("POST", "/my/calendar/address"): (),
    ("POST", "/my/calendar/end"): (),
    ("GET", "/my/forms"): (),
    ("GET", "/my/forms/<int:request_id>"): (),
    ("POST", "/my/forms/<int:request_id>/fill"): (),
    ("POST", "/my/forms/<int:request_id>/correct"): (),
    ("POST", "/my/forms/<int:request_id>/leave"): (),
    ("GET", "/my/forms/<int:signed_id>/sign"): (),
    ("POST", "/my/forms/<int:signed_id>/sign"): ("name",),
    ("GET", "/clinic/form/<string:handed>"): (),
    ("POST", "/clinic/form/<string:handed>"): ("name",),
    ("POST", "/clinic/form/<string:handed>/fill"): (),
    ("GET", WAIT): ("done",),
    ("GET", f"{WAIT}/join"): ("service", "wait", "for", *PLACE),
    ("POST", f"{WAIT}/join"): (
        "service",
        *PLACE,
        "participant",
        "day",
        "from",
        "until",
        "not_before",
        "over_by",
    ),
    ("GET", f"{WAIT}/<int:wait_id>"): (),
    ("POST", f"{WAIT}/<int:wait_id>/accept"): ("version", "plan"),
    ("POST", f"{WAIT}/<int:wait_id>/decline"): (),
    ("POST", f"{WAIT}/<int:wait_id>/leave"): (),
    ("GET", "/my/statement"): ("from", "to", "paper"),
    ("GET", FAMILY): ("added", "asked", "done"),
    ("GET", f"{FAMILY}/add"): ("redirect", "added", "asked"),
    ("POST", f"{FAMILY}/add"): ("redirect", "another", *RELATIVE),
    ("GET", SHARE): ("for",),
    ("POST", SHARE): ("for", "kind", "until"),
    ("GET", CONTACT): (),
    ("POST", CONTACT): DETAILS,
    ("GET", "/my/details"): ("done",),
    ("POST", "/my/details"): DETAILS,
    ("GET", CARD): (),
    ("POST", f"{CARD}/end"): (),
    ("POST", CARD): ("only", "card", "limit", "until"),
    ("POST", f"{FAMILY}/<int:person_id>/ask"): ("kind", "redirect"),
    ("GET", QUESTION): (),
    ("POST", QUESTION): ("answer", "kind"),
    ("POST", f"{QUESTION}/withdraw"): (),
    ("GET", INVITATION): (),
    ("POST", INVITATION): ("answer", "kind", "code"),
    ("POST", f"{INVITATION}/account"): ACCOUNT,
    ("GET", f"{FAMILY}/<int:person_id>/end"): (),
    ("POST", f"{FAMILY}/<int:person_id>/end"): ("visit_7", "visit_x"),
    ("POST", f"{FAMILY}/<int:ward_id>/end/<int:other_id>"): (),
    ("GET", "/my/file"): (),
    ("GET", "/my/file/download"): (),
    ("GET", "/my/balance"): ("paid",),
    ("GET", "/my/balance/pay"): ("invoice",),
    ("GET", PACKAGES): ("done",),
    ("GET", f"{PACKAGES}/<int:package_id>"): (),
    ("POST", f"{PACKAGES}/<int:package_id>/buy"): ("key",),
    ("GET", f"{PACKAGES}/share/<int:person_id>"): (),
    ("POST", f"{PACKAGES}/share/<int:person_id>"): ("only", "limit", "purchase"),
}
# Another type, too small, too large or late, another alphabet, what no database holds, repeated.
NONSENSE = [
    "",
    "abc",
    "-1",
    "9" * 30,
    "٧\u202e🙂é",
    "a\0b",
    "'; DROP TABLE clinic_service; -- <script> %s {0}",
    "x" * 5000,
    "a&" * 200,
    "9999-12-20",
    ["abc", "7", "7", ""],
]
FILE = ("x.txt", b"x", "text/plain")
# The same in the address itself.
PARTS = {
    "int": ["0", "-1", "9" * 30, str(2**31), "x"],
    "string": ["x", "%00", "x-0", "x-" + "9" * 30, "٧🙂", "%ED%A0%80", "x" * 3000],
}


@tagged("post_install", "-at_install", "timeless")
class TestRouteFuzz(RouteCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.type_other = cls.env.ref("clinic_family.clinic_relationship_type_other")
        mother, father = cls.mother.partner_id, cls.father.partner_id
        relationships = cls.env["clinic.relationship"]
        relationships._link(mother, father, cls.type_other)
        relationships._link(mother, cls.leo, cls.type_other)
        cls.env["clinic.permission"]._grant(cls.leo, mother, ["book"], "parental")
        cls.grant(cls.leo, cls.father, "book")
        cls.grant(mother, cls.father, "packages", "card")
        cls.grant(cls.father.partner_id, cls.mother, "intake")
        with patch.object(secrets, "token_urlsafe", lambda _size: "live"):
            cls.env["clinic.invitation"]._ask(
                cls.stranger.partner_id,
                {
                    "name": "Somebody",
                    "email": "some@test.example",
                    "kinds": "book",
                    "expires_at": "2099-01-01",
                },
            )
        cls.build_requests(cls.mother, cls.stranger, cls.father)
        cls.parts |= {
            "<int:person_id>": str(father.id),
            "<int:ward_id>": str(cls.leo.id),
            "<string:token>": "live",
        }
        cls.form |= {"payer": mother.id, "until": "2027-06-01", "limit": "2"}

    def setUp(self):
        super().setUp()
        self.authenticate("test_mother", "test_mother")

    def get_parameters(self):
        """What the handler of each address names as its arguments."""
        modules = sorted(self.env.registry._init_modules)
        return {
            (method, url): set(inspect.signature(endpoint.func).parameters)
            for url, endpoint in http._generate_routing_rules(modules, False)
            if endpoint.routing.get("is_clinic") and url not in NOT_OURS
            for method in endpoint.routing["methods"]
        }

    def broken(self, requests):
        """What is answered neither with a page nor with a sentence."""
        answers = {
            (method, url, str(form)[:200]): self.ask(method, url, form, **more).status_code
            for method, url, form, more in requests
        }
        return {
            asked: status for asked, status in answers.items() if status not in (200, 303, 404, 422)
        }

    def test_every_address_has_its_row(self):
        self.assertEqual(self.get_routes(), set(FIELDS))
        unlisted = {
            (route, name)
            for route, names in self.get_parameters().items()
            for name in names - {"self", "kw", "period"}
            if name not in FIELDS[route] and f":{name}>" not in route[1]
        }
        self.assertEqual(unlisted, set())

    def test_with_what_they_expect_all_of_them_get_through(self):
        withdrawn = ("POST", f"{QUESTION}/withdraw")  # by the one who asked

        stopped = {
            route
            for route in FIELDS
            if self.ask(route[0], self.get_url(route[1]), self.form).status_code not in (200, 303)
        }

        self.assertEqual(stopped, {withdrawn})

    def test_nobody_is_booked_whose_number_cannot_be_read(self):
        hold = self.get_url("/book/<string:slug>/hold")
        answers = {
            field: self.ask("POST", hold, {**self.form, field: "abc"})
            for field in ("participant", "payer")
        }

        self.assertEqual({answer.status_code for answer in answers.values()}, {422})
        self.assertIn("You can&#39;t book for one of the people", answers["participant"].text)
        self.assertIn("This person can&#39;t be asked to pay", answers["payer"].text)

    @mute_logger("odoo.http", "odoo.sql_db")
    def test_no_field_breaks_a_page(self):
        requests = [
            (method, self.get_url(rule), {**self.form, field: nonsense}, {})
            for (method, rule), fields in FIELDS.items()
            for field, nonsense in product(fields, NONSENSE)
        ]

        self.assertGreater(len(requests), 600)
        self.assertEqual(self.broken(requests), {})

    @mute_logger("odoo.http", "odoo.sql_db")
    def test_no_empty_crowded_or_unknown_form_breaks_a_page(self):
        forms = [{}, {"kw": "x", "self": "x", "no\0body": "x", "[]": "x"}]

        requests = [
            (method, self.get_url(rule), form, {})
            for (method, rule), fields in FIELDS.items()
            for form in forms + self.get_crowds(fields) * (method == "POST")
        ]

        self.assertEqual(self.broken(requests), {})

    def get_crowds(self, fields):
        """Of each field all that isn't expected, and more than anybody writes."""
        return [{name: value for name in fields or ["x"]} for value in (NONSENSE, "x" * 60_000)]

    @mute_logger("odoo.http", "odoo.sql_db")
    def test_no_file_breaks_a_page(self):
        requests = [
            ("POST", self.get_url(rule), {}, {"files": dict.fromkeys(fields or ["x"], FILE)})
            for (method, rule), fields in FIELDS.items()
            if method == "POST"
        ]

        self.assertEqual(self.broken(requests), {})

    @mute_logger("odoo.http", "odoo.sql_db")
    def test_nothing_in_the_address_breaks_a_page(self):
        requests = [
            (method, self.get_url(rule.replace(part, nonsense)), self.form, {})
            for method, rule in FIELDS
            for part in self.parts
            if part in rule
            for nonsense in PARTS[part[1:].split(":")[0]]
        ]

        self.assertGreater(len(requests), 100)
        self.assertEqual(self.broken(requests), {})
