from . import booking, change, checkout, family, invoice, packages, portal, signup, statement
