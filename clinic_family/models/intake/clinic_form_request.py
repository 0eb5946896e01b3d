import logging

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..family.res_partner import STAFF

_logger = logging.getLogger(__name__)
STATES = [
    ("open", "To fill in"),
    ("begun", "Begun"),
    ("signing", "To be signed"),
    ("completed", "Completed"),
    ("replaced", "Corrected since"),
    ("abandoned", "Not finished"),
]
DUE = ("open", "begun")
PENDING = (*DUE, "signing")
FILLED = ("signing", "completed", "replaced")
MESSAGES_A_RUN = 200
# How long before a visit a form is asked for that wasn't due yet as the visit was booked.
DAYS_AHEAD = 14


class ClinicFormRequest(models.Model):
    """One patient is asked to fill in one form, and what became of it.

    Whoever may fill in the patient's forms finds it as long as nobody has begun. From then on it
    is for the one who began, and for the patient, who may go on with what a relative began, and
    whose it then is. What was filled in is read by the patient, by who filled it in or signs it
    as long as they may, and by the practitioners who treat the patient. Odoo's survey asks here
    on each of its pages.
    """

    _name = "clinic.form.request"
    _inherit = ["clinic.hidden.mixin", "clinic.written.mixin"]
    _description = "Request for a Form"
    _rec_name = "title"
    _order = "id desc"

    patient_id = fields.Many2one(
        "res.partner", required=True, readonly=True, index=True, ondelete="restrict"
    )
    survey_id = fields.Many2one(
        "survey.survey",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    title = fields.Char(string="Form", compute="_compute_title", search="_search_title")
    state = fields.Selection(
        STATES, string="Status", required=True, readonly=True, default="open", index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    participant_id = fields.Many2one(
        "clinic.participant",
        string="Asked For",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups=STAFF,
    )
    answer_id = fields.Many2one(
        "survey.user_input",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups=STAFF,
    )
    filled_by_id = fields.Many2one(
        "res.partner",
        string="Filled In By",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        groups=STAFF,
        help="Who opened it last, as long as nobody has begun.",
    )
    permission_id = fields.Many2one(
        "clinic.permission",
        string="Filled In Under",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        groups=STAFF,
        help="The permission under which a relative filled it in; empty for the patient.",
    )
    signatures_needed = fields.Integer(
        readonly=True,
        groups=STAFF,
        help="How many are to sign it: two guardians of a child, or one.",
    )
    signature_count = fields.Integer(string="Signatures", readonly=True, groups=STAFF)
    signature_ids = fields.One2many(
        "clinic.form.signature", "request_id", readonly=True, groups=STAFF
    )
    handed_at = fields.Datetime(string="Handed Over On", readonly=True, groups=STAFF)
    handout_ids = fields.One2many("clinic.form.handout", "request_id", readonly=True, groups=STAFF)
    filed_by_id = fields.Many2one(
        "res.users",
        readonly=True,
        ondelete="restrict",
        groups=STAFF,
        help="Who of the staff filed it as it is: on paper, or without a signature.",
    )
    filed_note = fields.Char(string="Filed As It Is", readonly=True, groups=STAFF)
    corrected_at = fields.Datetime(readonly=True, groups=STAFF, help="When it was last begun anew.")
    version = fields.Integer(readonly=True, default=1)
    corrects_id = fields.Many2one(
        "clinic.form.request",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        groups=STAFF,
        help="The version before, which holds until this one is completed.",
    )
    begun_at = fields.Datetime(string="Begun On", readonly=True)
    completed_at = fields.Datetime(string="Completed On", readonly=True)
    told_at = fields.Datetime(readonly=True, groups=STAFF, help="When messages about it were made.")
    is_readable = fields.Boolean(compute="_compute_is_readable", groups=STAFF)
    create_uid = fields.Many2one("res.users", groups=STAFF)
    write_uid = fields.Many2one("res.users", groups=STAFF)

    _one_open = models.UniqueIndex(
        "(patient_id, survey_id, company_id) WHERE state IN ('open', 'begun')",
        "This patient has been asked for this form already.",
    )
    _untold = models.Index("(id) WHERE told_at IS NULL AND state IN ('open', 'signing')")

    @api.depends("survey_id")
    @api.depends_context("lang")
    def _compute_title(self):
        for request in self:
            # Who fills in a form has no rights on surveys.
            request.title = request.sudo().survey_id.title

    @api.model
    def _search_title(self, operator, value):
        surveys_sudo = self.env["survey.survey"].sudo().with_context(active_test=False)
        return Domain("survey_id", "in", surveys_sudo._search([("title", operator, value)]))

    @api.depends("state", "answer_id")
    @api.depends_context("uid")
    def _compute_is_readable(self):
        """For those who treat the patient; a relative reads their own in the portal."""
        treated = self.patient_id._find_treated_by_reader()
        for request in self:
            is_filled = request.state in FILLED and request.sudo().answer_id
            request.is_readable = bool(is_filled) and request.patient_id in treated

    # Asking

    @api.model
    def _follow(self, visits):
        """Asks for what is due as visits are booked; what they aren't to come to isn't asked."""
        # Whoever books need not know what the patient is asked, or has been asked before.
        participants_sudo = visits.sudo().participant_ids
        gone_sudo = participants_sudo.filtered(lambda one: not one._is_asked_for_forms())
        dropped_sudo = gone_sudo and self._find_untouched(gone_sudo)
        people_sudo = dropped_sudo.patient_id if dropped_sudo else gone_sudo.partner_id.browse()
        if dropped_sudo:
            dropped_sudo._drop()
            # Another visit of theirs may ask for the same.
            participants_sudo |= people_sudo.participant_ids
        self._ask(participants_sudo - gone_sudo)

    def _drop(self):
        """Nobody is asked any more; an answer that nobody has begun goes with it."""
        answers_sudo = self.sudo().answer_id
        self.sudo().unlink()
        answers_sudo.unlink()

    @api.model
    def _ask(self, participants_sudo):
        """Makes a request for each form that is due to these who come, unless there is one."""
        asking_sudo = participants_sudo.filtered(
            lambda one: one.appointment_id.service_id.form_ids and one._is_to_come()
        ).filtered(lambda one: one._is_asked_for_forms())
        if not asking_sudo:
            return
        latest, asked = self._find_asked(asking_sudo.partner_id)
        for one in asking_sudo:
            company, patient = one.appointment_id.company_id, one.partner_id
            for form in one.appointment_id.service_id.form_ids:
                key = (company, patient, form.survey_id)
                known, is_due = asked.get(key), form._is_due_for(one, latest.get(key))
                if known and is_due and known._is_stuck():
                    known.state = "abandoned"
                    known = None
                if known:
                    known._ask_again_for(one)
                elif is_due:
                    asked[key] = self._make_request(one, form.survey_id)

    def _ask_again_for(self, participant):
        """What was asked with a visit that is over is asked with the next one, and told again."""
        before = self.participant_id
        if not (before._is_to_come() and before._get_truth()):
            self._ask_with(participant)

    def _ask_with(self, participant):
        """From now on it is asked with this visit, and told once more."""
        waiting = self.filtered(lambda one: one.state in ("open", "signing"))
        waiting.write({"participant_id": participant.id, "told_at": False})

    def _find_asked(self, patients):
        """When each form was filled in last, and what is asked for, by company, patient, form."""
        latest, asked = {}, {}
        known_sudo = self.sudo().search([("patient_id", "in", patients.ids)], order="completed_at")
        for request_sudo in known_sudo:
            key = (request_sudo.company_id, request_sudo.patient_id, request_sudo.survey_id)
            if request_sudo.state in ("completed", "replaced"):
                latest[key] = request_sudo.completed_at
            elif request_sudo.state in PENDING:
                asked[key] = request_sudo
        return latest, asked

    @api.model
    def _find_untouched(self, participants):
        """What these, or else those of no visit, are asked for and nobody has begun."""
        return self.sudo().search([
            ("participant_id", "in", participants.ids or [False]), ("state", "=", "open"),
        ])  # fmt: skip

    @api.model
    def _drop_orphans(self):
        """Nobody is asked for a visit they were taken off, unless another one asks for the same."""
        orphans_sudo = self._find_untouched(self.env["clinic.participant"])
        patients_sudo = orphans_sudo.patient_id
        orphans_sudo._drop()
        self._ask(patients_sudo.participant_ids)

    @api.model
    def _ask_for_next(self):
        """Asks for what has become due since it was booked, when the visit is a few days ahead.

        Who has booked several visits fills in a form for each when its turn comes, after the one
        before; a form that is due again after some months may become so for a late visit; and
        what was asked with a visit that is over is asked with the next one.
        """
        self.env.flush_all()
        rows = self.env.execute_query(SQL(
            """
            SELECT DISTINCT one.id
              FROM clinic_appointment visit
              JOIN clinic_form form ON form.service_id = visit.service_id
              JOIN survey_survey survey ON survey.id = form.survey_id AND survey.active
              JOIN res_company company ON company.id = visit.company_id
              JOIN clinic_participant one ON one.appointment_id = visit.id
              JOIN res_partner patient ON patient.id = one.partner_id
         LEFT JOIN clinic_form_request asked ON asked.patient_id = one.partner_id
               AND asked.survey_id = form.survey_id
               AND asked.company_id = visit.company_id
               AND asked.state IN ('open', 'begun', 'signing')
         LEFT JOIN clinic_participant before ON before.id = asked.participant_id
         LEFT JOIN clinic_appointment earlier ON earlier.id = before.appointment_id
             WHERE visit.state = 'booked'
               AND one.state = 'booked'
               AND visit.booked_at IS NOT NULL
               AND visit.start > %(now)s
               AND visit.start < %(now)s + make_interval(days => %(days)s)
               AND (asked.state IN ('open', 'signing')
                    AND coalesce(earlier.start <= %(now)s, true)
                    OR asked.id IS NULL
                    AND form.due IN ('months', 'always')
                    AND (form.is_for_children IS NOT TRUE OR coalesce(patient.birth_date >
                         CURRENT_DATE - make_interval(years => company.clinic_child_age + 1), true))
                    AND NOT EXISTS (
                        SELECT FROM clinic_form_request filled
                         WHERE filled.patient_id = one.partner_id
                           AND filled.survey_id = form.survey_id
                           AND filled.company_id = visit.company_id
                           AND filled.state IN ('completed', 'replaced')
                           AND (filled.participant_id = one.id
                                OR form.due = 'months' AND filled.completed_at
                                   > visit.start - make_interval(months => form.months)))
                    AND NOT EXISTS (
                        SELECT FROM clinic_participant sooner
                          JOIN clinic_appointment next ON next.id = sooner.appointment_id
                         WHERE sooner.partner_id = one.partner_id
                           AND sooner.state = 'booked'
                           AND sooner.is_confidential IS NOT TRUE
                           AND next.service_id = visit.service_id
                           AND next.state = 'booked'
                           AND next.start > %(now)s
                           AND next.start < visit.start))
             ORDER BY one.id
            """,
            now=fields.Datetime.now(),
            days=DAYS_AHEAD,
        ))  # fmt: skip
        for (number,) in rows:
            self._ask(self.env["clinic.participant"].sudo().browse(number))
            self.env["ir.cron"]._commit_progress()

    @api.model
    def _queue_messages(self):
        """Makes the messages that ask for forms, once the patient has been told of the visit."""
        self._drop_orphans()
        asked = self.search(
            [("state", "in", ("open", "signing")), ("told_at", "=", False)],
            order="id",
            limit=MESSAGES_A_RUN,
        )
        ready = asked.filtered(lambda one: not one.participant_id.tell_at)
        for participant, requests in ready.grouped("participant_id").items():
            # A signature is asked for after the visit too.
            is_ahead = participant._is_to_come() and participant._get_truth()
            requests.told_at = fields.Datetime.now()
            if participant and (is_ahead or "signing" in requests.mapped("state")):
                self._queue_safely(participant)
            self.env["ir.cron"]._commit_progress()

    def _queue_safely(self, participant):
        """One whom no message can be made for stands in nobody else's way."""
        try:
            with self.env.cr.savepoint():
                self.env["clinic.message"]._queue_forms(participant)
        except Exception:
            _logger.exception("No message about forms for participant %s", participant.id)

    # Whose they are

    @api.model
    def _get_domain_of(self, person):
        """What this person may find, as a patient or as a relative, whatever their role."""
        people = self.env["clinic.authority"]._get_people(person, "intake")
        own = Domain("patient_id", "=", person.id) | Domain("filled_by_id", "=", person.id)
        signed = Domain("signature_ids.person_id", "=", person.id)
        to_sign = self.env["clinic.form.signature"]._get_domain_for(person)
        unbegun = Domain("state", "=", "open")
        return Domain("patient_id", "in", people.ids) & (own | signed | to_sign | unbegun)

    @api.model
    def _find_mine(self, *domain):
        """The reader's own, and those of whom they may fill in the forms."""
        # Who has opened what nobody has begun is asked here, and told nobody.
        me = self.env.user.partner_id
        mine_sudo = self.sudo().search_fetch(self._get_domain_of(me) & Domain(domain))
        own = mine_sudo.filtered(lambda f: f.state != "signing" or f._is_open_to_reader(reads=True))
        # By a search, which asks the rule for all of them at once.
        return self.sudo(False).search([("id", "in", own.ids)])

    @api.model
    def _find_due_for(self, patient, reader):
        """What this reader may fill in or sign for the patient now, found with full rights."""
        decision = self.env["clinic.authority"]._decide(reader, "intake", patient)[patient.id]
        own = Domain.TRUE
        if reader != patient:
            own = Domain("filled_by_id", "=", reader.id) | Domain("state", "=", "open")
        due = Domain("patient_id", "=", patient.id) & Domain("state", "in", DUE)
        if not decision:
            return self.sudo().browse()
        to_sign = Domain("patient_id", "=", patient.id) & Domain("state", "=", "signing")
        signing_sudo = self.sudo().search(to_sign)
        return self.sudo().search(due & own) | signing_sudo.filtered(
            lambda one: one._is_to_be_signed_by(reader)
        )

    @api.model
    def _find_missing(self, visits):
        """What those who come to these visits haven't filled in yet, by the visit's id.

        A form that was asked for with an earlier visit counts for each whose service asks for it.
        Who sees a visit may know that something is missing, though not what is answered.
        """
        self.env.flush_all()
        rows = visits and self.env.execute_query(SQL(
            """
            SELECT visit.id, ARRAY(%s ORDER BY asked.id)
              FROM clinic_appointment visit
             WHERE visit.id = ANY(%s)
            """,
            self._select_missing(),
            visits.ids,
        ))  # fmt: skip
        return {number: self.sudo().browse(ids) for number, ids in rows}

    @api.model
    def _select_missing(self):
        """The same as a query within one of appointments that are called ``visit``."""
        return SQL(
            """
            SELECT asked.id
              FROM clinic_participant one
              JOIN clinic_form_request asked ON asked.patient_id = one.partner_id
               AND asked.company_id = visit.company_id
             WHERE one.appointment_id = visit.id
               AND one.state IN ('booked', 'arrived', 'fulfilled')
               AND (asked.participant_id = one.id
                    OR EXISTS (SELECT FROM clinic_form form
                                WHERE form.service_id = visit.service_id
                                  AND form.survey_id = asked.survey_id))
               AND asked.state IN ('open', 'begun', 'signing')
            """
        )
