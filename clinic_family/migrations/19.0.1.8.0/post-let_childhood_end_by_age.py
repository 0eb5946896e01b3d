"""What was to end on a child's birthday, stored with each permission, follows from the ages now."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Drop the ends that are the same as the one by age; another day that was set stays.

    What was to end on the birthday by a date or an age corrected since isn't told from a day that
    was chosen: it stays, and the end by age comes beside it.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["clinic.permission"].flush_model()
    cr.execute(
        """
        UPDATE clinic_permission
           SET ends_at = NULL
         WHERE ended_at IS NULL AND until_grown AND ends_at = grown_at
        """
    )
    env["clinic.permission"].invalidate_model()
