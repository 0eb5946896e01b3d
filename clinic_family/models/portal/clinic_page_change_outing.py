from odoo import api, fields, models
from odoo.tools import format_amount

from ...engine.relative import get_first_name
from ...exceptions import ChangeRefused


class ClinicPageChange(models.AbstractModel):
    """The page on which all of an outing is cancelled, and how lists show that it is one."""

    _inherit = "clinic.page.change"

    @api.model
    def _get_outings(self, rows):
        """Who comes together, by the id of the first visit of each outing among these rows.

        With it, whether several of these visits can be cancelled at once.
        """
        me, now = self.env.user.partner_id, fields.Datetime.now()
        visits = self.env["clinic.appointment"].browse(row["id"] for row in rows)
        outings = visits._get_outings()
        people = self._get_people_of(visits.union(*outings.values()))
        shown, heads = visits.browse(), {}
        for visit in visits:
            theirs = outings[visit].filtered(
                lambda one: one in people and one.state == "booked" and one.start > now
            )
            if visit in theirs - shown and len(theirs) > 1:
                names = self._join(dict.fromkeys(name for one in theirs for name in people[one]))
                heads[visit.id] = {
                    "text": self.env._("Together: %(names)s", names=names),
                    "may_cancel": len(visit._get_going_of(me)) > 1,
                    "may_move": len(visit._get_moving_of(me)) > 1,
                }
                shown |= theirs
        return heads

    def _get_people_of(self, visits):
        """The names of those who come to each of these, as far as the reader sees them."""
        me = self.env.user.partner_id
        seen = visits._find_seen(me).filtered(lambda one: one.state != "cancelled")
        return {
            visit: [
                self.env._("you") if one.partner_id == me else get_first_name(one.name)
                for one in theirs
            ]
            for visit, theirs in seen.grouped("appointment_id").items()
        }

    def _join(self, names):
        return self.env["clinic.appointment"]._join(list(names))

    @api.model
    def _get_outing(self, appointment, error=""):
        """All of an outing: what can be cancelled now with what follows, and what has to stay."""
        me = self.env.user.partner_id
        outing = appointment._get_outing_of(me)
        going = appointment._get_going_of(me)
        values = {one["id"]: one for one in outing._get_portal_values()}
        names = [p["name"] for one in values.values() for p in one["people"] if not p["is_me"]]
        [head] = appointment._get_portal_values()
        telling = list(dict.fromkeys(visit._get_telling_words(me) for visit in going))
        # Said once of all of them; where one is taken back and another cancelled, of each.
        are_alike = len(telling) < 2
        return {
            **self._get_head(head, list(dict.fromkeys(names))),
            "going": [
                {
                    **values[visit.id],
                    "effects": [
                        *visit._get_effects(me, visit._get_coming()),
                        *([] if are_alike else [visit._get_telling_words(me)]),
                    ],
                }
                for visit in going
            ],
            "staying": [
                {**values[visit.id], "why": visit._explain_staying(me)} for visit in outing - going
            ],
            "telling": telling if are_alike else [],
            "is_undo": bool(going) and all(visit._get_undo_until(me) for visit in going),
            "cost": self._get_outing_cost(me, going),
            "price": self._get_outing_price(appointment, me, going),
            "error": error,
        }

    def _get_outing_price(self, appointment, me, visits):
        """The same as it is paid, with taxes: each visit's service has its own, and its payer."""
        total = sum(
            visit.sudo().service_id._get_price_for(
                visit.sudo().payer_id, 1, visit._get_late_cost(me, visit._get_coming())
            )
            for visit in visits
        )
        return format_amount(self.env, total, appointment.sudo().company_id.currency_id)

    def _get_outing_cost(self, me, visits):
        return sum(visit._get_late_cost(me, visit._get_coming()) for visit in visits)

    @api.model
    def _cancel_outing(self, appointment, chosen_ids, is_undo, cost):
        """Cancels what the page showed of an outing; answers with what was done.

        As for one visit: nobody pays more than the page said, and what was offered to be taken
        back isn't cancelled instead.
        """
        me = self.env.user.partner_id
        chosen = appointment._get_outing().filtered(lambda visit: visit.id in chosen_ids)
        going = chosen & appointment._get_outing_of(me)
        is_left = any(visit.state != "cancelled" for visit in chosen - going)
        is_gone = not chosen or set(chosen_ids) - set(chosen.ids)
        # Taken back a moment ago, by the first of two clicks, none of it is there any more.
        if is_left or (appointment.sudo().booked_at and is_gone):
            raise ChangeRefused("state", self.env._(
                "Nothing was cancelled: something has changed meanwhile. Please look at it again."
            ))  # fmt: skip
        if is_undo and not all(visit._get_undo_until(me) for visit in going):
            raise ChangeRefused("undo_over", self.env._("The time to take it back is over."))
        if self._get_outing_cost(me, going) > cost:
            raise ChangeRefused("cost", self.env._(
                "Nothing was cancelled yet: it costs something by now. Please look at it again."
            ))  # fmt: skip
        going._cancel_all_for(me)
        return "undone" if is_undo else "cancelled"
