from odoo import fields, models


class ClinicAppointment(models.Model):
    """What was done to an appointment, and why; nobody writes it by hand."""

    _inherit = "clinic.appointment"

    cancel_reason_id = fields.Many2one(
        "clinic.cancel.reason",
        string="Why Not",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups="clinic_family.clinic_family_group_practitioner",
        help="Why it was cancelled or missed.",
    )
    log_ids = fields.One2many(
        "clinic.appointment.log",
        "appointment_id",
        string="What Was Done",
        readonly=True,
        groups="clinic_family.clinic_family_group_front_desk",
    )

    def _get_followed(self):
        return super()._get_followed() | {"people": self._get_coming().partner_id}

    def _after_change(self, old):
        result = super()._after_change(old)
        self.env["clinic.appointment.log"]._record(self, old)
        return result

    def _describe_change(self, before, names):
        """How it was and how it is, as far as it isn't the same any more."""
        now = {name: self[name] for name in before.keys() & self._fields.keys()}
        return [self._describe_place(values, names) for values in (before, now)]

    def _describe_place(self, values, names):
        parts = []
        if "start" in names:
            parts.append(self._get_local_time(values["location_id"], values["start"]))
        elif "stop" in names:
            minutes = (values["stop"] - values["start"]).total_seconds() // 60
            parts.append(self.env._("%s minutes", int(minutes)))
        places = ("service_id", "practitioner_id", "location_id")
        return " · ".join([*parts, *(values[name].name for name in places if name in names)])

    # Called off

    def action_mark_noshow(self):
        return self._ask_why("noshow", self.env._("No-show"))

    def action_cancel(self):
        return self._ask_why("cancelled", self.env._("Cancel the Visit"))

    def action_open_visit(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def _ask_why(self, target, title):
        """Opens the window in which visits are called off, for those who may change them."""
        self.check_access("read")
        self.check_access("write")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clinic_family.clinic_appointment_cancel_action"
        )
        context = {"default_appointment_ids": self.ids, "default_target": target}
        return {**action, "name": title, "context": context}
