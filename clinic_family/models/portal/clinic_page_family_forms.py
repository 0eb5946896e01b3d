import uuid
from datetime import timedelta

from odoo import api, models

from ...engine.permissions import GUARDING, SWITCHES
from ...engine.relative import MOST_SIBLINGS, get_first_name

USUAL_KINDS = ("book", "notify")


class ClinicPageFamilyForms(models.AbstractModel):
    """The pages on which somebody decides about their family: add, share, answer, end."""

    _name = "clinic.page.family.forms"
    _inherit = "clinic.page"
    _description = "Family Forms"

    # Adding

    @api.model
    def _asks_at_signup(self):
        """Whether people who sign up are asked for their family."""
        return self.env.company.sudo().clinic_allow_related

    @api.model
    def _get_add(self, me, relatives, redirect="", error=""):
        """The page on which family members are added, with what was typed before."""
        relative, *siblings = relatives
        words = self.env["clinic.permission.kind"]
        chosen = relative.kinds if relative.key else USUAL_KINDS
        return {
            "no_adding": self.env["clinic.page.family"]._get_no_adding(me),
            "error": error,
            "relative": relative,
            "siblings": siblings + [None] * (MOST_SIBLINGS - len(siblings)),
            "emails": self._get_emails(me, relative),
            "key": relative.key or uuid.uuid4().hex,
            "redirect": redirect,
            "goes_to_booking": redirect.startswith("/book"),
            "on_the_way": self.env["clinic.page.login"]._get_held(me, redirect),
            "child_age": self.env.company.sudo().clinic_child_age,
            "types": [
                {"id": kind.id, "name": kind.name.lower()}
                for kind in self.env["clinic.relationship.type"].search([])
            ],
            "choices": [
                {**choice, "chosen": choice["kind"] in chosen}
                for choice in words._get_choices(self.env._("you"), self.env._("their"))
            ],
        }

    def _get_emails(self, me, relative):
        """What was typed, in the half that was open; for a child one's own address at first."""
        own = me.sudo()._get_clinic_address() or ""
        if relative.is_adult:
            return {"child": own, "adult": relative.email}
        return {"child": relative.email if relative.key else own, "adult": ""}

    @api.model
    def _get_added(self, me, relatives):
        """What a form just sent has led to, as the next page's address names it."""
        family = self.env["clinic.family"]
        clinics = family._get_clinics(me)
        children = [one for one in relatives if family._is_child(one.birth_date, clinics)]
        added = [str(family._find_added_child(me, child).id) for child in children]
        asked = [family._find_asked(me, one).id for one in relatives if one not in children]
        return {"added": "-".join(added), "asked": asked and asked[0]}

    # Sharing

    @api.model
    def _get_share(self, me, grantee_id, ward_id=0, error=""):
        """The page on which I change what I share, or somebody I look after does.

        Empty when either isn't mine.
        """
        person, grantee = self._find_pair(me, grantee_id, ward_id)
        if not grantee:
            return {}
        family = self.env["clinic.family"]
        held_sudo = self.env["clinic.permission"].sudo()._get_held(person, grantee)
        fixed = held_sudo.filtered(lambda p: not family._is_endable(me, p)).mapped("kind")
        suspended = family._get_suspended_kinds(person, grantee)
        switched_sudo = held_sudo.filtered(lambda permission: permission.kind in SWITCHES)
        ends = [moment for moment in switched_sudo.mapped("ends_at") if moment]
        return {
            **self._get_pair_values(me, person, grantee),
            "error": error,
            # Whether there is an address is all the page says of it.
            "is_written_to": bool(person.sudo().email),
            "until": family._get_day(min(ends)).isoformat() if ends else "",
            "tomorrow": (self.env.company._get_clinic_today() + timedelta(days=1)).isoformat(),
            "choices": [
                {
                    **choice,
                    "chosen": choice["kind"] in held_sudo.mapped("kind"),
                    "is_fixed": choice["kind"] in fixed,
                    "is_suspended": choice["kind"] in suspended,
                }
                for choice in self._get_choices(me, person, grantee, self._get_kinds(me, person))
            ],
        }

    def _get_kinds(self, me, person):
        """What I may share: of somebody I look after what their age leaves to me.

        Who is a child reads all that there is where nothing is theirs to decide yet.
        """
        family = self.env["clinic.family"]
        if person != me:
            return family._get_kinds_left(person, "consent", SWITCHES)
        own_kinds = family._get_own_kinds(me)
        return [kind for kind in SWITCHES if kind in own_kinds] or SWITCHES

    @api.model
    def _share_from_form(self, me, grantee_id, ward_id, kinds, until):
        """Shares what was chosen until the end of that day, as typed."""
        person, grantee = self._find_pair(me, grantee_id, ward_id)
        family = self.env["clinic.family"]
        if not grantee:
            raise family._not_linked()
        family._share(me, person, grantee, kinds, family._read_end(until))

    @api.model
    def _find_pair(self, me, grantee_id, ward_id):
        """Whose sharing it is, and with whom; nobody when either isn't mine."""
        family = self.env["clinic.family"]
        partners_sudo = self.env["res.partner"].sudo()
        grantee = partners_sudo.browse(grantee_id)
        person = me.sudo()
        if ward_id:
            person = family._get_wards(me).filtered(lambda ward: ward.id == ward_id)
        nobody = (partners_sudo, partners_sudo)
        if not person or grantee in (me, person):
            return nobody
        return (person, grantee) if family._may_share_with(me, person, grantee) else nobody

    def _get_pair_values(self, me, person, grantee):
        words = self.env["clinic.permission.kind"]
        is_me = person == me
        return {
            "grantee": self._get_person(grantee),
            "person": self._get_person(person),
            "is_me": is_me,
            "whose": words._get_whose(person, me),
            "clinic_acting": False if is_me else self._get_acting([person.name], "/my/family"),
        }

    def _get_person(self, person):
        first_name = get_first_name(person.name)
        return {"id": person.id, "name": person.name, "first_name": first_name}

    def _get_choices(self, me, person, grantee, kinds=SWITCHES):
        words = self.env["clinic.permission.kind"]
        who = get_first_name(grantee.name)
        whose = words._get_whose(person, me)
        return words._get_choices(who, whose, kinds)

    # Answering

    @api.model
    def _get_question(self, me, question, error=""):
        """The page on which a question is answered; empty when there is none."""
        if not question:
            return {}
        person = (question.grantor_id or me).sudo()
        asker = question.asker_id
        words = self.env["clinic.permission.kind"]
        offered = words._get_choices(
            self.env._("you"),
            words._get_whose(asker, me),
            question._get_offered_kinds(),
        )
        return {
            **self._get_pair_values(me, person, asker),
            "error": error,
            "is_own": asker == me,
            "asked_name": question.name,
            "relation": question.type_id.name and question.type_id.name.lower(),
            "on": self._format_moment(question.create_date),
            "choices": self._get_choices(me, person, asker, question._get_kinds()),
            "offered": offered,
        }

    # Ending

    @api.model
    def _get_ending(self, me, other_id, error=""):
        """The page on which two people separate, and all that hangs on it; empty without a tie."""
        family = self.env["clinic.family"]
        other = self.env["res.partner"].sudo().browse(other_id)
        if not family._is_tied(me, other):
            return {}
        is_ward = other in family._get_wards(me)
        permissions_sudo = self.env["clinic.permission"].sudo()
        return {
            **self._get_pair_values(me, me.sudo(), other),
            "error": error,
            "i_may": self._get_held_names(permissions_sudo._get_held(other, me)),
            "they_may": self._get_held_names(permissions_sudo._get_held(me, other)),
            "mine": self._get_visits(me, other, family._get_knots(me, other), other),
            "theirs": self._get_visits(me, other, family._get_their_knots(me, other), me),
            "sessions": self._get_reserved(me, other),
            "waits": self._get_waits(me, other),
            "may_cancel_theirs": family._may_book(me, other),
            "is_ward": is_ward,
            "is_lonely": is_ward and not self._is_guarded(other, me),
            "wards": self._get_shared_wards(me, other),
        }

    def _get_held_names(self, held_sudo):
        return self.env["clinic.permission.kind"]._get_names(held_sudo.mapped("kind"))

    def _get_visits(self, me, other, knots_sudo, leaver):
        """The visits that hang on the one who leaves, and who pays for those that are kept."""
        family = self.env["clinic.family"]
        return [
            {
                "id": knot_sudo.id,
                **knot_sudo.appointment_id._get_time_values(),
                "service": knot_sudo.appointment_id.service_id.name,
                "practitioner": knot_sudo.appointment_id.practitioner_id.name,
                "payer": self._get_payer_sentence(
                    me, other, family._get_payer_after(knot_sudo, leaver)
                ),
            }
            for knot_sudo in knots_sudo.sorted(lambda knot: knot.appointment_id.start)
        ]

    def _get_reserved(self, me, other):
        """The sessions that one has reserved of the other's packages, and what becomes of them."""
        pair = (me.id, other.id)
        reserved_sudo = self.env["clinic.package.session"].sudo().search([
            ("state", "=", "reserved"),
            ("permission_id.grantor_id", "in", pair),
            ("permission_id.grantee_id", "in", pair),
        ])  # fmt: skip
        return [
            {
                "day": self._format_moment(session_sudo.appointment_id.start),
                "service": session_sudo.service_id.name,
                "package": session_sudo.purchase_id.name,
                "is_mine": session_sudo.owner_id == me,
                "stays": session_sudo.company_id.clinic_honour_reserved,
            }
            for session_sudo in reserved_sudo.sorted(lambda s: s.appointment_id.start)
        ]

    def _get_waits(self, me, other):
        """What one waits for in the other's place, which ends too."""
        found_sudo = self.env["clinic.wait.request"].sudo()._find_between(me, other)
        return [
            {"service": one.service_id.name, "is_mine": one.booker_id == me} for one in found_sudo
        ]

    def _get_payer_sentence(self, me, other, payer):
        if payer == me:
            return self.env._("you pay for it")
        if payer == other:
            return self.env._("%s pays for it", get_first_name(other.name))
        return self.env._("who pays stays as it is")

    def _is_guarded(self, ward, but):
        """Whether somebody else looks after the ward too."""
        return any(
            permission.basis in GUARDING and permission.grantee_id != but
            for permission in self.env["clinic.permission"].sudo().search([
                ("grantor_id", "=", ward.id), ("is_live", "=", True),
            ])
        )  # fmt: skip

    def _get_shared_wards(self, me, other):
        """Those I look after for whom the other may still act: that is ended one by one."""
        wards = self.env["clinic.family"]._get_wards(me) - other
        permissions_sudo = self.env["clinic.permission"].sudo().search([
            ("grantor_id", "in", wards.ids), ("grantee_id", "=", other.id), ("is_live", "=", True),
        ])  # fmt: skip
        return permissions_sudo.grantor_id.mapped("name")
