from odoo import SUPERUSER_ID, api, models

from ...exceptions import FamilyRefused


class ClinicAboutPeople(models.AbstractModel):
    """What is recorded about people belongs to the companies of these people.

    Who belongs to no company is shared by all, and so is what is recorded between such people.
    Who belongs to one is that company's alone: whatever is between two people is written by
    somebody who works for the companies of both, or has come to them, even through a verb that
    runs with full rights; and two people of different companies have nothing between them.
    """

    _name = "clinic.about.people"
    _description = "Records About People"
    # The fields that name the people; each model sets its own.
    _people_fields = ()

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows._verify_companies()
        return rows

    def write(self, vals):
        # First, for whose people they are is looked up with full rights.
        self.check_access("write")
        self._verify_companies()
        written = super().write(vals)
        self._verify_companies()
        return written

    def _verify_companies(self):
        for row in self.sudo():
            companies = row._get_companies()
            if not self._works_for(companies):
                raise self._other_company()
            if len(companies | row._get_keeper()) > 1 and companies:
                raise self._other_company()

    def _as_whoever_may(self):
        """The rows the user works for, and those of other companies as the system.

        What follows from the end of an account or of a person, whom companies share, follows
        for all of them.
        """
        foreign = self.filtered(lambda row: not row._works_for(row.sudo()._get_companies()))
        return self - foreign, foreign.sudo().with_user(SUPERUSER_ID)

    def _get_companies(self):
        return self.env["res.company"].union(*[
            self[name].company_id for name in self._people_fields
        ])  # fmt: skip

    def _get_keeper(self):
        """The company that keeps the row, of models whose rows belong to one."""
        return self["company_id"] if "company_id" in self._fields else self.env["res.company"]

    def _works_for(self, companies):
        """Whether who is at work acts for these companies; jobs act for all of them."""
        if not companies or self.env.uid == SUPERUSER_ID:
            return True
        # With full rights any company can be claimed in the context; without them it is verified.
        return companies <= self.sudo(False).env.companies

    @api.model
    def _other_company(self):
        return FamilyRefused("other_company", self.env._(
            "These people belong to different companies, or to one that isn't yours."
        ))  # fmt: skip
