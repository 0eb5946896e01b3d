"""Whose patient each visit makes somebody is stored with who comes to it."""


def migrate(cr, version):
    """Note it in one statement, as Odoo would go through a million visits one by one."""
    cr.execute("ALTER TABLE clinic_participant ADD COLUMN IF NOT EXISTS treated_by_id integer")
    cr.execute(
        """
        UPDATE clinic_participant participant
           SET treated_by_id = visit.practitioner_id
          FROM clinic_appointment visit
         WHERE visit.id = participant.appointment_id
           AND visit.booked_at IS NOT NULL
        """
    )
