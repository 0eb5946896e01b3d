from odoo import api, models

from ...engine.ages import birthday, follows_age
from ...engine.instants import day_bounds, to_stored
from ...engine.permissions import KINDS


class ClinicFamilyGrowing(models.AbstractModel):
    """Who is a child, and what ends as one grows up.

    A part of ``clinic.family``.
    """

    _name = "clinic.family.growing"
    _description = "Family: Growing Up"

    @api.model
    def _may_be_child(self, person):
        """Whether somebody is below the clinic's age, or looked after as a child of unknown age.

        Who gave no date of birth and has no parent or guardian here is taken at their word.
        """
        person_sudo = person.sudo()
        if person_sudo.birth_date:
            clinics = self._get_clinics(person)
            return self.env["clinic.family"]._is_child(person_sudo.birth_date, clinics)
        return person_sudo.is_guarded

    @api.model
    def _get_clinics(self, person):
        """The companies by whose ages the person is a child, of those who know of them."""
        return person.sudo().company_id or self._find_clinics()

    def _find_clinics(self):
        """The companies that are clinics: those with a location."""
        ids = self.env["clinic.location"]._get_clinic_ids()
        return self.env["res.company"].sudo().browse(ids) or self.env.company.sudo()

    @api.model
    def _follows_age(self, person, basis):
        """Whether what is permitted for the person now, on this basis, ends as they grow up."""
        ages = self._read_ages()
        own_age = self._get_own_age(person, ages)
        return follows_age(basis, self._was_child(person, self.env.cr.now(), own_age, ages))

    @api.model
    def _get_own_age(self, person, ages, kind=""):
        """The age of own decisions that counts for the person: of several clinics the lowest.

        Of one kind, it is the age at which nobody else decides that kind any more.
        """
        return min(
            company._get_age_of(kind, "end") if kind else company.sudo().clinic_child_age
            for company in self._get_clinics_of(person, ages)
        )

    @api.model
    def _get_own_kinds(self, person):
        """What the person decides alone by now: all, or of a child what age took from others."""
        if not self._may_be_child(person):
            return KINDS
        now, ages = self.env.cr.now(), self._read_ages()
        ends = {kind: self._get_moment_of_age(person, kind, ages=ages) for kind in KINDS}
        return tuple(kind for kind in KINDS if ends[kind] and ends[kind] <= now)

    @api.model
    def _was_child(self, person, moment, own_age, ages):
        """Whether the person was below this age at the moment; None for an unknown birth."""
        birth = person.sudo().birth_date
        if not birth:
            return None
        return moment < min(
            self._get_birthday(birth, own_age, company)
            for company in self._get_clinics_of(person, ages)
        )

    def _get_clinics_of(self, person, ages):
        """The companies whose ages count for the person: their own, or all that are clinics."""
        return person.sudo().company_id or list(ages)

    @api.model
    def _get_moment_of_age(self, person, kind, effect="end", ages=None):
        """When a permission of this kind over the person ends, or comes up for review, by age.

        It is midnight at the clinic, in UTC as stored; False for an unknown birth, or without
        a rule. Of several clinics that share the person the first to say so counts. ``ages`` of
        all clinics are read once by who asks for many.
        """
        person_sudo = person.sudo()
        ages = ages or self._read_ages()
        own = person_sudo.company_id
        clinics = {own: ages.get(own) or self._read_ages_of(own)} if own else ages
        return min(
            (
                self._get_birthday(person_sudo.birth_date, of_clinic[kind, effect], company)
                for company, of_clinic in clinics.items()
                if person_sudo.birth_date and (kind, effect) in of_clinic
            ),
            default=False,
        )

    @api.model
    def _read_ages(self):
        """The ages of all clinics: of the companies that have a location, by kind and effect."""
        return {company: self._read_ages_of(company) for company in self._find_clinics()}

    def _read_ages_of(self, company):
        ages = {
            (kind, effect): company._get_age_of(kind, effect)
            for kind in KINDS
            for effect in ("end", "review")
        }
        return {key: age for key, age in ages.items() if age is not None}

    def _get_birthday(self, birth, age, company):
        """The moment somebody turns this age at the company's clinic, as stored."""
        return to_stored(day_bounds(birthday(birth, age), company._get_clinic_zone()).start)

    @api.model
    def _get_kinds_left(self, person, basis, kinds):
        """Those of the kinds that the person's age still lets somebody have on this basis."""
        if not self._follows_age(person, basis):
            return list(kinds)
        now, ages = self.env.cr.now(), self._read_ages()
        ends = {kind: self._get_moment_of_age(person, kind, ages=ages) for kind in kinds}
        return [kind for kind in kinds if not ends[kind] or ends[kind] > now]
