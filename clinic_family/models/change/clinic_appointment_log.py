from odoo import api, fields, models

from ..appointment.clinic_appointment import STATES

CHANGED = ("start", "stop", "service_id", "practitioner_id", "location_id")
STEPS = [
    ("booked", "Booked"),
    ("changed", "Changed"),
    ("joined", "Somebody joined"),
    ("left", "Somebody left"),
    ("pays", "Pays from then on"),
    ("pays_not", "Pays no longer"),
    ("along", "Comes along"),
    ("along_not", "Comes along no longer"),
    ("undone", "Undone"),
    ("waived", "Fee waived"),
    ("confidential", "Marked confidential"),
    ("known", "No longer confidential"),
    *(state for state in STATES if state[0] not in ("held", "booked")),
]
# The ways back, which undo what was done before.
BACK = {
    ("arrived", "booked"),
    ("cancelled", "booked"),
    ("noshow", "booked"),
    ("fulfilled", "arrived"),
}


class ClinicAppointmentLog(models.Model):
    """What was done to a visit, by staff and patients alike; who did it and when is Odoo's own.

    Never written again. Patients are pointed to, not named: who is erased is gone here too.
    """

    _name = "clinic.appointment.log"
    _inherit = ["clinic.hidden.mixin", "clinic.written.mixin"]
    _description = "What Was Done to an Appointment"
    _order = "id desc"

    appointment_id = fields.Many2one(
        "clinic.appointment", required=True, readonly=True, index=True, ondelete="cascade"
    )
    step = fields.Selection(STEPS, string="What", required=True, readonly=True)
    old_text = fields.Char(string="From", readonly=True)
    new_text = fields.Char(string="To", readonly=True)
    people_ids = fields.Many2many("res.partner", string="Whom", readonly=True)
    why = fields.Char(readonly=True)

    @api.model
    def _record(self, visits, old):
        """Keeps what one step did to these visits; ``old`` is what was true before, by id."""
        # Nobody writes it by hand: it follows from what was done.
        self.sudo().create([
            {"appointment_id": visit.id, **values}
            for visit in visits.sudo()
            for values in self._compare(old[visit.id] or {}, visit)
        ])  # fmt: skip

    @api.model
    def _note_waiving(self, visits, why):
        """Keeps why nobody pays the fee that these visits cost."""
        # Nobody writes it by hand: it follows from what was done.
        self.sudo().create([
            {"appointment_id": visit.id, "step": "waived", "why": why} for visit in visits
        ])  # fmt: skip

    @api.model
    def _compare(self, before, visit):
        """A row's values for each thing that is different now."""
        was, state = before.get("state", "held"), visit.state
        if "held" in (was, state):
            # What is only held, or ran out, was never booked.
            if state not in ("held", "cancelled"):
                yield {"step": "booked", "why": visit.time_reason}
                yield from self._compare_along({}, visit)
            return
        if visit.is_confidential != before.get("is_confidential", False):
            yield {"step": "confidential" if visit.is_confidential else "known"}
        if names := [name for name in CHANGED if before[name] != visit[name]]:
            old_text, new_text = visit._describe_change(before, names)
            why = visit.time_reason
            yield {"step": "changed", "old_text": old_text, "new_text": new_text, "why": why}
        if was != state:
            step = "undone" if (was, state) in BACK else state
            yield {"step": step, "why": visit.cancel_reason_id.name}
        now = visit._get_followed()
        if was == state:
            yield from self._compare_people(before["people"], now["people"], "joined", "left")
        yield from self._compare_people(before["payer_id"], now["payer_id"], "pays", "pays_not")
        yield from self._compare_along(before["along"], visit)

    @api.model
    def _compare_along(self, before, visit):
        """Who comes along with each who comes, also who was named as they were booked or joined."""
        for one, along in visit._get_followed()["along"].items():
            was = before.get(one, along.browse())
            yield from self._compare_people(was, along, "along", "along_not")

    @api.model
    def _compare_people(self, before, now, came, went):
        for step, those in ((came, now - before), (went, before - now)):
            if those:
                yield {"step": step, "people_ids": those.ids}
