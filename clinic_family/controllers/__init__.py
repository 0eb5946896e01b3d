from . import (
    booking,
    change,
    checkout,
    family,
    invoice,
    mail,
    packages,
    pay,
    portal,
    signup,
    statement,
)
