# Odoo looks for tests among the members of this package alone.
from .privacy import *
from .schedule import *
from .family import *
from .appointment import *
from .confidential import *
from .billing import *
from .package import *
from .booking import *
from .deposit import *
from .change import *
from .message import *
from .waitlist import *
from .feed import *
from .intake import *
from .registration import *
from .portal import *
from .desk import *
