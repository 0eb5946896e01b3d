from datetime import timedelta, timezone

from odoo import api, fields, models

from ...engine.instants import to_instant
from ...engine.reminders import due_reminder


def _instant(moment):
    return to_instant(moment.replace(tzinfo=timezone.utc))


class ClinicMessage(models.Model):
    """Reminders: found when they are due, never queued ahead, so never of what has changed."""

    # A room of its own in a large model.
    _inherit = "clinic.message"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _queue_reminders(self):
        for company in self.env["res.company"].search([("clinic_reminder_hours", "!=", False)]):
            hours = company._get_reminder_hours()
            coming = self._get_coming(company, max(hours, default=0))
            due = self._get_due(coming, hours)
            self._queue([
                (participant, {
                    "kind": "reminder",
                    "says": participant._get_truth(),
                    "hours": before,
                    "start": participant.appointment_id.start,
                })
                for participant, before in due
            ])  # fmt: skip
        self.env["ir.cron"]._commit_progress()

    def _get_coming(self, company, hours):
        """Whoever is booked to come to this company within so many hours, the next first."""
        now = fields.Datetime.now()
        coming = self.env["clinic.participant"].search([
            ("state", "=", "booked"),
            # Nobody is reminded of what they haven't been told yet.
            ("tell_at", "=", False),
            ("appointment_id.state", "=", "booked"),
            ("appointment_id.booked_at", "!=", False),
            ("appointment_id.company_id", "=", company.id),
            ("appointment_id.start", ">", now),
            ("appointment_id.start", "<=", now + timedelta(hours=hours)),
        ], order="id")  # fmt: skip
        return coming.sorted(lambda participant: participant.appointment_id.start)

    def _get_due(self, participants, hours):
        """The participants for whom a reminder time has come that none has left for."""
        reminded = {
            (message.participant_id, message.hours, message.start)
            for message in self.search_fetch(
                [("kind", "=", "reminder"), ("participant_id", "in", participants.ids)],
                ["participant_id", "hours", "start"],
            )
        }
        now = _instant(fields.Datetime.now())
        for participant in participants:
            start = participant.appointment_id.start
            settled = _instant(participant.settled_at)
            before = due_reminder(hours, _instant(start), settled, now)
            if before and (participant, before, start) not in reminded:
                yield participant, before
