from odoo.exceptions import AccessError
from odoo.fields import Datetime, Domain
from odoo.tests import tagged

from ..common import ROLE, ClinicCase


@tagged("post_install", "-at_install")
class TestJobs(ClinicCase):
    """What the scheduler does for all is not for one person to do, with fewer rights, by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        names = cls.env["ir.model.data"].search([
            ("module", "=", "clinic_family"), ("model", "=", "ir.cron"),
        ])  # fmt: skip
        cls.jobs = cls.env["ir.cron"].browse(names.mapped("res_id"))
        cls.employee = cls.user("test_employee", "Emma Employee", "base.group_user")
        cls.manager = cls.user("test_manager", "Mona Manager", ROLE + "manager")

    def test_nobody_runs_a_job_by_its_action(self):
        self.assertGreater(len(self.jobs), 4)
        for user in (self.stranger, self.employee, self.manager):
            for action in self.jobs.ir_actions_server_id.with_user(user):
                with self.assertRaises(AccessError):
                    action.run()

    def run_all(self):
        with self.enter_registry_test_mode():
            for job in self.jobs:
                job.method_direct_trigger()

    def test_the_scheduler_does_and_a_job_with_nothing_left_to_do_wakes_none_at_once(self):
        self.run_all()
        of_ours = Domain("cron_id", "in", self.jobs.ids)
        self.env["ir.cron.trigger"].search(of_ours).unlink()

        self.run_all()

        due = Domain("call_at", "<=", Datetime.now())
        self.assertFalse(self.env["ir.cron.trigger"].search(of_ours & due).cron_id)
