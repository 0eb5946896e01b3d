from odoo import api, fields, models
from odoo.tools import SQL


class ClinicAvailability(models.AbstractModel):
    """What is kept for somebody who isn't logged in yet isn't offered to others."""

    _inherit = "clinic.availability"

    @api.model
    def _read_offered(self, practitioners, locations, window, without=(), more=()):
        kept = self._select_kept_times(practitioners.ids)
        return super()._read_offered(practitioners, locations, window, without, (*more, kept))

    def _select_kept_times(self, practitioner_ids):
        """What others chose before they log in: the reader's own is free to them."""
        return SQL(
            """
            SELECT practitioner_id,
                   string_agg(
                       timestamp_send(blocked_start) || timestamp_send(blocked_stop), ''
                   ) AS sent,
                   NULL::json AS rows,
                   NULL::json AS schedule
              FROM clinic_kept_time
             WHERE practitioner_id = ANY(%s) AND kept_until > %s AND key_hash <> %s
          GROUP BY practitioner_id
            """,
            practitioner_ids,
            fields.Datetime.now(),
            self.env["clinic.kept.time"]._get_own_hash(),
        )  # fmt: skip
