from . import (
    test_access,
    test_appointment,
    test_authority,
    test_availability,
    test_booking,
    test_booking_site,
    test_family_portal,
    test_family_signup,
    test_invoice,
    test_overlap,
    test_seats,
)
