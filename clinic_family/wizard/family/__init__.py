from . import clinic_person_export
from . import clinic_permission_line
from . import clinic_relationship_add
from . import clinic_invitation_send
from . import clinic_permission_change
from . import clinic_permission_step
from . import clinic_permission_lookup
from . import clinic_block_set
