from . import clinic_assistant
