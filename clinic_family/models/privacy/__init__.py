from . import base
from . import clinic_about_people
from . import clinic_hidden
from . import clinic_written
from . import ir_http
from . import ir_rule
from . import res_users_website
