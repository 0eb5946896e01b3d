from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...engine.feed import LEVELS

# Each is given with terms of its own: of two of them neither is the narrower.
WITH_TERMS = ("card",)
SIDES = {"grantor_id": "grantee_id", "grantee_id": "grantor_id"}


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Of two patients who are one person, no right gets wider and no record is lost.

    What others may do for them, and they for others, goes on only as far as it counted for each
    of them. A block of one of them is a block of the one who stays. The ledger goes on naming whom
    it named: an archived contact stands there for each who was merged.
    """

    _inherit = "base.partner.merge.automatic.wizard"

    def action_merge(self):
        """Leads to the clinic's own window, which says before what follows."""
        # Who merges contacts may not always read who is a patient.
        if self._find_known(self.partner_ids.sudo()):
            raise UserError(self.env._(
                "Patients are merged by a manager, at Clinic > Patients > Merge Patients, where it "
                "is shown before what both of them have."
            ))  # fmt: skip
        return super().action_merge()

    def _process_query(self, query):
        """Proposes no patients: nobody merges them in bulk."""
        answer = super()._process_query(query)
        people = self.env["res.partner"]
        for line in self.line_ids:
            ids = [int(id_) for id_ in line.aggr_ids.strip("[]").split(",")]
            if self._find_known(people.browse(ids).sudo()):
                line.unlink()
        self.number_group = len(self.line_ids)
        return answer

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        # What the clinic knows binds everybody who merges, whatever they may read.
        sources_sudo, kept_sudo = src_partners.sudo(), dst_partner.sudo()
        self._narrow_permissions(sources_sudo, kept_sudo)
        self._unite_blocks(sources_sudo, kept_sudo)
        self._narrow_calendars(sources_sudo, kept_sudo)
        seen_sudo = kept_sudo
        for source_sudo in sources_sudo:
            self._keep_history(source_sudo, kept_sudo, seen_sudo)
            seen_sudo |= source_sudo
        waiting_sudo = self.env["clinic.registration"].sudo().search([
            ("patient_id", "in", sources_sudo.ids), ("state", "=", "new"),
        ])  # fmt: skip
        waiting_sudo._decide("merged")
        has_logins = bool(sources_sudo.with_context(active_test=False).user_ids)
        result = super()._update_foreign_keys(src_partners, dst_partner)
        if has_logins:
            # Whose records an account sees is kept by account, and names who is no more.
            self.env.registry.clear_cache()
        return result

    @api.model
    def _update_values(self, src_partners, dst_partner):
        """What is empty is taken from the others, but for what is granted to one of them."""
        people_sudo = (src_partners | dst_partner).sudo()
        pays_no_fees = all(people_sudo.mapped("clinic_pays_no_fees"))
        result = super()._update_values(src_partners, dst_partner)
        dst_partner.sudo().clinic_pays_no_fees = pays_no_fees
        return result

    # Rights

    def _narrow_permissions(self, sources, kept):
        """Of each right, what counts for every one of them stays, until the first of its ends."""
        people = sources | kept
        reason = self._get_reason(kept)
        for side, other_side in SIDES.items():
            open_sudo = self.env["clinic.permission"].sudo().search([
                (side, "in", people.ids),
                "|", ("ended_at", "=", False), ("end_kind", "=", "suspended"),
            ]).filtered(lambda one: one.state != "ended")  # fmt: skip
            alike = open_sudo.grouped(lambda one, other=other_side: (one[other], one.kind))
            for permissions in alike.values():
                stays = self._find_narrowest(permissions, side, people, kept)
                ends_at = self._find_first_end(permissions, stays)
                follows_age = not stays.until_grown and any(
                    one._is_surely_of_child() for one in permissions
                )
                # What goes on for the one who stays ends for nobody: nothing is given back.
                continued = self._filter_plain(permissions) - stays if stays else stays
                self._continue(continued, stays, reason)
                for ending in (permissions - stays - continued)._as_whoever_may():
                    ending._revoke(reason)
                if stays and (stays.ends_at != ends_at or follows_age):
                    by_age = {"is_by_parent": True} if follows_age else {}
                    stays._renew(ends_at, **by_age)

    def _find_first_end(self, permissions, stays):
        """The first of the days that were set; what ends by age goes on to, of one birth date."""
        birth = stays.grantor_id.birth_date
        ends = [
            one.ends_at if one.grantor_id.birth_date == birth else one._get_end()
            for one in permissions
        ]
        return min(filter(None, ends), default=False)

    def _find_narrowest(self, permissions, side, people, kept):
        """The permission that goes on, if each of them has one in force and without terms."""
        of_each = self._filter_plain(permissions)
        goes_on = of_each[side] == people
        return of_each.filtered(lambda one: goes_on and one[side] == kept)[:1]

    def _filter_plain(self, permissions):
        return permissions.filtered(
            lambda one: one.is_live and one.kind not in WITH_TERMS and not one._is_limited()
        )

    def _continue(self, permissions, stays, reason):
        """What was reserved under these is reserved under the one that goes on."""
        permissions._close("renewed", reason)
        self.env["clinic.package.session"].sudo().search([
            ("permission_id", "in", permissions.ids), ("state", "=", "reserved"),
        ]).permission_id = stays  # fmt: skip

    # Blocks

    def _unite_blocks(self, sources, kept):
        """Who is kept apart from one of them is kept apart from the one who stays."""
        blocks_sudo = self._search_pairs("clinic.block", sources | kept).filtered(
            lambda block: not block.lifted_at
        )
        for block_sudo in blocks_sudo.sorted(lambda one: kept not in self._get_sides(one)):
            other_sudo = self._get_sides(block_sudo) - sources - kept
            for person_sudo in sources | kept:
                family = self.env["clinic.family"]
                family._separate(person_sudo, other_sudo, self._get_reason(kept))
                person_sudo.patient_group_ids -= other_sudo.patient_group_ids
        self._lift_doubled(blocks_sudo, sources, kept)

    def _lift_doubled(self, blocks, sources, kept):
        """The database holds one block of a company between two people that lasts."""
        by_other = blocks.grouped(
            lambda one: (self._get_sides(one) - sources - kept, one.company_id)
        )
        for alike in by_other.values():
            lasting = alike.filtered(lambda one: kept in self._get_sides(one))[:1] or alike[:1]
            (alike - lasting)._lift()

    def _get_sides(self, block):
        return block.person_a_id | block.person_b_id

    # Calendars and history

    def _narrow_calendars(self, sources, kept):
        """A relative's calendar shows of the one who stays the least of what it showed of each."""
        levels_sudo = self.env["clinic.calendar.level"].sudo().search([
            ("person_id", "in", (sources | kept).ids),
        ])  # fmt: skip
        for of_one_feed in levels_sudo.grouped("feed_id").values():
            least = min(of_one_feed.mapped("level"), key=LEVELS.index)
            stays = of_one_feed.filtered(lambda one: one.person_id == kept) or of_one_feed[:1]
            (of_one_feed - stays).unlink()
            stays.level = least

    def _keep_history(self, source, kept, seen):
        """The ledger, and messages that both got, go on naming whom they named."""
        permissions = self.env["clinic.permission"].sudo()
        ledger = permissions.search(
            ["|", ("grantor_id", "=", source.id), ("grantee_id", "=", source.id)]
        )
        doubled = self._search_doubled_reminders(source, seen)
        if not (ledger or doubled):
            return
        stand_in = source._make_stand_in(kept)
        self.env.flush_all()
        for side in SIDES:
            # A closed row is written by nobody; it is the same person under another number.
            self.env.cr.execute(
                SQL(
                    "UPDATE clinic_permission SET %(side)s = %(new)s WHERE %(side)s = %(old)s",
                    side=SQL.identifier(side),
                    new=stand_in.id,
                    old=source.id,
                )
            )
        doubled.recipient_id = stand_in
        self.env.flush_all()
        self.env.invalidate_all()

    def _search_doubled_reminders(self, source, others):
        """The reminders to one of them which another of them got too."""
        reminders = self.env["clinic.message"].sudo()
        of_each = [
            reminders.search([("kind", "=", "reminder"), ("recipient_id", "in", people.ids)])
            for people in (source, others)
        ]
        marks = [[(one.participant_id, one.hours, one.start) for one in each] for each in of_each]
        return reminders.union(*[
            one for one, mark in zip(of_each[0], marks[0], strict=True) if mark in marks[1]
        ])  # fmt: skip

    def _get_reason(self, kept):
        return self.env._("Merged with %(name)s.", name=kept.name)
