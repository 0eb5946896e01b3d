from . import clinic_relationship_end
