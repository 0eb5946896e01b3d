from . import test_appointment_log
from . import test_cancel
from . import test_change_race
from . import test_move
from . import test_outing
from . import test_outing_move
from . import test_state_machine
from . import test_undo
