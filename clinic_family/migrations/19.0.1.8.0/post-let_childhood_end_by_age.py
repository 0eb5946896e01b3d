"""What was to end on a child's birthday, stored with each permission, follows from the ages now."""

import logging

from odoo import SUPERUSER_ID, api

_logger = logging.getLogger(__name__)


def migrate(cr, version):
    """Drop the ends to come that are the same as the one by age; another day that was set stays.

    What has ended by such a day keeps it. What was to end on the birthday by a date or an age
    corrected since isn't told from a day that was chosen: it stays, and the end by age comes
    beside it. What somebody has let go on who is of age by now counts as their own. The parental
    responsibility that the update ends by age at once is closed now and told nobody: it counted
    until now, and the birthday was years ago.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    permissions = env["clinic.permission"]
    permissions.flush_model()
    cr.execute(
        """
        UPDATE clinic_permission
           SET ends_at = NULL
         WHERE (ended_at IS NULL OR end_kind = 'suspended')
           AND until_grown
           AND ends_at = grown_at
           AND ends_at > now() AT TIME ZONE 'UTC'
        """
    )
    cr.execute(
        """
        UPDATE clinic_permission
           SET decided_at = now() AT TIME ZONE 'UTC',
               until_grown = false,
               grown_at = NULL,
               aged_at = NULL,
               review_at = NULL
         WHERE (ended_at IS NULL OR end_kind = 'suspended')
           AND until_grown
           AND basis IN ('consent', 'best_interests')
           AND (ends_at IS NULL OR ends_at > now() AT TIME ZONE 'UTC')
           AND grown_at <= now() AT TIME ZONE 'UTC'
        """
    )
    permissions.invalidate_model()
    for grown in permissions._search_grown().grouped("grantor_id").values():
        try:
            with cr.savepoint():
                grown._close_grown()
                grown.flush_recordset()
        except Exception:
            # They are over by age whether or not the ledger says so.
            _logger.exception("Permissions %s are over by age and weren't closed", grown.ids)
