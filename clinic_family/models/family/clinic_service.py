from odoo import api, fields, models

from ...engine.ages import days_of_age, judge_age

OLDEST = 150


class ClinicService(models.Model):
    """For people of which age it is.

    Everybody who comes is judged on the day of the visit. Whose date of birth nobody knows is
    neither too young nor too old: the site asks for the date before such a visit is booked, and
    the front desk answers for it with a reason. What was booked before a service had an age stays.
    """

    _inherit = "clinic.service"

    min_age = fields.Integer(string="From Age", help="In years, on the day of the visit; 0 is any.")
    max_age = fields.Integer(
        string="Up to Age",
        help="In years, on the day of the visit; 0 is any. Up to 12 includes everybody who isn't "
        "13 yet.",
    )
    age_text = fields.Char(string="For the Age", compute="_compute_age_text")

    _ages_in_order = models.Constraint(
        f"CHECK (min_age >= 0 AND min_age <= {OLDEST} AND max_age >= 0 AND max_age <= {OLDEST}"
        " AND (coalesce(max_age, 0) = 0 OR max_age >= coalesce(min_age, 0)))",
        "The ages of a service are whole years, and the first isn't above the last.",
    )

    @api.depends("min_age", "max_age")
    @api.depends_context("lang")
    def _compute_age_text(self):
        for service in self:
            words = {"from_age": service.min_age, "to_age": service.max_age}
            if service.min_age and service.max_age:
                service.age_text = self.env._("From %(from_age)s to %(to_age)s years", **words)
            elif service.min_age:
                service.age_text = self.env._("From %(from_age)s years on", **words)
            elif service.max_age:
                service.age_text = self.env._("Up to %(to_age)s years", **words)
            else:
                service.age_text = False

    def _is_for_an_age(self):
        return bool(self.min_age or self.max_age)

    def _judge_age(self, person, day):
        """Whether the person is of the age on this day; the reader need not see how old they are.

        Asked after it was found that the reader may book for them.
        """
        birth = (self._is_for_an_age() and person.sudo().birth_date) or None
        return judge_age(birth, self.min_age, self.max_age, day)

    def _get_days_of_age(self, people):
        """The first and the last day on which all these people are of the age, if there is one.

        Those of unknown age set no day.
        """
        known = [birth for birth in people.sudo().mapped("birth_date") if birth]
        pairs = [days_of_age(birth, self.min_age, self.max_age) for birth in known]
        firsts = [first for first, _last in pairs if first]
        lasts = [last for _first, last in pairs if last]
        return max(firsts, default=None), min(lasts, default=None)

    def _explain_age(self, decision, person):
        """Why the service isn't for this person on that day."""
        words = {
            "name": person.sudo().name,
            "service": self.name,
            "from_age": self.min_age,
            "to_age": self.max_age,
        }
        if decision.reason == "too_young":
            return self.env._(
                "%(service)s is for people from %(from_age)s years on, and %(name)s is younger "
                "on that day.",
                **words,
            )
        if decision.reason == "too_old":
            return self.env._(
                "%(service)s is for people up to %(to_age)s years, and %(name)s is older on that "
                "day.",
                **words,
            )
        return self.env._(
            "%(service)s is for people of a certain age, and the date of birth of %(name)s isn't "
            "known.",
            **words,
        )

    def _filter_unfit(self, people, day):
        """Those of these people whom the service isn't for on that day."""
        if not self._is_for_an_age():
            return people.browse()
        return people.filtered(lambda person: not self._judge_age(person, day))

    def _find_unfit(self, people, day):
        """A sentence for each of them, for who may know how old they are."""
        unfit = self._filter_unfit(people, day)
        return [self._explain_age(self._judge_age(person, day), person) for person in unfit]
