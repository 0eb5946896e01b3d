from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from ...engine.permissions import GUARDING
from ..family.res_partner import FRONT_DESK
from .clinic_form_request import DUE, FILLED, PENDING
from .survey_survey import FORM


class ClinicFormRequest(models.Model):
    """What Odoo's pages of a survey ask on each page, and what is done about a request."""

    _inherit = "clinic.form.request"

    @api.model
    def _let_through(self, survey_sudo, answer_sudo, answer_token):
        """What a link leads to, if it is another survey or its reader may read the answer.

        Who may not, or made the link up, is led to nothing at all, as if there were no survey.
        """
        found = self._find_answered(answer_sudo)
        is_form = survey_sudo.survey_type == FORM or found
        if not is_form or not answer_token or found._is_open_to_reader(reads=True):
            return survey_sudo, answer_sudo
        is_test = answer_sudo.test_entry and answer_sudo.partner_id == self.env.user.partner_id
        if not found and is_test and survey_sudo.sudo(False).has_access("write"):
            return survey_sudo, answer_sudo
        return survey_sudo.browse(), answer_sudo.browse()

    @api.model
    def _find_answered(self, answer_sudo):
        found_sudo = self.sudo().search([("answer_id", "in", answer_sudo.ids)], limit=1)
        return found_sudo.sudo(False)

    def _is_open_to_reader(self, reads=False):
        """Whether the reader may fill it in, or only read what was: asked on every page."""
        handed_to = self._get_handed_to()
        # A page of the website is at one company, and its reader's work at all of theirs.
        companies = self.env.user.company_ids.ids
        here = self.with_context(allowed_company_ids=companies)
        if not (handed_to or here._filtered_access("read")):
            return False
        me, request_sudo = handed_to or self.env.user.partner_id, self.sudo()
        patient = request_sudo.patient_id
        is_filled = request_sudo.state in FILLED
        may = self.env["clinic.authority"]._decide(me, "intake", patient)[patient.id]
        if may and request_sudo.filled_by_id == me:
            return reads or request_sudo.state != "abandoned"
        if not (reads or is_filled):
            return False
        return patient == me or (is_filled and self._is_read_beside(me, may))

    def _is_read_beside(self, person, may):
        """Whether it is read by somebody beside the patient and who filled it in."""
        request_sudo = self.sudo()
        if may and person in request_sudo.signature_ids.person_id:
            return True
        treated = request_sudo.patient_id.sudo(False)._find_treated_by_reader()
        return bool(treated) or request_sudo._is_to_be_signed_by(person)

    def _get_handed_to(self):
        """Who fills it in on a device of the clinic's, to whom the front desk has handed it."""
        handout_sudo = self.env["clinic.form.handout"]._find_used()
        return handout_sudo.person_id if handout_sudo.request_id == self.sudo() else None

    def _get_reading_url(self):
        """Where its reader reads what was filled in; nothing for others, or as long as it isn't."""
        self.ensure_one()
        answer_sudo = self.sudo().answer_id
        is_there = answer_sudo and self.state in FILLED and self._is_open_to_reader(reads=True)
        return answer_sudo.get_print_url() if is_there else ""

    def _make_request(self, participant, survey):
        """A form never stands in the way of a booking: asked twice at once, it is asked once."""
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                return self.sudo().create({
                    "patient_id": participant.partner_id.id,
                    "survey_id": survey.id,
                    "company_id": participant.appointment_id.company_id.id,
                    "participant_id": participant.id,
                    "signatures_needed": survey.sudo()._count_signatures(
                        participant.partner_id, participant.appointment_id.company_id
                    ),
                })  # fmt: skip
        except UniqueViolation:
            return self.sudo().browse()

    # Filling in

    def _open(self, person=None):
        """The address at which its reader fills it in from now on; nothing once it is filled in.

        A patient who goes on with what a relative began takes it over, in their own language.
        ``person`` is who does so on a device that they were handed.
        """
        self.ensure_one()
        # What says who does it is nobody's to write by hand.
        me, request_sudo = person or self.env.user.partner_id, self.sudo()
        patient = request_sudo.patient_id
        self.env["clinic.family"]._wait_for_own_requests(me)
        decision = self.env["clinic.authority"]._decide(me, "intake", patient)[patient.id]
        if request_sudo.state not in DUE or not decision:
            return ""
        if request_sudo.filled_by_id != me:
            request_sudo.answer_id.lang_id = False
        request_sudo.write({
            "filled_by_id": me.id,
            "permission_id": decision.facts["permission_id"],
            "answer_id": request_sudo.answer_id.id or self._make_answer().id,
        })  # fmt: skip
        return request_sudo.answer_id.get_start_url()

    def _make_answer(self):
        answers = self.env["survey.user_input"]
        return answers._make_for(self.sudo().survey_id, self.sudo().patient_id)

    def _begin(self):
        self.filtered(lambda one: one.state == "open").write({
            "state": "begun", "begun_at": fields.Datetime.now(),
        })  # fmt: skip

    def _complete(self):
        """Odoo's survey is done with it: what isn't to be signed is filed."""
        filled = self.filtered(lambda one: one.state in DUE)
        for request in filled:
            # The patient may have grown up since, or only now be known to be a child.
            request.signatures_needed = request.survey_id._count_signatures(
                request.patient_id, request.company_id
            )
        to_sign = filled.filtered("signatures_needed")
        to_sign.write({"state": "signing", "told_at": False})
        (filled - to_sign)._file()

    def _file(self):
        """From now on it holds, and of the versions before it none does any more."""
        self.write({"state": "completed", "completed_at": fields.Datetime.now()})
        before = self.corrects_id
        while before:
            before.filtered(lambda one: one.state == "completed").state = "replaced"
            before = before.corrects_id

    def _is_stuck(self):
        """Whether nobody can finish it: who has begun may not, and the patient has no account."""
        patient = self.patient_id
        if self.state != "begun" or patient.user_ids or self.permission_id.state == "suspended":
            return False
        decisions = self.env["clinic.authority"]._decide(self.filled_by_id, "intake", patient)
        return not decisions[patient.id]

    # Signing

    def _needs_guardians(self):
        """Whether two guardians are to sign it; a patient who has grown up signs alone."""
        family = self.env["clinic.family"].with_company(self.company_id)
        return self.signatures_needed > 1 and family._may_be_child(self.patient_id)

    def _is_to_be_signed_by(self, person):
        """Whether this person is to sign it, and hasn't yet; asked with full rights."""
        signed_by = self.signature_ids.person_id
        if self.state != "signing" or person in signed_by:
            return False
        if self.env["clinic.block"]._stops_among(person + (self.filled_by_id | signed_by - person)):
            return False
        authority = self.env["clinic.authority"].search([
            ("actor_id", "=", person.id),
            ("person_id", "=", self.patient_id.id),
            ("kind", "=", "intake"),
        ], limit=1)  # fmt: skip
        if self._needs_guardians():
            return authority.basis in GUARDING
        return bool(authority) and person in self.patient_id | self.filled_by_id

    def _find_signers(self):
        """Who can sign it now and hasn't; asked with full rights."""
        authorities = self.env["clinic.authority"].search_fetch(
            [("person_id", "=", self.patient_id.id), ("kind", "=", "intake")], ["actor_id"]
        )
        return authorities.actor_id.filtered(self._is_to_be_signed_by)

    def _is_signed(self):
        """Whether as many have signed it as have to."""
        signed_by = self.signature_ids.person_id
        return len(signed_by - self.patient_id) > 1 if self._needs_guardians() else bool(signed_by)

    # Correcting

    def _find_correctable(self):
        """Of what is the reader's own: what they may make a new version of.

        Not while another form of its kind waits for the patient, whoever has it; nor where it
        came with a confidential visit and guardians would be asked to sign it.
        """
        me = self.env.user.partner_id
        filed_sudo = self.sudo().filtered(
            lambda one: (
                (one.state in ("signing", "completed") and one.answer_id and one.survey_id.active)
                and me in one.patient_id | one.filled_by_id
                and not (one.participant_id.is_confidential and one._needs_guardians())
            )
        )
        waiting_sudo = self.sudo().search([
            ("patient_id", "in", filed_sudo.patient_id.ids), ("state", "in", PENDING),
        ]) - filed_sudo  # fmt: skip
        taken = {(one.patient_id, one.survey_id, one.company_id) for one in waiting_sudo}
        return filed_sudo.filtered(
            lambda one: (one.patient_id, one.survey_id, one.company_id) not in taken
        ).sudo(False)

    def _correct(self):
        """Begins a new version with what was entered, and gives the address to fill it in at.

        The version before holds until the new one is completed; one that isn't signed by all yet
        is taken back, as nobody signs what is being changed.
        """
        request_sudo, now = self.sudo(), fields.Datetime.now()
        # Patient and relative at once: the second fails on this row, and sees the first then.
        request_sudo.write({"corrected_at": now})
        request_sudo.flush_recordset(["corrected_at"])
        if not self._find_correctable():
            return ""
        if request_sudo.state == "signing":
            request_sudo.state = "abandoned"
        corrected_sudo = request_sudo.create({
            **request_sudo._get_asked_values(),
            "signatures_needed": request_sudo.signatures_needed,
            "answer_id": request_sudo.answer_id._copy_for_correction().id,
            "corrects_id": request_sudo.id,
            "version": request_sudo.version + 1,
            "state": "begun",
            "begun_at": now,
            "told_at": now,
        })  # fmt: skip
        return corrected_sudo.sudo(False)._open()

    def _get_asked_values(self):
        """Of whom what is asked, and with which visit: alike in each version."""
        asked = ("patient_id", "survey_id", "company_id", "participant_id")
        return {name: self[name].id for name in asked}

    def _leave(self):
        """The patient, or who corrects it, leaves the version before as it was."""
        request_sudo, me = self.sudo(), self.env.user.partner_id
        if me in request_sudo.patient_id | request_sudo.filled_by_id:
            request_sudo._leave_as_it_was()

    def _leave_as_it_was(self):
        """A correction that was begun is given up, with full rights."""
        corrections = self.filtered(lambda one: one.state == "begun" and one.corrects_id)
        corrections.state = "abandoned"
        corrections.corrects_id.filtered(lambda one: one.state == "abandoned").state = "signing"

    def _name_to_do(self):
        """What is asked, by name: to fill in, or to read and sign."""
        to_sign = self.env._("%s (to read and sign)")
        return [to_sign % one.title if one.state == "signing" else one.title for one in self]

    # What the staff do about it

    def action_ask_anew(self):
        """What was begun and isn't finished is asked for anew, of everybody who may fill it in.

        What was entered stays with the patient, and is read by nobody else.
        """
        for request_sudo in self._verify_front_desk():
            if request_sudo.state not in ("begun", "signing"):
                raise UserError(self.env._("Only a form that somebody has begun is asked anew."))
            if request_sudo.state == "begun" and request_sudo.corrects_id:
                request_sudo._leave_as_it_was()
                continue
            participant_sudo = request_sudo._find_asking()
            if not participant_sudo:
                raise UserError(self.env._("No visit to come asks for this form."))
            request_sudo.state = "abandoned"
            request_sudo._make_request(participant_sudo, request_sudo.survey_id)

    def _verify_front_desk(self):
        """With full rights, for the front desk alone: verbs write, and nobody else."""
        self.check_access("read")
        if not self.env.user.has_group(FRONT_DESK):
            raise AccessError(self.env._("The front desk asks for forms."))
        return self.sudo()

    @api.model
    def _ask_by_hand(self, participant_sudo, survey_sudo):
        """Makes a request that no service asks for; one that waits already is told again."""
        waiting_sudo = self.sudo().search([
            ("patient_id", "=", participant_sudo.partner_id.id),
            ("survey_id", "=", survey_sudo.id),
            ("company_id", "=", participant_sudo.appointment_id.company_id.id),
            ("state", "in", PENDING),
        ])  # fmt: skip
        if not waiting_sudo:
            return self._make_request(participant_sudo, survey_sudo)
        waiting_sudo._ask_with(participant_sudo)
        return waiting_sudo.filtered(lambda one: one.state != "begun")

    def action_remind(self):
        """Tells those who may fill it in, or sign it, once more."""
        requests_sudo = self._verify_front_desk()
        for request_sudo in requests_sudo:
            if request_sudo.state not in PENDING:
                raise UserError(self.env._("This form has been filled in."))
            next_sudo = request_sudo._find_asking()
            if not (next_sudo or (request_sudo.state == "signing" and request_sudo.participant_id)):
                raise UserError(self.env._(
                    "No visit ahead asks for this form, so nobody is reminded of it."
                ))  # fmt: skip
            if next_sudo:
                request_sudo.participant_id = next_sudo
        for participant_sudo in requests_sudo.participant_id:
            self.env["clinic.message"].sudo()._queue_forms(participant_sudo)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "success", "message": self.env._("The reminder is on its way.")},
        }

    def action_print_blank(self):
        """The form without answers, for somebody who writes on paper."""
        self._verify_front_desk()
        url = self.sudo().survey_id.get_print_url()
        return {"type": "ir.actions.act_url", "url": url, "target": "new"}

    def action_hand_over(self):
        """Opens the window that gives a link and a QR code, for a tablet or a phone."""
        self.ensure_one()
        return self._open_assistant("clinic_family.clinic_form_hand_action")

    def _hand_to(self, person):
        """The link at which this person fills it in, or signs it, without a login."""
        self.ensure_one()
        request_sudo, handouts = self._verify_front_desk(), self.env["clinic.form.handout"]
        if person not in handouts._find_people(request_sudo):
            raise UserError(self.env._("There is nothing for this person to fill in or sign."))
        return f"{self.get_base_url()}/clinic/form/{handouts._hand(request_sudo, person)}"

    def action_file(self):
        """Opens the window in which it is filed as it is: on paper, or without a signature."""
        self.ensure_one()
        return self._open_assistant("clinic_family.clinic_form_file_action")

    def _open_assistant(self, name):
        self._verify_front_desk()
        action = self.env["ir.actions.act_window"]._for_xml_id(name)
        return {**action, "context": {"default_request_id": self.id}}

    def _file_as_it_is(self, note):
        """The front desk files it: it was filled in on paper, or the clinic needs no more of it."""
        request_sudo = self._verify_front_desk()
        if request_sudo.state not in PENDING:
            raise UserError(self.env._("This form has been filled in."))
        if request_sudo.state in DUE:
            request_sudo = request_sudo._put_aside()
        request_sudo.write({"filed_by_id": self.env.uid, "filed_note": note})
        request_sudo._file()

    def _put_aside(self):
        """The same request without what was begun here, which nobody goes on with."""
        if self.state == "open":
            # Who has only looked at it hasn't filled it in.
            looked_at = self.answer_id
            self.write({"filled_by_id": False, "permission_id": False, "answer_id": False})
            looked_at.unlink()
            return self
        self.state = "abandoned"
        self.flush_recordset(["state"])
        return self.create({
            **self._get_asked_values(),
            "corrects_id": self.corrects_id.id,
            "version": self.version,
        })  # fmt: skip

    def _find_asking(self):
        """The patient's next place in a visit to come that asks for this form."""
        return self.patient_id.participant_ids.filtered(
            lambda one: (
                one._is_to_come()
                and one._is_asked_for_forms()
                and one.appointment_id.company_id == self.company_id
                and (
                    one == self.participant_id
                    or self.survey_id in one.appointment_id.service_id.form_ids.survey_id
                )
            )
        ).sorted(lambda one: one.appointment_id.start)[:1]

    def action_read(self):
        """Opens what was filled in, for practitioners who treat the patient."""
        self.check_access("read")
        url = self._get_reading_url()
        if not url:
            raise AccessError(self.env._(
                "What a patient has answered is read by the practitioners who treat them."
            ))  # fmt: skip
        return {"type": "ir.actions.act_url", "url": url, "target": "new"}
