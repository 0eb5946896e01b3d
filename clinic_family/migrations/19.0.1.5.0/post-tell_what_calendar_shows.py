"""Whoever was given a patient's visits in a calendar has them now: those who allowed it hear."""

from odoo import SUPERUSER_ID, api, fields


def migrate(cr, version):
    """Tell each patient what they share more of, and how to end it, as if they had just begun."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    permissions = env["clinic.permission"].search(
        [("kind", "=", "calendar"), ("is_live", "=", True)]
    )
    env["clinic.sharing.notice"]._tell_shared(permissions, since=fields.Datetime.now())
