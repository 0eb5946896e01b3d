from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

# Of the sessions of one package the first in this order stands for all.
STATES = ("free", "expired", "reserved", "used", "refunded")


class ClinicPackageSessionChoose(models.TransientModel):
    """Which sessions may pay for a visit, and why each other may not."""

    _name = "clinic.package.session.choose"
    _inherit = ["clinic.assistant"]
    _description = "Use a Session for an Appointment"

    appointment_id = fields.Many2one("clinic.appointment", required=True, ondelete="cascade")
    patient_names = fields.Char(related="appointment_id.patient_names")
    local_time = fields.Char(related="appointment_id.local_time", string="When")
    service_id = fields.Many2one(related="appointment_id.service_id")
    clash_text = fields.Char(related="appointment_id.clash_text", related_sudo=False)
    line_ids = fields.One2many(
        "clinic.package.session.choose.line",
        "choose_id",
        string="Packages",
        compute="_compute_line_ids",
        store=True,
    )

    @api.depends("appointment_id")
    def _compute_line_ids(self):
        for choosing in self:
            choosing.line_ids = [
                Command.create(values)
                for fee in choosing.appointment_id._get_fees_not_invoiced()
                for values in choosing._prepare_lines(*fee)
            ]

    def _prepare_lines(self, visit, participant):
        """For one fee each package of those concerned, what counts first."""
        patients = participant.partner_id or visit._get_coming().partner_id
        sessions = self.env["clinic.package.session"]
        rights = sessions._get_rights(patients | visit.payer_id)
        owner_ids = {right.owner_id for right in rights} | set(self._get_relatives(patients).ids)
        found = sessions.search([
            ("owner_id", "in", list(owner_ids)), ("company_id", "=", visit.company_id.id),
        ])  # fmt: skip
        lines = [
            self._prepare_line(visit, participant, rights, its)
            for its in found.grouped("purchase_id").values()
        ]
        return sorted(lines, key=lambda line: not line["counts"])

    def _get_relatives(self, people):
        """Their packages may be asked about, whether or not they share them."""
        pairs = self.env["clinic.relationship"].search([
            ("ended_at", "=", False),
            "|", ("person_a_id", "in", people.ids), ("person_b_id", "in", people.ids),
        ])  # fmt: skip
        return (pairs.person_a_id | pairs.person_b_id) - people

    def _prepare_line(self, visit, participant, rights, sessions):
        fitting = sessions.filtered(lambda one: one.service_id == visit.service_id) or sessions
        session = fitting.sorted(lambda one: STATES.index(one.state))[0]
        decision = session._judge_visit_at_desk(visit._describe_visit(participant), rights)
        return {
            "participant_id": participant.id,
            "session_id": session.id,
            "counts": bool(decision),
            "permission_id": decision.facts["right"].permission_id if decision else False,
            "reason": self._get_remark(session) if decision else session._explain(decision),
        }

    def _get_remark(self, session):
        return False if session.sudo()._is_paid_enough() else self.env._("Not paid yet.")


class ClinicPackageSessionChooseLine(models.TransientModel):
    """One package, for one fee: a session of it counts, or why it doesn't."""

    _name = "clinic.package.session.choose.line"
    _inherit = ["clinic.assistant"]
    _description = "Package to Choose"

    choose_id = fields.Many2one("clinic.package.session.choose", required=True, ondelete="cascade")
    participant_id = fields.Many2one("clinic.participant", string="For", ondelete="cascade")
    session_id = fields.Many2one("clinic.package.session", required=True, ondelete="cascade")
    owner_id = fields.Many2one(related="session_id.owner_id")
    package_name = fields.Char(related="session_id.purchase_id.name", string="Package")
    free_count = fields.Integer(related="session_id.purchase_id.free_count")
    expires_on = fields.Date(related="session_id.expires_on", string="Valid Until")
    counts = fields.Boolean(readonly=True)
    permission_id = fields.Many2one("clinic.permission", readonly=True, ondelete="cascade")
    reason = fields.Char(string="Remark", readonly=True)

    def action_use(self):
        """Uses the session, if it still counts."""
        self.ensure_one()
        visit = self.choose_id.appointment_id
        lines = self.choose_id._prepare_lines(visit, self.participant_id)
        now = next(line for line in lines if line["session_id"] == self.session_id.id)
        if not now["counts"]:
            raise UserError(now["reason"])
        visit._use_chosen(self.participant_id, self.session_id, now["permission_id"])
        return {"type": "ir.actions.act_window_close"}
