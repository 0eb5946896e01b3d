from odoo import api, models

from ...engine.outing import Outing, read_visit
from ...exceptions import ChangeRefused


class ClinicPageOuting(models.AbstractModel):
    """The pages on which all of an outing is moved, and what their forms say.

    Each is asked for one of its visits, which the reader may see, and raises ChangeRefused when
    nothing of it can be moved.
    """

    _name = "clinic.page.outing"
    _inherit = ["clinic.page.plan"]
    _description = "Page on Which an Outing Is Moved"

    # Looked for

    @api.model
    def _get_times(self, appointment, outing=None, error="", taken=False):
        """The outing as it is, the form as it was filled in, and what was found.

        At first it is asked for the place where all are now, from their day on.
        """
        me = self.env.user.partner_id
        moving = self._get_moving(appointment)
        outing = moving._as_outing(outing or self._get_usual(moving))
        services = self.env["clinic.service"].union(*(visit.service_id for visit in moving))
        return {
            **self._get_outing_head(appointment, moving),
            **self._get_when(outing, services),
            "error": error,
            **self._get_found(me, outing, error),
            "outing": outing,
            "query": outing.get_query(),
            "is_led": bool(outing.along_id),
            "taken": taken,
        }

    def _get_usual(self, moving):
        places = moving.location_id
        return Outing(
            first_day=max(self.env.company._get_clinic_today(), moving[:1]._get_day()),
            location_id=places.id if len(places) == 1 else 0,
            side_by_side=moving._are_at_once(),
        )

    def _search_plans(self, me, outing):
        return self.env["clinic.outing.plan"]._find(me, outing)

    def _get_moving(self, appointment):
        moving = appointment._get_moving_of(self.env.user.partner_id)
        if not moving:
            raise ChangeRefused("state", self.env._(
                "Nothing of this outing can be moved online any more."
            ))  # fmt: skip
        return moving

    def _get_outing_head(self, appointment, moving):
        """The visits that move, as they are, and those that stay, with the reason."""
        me = self.env.user.partner_id
        staying = appointment._get_outing_of(me) - moving
        values = {one["id"]: one for one in (moving | staying)._get_portal_values()}
        names = [p["name"] for one in values.values() for p in one["people"] if not p["is_me"]]
        [head] = appointment._get_portal_values()
        return {
            "clinic_appointment": head,
            "clinic_acting": self._get_acting(list(dict.fromkeys(names)), "/my/appointments"),
            "moving": [values[visit.id] for visit in moving],
            "staying": [
                {**values[visit.id], "why": visit._explain_not_moving(me)} for visit in staying
            ],
        }

    # Checked

    @api.model
    def _get_check(self, appointment, texts, outing):
        """The old and the new times, before anything is moved; raises as moving it would."""
        me = self.env.user.partner_id
        moving = self._get_moving(appointment)
        asked = self._read_asked(moving, texts)
        head = self._get_outing_head(appointment, moving)
        return {
            **head,
            "moving": [
                {**one, **self._get_new_place(visit, asked[visit], moving)}
                for one, visit in zip(head["moving"], moving, strict=True)
            ],
            "is_undo": all(visit._get_undo_until(me) for visit in moving),
            "texts": texts,
            "query": outing.get_query(),
        }

    def _get_new_place(self, visit, checkout, moving):
        """Where and when it will be, and what follows for it; nothing new where it stays."""
        if visit._is_there(checkout):
            return {"new_start": False, "session_words": [], "words": []}
        me = self.env.user.partner_id
        location, start, practitioners = visit._verify_new_time(me, checkout, moving)
        return {
            "new_start": location._get_time_values(start),
            "new_practitioner": practitioners[:1].name,
            "new_location": location.name,
            "words": visit._get_words_after(start),
            "session_words": visit._get_session_words_after(me, start, location, practitioners),
        }

    def _read_asked(self, visits, texts):
        """What is asked for each of these visits; refused where it isn't all of them."""
        by_person = {visit._get_coming().partner_id[:1].id: visit for visit in visits}
        read = [read_visit(text, 0) for text in texts]
        asked = {by_person.get(one.participant_ids[0]): one for one in read}
        if len(read) != len(visits) or set(asked) != set(visits):
            raise ChangeRefused("changed", self.env._(
                "Nothing was moved: something has changed meanwhile. Please look at it again."
            ))  # fmt: skip
        return {
            visit: visit._as_checkout(one.start, one.practitioner_id, one.location_id)
            for visit, one in asked.items()
        }

    # Moved

    @api.model
    def _move(self, appointment, texts):
        """Moves what the page showed, all of it or nothing; pressed twice it is moved once."""
        me = self.env.user.partner_id
        outing = appointment._get_outing_of(me)
        # Moved there, one of them may be beyond what can be moved online again.
        if self._is_moved(outing, texts):
            return
        moving = appointment._get_moving_of(me) or outing
        asked = self._read_asked(moving, texts)
        moving._reschedule_all(me, [asked[visit] for visit in moving])

    def _is_moved(self, visits, texts):
        """Whether somebody's visit is there already for each that is asked."""
        read = [read_visit(text, 0) for text in texts]
        return bool(read) and all(
            any(
                visit._get_coming().partner_id.ids == list(one.participant_ids)
                and visit._is_there(
                    visit._as_checkout(one.start, one.practitioner_id, one.location_id)
                )
                for visit in visits
            )
            for one in read
        )
