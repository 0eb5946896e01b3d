from . import booking, family, portal, signup, change
