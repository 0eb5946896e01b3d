"""What the clinic itself calls off costs the patients nothing: the reason that came with it."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Mark "Practitioner is away", unless the clinic has deleted it."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    reason = env.ref("clinic_family.clinic_cancel_reason_away", raise_if_not_found=False)
    if reason:
        reason.is_clinics = True
