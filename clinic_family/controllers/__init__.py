from . import booking, change, checkout, family, packages, portal, signup, statement
