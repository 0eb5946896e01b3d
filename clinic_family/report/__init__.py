from . import clinic_statement_report
