from . import (
    balance,
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
