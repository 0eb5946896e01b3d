from . import booking, change, checkout, family, portal, signup, statement
