from odoo import models
from odoo.exceptions import UserError

from ...engine import sessions as engine
from ...engine.decision import Decision


class ClinicPackageSession(models.Model):
    """What the front desk does with a session, each in one step."""

    # A room of its own in a large model.
    _inherit = "clinic.package.session"  # pylint: disable=consider-merging-classes-inherited

    # Reading

    def _judge_at_desk(self):
        """Whether the front desk may use it now: its invoice is confirmed, though maybe unpaid."""
        session_sudo = self.sudo()
        if session_sudo.state != "free":
            return Decision.no(session_sudo.state)
        if not session_sudo.line_ids.filtered(lambda line: line._sells_session()):
            return Decision.no("unconfirmed")
        return Decision.yes()

    def _judge_visit_at_desk(self, visit, rights):
        """Whether it counts for a visit, as the engine describes it, whatever has been paid."""
        [session] = self.sudo()._describe()
        return self._judge_at_desk() and engine.judge_session(
            session._replace(paid=True), visit, rights
        )

    def _verify_desk(self):
        """Only those who keep purchased packages change what their sessions are for."""
        self.purchase_id.check_access("write")

    # Steps

    def action_book(self):
        """Opens the window that uses it: for a visit, or on a day without one."""
        self.ensure_one()
        decision = self._judge_at_desk()
        if not decision:
            raise UserError(self._explain(decision))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Use a Session"),
            "res_model": "clinic.session.book",
            "view_mode": "form",
            "target": "new",
            "context": {"default_session_id": self.id},
        }

    def action_show(self):
        """Opens its appointment; of a use without one, the session with its ledger."""
        self.ensure_one()
        target = self.appointment_id or self
        return {
            "type": "ir.actions.act_window",
            "res_model": target._name,
            "res_id": target.id,
            "view_mode": "form",
        }

    def action_take_off(self):
        """Frees it from its appointment, which has to be paid then, or from its day."""
        self._verify_desk()
        for session_sudo in self.sudo():
            if session_sudo.appointment_id:
                session_sudo.appointment_id._drop_session(session_sudo)
            else:
                session_sudo._move_to("free", self.env._("Not used after all."))
                session_sudo._settle_expiry()

    def action_give_back(self):
        """Frees a session that a late cancellation or a no-show has used."""
        self._verify_desk()
        for session_sudo in self.sudo():
            session_sudo._move_to("free", self.env._("Given back by the clinic."))
            session_sudo._settle_expiry()
