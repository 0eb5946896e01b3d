# A domain names only itself and those above it. In this order super() runs, the last one first.
from . import privacy
from . import schedule
from . import family
from . import appointment
from . import confidential
from . import billing
from . import package
from . import booking
from . import deposit
from . import change
from . import message
from . import waitlist
from . import feed
from . import intake
from . import registration
from . import portal
from . import desk
