from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import hash_sign, verify_hash_signed

from ..appointment.clinic_appointment import EXPECTED
from ..family.res_partner import FRONT_DESK

# What is changed on a card, and where it is kept.
KEPT = {
    "payer": "payer_id",
    "along": "along_id",
    "note": "desk_note",
    "confidential": "is_confidential",
}
# What the practitioner of a visit changes on its card, too.
OF_STAFF = ("note", "confidential")
# To which state a step is taken back, from the one it led to.
STEPS_BACK = {
    "arrived": "booked",
    "fulfilled": "arrived",
    "cancelled": "booked",
    "noshow": "booked",
}
TIES = "clinic_family.ties"
# It is offered for a minute.
TIES_HOURS = 1


class ClinicDeskVisit(models.AbstractModel):
    """What the desk changes of a visit in place: who pays, who comes along, the note, the mark.

    Each says what was done, and how to put back what was there before.
    """

    _inherit = "clinic.desk.visit"

    # Who pays

    @api.model
    def change_payer(self, visit_id, payer_id):
        """Somebody else is the primary patient and pays; one of those who may be asked to."""
        self._verify_front_desk()
        visit = self._browse(visit_id)
        payers = self._get_payers(self._get_coming(visit).partner_id)
        payer = payers.filtered(lambda one: one.id == payer_id)
        if not payer:
            raise UserError(self.env._("Please choose who pays."))
        back = self._keep(visit, "payer", payer.id)
        return {"done": self.env._("%s pays.", payer.name), "back": back}

    # The note

    @api.model
    def write_note(self, visit_id, text):
        """Keeps what the staff wants to remember of the visit."""
        self._verify_staff()
        back = self._keep(self._browse(visit_id), "note", (text or "").strip())
        words = self.env._("The note is kept.") if back["now"] else self.env._("The note is gone.")
        return {"done": words, "back": back}

    # Who comes along

    @api.model
    def _show_along(self, participant):
        """Who comes along, and among whom the front desk may choose while the patient is expected.

        Those who come along already, relatives, and who may act for the patient.
        """
        along_sudo = participant.sudo().along_id
        shown = {"along": along_sudo.name or "", "along_id": along_sudo.id, "adults": []}
        is_open = participant.state in EXPECTED and not participant.sudo().is_confidential
        if not is_open or not self.env.user.has_group(FRONT_DESK):
            return shown
        adults = self._get_adults_for(participant)
        return {**shown, "adults": [{"id": one.id, "name": one.name} for one in adults]}

    @api.model
    def _get_adults_for(self, participant):
        patient = participant.partner_id
        pairs = self.env["clinic.family.panel"]._search_pairs(patient)
        acting = self.env["clinic.authority"].search_fetch(
            [("person_id", "=", patient.id), ("kind", "=", "book")], ["actor_id"]
        )
        near = acting.actor_id.union(*pairs)._filtered_access("read") - patient
        family = self.env["clinic.family"].with_company(participant.appointment_id.company_id)
        adults = near.filtered(lambda one: one.active and family._is_adult(one)).sorted("name")
        return adults | participant.along_id._filtered_access("read")

    @api.model
    def change_along(self, visit_id, person_id, along_id):
        """Somebody else comes along with one of those who come; or nobody does."""
        self._verify_front_desk()
        one = self._find_coming(self._browse(visit_id), person_id)
        adults = self._get_adults_for(one) if one else one.partner_id
        along = adults.filtered(lambda adult: adult.id == along_id)
        if not one or (along_id and not along):
            raise UserError(self.env._("Please choose who comes along."))
        back = {**self._keep(one, "along", along.id), "person_id": person_id}
        names = {"along": along.name, "patient": one.name}
        return {
            "done": self.env._("%(along)s comes along with %(patient)s.", **names)
            if along
            else self.env._("%(patient)s comes alone.", **names),
            "back": back,
        }

    @api.model
    def _find_coming(self, visit, person_id):
        return self._get_coming(visit).filtered(lambda one: one.partner_id.id == person_id)

    # Confidential

    @api.model
    def turn_confidential(self, visit_id):
        """No relative finds it any more; or it is a visit like any other again."""
        self._verify_staff()
        visit = self._browse(visit_id)
        was, ties = visit.is_confidential, visit._keep_ties()
        if was:
            visit.action_unmark_confidential()
        else:
            visit.action_mark_confidential()
        words = (
            self.env._("%s: no longer confidential", visit.patient_names)
            if was
            else self.env._("%s: confidential", visit.patient_names)
        )
        back = {"what": "confidential", "was": was, "now": not was}
        return {"done": words, "back": {**back, "ties": self._seal(visit, ties)}}

    @api.model
    def _seal(self, visit, ties):
        """What to tie again, of this marking and no other: it comes back by way of the browser."""
        about = [visit.id, str(visit.confidential_at), ties]
        return hash_sign(self.sudo().env, TIES, about, expiration_hours=TIES_HOURS)

    @api.model
    def _unseal(self, visit, sealed):
        try:
            about = verify_hash_signed(self.sudo().env, TIES, str(sealed or ""))
        except ValueError:
            about = None
        if not about or about[:2] != [visit.id, str(visit.confidential_at)]:
            raise self._refuse_since()
        return about[2]

    @api.model
    def _turn_back(self, visit, back):
        """Who was to find it finds it, with what it was tied to; or nobody does again."""
        ties = self._unseal(visit, back.get("ties"))
        if not visit.is_confidential:
            return visit.action_mark_confidential()
        visit.action_unmark_confidential()
        return visit._tie_again(ties)

    # Taken back

    @api.model
    def _keep(self, record, what, value):
        """Stores the value; answers with how to put back what was there before."""
        was = self._read_kept(record, what)
        record[KEPT[what]] = value
        return {"what": what, "was": was, "now": self._read_kept(record, what)}

    @api.model
    def _read_kept(self, record, what):
        value = record[KEPT[what]]
        if what == "confidential":
            return value
        return (value or "") if what == "note" else value.id

    @api.model
    def put_back(self, visit_id, back):
        """What was changed on the card is as it was before, unless it was changed again since.

        Written by hand as on the visit's own form: what may not be there any more is refused.
        """
        self._verify_staff()
        what = back.get("what")
        if what not in OF_STAFF:
            self._verify_front_desk()
        visit = self._browse(visit_id)
        record = self._find_coming(visit, back.get("person_id")) if what == "along" else visit
        if what not in KEPT or not record or self._read_kept(record, what) != back.get("now"):
            raise self._refuse_since()
        if what == "confidential":
            return self._turn_back(visit, back)
        record[KEPT[what]] = self._find_kept(back.get("was"), what)

    @api.model
    def step_back(self, visit_ids, state):
        """Of all these visits the step is taken back that led to the state.

        Unless one of them has gone on since, or somebody else has taken that step again.
        """
        self._verify_staff()
        visits = self.env["clinic.appointment"].search([("id", "in", visit_ids)])
        is_mine = all(visit.state == state and self._has_stepped(visit) for visit in visits)
        if state not in STEPS_BACK or not visit_ids or len(visits) < len(visit_ids) or not is_mine:
            raise self._refuse_since()
        visits._update_state(STEPS_BACK[state])

    @api.model
    def _has_stepped(self, visit):
        """Whether the reader was the last to change how far the visit is."""
        # Who did what is kept of everybody; nothing is told of it here.
        steps = visit.sudo().log_ids.filtered(lambda one: one.step in (*STEPS_BACK, "undone"))
        return steps[:1].create_uid == self.env.user

    @api.model
    def _refuse_since(self):
        return UserError(
            self.env._("Somebody has changed it again since, so it can't be taken back.")
        )

    @api.model
    def _find_kept(self, was, what):
        if what == "note":
            return was
        person = self._find("res.partner", was)
        if was and not person:
            raise UserError(self.env._("Who it was before isn't there any more."))
        return person
