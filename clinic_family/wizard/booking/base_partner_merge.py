from ast import literal_eval
from itertools import combinations, starmap

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_list

from ...models.family.clinic_invitation import UNANSWERED
from ...models.family.res_partner import MANAGER

# Where two people stand beside each other: rows that would speak of one person twice.
PAIRS = {
    "clinic.relationship": ("person_a_id", "person_b_id"),
    "clinic.permission": ("grantor_id", "grantee_id"),
    "clinic.invitation": ("asker_id", "grantor_id"),
    "clinic.block": ("person_a_id", "person_b_id"),
    "clinic.payer.share": ("patient_id", "payer_id"),
    "clinic.participant": ("partner_id", "along_id"),
}


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Merges contacts, but no patients of whom the clinic knows that they are several people.

    Odoo rewrites every reference in SQL, past constraints, blocks and the ledger. So what would
    be doubled or lost is refused before that, through every door.
    """

    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        people = self.env["res.partner"].browse(partner_ids).exists()
        refusal = self._get_refusal(people, dst_partner)
        if refusal:
            raise UserError(refusal)
        return super()._merge(partner_ids, dst_partner, extra_checks)

    def _process_query(self, query):
        """Proposes no patients who share an address only, nor any whose merge is refused."""
        answer = super()._process_query(query)
        by_address = not (self.group_by_name or self.group_by_vat)
        for line in self.line_ids:
            people = self.env["res.partner"].browse(literal_eval(line.aggr_ids))
            patients_sudo = people.sudo().filtered("is_patient")
            if (by_address and len(patients_sudo) > 1) or self._get_refusal(people):
                line.unlink()
        self.number_group = len(self.line_ids)
        return answer

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        self._end_doubled_relationships(src_partners, dst_partner)
        # What was offered or asked of one of them was not about the one they are together.
        people = src_partners | dst_partner
        asked_sudo = self.env["clinic.invitation"].sudo().search([
            ("state", "in", UNANSWERED),
            "|", ("asker_id", "in", people.ids), ("grantor_id", "in", people.ids),
        ])  # fmt: skip
        for ending in asked_sudo._as_whoever_may():
            ending._update_state("withdrawn")
        return super()._update_foreign_keys(src_partners, dst_partner)

    def _end_doubled_relationships(self, sources, kept):
        """Who is related to several of them stays related to one; the rest stays as history."""
        # Who may merge contacts may not always read relationships.
        relationships_sudo = self.env["clinic.relationship"].sudo()
        related = set(relationships_sudo._get_types(kept))
        for source in sources:
            relatives = set(relationships_sudo._get_types(source))
            for relative in relatives & related:
                relationships_sudo._find(source, relative)._end(
                    self.env._("Merged with %(name)s.", name=kept.name)
                )
            related |= relatives

    # What speaks against it

    @api.model
    def _get_refusal(self, people, kept=None):
        """The sentence that says why these contacts can't be merged; empty when they can."""
        if len(people) < 2:
            return ""
        # What the clinic knows binds everybody who merges, whatever they may read.
        people_sudo = people.sudo()
        return self._refuse_two_people(people_sudo) or self._refuse_births(people_sudo)

    def _refuse_two_people(self, people_sudo):
        """Why not, whatever their dates of birth are."""
        pairs = combinations(people_sudo, 2)
        return (
            self._refuse_apart(people_sudo)
            or next(filter(None, starmap(self._refuse_pair, pairs)), "")
            or self._refuse_check_outs(people_sudo)
            or self._refuse_payers(people_sudo)
        )

    def _refuse_apart(self, people_sudo):
        """Who is kept apart from somebody is somebody else; a block is known to managers only."""
        if not self.env["clinic.block"]._stops_among(people_sudo):
            return ""
        if not self.env.user.has_group(MANAGER):
            return self.env["clinic.block"]._get_sentence()
        return self.env._(
            "These people are kept apart from each other by a safeguarding block, so they are two "
            "people and can't be merged."
        )

    def _refuse_pair(self, person, other):
        """What says of two that they are two people, and not one who was entered twice."""
        names = {"person": person.name, "other": other.name}
        if self._are_linked(person, other):
            return self.env._(
                "%(person)s and %(other)s are or were linked with each other, so they are two "
                "people and can't be merged.",
                **names,
            )
        if person.participant_ids.appointment_id & other.participant_ids.appointment_id:
            return self.env._(
                "%(person)s and %(other)s are in one visit together, so they are two people and "
                "can't be merged.",
                **names,
            )
        is_patient = bool(self._find_known(person | other))
        if is_patient and self._has_others_below(person | other):
            return self.env._(
                "Other contacts belong to %(person)s or %(other)s, and would see the documents of "
                "both. Please give them no parent first.",
                **names,
            )
        if is_patient and person.company_id != other.company_id:
            return self.env._(
                "%(person)s and %(other)s belong to different companies of yours. Please make that "
                "the same first.",
                **names,
            )
        if is_patient and person.parent_id != other.parent_id:
            return self.env._(
                "%(person)s and %(other)s belong to different companies or contacts, who would "
                "see the documents of both. Please make that the same first.",
                **names,
            )
        return ""

    def _has_others_below(self, people_sudo):
        """Whether a contact below them is somebody, and no mere address."""
        below_sudo = people_sudo.with_context(active_test=False).child_ids
        return any(one.type == "contact" or one.user_ids or one.is_patient for one in below_sudo)

    def _find_known(self, people_sudo):
        """Those of whom the clinic keeps what not everybody may know: patients and relatives."""
        known_sudo = people_sudo.filtered("is_patient")
        for model, sides in PAIRS.items():
            rows_sudo = self._search_pairs(model, people_sudo)
            for side in sides:
                known_sudo |= rows_sudo[side] & people_sudo
        return known_sudo

    def _refuse_births(self, people_sudo):
        if len(set(people_sudo.mapped("birth_date"))) < 2:
            return ""
        return self.env._(
            "%(names)s have different dates of birth. If they are one person, please enter the "
            "right date for all first.",
            names=format_list(self.env, people_sudo.mapped("name")),
        )

    def _refuse_check_outs(self, people_sudo):
        """One person has one open check-out at most."""
        baskets_sudo = self.env["clinic.booking"].sudo()
        domain = [("state", "=", "open"), ("booker_id", "in", people_sudo.ids)]
        if baskets_sudo.search_count(domain, limit=2) > 1:
            return self.env._(
                "Several of these people are choosing appointments online right now. "
                "Please merge them an hour from now."
            )
        return ""

    def _refuse_payers(self, people_sudo):
        """What somebody agreed to pay of one would be paid of both, and tell them of both."""
        shares_sudo = self.env["clinic.payer.share"].sudo().search([
            ("patient_id", "in", people_sudo.ids),
        ])  # fmt: skip
        if any(not share.is_over for share in shares_sudo):
            return self.env._(
                "Somebody else pays a part of these people's visits. Please end that agreement "
                "first, and make it anew afterwards."
            )
        return ""

    def _are_linked(self, person, other):
        """Whether they stand beside each other anywhere, now or in the past."""
        pair = (person + other).ids
        return any(
            row_sudo[one] != row_sudo[two]
            for model, (one, two) in PAIRS.items()
            for row_sudo in self.env[model].sudo().search([(one, "in", pair), (two, "in", pair)])
        )

    def _search_pairs(self, model, people):
        """The rows of this model that name any of these people on either side."""
        one, two = PAIRS[model]
        either = Domain(one, "in", people.ids) | Domain(two, "in", people.ids)
        return self.env[model].sudo().search(either)
