from odoo import http
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import TUESDAY, ClinicHttpCase, written
from .matrix_common import MatrixFamily, read_routes
from .package_common import PackageBuilders

EVERYBODY = {"public", "logged in"}
LOGGED_IN = {"logged in"}
PAULA, BOOKS = {"person"}, {"person", "book"}

# Who gets through on each address, asking for or about Paula. All others are sent to the login
# page (the public), or get the answer for something that isn't there, or a refusal (422).
ROUTES = {
    ("GET", "/book"): EVERYBODY,
    ("GET", "/book/with"): EVERYBODY,
    ("GET", "/book/with/<string:practitioner>"): EVERYBODY,
    ("GET", "/book/<string:slug>"): EVERYBODY,
    ("GET", "/book/<string:slug>/who"): LOGGED_IN,
    ("GET", "/book/<string:slug>/add"): LOGGED_IN,
    ("POST", "/book/<string:slug>/hold"): BOOKS | {"public"},
    ("GET", "/book/basket"): LOGGED_IN,  # each their own
    ("POST", "/book/basket/remove"): LOGGED_IN,
    ("POST", "/book/basket/session"): LOGGED_IN,
    ("POST", "/book/confirm"): LOGGED_IN,  # each their own basket; see test_basket
    ("GET", "/book/<string:slug>/taken"): LOGGED_IN,
    ("GET", "/book/thanks/<string:key>"): PAULA,  # her own booking
    ("GET", "/my/appointments"): LOGGED_IN,  # which ones is in the models' table
    ("GET", "/my/appointments/page/<int:page>"): LOGGED_IN,
    ("GET", "/my/appointments/<int:appointment_id>"): BOOKS,
    ("GET", "/my/appointments/<int:appointment_id>/cancel"): BOOKS,
    ("POST", "/my/appointments/<int:appointment_id>/cancel"): BOOKS,
    ("GET", "/my/appointments/<int:appointment_id>/move"): BOOKS,
    ("GET", "/my/appointments/<int:appointment_id>/move/check"): BOOKS,
    ("POST", "/my/appointments/<int:appointment_id>/move"): BOOKS,
    ("GET", "/my/appointments/<int:appointment_id>/move/taken"): BOOKS,
    ("GET", "/my/statement"): LOGGED_IN,  # each their own; see test_statement
    ("GET", "/my/family"): LOGGED_IN,
    ("GET", "/my/family/add"): LOGGED_IN,
    ("POST", "/my/family/add"): LOGGED_IN,
    ("GET", "/my/family/<int:person_id>/share"): {"linked"},
    ("POST", "/my/family/<int:person_id>/share"): {"linked"},
    ("POST", "/my/family/<int:person_id>/ask"): {"linked"},
    ("GET", "/my/family/question/<int:question_id>"): PAULA,  # put to her
    ("POST", "/my/family/question/<int:question_id>"): PAULA,
    ("POST", "/my/family/question/<int:question_id>/withdraw"): {"other participant"},  # asked it
    ("GET", "/my/packages"): LOGGED_IN,  # each their own, and what is shared with them
    ("GET", "/my/packages/<int:package_id>"): LOGGED_IN,  # what is on sale
    ("POST", "/my/packages/<int:package_id>/buy"): LOGGED_IN,  # each for themselves
    ("GET", "/my/packages/share/<int:person_id>"): {"nobody"},  # see test_package_page
    ("POST", "/my/packages/share/<int:person_id>"): {"nobody"},
    ("GET", "/clinic/invitation/<string:token>"): {"nobody"},  # a dead link
    ("POST", "/clinic/invitation/<string:token>"): {"nobody"},
    ("GET", "/my/family/<int:person_id>/end"): {"linked"},
    ("POST", "/my/family/<int:person_id>/end"): {"linked"},
    ("POST", "/my/family/<int:ward_id>/end/<int:other_id>"): {
        "person",
        "only book",
    },  # that relative's
}
# Odoo's own page, with one question more (see test_family_signup).
NOT_OURS = {"/web/signup"}


@tagged("post_install", "-at_install")
class TestRouteMatrix(PackageBuilders, MatrixFamily, ClinicHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.type_other = cls.env.ref("clinic_family.clinic_relationship_type_other")
        cls.build_matrix()
        cls.start = written(TUESDAY, "10:00")
        visit = cls.book(
            cls.paula_user,
            cls.checkout(cls.single, written(TUESDAY, "14:00"), [cls.paula_user]),
        )
        question = cls.env["clinic.invitation"]._ask(
            cls.otto.partner_id,
            {"name": "Paula", "kinds": "book", "expires_at": "2099-01-01"},
            cls.paula,
        )
        slug = cls.single.website_url.removeprefix("/book/")
        package = cls.package(cls.single, is_published=True)
        cls.parts = {
            "<string:slug>": slug,
            "<string:practitioner>": cls.nora.website_url.removeprefix("/book/with/"),
            "<string:key>": visit.booking_id.key,
            "<int:page>": "1",
            "<int:appointment_id>": str(visit.id),
            "<int:package_id>": str(package.id),
            "<int:person_id>": str(cls.paula.id),
            "<int:ward_id>": str(cls.paula.id),
            "<int:other_id>": str(cls.actors["only book"].user.partner_id.id),
            "<int:question_id>": str(question.id),
            "<string:token>": "dead",
        }
        cls.form = {
            "practitioner": cls.nora.id,
            "location": cls.harbour.id,
            "start": cls.start,
            "participant": cls.paula.id,
            "kind": ["book"],
            "first_name": "New",
            "last_name": "Relative",
            "email": "new.relative@test.example",
            "type": cls.type_other.id,
            "answer": "accept",
            "key": "a key of one's own",
            "who": str(visit.participant_ids.id),
        }

    def get_routes(self):
        """Every address this addon answers, with its method; without one it only reads."""
        return read_routes(self.env)

    def get_url(self, rule):
        for part, value in self.parts.items():
            rule = rule.replace(part, value)
        return rule

    def passes(self, actor, method, rule):
        """Whether the actor gets through; whatever the request did is undone."""
        form = {**self.form, "payer": actor.user.partner_id.id}
        savepoint = self.env.cr.savepoint()
        try:
            if method == "GET":
                answer = self.url_open(self.get_url(rule), params=form, allow_redirects=False)
            else:
                token = http.Request.csrf_token(self)
                answer = self.url_open(
                    self.get_url(rule), data={**form, "csrf_token": token}, allow_redirects=False
                )
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()
        self.assertLess(answer.status_code, 500, f"{method} {rule}")
        refused = "/web/login" in answer.headers.get("Location", "")
        return answer.status_code in (200, 303) and not refused

    def test_every_route_has_its_row(self):
        routes = {route for route in self.get_routes() if route[1] not in NOT_OURS}

        self.assertEqual(routes, set(ROUTES))

    @mute_logger("odoo.http", "odoo.sql_db")
    def test_each_gets_through_where_the_table_says(self):
        passed = {route: set() for route in ROUTES}
        for who, actor in self.actors.items():
            self.authenticate(*(2 * [None if who == "public" else actor.user.login]))
            for route in ROUTES:
                if self.passes(actor, *route):
                    passed[route].add(who)

        expected = {
            route: {who for who, actor in self.actors.items() if actor.is_among(allowed)}
            for route, allowed in ROUTES.items()
        }
        self.maxDiff = None
        self.assertEqual(
            {route: who ^ expected[route] for route, who in passed.items()},
            {route: set() for route in ROUTES},
        )
