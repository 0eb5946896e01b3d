import uuid
from datetime import timedelta

from odoo import api, models
from odoo.tools import format_list

from ...engine.permissions import GUARDING

USUAL_KINDS = ("book", "notify")


class ClinicFamilyForms(models.AbstractModel):
    """What the pages show on which somebody decides: add, share, answer.

    A part of ``clinic.family.page``.
    """

    _name = "clinic.family.forms"
    _description = "Family Pages: Forms"

    # Adding

    @api.model
    def _asks_at_signup(self):
        """Whether people who sign up are asked for their family."""
        return self.env.company.sudo().clinic_allow_related

    @api.model
    def _get_add(self, me, relative, redirect="", error=""):
        """The page on which a family member is added, with what was typed before."""
        words = self.env["clinic.family.words"]
        chosen = relative.kinds if relative.key else USUAL_KINDS
        return {
            "no_adding": self._get_no_adding(me),
            "error": error,
            "relative": relative,
            "key": relative.key or uuid.uuid4().hex,
            "redirect": redirect,
            "goes_to_booking": redirect.startswith("/book"),
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

    @api.model
    def _get_added(self, me, relative):
        """What a form just sent has led to, as the next page's address names it."""
        family = self.env["clinic.family"]
        if family._is_child(relative.birth_date):
            return {"added": family._find_added_child(me, relative).id}
        return {"asked": family._find_asked(me, relative).id}

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
        resting = family._get_resting_kinds(person, grantee)
        ends = [moment for moment in held_sudo.mapped("ends_at") if moment]
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
                    "is_resting": choice["kind"] in resting,
                }
                for choice in self._get_choices(me, person, grantee)
            ],
        }

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
        words = self.env["clinic.family.words"]
        is_me = person == me
        return {
            "grantee": self._get_person(grantee),
            "person": self._get_person(person),
            "is_me": is_me,
            "whose": words._get_whose(person, me),
            "clinic_acting": False if is_me else self._get_acting([person.name], "/my/family"),
        }

    def _get_person(self, person):
        first_name = self.env["clinic.family.words"]._get_first_name(person.name)
        return {"id": person.id, "name": person.name, "first_name": first_name}

    def _get_choices(self, me, person, grantee, kinds=None):
        words = self.env["clinic.family.words"]
        who = words._get_first_name(grantee.name)
        whose = words._get_whose(person, me)
        if kinds is None:
            return words._get_choices(who, whose)
        return words._get_choices(who, whose, kinds)

    @api.model
    def _get_acting(self, names, switch_url):
        """For whom I am acting, for the bar on top of the page; False for myself alone."""
        return bool(names) and {
            "names": format_list(self.env, names),
            "switch_url": switch_url,
        }

    # Answering

    @api.model
    def _get_question(self, me, question, error=""):
        """The page on which a question is answered; empty when there is none."""
        if not question:
            return {}
        person = (question.grantor_id or me).sudo()
        asker = question.asker_id
        words = self.env["clinic.family.words"]
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
            "on": self._format(question.create_date),
            "choices": self._get_choices(me, person, asker, question._get_kinds()),
            "offered": offered,
        }

    def _is_guarded(self, ward, but):
        """Whether somebody else looks after the ward too."""
        return any(
            permission.basis in GUARDING and permission.grantee_id != but
            for permission in self.env["clinic.permission"].sudo().search([
                ("grantor_id", "=", ward.id), ("is_live", "=", True),
            ])
        )  # fmt: skip
