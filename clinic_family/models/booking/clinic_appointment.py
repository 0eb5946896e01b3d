from types import MappingProxyType

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...engine.checkout import Checkout
from ...engine.instants import from_stored, write_start
from ...exceptions import BookingRefused
from ..appointment.clinic_appointment import EXPECTED


class ClinicAppointment(models.Model):
    """What is held at the check-out, and visits of the same people at the same time."""

    _inherit = "clinic.appointment"

    booking_id = fields.Many2one(
        "clinic.booking",
        string="Online Booking",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups="base.group_user",
    )
    is_planned = fields.Boolean(
        string="Chosen with a Plan",
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="It was chosen together with visits of others, and gives way to another such plan.",
    )
    plan_key = fields.Char(
        readonly=True,
        copy=False,
        groups="base.group_user",
        index="btree_not_null",
        help="The same for visits of several people that were chosen together, as one outing.",
    )
    needs_reason = fields.Boolean(
        compute="_compute_needs_reason",
        groups="base.group_user",
        help="What is unusual is new, and isn't stored without a reason.",
    )
    clash_text = fields.Char(
        compute="_compute_clash_text",
        groups="base.group_user",
        help="Who has another visit at this time.",
    )

    def _is_at_once(self, other):
        return self.start < other.stop and other.start < self.stop

    # Chosen together

    def _get_outing(self):
        """The visits of its day that were chosen together with it, itself among them, in order.

        Those the reader may see; one that was moved to another day has left the outing.
        """
        self.ensure_one()
        return self._get_outings()[self]

    def _get_outings(self):
        """The outing of each, read at once."""
        # Which belong together is asked of the key, and who sees each of the record rules.
        keys = {visit.id: visit.plan_key for visit in self.sudo()}
        domain = [("plan_key", "in", [key for key in keys.values() if key])]
        found_sudo = self.sudo().search([*domain, ("booked_at", "!=", False)], order="start, id")
        found = found_sudo.sudo(False)._filtered_access("read")
        outings = found.grouped(lambda visit: (visit.sudo().plan_key, visit._get_day()))
        return {visit: outings.get((keys[visit.id], visit._get_day())) or visit for visit in self}

    def _set_confidential(self, is_confidential):
        """A confidential visit belongs to no outing: who cancels the others isn't told of it.

        Nor does it give way to another plan.
        """
        changed_sudo = super()._set_confidential(is_confidential)
        if is_confidential:
            changed_sudo.plan_key = False
            changed_sudo.is_planned = False
        return changed_sudo

    def _keep_ties(self):
        visit_sudo = self.sudo()
        outing = {"plan_key": visit_sudo.plan_key, "is_planned": visit_sudo.is_planned}
        return super()._keep_ties() | outing

    def _tie_again(self, kept):
        result = super()._tie_again(kept)
        self.sudo().plan_key = kept["plan_key"]
        self.sudo().is_planned = kept["is_planned"]
        return result

    # Said to the staff

    @api.depends("start", "stop", "state", "participant_ids.partner_id", "participant_ids.state")
    @api.depends_context("uid")
    def _compute_clash_text(self):
        """Read with the rights of who looks: a hidden visit is no clash."""
        participants = self.env["clinic.participant"]
        for visit in self:
            coming_sudo = visit.participant_ids.filtered(lambda p: p.state in EXPECTED).sudo()
            is_on = visit.state in EXPECTED and visit.start and visit.stop
            spans = [(visit.start, visit.stop)] if is_on else []
            found = participants._search_at_once(spans, coming_sudo.partner_id, besides=visit)
            visit.clash_text = found._describe_at_once()

    # Of the age the service is for

    @api.depends("participant_ids.partner_id", "participant_ids.state")
    def _compute_time_hint(self):
        return super()._compute_time_hint()

    def _get_unusual(self):
        """Besides, by their numbers, who comes without being of the age the service is for."""
        unfit = self.service_id._filter_unfit(self._get_people_coming(), self._get_day())
        return [*super()._get_unusual(), *map(str, unfit.ids)]

    def _describe_unusual(self, reasons):
        others = super()._describe_unusual([one for one in reasons if not one.isdigit()])
        unfit = self._get_people_coming().filtered(lambda person: str(person.id) in reasons)
        ages = self.service_id._find_unfit(unfit, self._get_day())
        return " ".join(filter(None, [others, *ages]))

    def _find_unfit(self):
        """A sentence for each who comes and isn't of the age on that day."""
        return self.service_id._find_unfit(self._get_people_coming(), self._get_day())

    def _get_people_unfit(self):
        """Who comes to these and isn't of the age on the day of it."""
        nobody = self.env["res.partner"]
        return nobody.union(*(
            one.service_id._filter_unfit(one._get_people_coming(), one._get_day()) for one in self
        ))  # fmt: skip

    def _get_people_coming(self):
        return self._get_coming().partner_id._origin

    @api.depends("time_hint")
    def _compute_needs_reason(self):
        for visit in self:
            is_new = visit._get_saved_place() != visit._origin._get_saved_place()
            added = visit._get_coming().filtered(lambda one: not one._origin).partner_id._origin
            visit.needs_reason = visit.time_hint and (is_new or visit._find_unanswered(added))

    def _get_saved_place(self):
        """Where it is, as it would be stored."""
        return [getattr(value, "_origin", value) for value in self._get_place()]

    def _get_followed(self):
        """Who is taken up again is no newcomer."""
        return super()._get_followed() | {"everybody": self.participant_ids}

    def _after_change(self, old):
        result = super()._after_change(old)
        if not self.env.su:
            # Who hands a visit over may not see it any more.
            coming = self.sudo().filtered(lambda one: one.state in EXPECTED and old[one.id])
            for visit_sudo in coming:
                newcomers_sudo = visit_sudo._get_coming() - old[visit_sudo.id]["everybody"]
                visit_sudo._verify_ages_of(newcomers_sudo.partner_id)
        return result

    def _verify_ages_of(self, newcomers):
        """Whoever is added by hand is of the age, or somebody has answered for it.

        Those who come as a visit is made, or moved, are judged with its time.
        """
        if unanswered := self._find_unanswered(newcomers):
            finding = self.service_id._find_unfit(unanswered, self._get_day())
            raise self._refuse_unusual(" ".join(finding))

    def _find_unanswered(self, people):
        """Those of these people who aren't of the age, and nobody has answered for."""
        answered = (self.sudo().time_unusual or "").split(",")
        unfit = self.service_id._filter_unfit(people, self._get_day())
        return unfit.filtered(lambda person: str(person.id) not in answered)

    def _verify_ages_on(self, service, day):
        """Who is of the age now is so on the new day; for others the front desk has answered."""
        people = self._get_coming().partner_id
        fit_now = people.filtered(lambda person: service._judge_age(person, self._get_day()))
        self.env["clinic.booking"]._verify_ages(fit_now, service, day)

    # Asked online

    def _find_clashes_at(self, start):
        """Each person who comes with each visit they would also be in, if it moved there."""
        coming_sudo = self.sudo().participant_ids.filtered(lambda p: p.state in EXPECTED)
        spans = [(start, start + (self.stop - self.start))]
        found = self.env["clinic.participant"]._search_at_once(
            spans, coming_sudo.partner_id, besides=self, known_to=self.env.user.partner_id
        )
        return [self._get_clash(one.sudo().partner_id, one.appointment_id) for one in found]

    def _get_clash(self, person_sudo, other):
        """One person, with the other of the two visits, as pages show it and forms send it."""
        return {
            "key": f"{self.id}-{person_sudo.id}-{other.id}",
            "visit_id": self.id,
            "person_id": person_sudo.id,
            "name": person_sudo.name,
            "service": other.sudo().service_id.name,
            "time": other.sudo()._get_time_values()["time"],
        }

    @api.model
    def _verify_meant(self, clashes, meant):
        """Whether it was said of each person that two visits at once are meant so."""
        for clash in clashes:
            if clash["key"] not in meant:
                raise BookingRefused("clash", self.env._(
                    "%(name)s would be in two visits at once: also %(service)s, %(time)s. Please "
                    "say that it is meant so, or change one of them.",
                    name=clash["name"],
                    service=clash["service"],
                    time=clash["time"],
                ))  # fmt: skip

    # Held at the check-out

    def _set_planned(self, key):
        """Part of a plan from now on; what somebody had been named for by itself gives no way."""
        self.is_planned = self.is_planned or not self.participant_ids
        self.plan_key = key

    def _set_coming(
        self, booker, people, permissions, payer, is_confidential=False, along=MappingProxyType({})
    ):
        """These people will come, booked under these permissions, and this person pays.

        Who comes along with some of them is by these people.
        """
        if self.payer_id != payer:
            self.payer_id = payer
        if not is_confidential:
            self._set_confidential(False)
        self._replace_coming(booker, people, permissions)
        self._set_along(along)
        if is_confidential:
            self._set_confidential(True)

    def _set_along(self, along):
        """Each of those who come is brought by this person; who isn't among them by nobody."""
        for one in self.participant_ids:
            named = along.get(one.partner_id, one.along_id.browse())
            if one.along_id != named:
                one.along_id = named

    def _replace_coming(self, booker, people, permissions):
        if {one.partner_id.id: one.permission_id.id for one in self.participant_ids} == permissions:
            return
        self.participant_ids.unlink()
        self.participant_ids = [
            fields.Command.create({
                "partner_id": person.id,
                "state": "held",
                "booked_by_id": booker.id,
                "permission_id": permissions[person.id],
            })
            for person in people
        ]  # fmt: skip

    def _get_checkout(self):
        """What its booker asked for, as the pages of the check-out carry it."""
        self.ensure_one()
        start = from_stored(self.start)
        return Checkout(
            service_id=self.service_id.id,
            practitioner_id=self.practitioner_id.id,
            location_id=self.location_id.id,
            start=write_start(start, self.location_id._get_zone()),
            participant_ids=tuple(self.participant_ids.partner_id.ids),
            payer_id=self.payer_id.id,
            is_confidential=self.is_confidential,
            along_id=self.participant_ids.along_id[:1].id or 0,
        )

    def _is_in_undo(self):
        until = self.booking_id.undo_until
        is_open = bool(until) and until > fields.Datetime.now()
        return is_open or super()._is_in_undo()

    def action_rebook(self):
        """Refuses what waits in a basket: only the one who chose it books it."""
        for appointment in self:
            if appointment.booking_id.state not in (False, "confirmed"):
                raise UserError(self.env._(
                    "%s is still at somebody's check-out. Please make a new appointment.",
                    appointment.display_name,
                ))  # fmt: skip
        return super().action_rebook()
