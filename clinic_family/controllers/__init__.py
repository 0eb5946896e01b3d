from . import booking, checkout, family, portal, signup
