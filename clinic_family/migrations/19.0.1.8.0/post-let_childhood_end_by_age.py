"""What was to end on a child's birthday, stored with each permission, follows from the ages now."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Drop the ends to come that are the same as the one by age; another day that was set stays.

    What has ended by such a day keeps it. What was to end on the birthday by a date or an age
    corrected since isn't told from a day that was chosen: it stays, and the end by age comes
    beside it. What the update ends by age at once is closed now and told nobody: it counted until
    now, and the birthday was years ago.
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
    permissions.invalidate_model()
    permissions._search_grown()._close_grown()
    permissions.flush_model()
