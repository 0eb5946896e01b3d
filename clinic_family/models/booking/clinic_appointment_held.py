from datetime import timezone

from odoo import api, fields, models

from ...engine.checkout import Checkout
from ...engine.instants import to_instant, write_start

# What decides which time an appointment takes, and the states in which it does.
TAKING = {"practitioner_id", "service_id", "start", "stop", "state"}
BLOCKING = ("held", "booked", "arrived", "fulfilled")


class ClinicAppointment(models.Model):
    """A time held at the check-out, which becomes an appointment when it is confirmed."""

    _inherit = "clinic.appointment"

    def _set_coming(self, booker, people, permissions, payer):
        """These people will come, booked under these permissions, and this person pays."""
        self.payer_id = payer
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
        start = to_instant(self.start.replace(tzinfo=timezone.utc))
        return Checkout(
            service_id=self.service_id.id,
            practitioner_id=self.practitioner_id.id,
            location_id=self.location_id.id,
            start=write_start(start, self.location_id._get_zone()),
            participant_ids=tuple(self.participant_ids.partner_id.ids),
            payer_id=self.payer_id.id,
        )

    @api.model_create_multi
    def create(self, vals_list):
        self._lock_taken([vals.get("practitioner_id") for vals in vals_list])
        for vals in vals_list:
            self._free_expired(vals)
        return super().create(vals_list)

    def write(self, vals):
        changed = TAKING & vals.keys()
        if changed - {"state"} or (changed and any(one.state not in BLOCKING for one in self)):
            self._lock_taken([*self.practitioner_id.ids, vals.get("practitioner_id")])
        for visit in self if changed else ():
            # Whoever has the time already only says how far it is.
            if changed != {"state"} or visit.state not in BLOCKING:
                visit._free_expired({**{name: visit[name] for name in TAKING}, **vals})
        return super().write(vals)

    def _lock_taken(self, practitioner_ids):
        """Whoever takes a time queues up, at the front desk as online."""
        practitioners = self.env["clinic.practitioner"].browse(filter(None, practitioner_ids))
        self.env["clinic.booking"]._lock_practitioners(practitioners)

    def _free_expired(self, vals):
        """Frees what others held for too long where an appointment with these values will be.

        A constraint can't look at the clock, so it's done before whatever takes a time is stored.
        """
        wanted = self.sudo().new({name: value for name, value in vals.items() if name in TAKING})
        if wanted.state not in BLOCKING or not (wanted.blocked_start and wanted.blocked_stop):
            return
        self.sudo().search([
            ("practitioner_id", "=", wanted.practitioner_id.id),
            ("state", "=", "held"),
            ("held_until", "<=", fields.Datetime.now()),
            ("blocked_start", "<", wanted.blocked_stop),
            ("blocked_stop", ">", wanted.blocked_start),
            ("id", "not in", self.ids),
        ])._move_to("cancelled")  # fmt: skip
