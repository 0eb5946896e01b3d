"""Each state of an invitation of the staff, and each who may come with its link."""

from contextlib import contextmanager

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import ROLE
from ..invited_common import DEAD_STATES, LIVE_STATES, InvitedCase

STATES = LIVE_STATES + DEAD_STATES
# What the page of a live invitation is to each: a way in, the question, another's, or nothing.
LOGIN, QUESTION, OTHERS, NOTHING = "login", "question", "another's", "nothing"
# "open" is put to whoever reads at an address, "named" to Greta alone. Dead ones are nothing.
SEES = {
    "nobody": {"open": LOGIN, "named": LOGIN},
    "greta": {"open": QUESTION, "named": QUESTION},
    "somebody else": {"open": QUESTION, "named": OTHERS},
    "the patient": {"open": OTHERS, "named": OTHERS},
    "kept apart": {"open": NOTHING, "named": NOTHING},
    "a child": {"open": QUESTION, "named": OTHERS},
    "a practitioner": {"open": QUESTION, "named": OTHERS},
    "the front desk": {"open": QUESTION, "named": OTHERS},
    "a manager": {"open": QUESTION, "named": OTHERS},
}
ACCEPTS = {
    "open": {"greta", "somebody else", "a practitioner", "the front desk", "a manager"},
    "named": {"greta"},
}
DECLINES = {
    "open": ACCEPTS["open"] | {"nobody", "a child"},
    "named": {"nobody", "greta"},
}
# Who makes a new account: only who has none, and Greta has one already.
MAKES_ACCOUNT = {"open": {"nobody"}}
STAFF = {"the front desk", "a manager"}
SENDS_ANEW = {state: STAFF for state in ("open", "named", "expired", "resent", "unknown")}
DELETES = SENDS_ANEW


@tagged("post_install", "-at_install", "timeless")
class TestInvitationTable(InvitedCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["clinic.block"]._set(cls.mira, cls.father.partner_id, "A reason")
        cls.actors = {
            "nobody": None,
            "greta": cls.grandmother,
            "somebody else": cls.stranger,
            "the patient": cls.mother,
            "kept apart": cls.father,
            "a child": cls.child_user(cls),
            "a practitioner": cls.user("test_doctor", "Dora Doctor", ROLE + "practitioner"),
            "the front desk": cls.desk,
            "a manager": cls.user("test_manager", "Max Manager", ROLE + "manager"),
        }

    @contextmanager
    def in_state(self, state):
        """The invitation as it is in this state; what happens to it is undone."""
        savepoint = self.env.cr.savepoint()
        try:
            yield self.offer_in(state)
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()

    def find(self, happens):
        """For each state who it is that something happens with."""
        found = {}
        for who, user in self.actors.items():
            self.log_in(user)
            for state in STATES:
                with self.in_state(state) as (invitation, link, code):
                    if happens(user, invitation, link, code):
                        found.setdefault(state, set()).add(who)
        return found

    def see(self, link):
        answer = self.url_open(link, allow_redirects=False)
        self.assertIn(answer.status_code, (200, 404))
        for words, meaning in (
            ('value="accept"', QUESTION),
            ("/web/login?redirect=", LOGIN),
            ("Use another account", OTHERS),
        ):
            if answer.status_code == 200 and words in answer.text.partition("<main")[2]:
                return meaning
        return NOTHING

    def test_each_sees_what_the_table_says(self):
        seen = {who: {} for who in self.actors}
        for who, user in self.actors.items():
            self.log_in(user)
            for state in STATES:
                with self.in_state(state) as (_invitation, link, _code):
                    seen[who][state] = self.see(link)

        dead = dict.fromkeys(DEAD_STATES, NOTHING)
        self.assertEqual(seen, {who: {**row, **dead} for who, row in SEES.items()})

    def test_each_accepts_what_the_table_says(self):
        def accept(_user, invitation, link, code):
            was = invitation.state
            self.send(link, answer="accept", code=code)
            held = self.env["clinic.permission"].search([("invitation_id", "=", invitation.id)])
            accepted = (invitation.state, was) == ("accepted", "open")
            self.assertEqual(bool(held), accepted)
            return accepted

        self.assertEqual(self.find(accept), ACCEPTS)

    def test_each_declines_what_the_table_says(self):
        def decline(_user, invitation, link, _code):
            was = invitation.state
            self.send(link, answer="decline")
            return (invitation.state, was) == ("declined", "open")

        self.assertEqual(self.find(decline), DECLINES)

    def test_nobody_accepts_without_the_code(self):
        def accept(_user, invitation, link, code):
            was = invitation.state
            self.send(link, answer="accept", code=code[:-1])
            return (invitation.state, was) == ("accepted", "open")

        self.assertEqual(self.find(accept), {})

    def test_an_account_is_made_where_the_table_says(self):
        def make(user, _invitation, link, code):
            self.log_in(user)
            password = "a long password"
            form = {"password": password, "confirm_password": password, "code": code}
            self.send(f"{link}/account", login="rita@example.com", **form)
            return bool(self.find_account("rita@example.com"))

        self.assertEqual(self.find(make), MAKES_ACCOUNT)

    def test_staff_send_anew_and_delete_what_the_table_says(self):
        def does(verb):
            def act(user, invitation, _link, _code):
                user = user or self.env.ref("base.public_user")
                try:
                    getattr(invitation.with_user(user), verb)()
                except (AccessError, UserError):
                    return False
                return True

            return act

        self.assertEqual(self.find(does("action_resend")), SENDS_ANEW)
        self.assertEqual(self.find(does("action_withdraw")), DELETES)

    def test_all_dead_links_answer_the_same(self):
        for user in (None, self.stranger):
            self.log_in(user)
            answers = set()
            for state in DEAD_STATES:
                with self.in_state(state) as (_invitation, link, code):
                    pages = [self.url_open(link), self.send(link, answer="accept", code=code)]
                    if not user:
                        pages.append(self.make_account(link))
                    answers |= {(page.status_code, self.plain(page)) for page in pages}

            self.assertEqual(len(answers), 1, answers)
            self.assertEqual({status for status, _words in answers}, {404})
