from datetime import datetime, timezone

from odoo import models

from ...engine.instants import from_instant, to_instant


class ClinicAppointment(models.Model):
    """What is said of the package sessions that pay for a visit, to those who may know of them."""

    # A room of its own in a large model.
    _inherit = "clinic.appointment"  # pylint: disable=consider-merging-classes-inherited

    def _get_portal_values(self):
        """The same with the sessions that pay, for their owners and those who use them."""
        paid = self._get_session_words(self.env.user.partner_id)
        return [{**values, **paid[values["id"]]} for values in super()._get_portal_values()]

    def _get_session_words(self, reader):
        """What pays for each visit as far as the reader may know, by the visit's id."""
        sessions_sudo = self.sudo().session_ids
        seen = sessions_sudo._get_seen(reader)
        return {
            visit_sudo.id: {
                "sessions": visit_sudo.session_ids._get_paid_words(seen),
                "is_covered": bool(seen.keys() & set(visit_sudo.session_ids.ids))
                and not visit_sudo._get_session_fees(),
            }
            for visit_sudo in self.sudo()
        }

    def _get_session_consequences(self, actor, leaving):
        """What becomes of the sessions when these participants cancel now."""
        sessions_sudo = self.sudo().session_ids.filtered(lambda s: s.state == "reserved")
        if self._get_coming() - leaving:
            sessions_sudo = sessions_sudo.filtered(lambda s: s.participant_id in leaving)
        seen = sessions_sudo._get_seen(actor)
        now = to_instant(datetime.now(timezone.utc))
        words = [
            session_sudo._get_cancelling_words(seen[session_sudo.id], now)
            for session_sudo in sessions_sudo
            if session_sudo.id in seen
        ]
        return list(dict.fromkeys(words))

    def _get_session_words_after(self, actor, start, location, practitioners):
        """Why a session wouldn't count any more, were the visit at this time and place."""
        sessions_sudo = self.sudo().session_ids.filtered(lambda s: s.state == "reserved")
        seen = sessions_sudo._get_seen(actor)
        day = from_instant(start).astimezone(location._get_zone()).date()
        words = []
        for session_sudo in sessions_sudo.filtered(lambda s: s.id in seen):
            visit = self._describe_visit(session_sudo.participant_id)._replace(
                day=day, location_id=location.id, practitioner_id=practitioners[:1].id
            )
            decision = session_sudo._judge_terms_for(visit)
            if not decision:
                words.append(session_sudo._get_moving_words(decision))
        return list(dict.fromkeys(words))
