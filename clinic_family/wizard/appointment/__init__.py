from . import clinic_orphan_note
