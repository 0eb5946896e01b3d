from odoo.tests import tagged
from odoo.tools import mute_logger

from ..matrix_common import MatrixFamily
from ..route_common import RouteCase

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
    ("GET", "/book/family"): LOGGED_IN,  # each sees whom they book for; see test_family_finder
    ("POST", "/book/family/hold"): BOOKS,
    ("GET", "/book/basket"): LOGGED_IN,  # each their own
    ("POST", "/book/basket/remove"): LOGGED_IN,
    ("POST", "/book/basket/session"): LOGGED_IN,
    ("POST", "/book/confirm"): LOGGED_IN,  # each their own basket; see test_basket
    ("GET", "/book/<string:slug>/taken"): LOGGED_IN,
    ("GET", "/book/thanks/<string:key>"): PAULA,  # her own booking
    ("GET", "/book/pay/<string:key>"): PAULA,
    ("POST", "/book/pay/<string:key>/back"): PAULA,
    ("GET", "/my/appointments"): LOGGED_IN,  # which ones is in the models' table
    ("GET", "/my/appointments/page/<int:page>"): LOGGED_IN,
    ("GET", "/my/appointments/<int:appointment_id>"): BOOKS,
    ("GET", "/my/appointments/<int:appointment_id>/cancel"): BOOKS,
    ("POST", "/my/appointments/<int:appointment_id>/cancel"): BOOKS,
    ("GET", "/my/appointments/<int:appointment_id>/outing"): BOOKS,
    ("POST", "/my/appointments/<int:appointment_id>/outing"): BOOKS,
    ("GET", "/my/appointments/<int:appointment_id>/outing/move"): BOOKS,
    ("GET", "/my/appointments/<int:appointment_id>/outing/move/check"): BOOKS,
    ("POST", "/my/appointments/<int:appointment_id>/outing/move"): BOOKS,
    ("POST", "/my/appointments/<int:appointment_id>/along"): BOOKS,
    ("POST", "/my/appointments/<int:appointment_id>/back"): BOOKS,
    ("GET", "/my/appointments/<int:appointment_id>/move"): BOOKS,
    ("GET", "/my/appointments/<int:appointment_id>/move/check"): BOOKS,
    ("POST", "/my/appointments/<int:appointment_id>/move"): BOOKS,
    ("GET", "/my/appointments/<int:appointment_id>/move/taken"): BOOKS,
    ("GET", "/my/appointments/<int:appointment_id>/visit.ics"): BOOKS,
    ("GET", "/calendar/<string:secret>.ics"): EVERYBODY,  # the address is the key
    ("GET", "/my/calendar"): LOGGED_IN,  # each theirs; see test_calendar
    ("POST", "/my/calendar/levels"): PAULA,  # who has an address
    ("POST", "/my/calendar/address"): LOGGED_IN,
    ("POST", "/my/calendar/end"): LOGGED_IN,
    ("GET", "/my/forms"): LOGGED_IN,  # each theirs; see test_forms_private
    ("GET", "/my/forms/<int:request_id>"): {"person", "intake"},  # one that nobody has begun
    ("POST", "/my/forms/<int:request_id>/fill"): {"person", "intake"},
    ("POST", "/my/forms/<int:request_id>/correct"): {"person", "intake"},  # led to their forms
    ("POST", "/my/forms/<int:request_id>/leave"): {"person", "intake"},
    ("GET", "/my/forms/<int:signed_id>/sign"): PAULA,  # filled in; see test_forms_signed
    ("POST", "/my/forms/<int:signed_id>/sign"): PAULA,
    ("GET", "/clinic/form/<string:handed>"): EVERYBODY,  # the address is the key
    ("POST", "/clinic/form/<string:handed>"): EVERYBODY,
    ("POST", "/clinic/form/<string:handed>/fill"): EVERYBODY,
    ("GET", "/my/waitlist"): LOGGED_IN,  # each theirs; see test_waitlist_site
    ("GET", "/my/waitlist/join"): LOGGED_IN,
    ("POST", "/my/waitlist/join"): BOOKS,
    ("GET", "/my/waitlist/<int:wait_id>"): PAULA,  # she asked
    ("POST", "/my/waitlist/<int:wait_id>/accept"): PAULA,
    ("POST", "/my/waitlist/<int:wait_id>/decline"): PAULA,
    ("POST", "/my/waitlist/<int:wait_id>/leave"): PAULA,
    ("GET", "/my/statement"): LOGGED_IN,  # each their own; see test_statement
    ("GET", "/my/balance"): LOGGED_IN,  # each theirs; see test_balance
    ("GET", "/my/balance/pay"): {"person", "pay"},  # her invoice
    ("GET", "/my/file"): LOGGED_IN,
    ("GET", "/my/file/download"): LOGGED_IN,  # each their own; see test_person_file
    ("GET", "/my/details"): LOGGED_IN,  # each their own; see test_own_details
    ("POST", "/my/details"): LOGGED_IN,
    ("GET", "/my/family"): LOGGED_IN,
    ("GET", "/my/family/add"): LOGGED_IN,
    ("POST", "/my/family/add"): LOGGED_IN,
    ("GET", "/my/family/<int:person_id>/share"): {"linked"},
    ("POST", "/my/family/<int:person_id>/share"): {"linked"},
    ("GET", "/my/family/<int:person_id>/contact"): {"intake"},
    ("POST", "/my/family/<int:person_id>/contact"): {"intake"},
    ("GET", "/my/family/<int:person_id>/card"): {"linked"},
    ("POST", "/my/family/<int:person_id>/card"): {"linked"},
    ("POST", "/my/family/<int:person_id>/card/end"): {"nobody"},  # see test_card_site
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
    # Who has an account is led to the page.
    ("POST", "/clinic/invitation/<string:token>/account"): LOGGED_IN,
    ("GET", "/my/family/<int:person_id>/end"): {"linked"},
    ("POST", "/my/family/<int:person_id>/end"): {"linked"},
    ("POST", "/my/family/<int:ward_id>/end/<int:other_id>"): {
        "person",
        "only book",
    },  # that relative's
}


@tagged("post_install", "-at_install", "timeless")
class TestRouteMatrix(MatrixFamily, RouteCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.type_other = cls.env.ref("clinic_family.clinic_relationship_type_other")
        cls.build_matrix()
        cls.build_requests(cls.paula_user, cls.otto, cls.actors["only book"].user)
        # Whether they are refused is asked here, a thousand times, and not how the page looks.
        refuse = staticmethod(lambda _env, code, _values: (str(code)[-3:], "Refused"))
        cls.classPatch(cls.env.registry["ir.http"], "_get_error_html", refuse)

    def passes(self, actor, method, rule):
        """Whether the actor gets through."""
        form = {**self.form, "payer": actor.user.partner_id.id}
        answer = self.ask(method, self.get_url(rule), form)
        self.assertLess(answer.status_code, 500, f"{method} {rule}")
        refused = "/web/login" in answer.headers.get("Location", "")
        return answer.status_code in (200, 303) and not refused

    def test_every_route_has_its_row(self):
        self.assertEqual(self.get_routes(), set(ROUTES))

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
