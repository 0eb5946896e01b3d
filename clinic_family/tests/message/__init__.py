from . import test_message_calling_off
from . import test_message_crash_safe
from . import test_message_letter
from . import test_message_recipients
from . import test_message_reminders
from . import test_message_telling
from . import test_package_letter
from . import test_senders
