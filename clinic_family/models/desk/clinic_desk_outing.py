from types import MappingProxyType

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...engine.outing import Outing
from .clinic_desk_plan import DAYS_SHOWN


class ClinicDeskOuting(models.AbstractModel):
    """All of an outing goes to another plan, as one visit goes to another time."""

    _name = "clinic.desk.outing"
    _inherit = ["clinic.desk.plan"]
    _description = "An Outing Moved at the Desk"

    @api.model
    def find_times(self, visit_id, values):
        """What moves, and the other plans for it.

        ``values``: what was chosen already: the first day, side by side, whether other locations
        are fine, and how many minutes lie between two.
        """
        self._verify_front_desk()
        moving = self._find_moving(visit_id)
        places = moving.location_id
        anywhere = values.get("anywhere", len(places) > 1)
        outing = moving._as_outing(Outing(
            first_day=self._read_day(values.get("day")) or moving[0]._get_day(),
            side_by_side=bool(values.get("side_by_side", moving._are_at_once())),
            location_id=0 if anywhere else places[:1].id,
            way=self._read_way(values),
        ))  # fmt: skip
        finder = self.env["clinic.desk.plan.search"].with_company(moving.company_id)
        found, without = finder._find(self.env["res.partner"], outing)
        others = self.env["clinic.outing.plan"]._leave_out_present(found, outing)
        return {
            "day": outing.first_day.isoformat(),
            "side_by_side": outing.side_by_side,
            **self._show_where(places[:1], anywhere, outing),
            "now": [self._show_now(visit) for visit in moving],
            "days": [
                {
                    "text": format_date(self.env, day, date_format="EEEE d MMMM"),
                    "plans": [self._show_plan(plan, anywhere, outing) for plan in plans],
                }
                for day, plans in others[:DAYS_SHOWN]
            ],
            "without": [person.name for person in without],
        }

    @api.model
    def _find_moving(self, visit_id):
        """What is still to come of the outing, a visit for each who comes."""
        ahead = (
            self._browse(visit_id)
            ._get_outing()
            .filtered(lambda one: one.state == "booked" and one.start > fields.Datetime.now())
        )
        moving = ahead._filter_one_each()
        if not moving:
            raise UserError(self.env._("Nothing of this outing is to come any more."))
        return moving

    @api.model
    def _show_now(self, visit):
        return self.env._(
            "%(name)s: %(service)s, %(time)s",
            name=visit.patient_names,
            service=visit.service_id.name,
            time=visit.local_time,
        )

    @api.model
    def move_outing(self, visit_id, places):
        """Moves all of it to these places, or says why it can't be and moves nothing.

        Each place names the person whose visit goes there. The answer leads back.
        """
        self._verify_front_desk()
        moving = self._find_moving(visit_id)
        by_person = {place.get("person_id"): place for place in places}
        asked = {visit: by_person.get(visit._get_coming().partner_id.id) for visit in moving}
        if len(places) != len(moving) or not all(asked.values()):
            raise self._refuse_changed()
        return self._move_all(asked)

    @api.model
    def _refuse_changed(self):
        return UserError(self.env._(
            "Nothing was moved: the outing has changed meanwhile. Please look at it again."
        ))  # fmt: skip

    @api.model
    def put_back(self, back):
        """Takes it back: each of these visits to where it was, if nothing became of it since."""
        self._verify_front_desk()
        said = {self._browse(one.get("id")): one for one in back}
        places = {visit: one.get("place") or {} for visit, one in said.items()}
        for visit, place in places.items():
            there = said[visit].get("there") or {}
            is_there = not all(self._read_change(visit, one, False) for one in (place, there))
            if visit.state != "booked" or not is_there:
                raise self._refuse_changed()
        return {"done": self._move_all(places, said)["done"]}

    @api.model
    def _move_all(self, asked, said=MappingProxyType({})):
        """``said``: of each visit that goes back, what was said of it when it moved."""
        everybody = self.env["clinic.appointment"].union(*asked)
        asked = {
            visit: place for visit, place in asked.items() if self._read_change(visit, place, False)
        }
        moving = self.env["clinic.appointment"].union(*asked)
        moving.check_access("write")
        there = [self._read_place(place)[0] for place in asked.values()]
        # Before the first is taken, in one order: see the check-out.
        moving.practitioner_id.union(*there)._lock()
        with self.env.cr.savepoint():
            # They may take each other's times; that a visit may be there is asked of each.
            moving.sudo()._step_aside()
            back = [
                self._move_one(visit, place, said.get(visit) or {})
                for visit, place in asked.items()
            ]
        # Asked for twice, the same is said again.
        told = moving or everybody
        return {
            "back": back,
            "done": self.env._(
                "%(name)s: %(time)s",
                name=", ".join(told.mapped("patient_names")),
                time=told.sorted("start")[:1].local_time or "",
            ),
        }

    @api.model
    def _move_one(self, visit, place, said):
        """Where it was, once it has moved; raises where it isn't moved without a word."""
        if said.get("note"):
            return self._let_one_wait(visit, place, said["note"])
        reason = said.get("reason") or self._get_reason_given(visit, place)
        answer = self.move(visit.id, place, reason=reason)
        if "asks" in answer:
            raise UserError(self.env._(
                "%(name)s: %(why)s Nothing was moved. For a reason it can be: "
                "please move each visit by itself.",
                name=visit.patient_names,
                why=answer["asks"],
            ))  # fmt: skip
        if "refused" in answer:
            raise self._refuse_one(visit, answer["refused"])
        there = self._show_place(visit.practitioner_id, visit.location_id, visit.start)
        return {"id": visit.id, "there": there, **answer["back"]}

    @api.model
    def _let_one_wait(self, visit, place, note):
        """It goes back to where nobody works, and waits there again for the reason it had."""
        try:
            self.let_wait(visit.id, place, False, note)
        except UserError as refusal:
            raise self._refuse_one(visit, refusal) from refusal
        return {"id": visit.id}

    @api.model
    def _get_reason_given(self, visit, place):
        """What was answered already for those who aren't of the age, if nothing else is unusual.

        That a time is outside the hours is answered for each time anew.
        """
        draft = visit.new(self._read_change(visit, place, False), origin=visit)
        answered = (visit.sudo().time_unusual or "").split(",")
        ages = {one for one in answered if one.isdigit()}
        return (set(draft._get_unusual()) <= ages and visit.time_reason) or ""

    @api.model
    def _refuse_one(self, visit, why):
        return UserError(self.env._(
            "%(name)s: %(why)s Nothing was moved.", name=visit.patient_names, why=why
        ))  # fmt: skip
