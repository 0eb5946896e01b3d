from collections import defaultdict
from typing import Any, NamedTuple

from odoo import api, models
from odoo.fields import Domain

from ...engine.ages import age_on
from ...engine.permissions import GUARDING
from ...engine.relative import MOST_SIBLINGS, get_first_name
from ...exceptions import FamilyRefused

# What stays empty on the card of somebody the reader doesn't look after.
NO_WARD = {
    "age": False,
    "changes": [],
    "is_of_unknown_age": False,
    "others": [],
    "ward_asks": [],
    "candidates": [],
}


class Known(NamedTuple):
    """All there is between the reader and others, read at once instead of card by card.

    ``types`` says what each relative is to the reader, ``ward_types`` what everybody is to each of
    those the reader looks after. Permissions and questions are also those of the wards.
    """

    me: Any
    types: dict
    wards: Any
    ward_types: dict
    permissions: Any
    questions: Any


class Pair(NamedTuple):
    """What there is between the reader and one other person.

    The reader has ``asked`` them one open question at most; they ask the reader in ``asks``.
    """

    person: Any
    relation: str
    is_linked: bool
    is_ward: bool
    permissions: Any
    asked: Any
    asks: Any

    @property
    def is_shown(self):
        """Whether there is anything to say on a card."""
        there = (self.is_linked, self.is_ward, self.permissions, self.asked, self.asks)
        return any(map(bool, there))


class ClinicPageFamily(models.AbstractModel):
    """The page of the reader's family: of others it shows names and nothing else.

    A constant number of queries, however many relatives somebody has.
    """

    _name = "clinic.page.family"
    _inherit = "clinic.page"
    _description = "Family Page"

    @api.model
    def _get_family(self, me):
        """One card a person: what I may do for them, what they may do for me, open questions.

        For those I look after, also who else may act for them.
        """
        known = self._read_known(me)
        words = self.env["clinic.permission.kind"]
        return {
            "own_name": self.env["clinic.page.contact"]._has_own(me) and me.sudo().name,
            "cards": self._get_cards(known),
            "waiting": self._get_waiting(known),
            "no_adding": self._get_no_adding(me),
            # What would be refused isn't offered.
            "may_decide": self._may_decide(me),
            "may_share": bool(self.env["clinic.family"]._get_own_kinds(me)),
            "choices": words._get_choices(self.env._("you"), self.env._("their")),
        }

    def _read_known(self, me):
        wards = self.env["clinic.family"]._get_wards(me)
        permissions = self._search_permissions(me, wards)
        # Read one by one it would be a query each.
        permissions.mapped("last_used_at")
        permissions.mapped("session_use_count")
        permissions.mapped("card_used")
        permissions.filtered(lambda one: one.kind == "packages").purchase_ids.mapped("name")
        pairs = self._read_pairs(me | wards)
        types = pairs._pick_types(me)
        (wards | permissions.grantor_id | permissions.grantee_id).union(me.sudo(), *types).mapped(
            "name"
        )
        return Known(
            me=me,
            types=types,
            wards=wards,
            ward_types=self._get_ward_types(pairs),
            permissions=permissions,
            questions=self._search_questions(me, wards),
        )

    def _get_cards(self, known):
        """A card for each with whom there is anything, those the reader looks after first."""
        people = self._find_people(known).sorted(
            lambda person: (person not in known.wards, person.name or "")
        )
        pairs = [self._get_pair(known, person) for person in people]
        return [self._get_card(known, pair) for pair in pairs if pair.is_shown]

    def _find_people(self, known):
        """Those who get a card: not those who only act for somebody the reader looks after."""
        nobody = self.env["res.partner"].sudo()
        relatives = nobody.union(*known.types)
        mine = known.permissions.filtered(lambda p: known.me in (p.grantor_id, p.grantee_id))
        partners = mine.grantor_id | mine.grantee_id | relatives
        strangers = known.permissions.grantee_id - partners
        people = nobody.union(
            relatives, known.wards, known.questions.asker_id, known.permissions.grantor_id, partners
        )
        return people - known.me - strangers

    def _get_pair(self, known, person):
        me, is_linked = known.me, person in known.types
        between = known.permissions.filtered(lambda p: {p.grantor_id, p.grantee_id} == {me, person})
        return Pair(
            person=person,
            relation=known.types[person].name.lower() if is_linked else "",
            is_linked=is_linked,
            is_ward=person in known.wards,
            permissions=between if is_linked else between.filtered("is_live"),
            asked=self._find_asked(known, me, person),
            asks=self._find_asked(known, person, me),
        )

    def _find_asked(self, known, asker, grantor):
        return known.questions.filtered(lambda q: (q.asker_id, q.grantor_id) == (asker, grantor))

    def _search_permissions(self, me, wards):
        """All that is in force, or rests, between me and others, and of those I look after."""
        return self.env["clinic.permission"].sudo().search_fetch(
            (Domain("grantee_id", "=", me.id) | Domain("grantor_id", "in", (me | wards).ids))
            & (Domain("ended_at", "=", False) | Domain("end_kind", "=", "suspended"))
        ).filtered(lambda permission: permission.state in ("live", "suspended"))  # fmt: skip

    def _search_questions(self, me, wards):
        invitations_sudo = self.env["clinic.invitation"].sudo()
        kept_apart = invitations_sudo._get_kept_apart(me)
        return invitations_sudo.search(
            Domain("asker_id", "not in", kept_apart.ids)
            & Domain("staff_id", "=", False)
            & Domain("state", "=", "open")
            & Domain("expires_at", ">", self.env.cr.now())
            & (Domain("asker_id", "=", me.id) | Domain("grantor_id", "in", (me | wards).ids))
        )  # fmt: skip

    def _read_pairs(self, people):
        """Whose relatives these people are, at once."""
        return self.env["clinic.relationship"]._read_pairs(
            Domain("ended_at", "=", False)
            & (Domain("person_a_id", "in", people.ids) | Domain("person_b_id", "in", people.ids))
        )

    def _get_ward_types(self, pairs):
        """What everybody is to each ward: {ward: {person: type name}}."""
        names = defaultdict(dict)
        for pair in pairs:
            names[pair.person_a_id][pair.person_b_id] = pair.type_b_id.name
            names[pair.person_b_id][pair.person_a_id] = pair.type_a_id.name
        return names

    def _get_waiting(self, known):
        """The reader's questions to addresses whose owners aren't known."""
        return [
            {
                "id": question.id,
                "name": question.name,
                "email": question.email,
                "on": self._format_moment(question.create_date),
            }
            for question in known.questions
            if question.asker_id == known.me and not question.grantor_id
        ]

    # One card

    def _get_card(self, known, pair):
        permissions, asked, person = pair.permissions, pair.asked[:1], pair.person
        i_may = self._get_sharing(permissions.filtered(lambda p: p.grantee_id == known.me))
        return {
            "id": person.id,
            "name": person.name,
            "first_name": get_first_name(person.name),
            "relation": pair.relation,
            "is_ward": pair.is_ward,
            "is_linked": pair.is_linked,
            "i_may": i_may,
            "may_book": "book" in i_may.get("kinds", ())
            and bool(self.env["clinic.authority"]._filter_here(person)),
            "they_may": self._get_sharing(permissions.filtered(lambda p: p.grantor_id == known.me)),
            "asked_on": self._format_moment(asked.create_date),
            "asked_kinds": asked._get_kinds(),
            "asks": [self._get_ask(question) for question in pair.asks],
            **(self._get_ward_values(known, person) if pair.is_ward else NO_WARD),
        }

    def _get_sharing(self, permissions):
        """What is shared, on what basis, since and until when, when last used; {} for nothing."""
        if not permissions:
            return {}
        live = permissions.filtered("is_live")
        words = self.env["clinic.permission.kind"]
        return {
            "kinds": live.mapped("kind"),
            "names": words._get_short_names(live.mapped("kind")),
            "suspended": words._get_short_names((permissions - live).mapped("kind")),
            "limit": ", ".join(p._get_share_words() for p in live if p._is_limited()),
            "card": "".join(p._get_card_words() for p in live if p.kind == "card"),
            "basis": self._get_basis_words(permissions),
            **self._get_period(permissions),
        }

    def _get_basis_words(self, permissions):
        names = dict(permissions._fields["basis"]._description_selection(self.env))
        return ", ".join(names[basis] for basis in dict.fromkeys(permissions.mapped("basis")))

    def _get_period(self, permissions):
        """Since when, until when and when last, of all of them together."""
        first_end = min(filter(None, (one._get_end() for one in permissions)), default=False)
        last_use = max(filter(None, permissions.mapped("last_used_at")), default=False)
        last_day = first_end and self.env["clinic.family"]._get_day(first_end)
        return {
            "since": self._format_moment(min(permissions.mapped("starts_at"))),
            "until": self._format_day(last_day),
            "until_day": last_day.isoformat() if last_day else "",
            "used": self._format_moment(last_use),
        }

    def _get_ask(self, question):
        return {
            "id": question.id,
            "asker": question.asker_id.name,
            "kinds": self.env["clinic.permission.kind"]._get_names(question._get_kinds()),
        }

    # More on the card of somebody the reader looks after

    def _get_ward_values(self, known, ward):
        return {
            "age": self._get_age(ward),
            "changes": self._get_changes(known, ward),
            "is_of_unknown_age": not ward.birth_date and self._is_until_grown(known, ward),
            "others": self._get_others(known, ward),
            "ward_asks": self._get_ward_asks(known, ward),
            "candidates": self._get_candidates(known, ward),
        }

    def _get_age(self, person):
        today = self.env.company._get_clinic_today()
        return person.birth_date and age_on(person.birth_date, today)

    def _get_changes(self, known, ward):
        """What I may no longer do for somebody I look after, birthday by birthday."""
        held = known.permissions.filtered(
            lambda p: p.grantor_id == ward and p.grantee_id == known.me and p.is_live
        )._filter_grown()
        family = self.env["clinic.family"]
        names = self.env["clinic.permission.kind"]
        own_age = family._get_own_age(ward, family._read_ages())
        changes = []
        for moment, ending in held.sorted("grown_at").grouped("grown_at").items():
            day = family._get_day(moment)
            age = age_on(ward.birth_date, day)
            changes.append({
                "day": self._format_day(day),
                "age": age,
                "kinds": ", ".join(names._get_short_names(ending.mapped("kind"))),
                "is_all": moment == max(held.mapped("grown_at")),
                "is_own": age >= own_age,
            })  # fmt: skip
        return changes

    def _is_until_grown(self, known, ward):
        """Whether I act for the ward as for a child."""
        return any(p.until_grown for p in known.permissions if p.grantor_id == ward)

    def _get_others(self, known, ward):
        """Who else may act for somebody I look after."""
        theirs = known.permissions.filtered(
            lambda p: p.grantor_id == ward and p.grantee_id != known.me
        )
        return [
            {
                "id": other.id,
                "name": other.name,
                "relation": known.ward_types[ward].get(other, "").lower(),
                "can_end": any(permission.basis not in GUARDING for permission in held),
                **self._get_sharing(held),
            }
            for other, held in theirs.grouped("grantee_id").items()
        ]

    def _get_ward_asks(self, known, ward):
        """What others ask to do for somebody I look after, which is for me to answer."""
        asks = known.questions.filtered(lambda q: q.grantor_id == ward and q.asker_id != known.me)
        return [self._get_ask(question) for question in asks]

    def _get_candidates(self, known, ward):
        """My own relatives who don't act for somebody I look after, but could."""
        acting = known.permissions.filtered(lambda p: p.grantor_id == ward).grantee_id
        others = self.env["res.partner"].sudo().union(*known.types) - known.wards - acting
        return [
            {"id": other.id, "name": other.name}
            for other in others.sorted(lambda other: other.name or "")
        ]

    # What other pages ask

    @api.model
    def _get_no_adding(self, me):
        """Why I can't add family members here; nothing if I can."""
        try:
            self.env["clinic.family"]._verify_adding(me)
        except FamilyRefused as refusal:
            if refusal.reason == "minor":
                return self.env._("Family members are added by the person who looks after you.")
            return str(refusal)
        return ""

    @api.model
    def _may_decide(self, me):
        """Whether I ask relatives for more, share cards and end ties; a child doesn't."""
        return not self.env["clinic.family"]._may_be_child(me)

    @api.model
    def _get_askable(self, me, people):
        """My relatives who aren't among these people, and since when they are asked."""
        if not self._may_decide(me):
            return []
        types = self.env["clinic.relationship"]._get_types(me)
        asked = self._search_questions(me, me.browse()).filtered(lambda q: q.asker_id == me)
        asked_on = {question.grantor_id: question.create_date for question in asked}
        others = self.env["res.partner"].sudo().union(*types) - people
        return [
            {
                "id": person.id,
                "name": person.name,
                "relation": types[person].name.lower(),
                "asked_on": self._format_moment(asked_on.get(person)),
            }
            for person in others.sorted(lambda person: person.name or "")
        ]

    @api.model
    def _get_notice(self, me, added=(), asked=0, done=""):
        """What was just done, in sentences; nothing for anything that isn't mine."""
        notices = [self._get_added_notice(me, child) for child in added[: MOST_SIBLINGS + 1]]
        notices.append(self._get_asked_notice(me, asked))
        if any(notices):
            return " ".join(notice for notice in notices if notice)
        return {
            "shared": self.env._("Saved. It counts from now on."),
            "contact": self.env._("Saved. The clinic sees who changed it."),
            "asked": self.env._("We have written to them. Nothing is shared until they agree."),
            "accepted": self.env._("Thank you. You can change or end it here at any time."),
            "declined": self.env._("You declined. Nothing is shared."),
            "withdrawn": self.env._("Your question was taken back."),
            "ended": self.env._("It has ended. From now on each of you sees only their own."),
            "stopped": self.env._("It has ended."),
        }.get(done, "")

    def _get_asked_notice(self, me, asked):
        question_sudo = self.env["clinic.family"]._find_own_question(me, asked)
        return question_sudo and self.env._(
            "We have written to %s. Nothing is shared until they agree.", question_sudo.email
        )

    def _get_added_notice(self, me, added):
        held_sudo = (
            self.env["clinic.permission"]
            .sudo()
            ._get_held(self.env["res.partner"].browse(added), me)
        )
        if not held_sudo:
            return ""
        return self.env._(
            "%(name)s was added. You look after %(first_name)s's visits until the age of %(age)s.",
            name=held_sudo.grantor_id.name,
            first_name=get_first_name(held_sudo.grantor_id.name),
            age=self.env.company.sudo().clinic_child_age,
        )
