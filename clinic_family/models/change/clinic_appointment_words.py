from odoo import models


class ClinicAppointment(models.Model):
    """What is said about changing a visit: until when, why not, and whom to call."""

    # A room of its own in a large model.
    _inherit = "clinic.appointment"  # pylint: disable=consider-merging-classes-inherited

    def _get_cancel_rule_words(self):
        """Until when the visit can be cancelled online, or whom to call; nothing once it's over."""
        self.ensure_one()
        decision = self._judge_change("cancel")
        if decision:
            return self.env._(
                "Free to cancel online until %s.", self._get_moment_words(decision.facts["until"])
            )
        if decision.reason in ("past", "state"):
            return ""
        return self.env._("To cancel, please call %s.", self._get_number_words())

    def _get_rule_words(self, cancelling, moving):
        """One sentence for both when the same holds for cancelling and for moving, else two.

        ``moving`` is nothing for whoever may not move the visit anyway.
        """
        if cancelling == moving:
            return [self._get_change_words(cancelling, "both")]
        words = [self._get_change_words(cancelling, "cancel")]
        if moving is not None:
            words.append(self._get_change_words(moving, "reschedule"))
        return words

    def _get_words_after(self, start):
        """Until when the visit could be changed again if it were at this start."""
        cancelling = self._judge_change("cancel", start=start)
        moving = self._judge_change("reschedule", start=start)
        if cancelling or moving:
            return self._get_rule_words(cancelling, moving)
        return [self.env._("After that it can't be moved or cancelled online any more.")]

    def _get_change_words(self, decision, change):
        """Until when this change is possible, or why it isn't."""
        if not decision:
            return self._explain_change(decision, change)
        return {
            "cancel": self.env._("Free to cancel until %s."),
            "reschedule": self.env._("Free to move until %s."),
            "both": self.env._("Free to move or cancel until %s."),
        }[change] % self._get_moment_words(decision.facts["until"])

    def _explain_change(self, decision, change):
        """The sentence for a change that can't be made online."""
        late = {
            "cancel": self.env._(
                "It's less than %s before the visit, so it can't be cancelled online."
            ),
            "reschedule": self.env._(
                "It's less than %s before the visit, so it can't be moved online."
            ),
            "both": self.env._(
                "It's less than %s before the visit, so it can't be moved or cancelled online."
            ),
        }
        not_allowed = {
            "cancel": self.env._("This visit can't be cancelled online."),
            "reschedule": self.env._("This visit can't be moved online."),
            "both": self.env._("This visit can't be moved or cancelled online."),
        }
        if decision.reason == "late":
            return late[change] % self._get_length_words(decision.facts["hours"])
        if decision.reason == "not_allowed":
            return not_allowed[change]
        if decision.reason == "past":
            return self.env._("This visit has begun already, so it can't be changed online.")
        return self.env._("This visit can't be changed any more.")

    def _get_length_words(self, hours):
        """So many hours, or days when they are whole and more than two."""
        if hours > 48 and not hours % 24:
            return self.env._("%g days", hours / 24)
        return self.env._("%g hours", hours)

    def _explain_and_call(self, decision, change):
        """Why a change can't be made online, and what to do instead."""
        call = self.env._("Please call %s.", self._get_number_words())
        return f"{self._explain_change(decision, change)} {call}"

    def _get_number_words(self):
        """The location and its number, to be called."""
        location = self.location_id
        return f"{location.name}, {location.phone}" if location.phone else location.name

    def _get_moment_words(self, instant):
        values = self.location_id._get_time_values(instant)
        return f"{values['day']} {values['time']}"
