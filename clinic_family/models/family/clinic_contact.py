from datetime import timedelta

from markupsafe import Markup

from odoo import api, models
from odoo.tools import format_list

from ...engine.contact import ADDRESS, Contact
from ...engine.permissions import GUARDING
from ...exceptions import FamilyRefused
from .clinic_permission_verbs import DAYS_BEFORE_BIRTHDAY
from .res_partner import STAFF


class ClinicContact(models.AbstractModel):
    """How somebody is reached, corrected by them or a relative who fills in their forms (F4).

    The address that somebody logs in with, or gets messages at, isn't changed here.
    """

    _name = "clinic.contact"
    _description = "Contact Details"

    @api.model
    def _find(self, actor, person_id):
        """The other person whose details the actor may see now, with full rights; or nobody."""
        people_sudo = self.env["clinic.authority"]._get_people(actor, "intake")
        return people_sudo.filtered(lambda one: one.id == person_id and one != actor)

    @api.model
    def _find_own(self, actor):
        """The actor, with full rights; nobody where they are staff and no patient or relative."""
        actor_sudo = actor.sudo()
        is_asked = actor_sudo.partner_share or actor_sudo._is_of_clinic()
        return self.env["clinic.authority"]._filter_here(actor_sudo if is_asked else actor.browse())

    # What is changed at the clinic

    @api.model
    def _get_kept(self, person):
        """What of this person whoever logs in doesn't change: by what the clinic knows them, and
        where it writes to, which nobody would have confirmed.
        """
        is_known = self.env.user._is_portal() and person._is_of_clinic()
        return ("name", "email") if is_known else ()

    @api.model
    def _is_without_address(self, person):
        """Whether the clinic writes to them nowhere, so that no page may ask for an address."""
        return "email" in self._get_kept(person) and not person.sudo().email

    @api.model
    def _find_kept(self, person, new):
        """Those of these new values that would change what is kept."""
        person_sudo = person.sudo()
        return [
            field
            for field in self._get_kept(person)
            if field in new and str(new[field] or "").strip() != (person_sudo[field] or "").strip()
        ]

    @api.model
    def _get_kept_words(self):
        return self.env._(
            "Your name and e-mail address are changed at the clinic. Please ask there."
        )

    @api.model
    def _verify_kept(self, person, new):
        if kept := self._find_kept(person, new):
            raise FamilyRefused("kept", self._get_kept_words(), kept)

    @api.model
    def _filter_known_births(self, people):
        """Those of these people whose date of birth the user may know."""
        if self.env.user.has_group(STAFF):
            return people
        me = self.env.user.partner_id
        return people & (me | self.env["clinic.authority"]._get_people(me, "intake"))

    @api.model
    def _get_names(self, person_sudo):
        """What of this person is asked, by field: never an address that is somebody else's."""
        names = {
            "phone": self.env._("Phone"),
            "street": self.env._("Street"),
            "street2": self.env._("Street 2"),
            "zip": self.env._("ZIP"),
            "city": self.env._("City"),
            "emergency_contact": self.env._("In an emergency"),
        }
        # Odoo keeps one address for a contact and those below it.
        below = person_sudo.child_ids.filtered(lambda one: one.type == "contact")
        left_out = ADDRESS if person_sudo.parent_id or below else ()
        return {field: name for field, name in names.items() if field not in left_out}

    @api.model
    def _correct(self, actor, person_id, contact: Contact, seen: Contact):
        """Write what is new of another person's details, and note on their contact who wrote it.

        ``seen`` is what the actor was shown: what they left as it was isn't theirs to write, and
        what somebody else has changed since is shown first.

        Raises FamilyRefused where the actor may not, or the day of birth can't be one.
        """
        self._write_new(actor, self._find(actor, person_id), contact, seen)

    @api.model
    def _correct_own(self, actor, contact: Contact, seen: Contact):
        """The same of the actor's own details."""
        self._write_new(actor, self._find_own(actor), contact, seen)

    def _write_new(self, actor, person_sudo, contact, seen):
        if not person_sudo:
            raise self.env["clinic.family"]._not_linked()
        names = self._get_names(person_sudo)
        known = Contact.from_form({field: person_sudo[field] for field in names})
        new = {
            field: getattr(contact, field)
            for field in names
            if getattr(contact, field) not in (getattr(known, field), getattr(seen, field))
        }
        self._verify_seen(
            names, known, [one for one in new if getattr(known, one) != getattr(seen, one)]
        )
        if contact.birth_text and not person_sudo.birth_date:
            if not self._may_tell_birth(actor, person_sudo):
                raise self._refuse_birth(person_sudo)
            new["birth_date"] = self._read_birth(person_sudo, contact)
            names["birth_date"] = self.env._("Date of birth")
        if new:
            words = self._describe(person_sudo, names, new)
            # A date of birth that is refused takes back what it moved.
            with self.env.cr.savepoint():
                person_sudo.write(new)
                if "birth_date" in new:
                    self._verify_nothing_ends(person_sudo)
            person_sudo._message_log(body=words, author_id=actor.id)

    @api.model
    def _may_tell_birth(self, actor, person_sudo):
        """Whether the actor may fill in a date of birth nobody knows: their own, or a ward's."""
        if person_sudo.birth_date:
            return False
        return actor == person_sudo or bool(
            self.env["clinic.family"]._decide_sharing(actor, person_sudo)
        )

    @api.model
    def _tell_birth(self, actor, person, text):
        """Write a date of birth nobody knew, and note on the contact who said it.

        Raises FamilyRefused where the actor may not, or the day can't be one.
        """
        person_sudo = person.sudo()
        if not self._may_tell_birth(actor, person_sudo):
            raise self._refuse_birth(person_sudo)
        new = {"birth_date": self._read_birth(person_sudo, Contact(birth_text=text))}
        words = self._describe(person_sudo, {"birth_date": self.env._("Date of birth")}, new)
        with self.env.cr.savepoint():
            person_sudo.write(new)
            self._verify_nothing_ends(person_sudo)
        person_sudo._message_log(body=words, author_id=actor.id)

    def _verify_nothing_ends(self, person_sudo):
        """What anybody may do for the person neither ends by this date now nor within a month."""
        soon = self.env.cr.now() + timedelta(days=DAYS_BEFORE_BIRTHDAY)
        if self.env["clinic.permission"].sudo().search_count([
            ("grantor_id", "=", person_sudo.id),
            ("grown_at", "<=", soon),
            "|", ("ended_at", "=", False), ("end_kind", "=", "suspended"),
        ], limit=1):  # fmt: skip
            raise self._refuse_birth(person_sudo)

    def _refuse_birth(self, person_sudo):
        if person_sudo == self.env.user.partner_id:
            words = self.env._(
                "With this date of birth, other rules hold for you. Please tell the clinic."
            )
        else:
            words = self.env._(
                "With this date of birth, other rules hold for %s. Please tell the clinic.",
                person_sudo.name,
            )
        return FamilyRefused("birth", words, ["birth_text"])

    def _verify_seen(self, names, known, changed):
        if changed:
            now = [
                self.env._(
                    "%(name)s: %(value)s", name=names[field], value=getattr(known, field) or "–"
                )
                for field in changed
            ]
            raise FamilyRefused("changed", self.env._(
                "Somebody else has changed this since you opened the page. It now is: "
                "%(details)s. Please save again if yours is right.",
                details=format_list(self.env, now),
            ), changed)  # fmt: skip

    def _read_birth(self, person_sudo, contact):
        """The day as typed; one that changes what may be done for the person is the clinic's."""
        birth = self._read_day(contact)
        guarded = [("person_id", "=", person_sudo.id), ("basis", "in", GUARDING)]
        is_guarded = bool(self.env["clinic.authority"].sudo().search_count(guarded, limit=1))
        family = self.env["clinic.family"]
        if family._is_child(birth, family._get_clinics(person_sudo)) != is_guarded:
            raise self._refuse_birth(person_sudo)
        return birth

    @api.model
    def _read_day(self, contact):
        """The day of birth as typed, if somebody can be born on it."""
        birth = contact.birth_date
        if not birth:
            raise FamilyRefused("birth", self.env._(
                "“%s” can't be read as a date. Please write it like 2017-08-14.",
                contact.birth_text,
            ), ["birth_text"])  # fmt: skip
        if birth > self.env.company._get_clinic_today():
            words = self.env._("The date of birth lies in the future.")
            raise FamilyRefused("birth", words, ["birth_text"])
        return birth

    def _describe(self, person_sudo, names, new):
        """What was there and is there now; what not all who read the contact may read, unsaid."""
        lines = [
            Markup("<li>%s</li>") % names[field]
            if person_sudo._fields[field].groups
            else Markup("<li>%s: %s → %s</li>")
            % (names[field], person_sudo[field] or "–", value or "–")
            for field, value in new.items()
        ]
        return Markup("<ul>%s</ul>") % Markup("").join(lines)
