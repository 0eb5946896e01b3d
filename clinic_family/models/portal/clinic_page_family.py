from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain

from ...engine.ages import age_on
from ...engine.permissions import GUARDING
from ...exceptions import FamilyRefused


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
        types = self.env["clinic.relationship"]._get_types(me)
        wards = self.env["clinic.family"]._get_wards(me)
        permissions = self._search_permissions(me, wards)
        # All at once: read card by card it would be a query each.
        permissions.mapped("last_used_at")
        permissions.mapped("session_use_count")
        permissions.purchase_ids.mapped("name")
        questions = self._search_questions(me, wards)
        people = (
            self.env["res.partner"]
            .sudo()
            .union(
                *types, wards, questions.asker_id, permissions.grantor_id, permissions.grantee_id
            )
            - me
            - (permissions.grantee_id - self._get_partners_of(me, permissions, types))
        )
        ward_types = self._get_ward_types(wards)
        cards = [
            self._get_card(me, person, types, wards, permissions, questions, ward_types)
            for person in people.sorted(lambda person: (person not in wards, person.name or ""))
        ]
        return {
            "cards": [card for card in cards if card],
            "waiting": [
                self._get_waiting(question)
                for question in questions
                if question.asker_id == me and not question.grantor_id
            ],
            "no_adding": self._get_no_adding(me),
            "choices": self.env["clinic.family.words"]._get_choices(
                self.env._("you"), self.env._("their")
            ),
        }

    def _search_permissions(self, me, wards):
        """All that is in force, or rests, between me and others, and of those I look after."""
        return self.env["clinic.permission"].sudo().search(
            (Domain("grantee_id", "=", me.id) | Domain("grantor_id", "in", (me | wards).ids))
            & (Domain("ended_at", "=", False) | Domain("end_kind", "=", "suspended"))
        ).filtered(lambda permission: permission.state in ("live", "suspended"))  # fmt: skip

    def _search_questions(self, me, wards):
        invitations_sudo = self.env["clinic.invitation"].sudo()
        kept_apart = invitations_sudo._get_kept_apart(me)
        return invitations_sudo.search(
            Domain("asker_id", "not in", kept_apart.ids)
            & Domain("state", "=", "open")
            & Domain("expires_at", ">", self.env.cr.now())
            & (Domain("asker_id", "=", me.id) | Domain("grantor_id", "in", (me | wards).ids))
        )  # fmt: skip

    def _get_partners_of(self, me, permissions, types):
        """Those who have to do with me myself, not only with somebody I look after."""
        mine = permissions.filtered(lambda p: me in (p.grantor_id, p.grantee_id))
        return mine.grantor_id | mine.grantee_id | self.env["res.partner"].sudo().union(*types)

    def _get_ward_types(self, wards):
        """What everybody is to each ward: {ward: {person: type name}}, in one query."""
        pairs = (
            self.env["clinic.relationship"]
            .sudo()
            .search(
                Domain("ended_at", "=", False)
                & (Domain("person_a_id", "in", wards.ids) | Domain("person_b_id", "in", wards.ids))
            )
        )
        names = defaultdict(dict)
        for pair in pairs:
            names[pair.person_a_id][pair.person_b_id] = pair.type_b_id.name
            names[pair.person_b_id][pair.person_a_id] = pair.type_a_id.name
        return names

    def _get_waiting(self, question):
        return {
            "id": question.id,
            "name": question.name,
            "email": question.email,
            "on": self._format_moment(question.create_date),
        }

    # One card

    def _get_card(self, me, person, types, wards, permissions, questions, ward_types):
        between = permissions.filtered(lambda p: {p.grantor_id, p.grantee_id} == {me, person})
        if person not in types:
            between = between.filtered("is_live")
        is_ward = person in wards
        asked = questions.filtered(lambda q: q.asker_id == me and q.grantor_id == person)
        asks = questions.filtered(lambda q: q.asker_id == person and q.grantor_id == me)
        if not (between or is_ward or asked or asks or person in types):
            return None
        return {
            "id": person.id,
            "name": person.name,
            "first_name": self.env["clinic.family.words"]._get_first_name(person.name),
            "relation": types[person].name.lower() if person in types else "",
            "age": self._get_age(person) if is_ward else False,
            "is_ward": is_ward,
            "is_linked": person in types,
            "i_may": self._get_sharing(between.filtered(lambda p: p.grantee_id == me)),
            "they_may": self._get_sharing(between.filtered(lambda p: p.grantor_id == me)),
            "others": self._get_others(me, person, permissions, ward_types) if is_ward else [],
            "asked_on": self._format_moment(asked[:1].create_date),
            "asks": [self._get_ask(question) for question in asks],
            "asked_kinds": asked[:1]._get_kinds(),
            "ward_asks": self._get_ward_asks(me, person, questions) if is_ward else [],
            "candidates": self._get_candidates(person, types, wards, permissions)
            if is_ward
            else [],
        }

    def _get_age(self, person):
        today = self.env.company._get_clinic_today()
        return person.birth_date and age_on(person.birth_date, today)

    def _get_sharing(self, permissions):
        """What is shared, on what basis, since and until when, when last used; {} for nothing."""
        if not permissions:
            return {}
        live = permissions.filtered("is_live")
        words = self.env["clinic.family.words"]
        bases = dict(permissions._fields["basis"]._description_selection(self.env))
        used = [moment for moment in permissions.mapped("last_used_at") if moment]
        ends = [moment for moment in permissions.mapped("ends_at") if moment]
        return {
            "kinds": live.mapped("kind"),
            "names": words._get_short_names(live.mapped("kind")),
            "limit": ", ".join(p._get_share_words() for p in live if p._is_limited()),
            "suspended": words._get_short_names((permissions - live).mapped("kind")),
            "basis": ", ".join(dict.fromkeys(bases[p.basis] for p in permissions)),
            "since": self._format_moment(min(permissions.mapped("starts_at"))),
            "until": self._format_moment(min(ends)) if ends else "",
            "until_day": self.env["clinic.family"]._get_day(min(ends)).isoformat() if ends else "",
            "used": self._format_moment(max(used)) if used else "",
        }

    def _get_ask(self, question):
        return {
            "id": question.id,
            "asker": question.asker_id.name,
            "kinds": self.env["clinic.family.words"]._get_names(question._get_kinds()),
        }

    def _get_ward_asks(self, me, ward, questions):
        """What others ask to do for somebody I look after, which is for me to answer."""
        asks = questions.filtered(lambda q: q.grantor_id == ward and q.asker_id != me)
        return [self._get_ask(question) for question in asks]

    def _get_others(self, me, ward, permissions, ward_types):
        """Who else may act for somebody I look after."""
        theirs = permissions.filtered(lambda p: p.grantor_id == ward and p.grantee_id != me)
        return [
            {
                "id": other.id,
                "name": other.name,
                "relation": ward_types[ward].get(other, "").lower(),
                "can_end": any(permission.basis not in GUARDING for permission in held),
                **self._get_sharing(held),
            }
            for other, held in theirs.grouped("grantee_id").items()
        ]

    def _get_candidates(self, ward, types, wards, permissions):
        """My own relatives who don't act for somebody I look after, but could."""
        acting = permissions.filtered(lambda p: p.grantor_id == ward).grantee_id
        others = self.env["res.partner"].sudo().union(*types) - wards - acting
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
            return str(refusal)
        return ""

    @api.model
    def _get_askable(self, me, people):
        """My relatives who aren't among these people, and since when they are asked."""
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
    def _get_notice(self, me, added=0, asked=0, done=""):
        """What was just done, in a sentence; nothing for anything that isn't mine."""
        if added:
            return self._get_added_notice(me, added)
        if asked:
            question_sudo = self.env["clinic.invitation"].sudo().search([
                ("id", "=", asked), ("asker_id", "=", me.id), ("state", "=", "open"),
            ])  # fmt: skip
            return question_sudo and self.env._(
                "We have written to %s. Nothing is shared until they agree.", question_sudo.email
            )
        return {
            "shared": self.env._("Saved. It counts from now on."),
            "asked": self.env._("We have written to them. Nothing is shared until they agree."),
            "accepted": self.env._("Thank you. You can change or end it here at any time."),
            "declined": self.env._("You declined. Nothing is shared."),
            "withdrawn": self.env._("Your question was taken back."),
            "ended": self.env._("It has ended. From now on each of you sees only their own."),
            "stopped": self.env._("It has ended."),
        }.get(done, "")

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
            first_name=self.env["clinic.family.words"]._get_first_name(held_sudo.grantor_id.name),
            age=self.env.company.sudo().clinic_child_age,
        )
