from . import clinic_day_report
from . import clinic_statement_report
