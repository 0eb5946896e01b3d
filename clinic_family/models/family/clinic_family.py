from dataclasses import replace
from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL, email_normalize

from ...engine.ages import is_younger
from ...engine.decision import Decision
from ...engine.instants import from_stored, get_day
from ...engine.permissions import GUARDING, SWITCHES
from ...engine.relative import is_name
from ...exceptions import FamilyRefused

# What a new child's profile gives the adult who made it, by what the child is to them.
BASIS_BY_CODE = {"CHILD": "parental"}
HELPING_KINDS = ("book", "notify")
# Whose elder one is can't be a child.
ELDER_CODES = ("PRN", "GRPRN", "GUARD")


class ClinicFamily(models.AbstractModel):
    """What people do about their family: add and end here; ask, answer and share elsewhere.

    Each verb asks for whom it is done and by whom, decides, and then acts with full rights,
    because a person may decide about their own sharing but has no rights on the records.
    """

    _name = "clinic.family"
    _inherit = [
        "clinic.family.asking",
        "clinic.family.growing",
        "clinic.family.invited",
        "clinic.family.paying",
        "clinic.family.sharing",
    ]
    _description = "Family"

    # Deciding

    @api.model
    def _decide_sharing(self, actor, person):
        """Whether the actor may decide what the person shares: for oneself, or as a guardian."""
        if actor == person:
            return Decision.yes()
        held_sudo = self.env["clinic.permission"].sudo()._get_held(person, actor)
        if any(permission.basis in GUARDING for permission in held_sudo):
            return Decision.yes()
        return Decision.no("no_guardian")

    @api.model
    def _get_wards(self, actor):
        """Those for whom the actor answers: live permissions on a guardian's basis."""
        # Fetched with the search: the view can't find its rows by id without making them all.
        return self.env["clinic.authority"].sudo().search_fetch(
            [("actor_id", "=", actor.id), ("basis", "in", GUARDING)], ["person_id"]
        ).person_id  # fmt: skip

    def _verify_sharing(self, actor, person, kinds=()):
        """Whether the actor may decide what the person shares, and these kinds in particular."""
        if actor == person:
            own_kinds = self._get_own_kinds(actor)
            if not own_kinds or set(kinds) - set(own_kinds):
                raise self._refuse_child()
        if not self._decide_sharing(actor, person):
            raise FamilyRefused("no_guardian", self.env._(
                "You can't decide this for somebody else. Please ask them, or the clinic."
            ))  # fmt: skip

    def _verify_allowed(self):
        """Whether the clinic lets patients add family members by themselves (R8)."""
        if not self.env.company.sudo().clinic_allow_related:
            raise FamilyRefused("not_allowed", self.env._(
                "This clinic adds family members at the front desk. Please call or ask there."
            ))  # fmt: skip

    @api.model
    def _verify_adding(self, actor):
        """Whether the actor may add family members here and now."""
        self._verify_allowed()
        self._verify_grown(actor)

    def _verify_grown(self, actor):
        if self._may_be_child(actor):
            raise self._refuse_child()

    def _refuse_child(self):
        return FamilyRefused("minor", self.env._(
            "Please let the person who looks after you do this."
        ))  # fmt: skip

    @api.model
    def _is_linked(self, person, other):
        """Whether the two are relatives, and may be."""
        if person == other or self.env["clinic.block"]._stops(person, other):
            return False
        return bool(self.env["clinic.relationship"].sudo()._find(person, other))

    def _verify_linked(self, person, other):
        if not self._is_linked(person, other):
            raise self._not_linked()

    def _not_linked(self):
        return FamilyRefused("not_linked", self.env._(
            "This person isn't among the family members here."
        ))  # fmt: skip

    @api.model
    def _is_child(self, birth, clinics=None):
        """Whether somebody born then is below the clinic's age today; None if that isn't known.

        Of several clinics the lowest age counts: see ``_get_clinics``.
        """
        if not birth:
            return None
        clinics = clinics or self.env.company
        age = min(clinic.sudo().clinic_child_age for clinic in clinics)
        return all(is_younger(birth, age, clinic._get_clinic_today()) for clinic in clinics)

    @api.model
    def _get_day(self, moment):
        """The day of a stored moment at the clinic."""
        return get_day(from_stored(moment), self.env.company._get_clinic_zone())

    # Adding

    @api.model
    def _add_all(self, actor, relatives):
        """Adds those whom one form names, as a rule one: all of them or none."""
        first, *siblings = relatives
        with self.env.cr.savepoint():
            self._add(actor, first)
            for number, sibling in enumerate(siblings, start=2):
                self._add_sibling(actor, sibling, number)

    def _add_sibling(self, actor, sibling, number):
        """Adds a child beside another; what is refused names the one it is about."""
        try:
            self._verify_sibling(actor, sibling)
            # The address that was typed is the first child's, if it isn't one's own.
            address = actor.sudo()._get_clinic_address() or sibling.email
            self._add(actor, replace(sibling, email=address))
        except FamilyRefused as refusal:
            raise FamilyRefused(refusal.reason, self.env._(
                "About %(name)s: %(reason)s",
                name=sibling.first_name or self.env._("the other child"),
                reason=refusal,
            ), [f"{field}_{number}" for field in refusal.fields]) from refusal  # fmt: skip

    def _verify_sibling(self, actor, sibling):
        if not sibling.birth_text:
            words = self.env._("Please fill in the date of birth.")
            raise FamilyRefused("birth", words, ["birth_date"])
        if self._is_child(sibling.birth_date, self._get_clinics(actor)) is False:
            raise FamilyRefused("grown", self.env._(
                "At this age they are asked themselves. Please add them separately, with their "
                "own e-mail address."
            ), ["birth_date"])  # fmt: skip

    @api.model
    def _add(self, actor, relative):
        """Adds a family member as the page's values describe them.

        A child gets a profile at once, and the adult who made it permissions on a recorded basis
        until the child reaches the clinic's age. Anybody else is asked, and nothing is shared
        until they accept; the answer is the same whether the clinic knows them or not.
        Returns "added" or "asked".
        """
        self._verify_adding(actor)
        self._verify_relative(relative)
        actor._put_typed_address_aside()
        self._wait_for_own_requests(actor)
        is_child = self._is_child(relative.birth_date, self._get_clinics(actor))
        if not is_child:
            self._verify_asked_elsewhere(actor, relative)
        find = self._find_added_child if is_child else self._find_asked
        if not find(actor, relative):
            self._verify_not_many(actor)
            add = self._add_child if is_child else self._ask_stranger
            add(actor, relative)
        return "added" if is_child else "asked"

    def _verify_not_many(self, actor):
        """Nobody fills the clinic's book or writes to people without end through it."""
        most = self.env.company.sudo().clinic_added_a_day
        asked = self.env["clinic.invitation"].sudo().search_count([
            ("asker_id", "=", actor.id),
            ("staff_id", "=", False),
            ("create_date", ">", self._get_day_ago()),
        ])  # fmt: skip
        if asked + self._count_added_children(actor) >= most:
            raise FamilyRefused("too_many", self.env._(
                "You have added or asked many people today: %s. Please go on tomorrow, or call the "
                "clinic.",
                most,
            ))  # fmt: skip

    def _get_day_ago(self):
        return self.env.cr.now() - timedelta(days=1)

    def _count_added_children(self, actor):
        """How many children the actor has added during the last day."""
        [[count]] = self.env["clinic.permission"].sudo()._read_group([
            ("grantee_id", "=", actor.id),
            ("granted_by_id.partner_id", "=", actor.id),
            ("basis", "in", (*GUARDING, "best_interests")),
            ("create_date", ">", self._get_day_ago()),
        ], [], ["grantor_id:count_distinct"])  # fmt: skip
        return count

    def _wait_for_own_requests(self, actor):
        """Two clicks at once are done one after the other.

        The second fails on the row the first has changed, and is tried again seeing its work.
        """
        self.env.cr.execute(
            SQL("UPDATE res_partner SET write_date = write_date WHERE id = %s", actor.id)
        )

    @api.model
    def _find_added_child(self, actor, relative):
        """The child of this name and birth for whom the actor may do something already."""
        children_sudo = self.env["clinic.permission"].sudo().search([
            ("grantee_id", "=", actor.id),
            ("grantor_id.birth_date", "=", relative.birth_date),
            ("is_live", "=", True),
        ]).grantor_id  # fmt: skip
        name = relative.name.casefold()
        return children_sudo.filtered(lambda child: (child.name or "").casefold() == name)[:1]

    @api.model
    def _find_asked(self, actor, relative):
        """The question that was made of this very form, if it was sent before."""
        if not relative.key:
            return self.env["clinic.invitation"]
        return self.env["clinic.invitation"].sudo().search([
            ("asker_id", "=", actor.id), ("form_key", "=", relative.key),
        ], limit=1)  # fmt: skip

    def _add_child(self, actor, relative):
        kind = self._get_type(relative.type_id)
        basis = BASIS_BY_CODE.get(kind.code, "best_interests")
        if relative.is_guardian:
            basis = "guardianship"
        kinds = self._find_kinds_for_child(actor, relative, basis)
        is_first = not self._count_added_children(actor)
        child_sudo = self.env["res.partner"].sudo().create({
            "name": relative.name,
            **self._get_address_of_child(actor, relative),
            "birth_date": relative.birth_date,
            "is_patient": True,
            "company_id": actor.sudo().company_id.id,
            "lang": actor.lang,
            "tz": actor.tz,
        })  # fmt: skip
        self.env["clinic.relationship"].sudo()._link(actor, child_sudo, kind)
        self.env["clinic.permission"].sudo()._open(child_sudo, actor, kinds, basis)
        if is_first:
            self.env["clinic.sharing.notice"]._tell_added(actor.sudo())
        return child_sudo

    def _find_kinds_for_child(self, actor, relative, basis):
        """What the actor may do for the child; refused where the child's age leaves nothing."""
        company = actor.sudo().company_id.id
        new = self.env["res.partner"].new(
            {"birth_date": relative.birth_date, "company_id": company}
        )
        kinds = self._get_kinds_left(new, basis, SWITCHES if basis in GUARDING else HELPING_KINDS)
        if not kinds:
            raise FamilyRefused("grown", self.env._(
                "At this age nobody else decides. Please let them sign up themselves, or ask the "
                "clinic."
            ), ["birth_date"])  # fmt: skip
        return kinds

    def _get_address_of_child(self, actor, relative):
        """The clinic writes to one's own address; to another only when it has confirmed it."""
        is_own = self._is_own_address(actor, relative)
        return {"email" if is_own else "unconfirmed_email": relative.email}

    def _is_own_address(self, actor, relative):
        return email_normalize(relative.email) == actor.sudo()._get_clinic_address()

    def _verify_asked_elsewhere(self, actor, relative):
        """One's own address stands in the half for a child: nobody who is grown is asked there.

        Two adults who share an address say so in their half.
        """
        if not relative.is_adult and self._is_own_address(actor, relative):
            raise FamilyRefused("email", self.env._(
                "This is your own address, and only a child is added with it. Please fill in a "
                "child's date of birth, or choose “An adult” and write where we can ask them."
            ), ["child_email"])  # fmt: skip

    def _get_type(self, type_id):
        kind = self.env["clinic.relationship.type"].search([("id", "=", type_id)])
        if not kind:
            words = self.env._("Please choose what this person is to you.")
            raise FamilyRefused("type", words, ["type"])
        return kind

    # Verifying what was typed

    def _verify_relative(self, relative):
        """What the page asks for is there and can be true."""
        address = "email" if relative.is_adult else "child_email"
        missing = relative.find_missing()
        if missing:
            names = self._get_field_names()
            raise FamilyRefused("missing", self.env._(
                "Please fill in: %s.", ", ".join(names[name] for name in missing)
            ), [address if name == "email" else name for name in missing])  # fmt: skip
        if not is_name(relative.name):
            raise FamilyRefused("name", self.env._(
                "“%s” can't be a name. Please write it without addresses, links and numbers.",
                relative.name,
            ), ["first_name", "last_name"])  # fmt: skip
        if not email_normalize(relative.email):
            raise FamilyRefused("email", self.env._(
                "“%s” isn't an e-mail address. It looks like rosa@example.com.", relative.email
            ), [address])  # fmt: skip
        self._verify_birth(relative, self._get_type(relative.type_id))

    def _get_field_names(self):
        return {
            "first_name": self.env._("first name"),
            "last_name": self.env._("last name"),
            "email": self.env._("e-mail"),
            "type": self.env._("what this person is to you"),
        }

    def _verify_birth(self, relative, kind):
        birth = relative.birth_date
        if relative.birth_text and not birth:
            raise FamilyRefused("birth", self.env._(
                "“%s” can't be read as a date. Please write it like 2017-08-14.",
                relative.birth_text,
            ), ["birth_date"])  # fmt: skip
        if birth and birth > self.env.company._get_clinic_today():
            words = self.env._("The date of birth lies in the future.")
            raise FamilyRefused("birth", words, ["birth_date"])
        # Without it a son of three would be asked by e-mail, as an adult is.
        if not birth and (kind.code in BASIS_BY_CODE or relative.is_guardian):
            raise FamilyRefused("birth", self.env._(
                "Please fill in the date of birth: a child you look after is added at once, "
                "an adult is asked first."
            ), ["birth_date"])  # fmt: skip
        if self._is_child(birth) and kind.code in ELDER_CODES:
            raise FamilyRefused("birth", self.env._(
                "Somebody born in %(year)s can't be your %(type)s. "
                "Please look at the date of birth again.",
                year=birth.year,
                type=kind.name.lower(),
            ), ["birth_date"])  # fmt: skip

    # Ending

    @api.model
    def _is_tied(self, actor, other):
        """Whether there is something between the two that can be ended."""
        if actor == other:
            return False
        held_sudo = self.env["clinic.permission"].sudo()
        return bool(
            self.env["clinic.relationship"].sudo()._find(actor, other)
            or held_sudo._get_held(actor, other)
            or held_sudo._get_held(other, actor)
        )

    def _may_book(self, actor, other):
        return bool(self.env["clinic.authority"]._decide(actor, "book", other)[other.id])

    @api.model
    def _separate(self, person, other, reason):
        """Each sees only their own from this moment on: nothing shared, nothing asked, no link."""
        self.env["clinic.permission"].sudo()._end_between(person, other, reason)
        questions_sudo = self.env["clinic.invitation"].sudo()
        questions_sudo._search_between(person, other)._update_state("withdrawn")
        self.env["clinic.relationship"].sudo()._find(person, other)._end(reason)
