from . import privacy
from . import family
from . import appointment
from . import billing
from . import package
from . import booking
from . import change
from . import message
