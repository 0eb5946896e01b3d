"""Times that somebody chooses who isn't logged in, and who sees them meanwhile."""

from ..exceptions import BookingRefused
from .common import TUESDAY, written


class KeptBuilders:
    """Each newcomer is a session with a key, over a connection of their own if it says so."""

    def as_newcomer(self, key=""):
        """What the requests of somebody see who isn't logged in."""
        public = self.env.ref("base.public_user")
        return self.env(user=public.id, context={"clinic_kept_key": key})

    def as_patient(self, user=None, key=""):
        """The same of who is logged in by now."""
        user = user or self.mother
        return self.env(user=user.id, context={"clinic_kept_key": key})

    def keep(self, clock="10:00", key="", sender="192.0.2.1", **values):
        """The key to what a newcomer chose on Tuesday; nothing where it isn't kept."""
        self.env.invalidate_all()
        wish = self.wish(values.pop("service", self.single), written(TUESDAY, clock), **values)
        return self.as_newcomer(key)["clinic.kept.time"]._keep(wish, sender)

    def kept(self):
        """What is kept, with full rights, in order."""
        self.env.invalidate_all()
        kept = self.env["clinic.kept.time"].search([("company_id", "=", self.company.id)])
        return kept.filtered(lambda one: one._is_kept())

    def is_offered(self, env, clock="10:00"):
        """Whether the website offers this reader the time."""
        self.env.invalidate_all()
        wish, service = self.wish(self.single, written(TUESDAY, clock)), self.single.with_env(env)
        try:
            env["clinic.booking"]._verify_offered(service, wish)
        except BookingRefused:
            return False
        return True
