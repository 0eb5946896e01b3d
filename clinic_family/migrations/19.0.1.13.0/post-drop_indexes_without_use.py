"""Two indexes cost whoever writes, and no question was answered by them."""


def migrate(cr, version):
    """Drop them: Odoo keeps an index whose field no longer asks for one."""
    cr.execute("DROP INDEX IF EXISTS res_partner__is_patient_index")
    cr.execute("DROP INDEX IF EXISTS clinic_registration__company_id_index")
