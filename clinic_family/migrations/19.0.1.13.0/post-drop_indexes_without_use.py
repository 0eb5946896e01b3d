"""Two indexes cost whoever writes, and no question was answered by them."""

UNUSED = ("res_partner__is_patient_index", "clinic_registration__company_id_index")


def migrate(cr, version):
    """Drop them: Odoo keeps an index whose field no longer asks for one."""
    for name in UNUSED:
        cr.execute(f"DROP INDEX IF EXISTS {name}")
