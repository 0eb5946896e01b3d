from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class ClinicRelationshipEnd(models.TransientModel):
    """Staff separate two people, and decide each visit that hangs on the other."""

    _name = "clinic.relationship.end"
    _inherit = ["clinic.assistant"]
    _description = "End Relationship"

    person_id = fields.Many2one("res.partner", string="Patient", required=True)
    relative_id = fields.Many2one("res.partner", string="Family Member", required=True)
    line_ids = fields.One2many(
        "clinic.relationship.end.line",
        "assistant_id",
        string="Visits",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    permission_ids = fields.Many2many(
        "clinic.permission", string="Permissions", compute="_compute_ending"
    )
    invitation_ids = fields.Many2many(
        "clinic.invitation", string="Open Invitations", compute="_compute_ending"
    )
    reason = fields.Char(help="Kept in the ledger; the two don't see it.")

    @api.depends("person_id", "relative_id")
    def _compute_line_ids(self):
        for assistant in self:
            assistant.line_ids = [
                Command.clear(),
                *(
                    Command.create({
                        "participant_id": knot.id,
                        "payer_id": assistant._propose_payer(knot).id,
                    })
                    for knot in assistant._get_knots()
                ),
            ]  # fmt: skip

    @api.depends("person_id", "relative_id")
    def _compute_ending(self):
        for assistant in self:
            pair = (assistant.person_id.id, assistant.relative_id.id)
            assistant.permission_ids = self.env["clinic.permission"].search([
                ("grantor_id", "in", pair), ("grantee_id", "in", pair),
                "|", ("ended_at", "=", False), ("end_kind", "=", "suspended"),
            ]).filtered(lambda permission: permission.state != "ended")  # fmt: skip
            assistant.invitation_ids = self.env["clinic.invitation"].search([
                ("asker_id", "in", pair), ("grantor_id", "in", pair), ("state", "=", "open"),
            ])  # fmt: skip

    def _get_knots(self):
        """The visits of each that the other booked or pays for; another company's are its own."""
        if not self.person_id or not self.relative_id:
            return self.env["clinic.participant"]
        family = self.env["clinic.family"]
        person, relative = self.person_id, self.relative_id
        knots_sudo = family._get_knots(person, relative) | family._get_knots(relative, person)
        return knots_sudo.sudo(False)._filtered_access("read")

    def _get_other(self, participant):
        return self.relative_id if participant.partner_id == self.person_id else self.person_id

    def _propose_payer(self, participant):
        """Who pays by the rule; in place of the other, who isn't coming, who keeps the bills."""
        family, other = self.env["clinic.family"], self._get_other(participant)
        payer = family._get_payer_after(participant, other)
        if payer != other or other in participant.appointment_id._get_coming().partner_id:
            return payer
        keepers = self._get_bill_keepers(participant.partner_id) - other
        return keepers.filtered(family._decide_paying)[:1]

    def _get_bill_keepers(self, person):
        """Those who see and pay the person's bills."""
        domain = [("person_id", "=", person.id), ("kind", "=", "pay")]
        keepers = self.env["clinic.authority"].search_fetch(domain, ["actor_id"]).actor_id
        return keepers.sudo(False)._filtered_access("read") - person

    # Ending

    def action_end(self):
        """Cancels and hands over as decided, and separates the two: all of it or nothing."""
        self.ensure_one()
        self._verify()
        cancelled = self.line_ids.filtered(lambda line: line.decision == "cancel")
        cancelled.participant_id._cancel()
        for line in self.line_ids - cancelled:
            if line.payer_id != line.payer_now_id:
                line.participant_id.appointment_id._change_payer(line.payer_id)
        self.env["clinic.family"]._separate(self.person_id, self.relative_id, self.reason)
        # The ledger is written by verbs only.
        permissions_sudo = self.env["clinic.permission"].sudo()
        permissions_sudo._end_between(self.person_id, self.relative_id, self.reason)
        return {"type": "ir.actions.act_window_close"}

    def _verify(self):
        if not (self.reason or "").strip():
            raise UserError(self.env._("Please write why this ends: the ledger keeps it."))
        if self.line_ids.participant_id != self._get_knots():
            raise UserError(self.env._(
                "A visit was booked or cancelled meanwhile. Nothing was changed: please close "
                "this window, open it again and decide anew."
            ))  # fmt: skip
        kept = self.line_ids.filtered(lambda line: line.decision == "keep")
        if any(not line.payer_id for line in kept):
            raise UserError(self.env._("Please choose who pays for each visit that is kept."))
        for lines in kept.grouped(lambda line: line.participant_id.appointment_id).values():
            if len(lines.payer_id) > 1:
                raise UserError(self.env._("One person pays for a visit: please choose one."))


class ClinicRelationshipEndLine(models.TransientModel):
    """A visit that hangs on the other: kept, and who pays then, or cancelled for the person."""

    _name = "clinic.relationship.end.line"
    _inherit = ["clinic.assistant"]
    _description = "Visit to Decide"

    assistant_id = fields.Many2one("clinic.relationship.end", required=True, ondelete="cascade")
    participant_id = fields.Many2one("clinic.participant", required=True, ondelete="cascade")
    partner_id = fields.Many2one(related="participant_id.partner_id", string="Whose Visit")
    local_time = fields.Char(related="participant_id.appointment_id.local_time", string="When")
    service_id = fields.Many2one(related="participant_id.appointment_id.service_id")
    booked_by_id = fields.Many2one(related="participant_id.booked_by_id")
    payer_now_id = fields.Many2one(
        related="participant_id.appointment_id.payer_id", string="Pays Now"
    )
    decision = fields.Selection(
        [("keep", "Keep"), ("cancel", "Cancel")], required=True, default="keep"
    )
    payer_id = fields.Many2one("res.partner", string="New Payer")
    payer_choice_ids = fields.Many2many("res.partner", compute="_compute_payer_choice_ids")

    @api.depends("participant_id")
    def _compute_payer_choice_ids(self):
        """The person, who comes too, and those between whom and the person bills may go."""
        for line in self:
            visit = line.participant_id.appointment_id
            coming = visit._get_coming()
            person = line.partner_id
            keepers = line.assistant_id._get_bill_keepers(person)
            other = line.assistant_id._get_other(line.participant_id)
            outsiders = keepers | self._get_payers_for(person) | visit.payer_id
            choices = (outsiders - other) | coming.partner_id
            line.payer_choice_ids = visit.payer_id | choices.filtered(
                self.env["clinic.family"]._decide_paying
            )

    def _get_payers_for(self, person):
        """The person, and those who let the person bill them."""
        return self.env["clinic.authority"]._get_people(person, "pay").sudo(False)
