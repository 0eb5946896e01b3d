from odoo import api, models
from odoo.fields import Domain


class ClinicFamily(models.AbstractModel):
    """Who may come along with whom, and that nobody does any more when two separate."""

    _inherit = "clinic.family"

    @api.model
    def _is_adult(self, person):
        """Whether somebody may come along with others: nobody comes along who may not be billed.

        The same judge, because it is the same question: of unknown age one is no child, as long as
        nobody answers for one.
        """
        return bool(self._decide_paying(person))

    @api.model
    def _find_adults_along(self, actor, people):
        """The adults the actor may name as who comes along, for each of these people by id.

        The actor knows them: oneself, those one books for, and one's relatives. And each is linked
        with the person, or may book for them, as somebody who cares for a child may be.
        """
        linked = self._find_linked(actor | people)
        # What relatives may do for each other is theirs: only that they may come along is told.
        booking_sudo = self.env["clinic.authority"].sudo().search_fetch(
            Domain("kind", "=", "book")
            & (Domain("actor_id", "=", actor.id) | Domain("person_id", "in", people.ids)),
            ["person_id", "actor_id"],
        )  # fmt: skip
        mine_sudo = booking_sudo.filtered(lambda one: one.actor_id == actor).person_id
        others_sudo = ((mine_sudo | linked[actor.id]) - actor).sorted("name")
        known = self._filter_adults_here(actor.sudo() | others_sudo)
        return {
            person.id: (
                known
                & (
                    linked[person.id]
                    | booking_sudo.filtered(lambda one, who=person: one.person_id == who).actor_id
                )
            ).sudo(False)
            - person
            for person in people
        }

    def _filter_adults_here(self, people_sudo):
        return people_sudo.filtered(
            lambda one: one.active and one.company_id <= self.env.companies and self._is_adult(one)
        )

    @api.model
    def _find_linked(self, people):
        """With whom each of these people is linked now, by id, with full rights."""
        sides = ("person_a_id", "person_b_id")
        either = Domain.OR(Domain(side, "in", people.ids) for side in sides)
        pairs_sudo = self.env["clinic.relationship"].sudo().search_fetch(
            either & Domain("ended_at", "=", False), sides
        )  # fmt: skip
        return {
            person.id: pairs_sudo.filtered(
                lambda one, who=person: who in (one.person_a_id, one.person_b_id)
            ).mapped(
                lambda one, who=person: (
                    one.person_b_id if one.person_a_id == who else one.person_a_id
                )
            )
            or people.browse().sudo()
            for person in people
        }

    @api.model
    def _separate(self, person, other, reason):
        result = super()._separate(person, other, reason)
        self._forget_along_between(person, other)
        return result

    @api.model
    def _forget_along_untied(self, person, other):
        """Who is neither a relative nor permitted anything any more brings the other no longer."""
        if not self._is_tied(person, other):
            self._forget_along_between(person, other)

    @api.model
    def _forget_along_between(self, person, other):
        pair = (person.id, other.id)
        self.env["clinic.participant"]._forget_along(
            Domain("partner_id", "in", pair) & Domain("along_id", "in", pair)
        )
