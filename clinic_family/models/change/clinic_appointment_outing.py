from odoo import models

from ...exceptions import ChangeRefused


class ClinicAppointment(models.Model):
    """Cancelling all of an outing: the visits of several people that were chosen together."""

    _inherit = "clinic.appointment"

    def _get_outing_of(self, actor):
        """Those of its outing that are still booked and for which the actor acts for all who come.

        A visit that others come to, or that somebody else pays, is theirs to cancel by itself.
        """
        return self._get_outing().filtered(
            lambda one: (
                one.state == "booked"
                and one._decide_for_everyone(actor)
                and one._get_coming() <= one._get_acted_for(actor)
            )
        )

    def _get_going_of(self, actor):
        """Those of them that the actor can cancel online now."""
        return self._get_outing_of(actor).filtered(lambda one: one._judge_change("cancel", actor))

    def _explain_staying(self, actor):
        """Why it can't be cancelled online now, and whom to call."""
        return self._explain_and_call(self._judge_change("cancel", actor), "cancel")

    def _cancel_all_for(self, actor):
        """Cancels all of these visits, or none, by the actor's wish; repeating it is harmless.

        Raises ChangeRefused, as cancelling each of them does.
        """
        with self.env.cr.savepoint():
            for visit in self:
                try:
                    visit._cancel_for(actor, visit._get_coming())
                except ChangeRefused as refusal:
                    if refusal.reason == "not_yours":
                        raise
                    raise ChangeRefused(
                        refusal.reason, f"{visit.local_time}: {refusal}"
                    ) from refusal
