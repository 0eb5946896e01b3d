import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)
POSTED_A_RUN = 200


class AccountMove(models.Model):
    """Invoices that were made by themselves and confirm themselves, when it is time.

    What was booked online is confirmed after the undo period: what is taken back in it leaves a
    cancelled draft, and no number.
    """

    # A room of its own beside what every invoice of appointments is.
    _inherit = "account.move"  # pylint: disable=consider-merging-classes-inherited

    clinic_post_at = fields.Datetime(
        string="Confirms Itself On",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="clinic_family.clinic_family_group_practitioner",
    )

    @api.model
    def _post_clinic_due(self):
        """Confirms what is due, one after the other."""
        due = self.search(
            [("clinic_post_at", "<=", fields.Datetime.now())],
            order="clinic_post_at, id",
            limit=POSTED_A_RUN,
        )
        for left, invoice in zip(reversed(range(len(due))), due, strict=True):
            invoice._post_by_itself()
            if not self.env["ir.cron"]._commit_progress(1, remaining=left):
                return

    def _post_by_itself(self):
        """Confirms a draft as things are now; one that can't be stays a draft and says why."""
        self.clinic_post_at = False
        for visit in self.clinic_appointment_ids:
            visit._complete_draft()
        if self.state != "draft" or not self.invoice_line_ids:
            return
        try:
            with self.env.cr.savepoint():
                self.action_post()
        except UserError as error:
            _logger.info("Invoice %s was not confirmed: %s", self.id, error)
            self.message_post(body=self.env._("This didn't confirm itself: %s", error))
