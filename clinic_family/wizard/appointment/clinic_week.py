from odoo import fields, models
from odoo.exceptions import RedirectWarning


class ClinicWeek(models.TransientModel):
    """Who takes hours away is asked about the visits in the same window: nothing typed is lost."""

    _inherit = "clinic.week"

    question = fields.Text(readonly=True)
    orphaned_note = fields.Char(string="Why")

    def action_save(self):
        """Asks which visits may wait, when some lose their hours; these are found as orphaned."""
        try:
            # Hours and dates change in one step, of which the outcome counts.
            practitioner = self.schedule_id.practitioner_id or self.practitioner_id
            watching = self.env["clinic.ground"]._watching_hours(practitioner)
            with self.env.cr.savepoint(), watching:
                return super().action_save()
        except RedirectWarning as asked:
            # A word why is meant for the visits that were shown with the question.
            if not self.orphaned_note or self.question != asked.args[0]:
                return self._ask(asked.args[0])
            appointment_ids = asked.args[3]["default_appointment_ids"]
        self.env["clinic.appointment"].browse(appointment_ids)._note_orphaned(self.orphaned_note)
        return self.action_save()

    def _ask(self, question):
        self.question = question
        action = self.env["ir.actions.act_window"]._for_xml_id("clinic_family.clinic_week_action")
        return {**action, "res_id": self.id}
