from . import booking, change, checkout, family, invoice, mail, packages, portal, signup, statement
