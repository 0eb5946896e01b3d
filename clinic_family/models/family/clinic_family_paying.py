from odoo import api, models

from ...engine.decision import Decision


class ClinicFamilyPaying(models.AbstractModel):
    """Who may be asked to pay, by age.

    A part of ``clinic.family``.
    """

    _name = "clinic.family.paying"
    _description = "Family: Paying"

    @api.model
    def _decide_paying(self, person):
        """Whether the person may be asked to pay: nobody below the clinic's age is.

        Of unknown age they are neither a child nor an adult: they may be asked, as long as nobody
        answers for them as a parent or guardian.
        """
        person_sudo = person.sudo()
        if person_sudo.birth_date:
            is_child = self._is_child(person_sudo.birth_date)
            return Decision.no("child") if is_child else Decision.yes()
        return Decision.no("unknown_age") if person_sudo.is_guarded else Decision.yes()

    @api.model
    def _explain_not_paying(self, decision, person):
        """Why the person can't be asked to pay, and what to do."""
        words = {
            "name": person.sudo().name,
            "age": self.env.company.sudo().clinic_child_age,
        }
        if decision.reason == "child":
            return self.env._(
                "%(name)s is below %(age)s and can't be asked to pay. Please choose somebody else.",
                **words,
            )
        return self.env._(
            "The clinic doesn't know how old %(name)s is, and nobody below %(age)s pays. Please "
            "choose somebody else, or tell the clinic the date of birth.",
            **words,
        )

    @api.model
    def _get_payers(self, actor):
        """Whom the actor may name as payer: themselves, and those who let them; no child."""
        people_sudo = self.env["clinic.authority"]._get_people(actor, "pay").sudo()
        return people_sudo.filtered(self._decide_paying)
