"""What the tests of cancelling and moving have in common."""

from ..exceptions import ChangeRefused
from .common import AUCKLAND, THURSDAY, ClinicCase, freeze_time, utc, written


class ChangeCase(ClinicCase):
    """A visit on Thursday at ten, which the clinic lets patients change until a day before."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({
            "clinic_undo_minutes": 3,
            "clinic_allow_cancel": True,
            "clinic_cancel_hours": 24,
            "clinic_allow_reschedule": True,
            "clinic_reschedule_hours": 24,
        })  # fmt: skip

    def visit(self, *people, **values):
        """A visit the front desk made; the first of the people pays."""
        return self.appointment(THURSDAY, "10:00", people, **values)

    def booked(self, user, *people, **values):
        """A visit this user has just booked online."""
        return self.book(user, self.checkout(self.group, self.ten, people, **values))

    ten = written(THURSDAY, "10:00")

    def at(self, day, clock, zone=AUCKLAND):
        """The clocks show this time."""
        return freeze_time(utc(day, clock, zone))

    def cancel(self, user, visit, *people, payer=None):
        """The user cancels for these people, or for everyone."""
        self.env.invalidate_all()
        people = [getattr(person, "partner_id", person) for person in people]
        participants = visit.participant_ids.filtered(
            lambda p: not people or p.partner_id in people
        )
        payer = getattr(payer, "partner_id", payer)
        visit.with_user(user)._cancel_for(user.partner_id, participants, payer)
        self.env.invalidate_all()

    def move(self, user, visit, start, practitioner=None, location=None, meant=()):
        """The user moves the visit to a start as the page's address carries it."""
        self.env.invalidate_all()
        visit.with_user(user)._reschedule(
            user.partner_id,
            start,
            practitioner.id if practitioner else 0,
            (location or self.harbour).id,
            meant,
        )
        self.env.invalidate_all()

    def coming(self, visit):
        return visit.participant_ids.filtered(lambda p: p.state == "booked").partner_id

    def options(self, user, visit):
        self.env.invalidate_all()
        return visit.with_user(user)._get_change_options(user.partner_id)

    def choices(self, user, visit):
        """The buttons the user has, by what they say."""
        return [one["text"] for one in self.options(user, visit)["cancels"]]

    def assertNotChanged(self, reason, change, *args, **values):
        """It is refused for this reason; answers with the sentence."""
        with self.assertRaises(ChangeRefused) as refusal:
            change(*args, **values)
        self.assertEqual(refusal.exception.reason, reason)
        return str(refusal.exception)
