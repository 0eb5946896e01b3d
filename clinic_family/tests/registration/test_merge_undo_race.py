"""Two managers undo the same merge at the same moment: it is undone once."""

from odoo import SUPERUSER_ID, api
from odoo.exceptions import LockError, MissingError
from odoo.tests import tagged

from ..race_common import RaceCase


@tagged("post_install", "-at_install")
class TestMergeUndoRace(RaceCase):
    def build(self):
        self.doras = self.env["res.partner"].create(
            [{"name": "Dora Double", "is_patient": True} for _profile in range(2)]
        )
        self.addCleanup(self.forget)
        source, kept = self.doras
        windows = self.env["clinic.patient.merge"]
        windows.create({"source_id": source.id, "kept_id": kept.id}).action_merge()
        self.number = kept.clinic_merge_id.id
        return super().build()

    def forget(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["res.partner"].browse(self.doras.ids).exists().unlink()

    def undo(self, env):
        try:
            env["clinic.merge"].browse(self.number).action_undo()
        except (LockError, MissingError):
            return "too late"
        return "undone"

    def test_it_is_undone_once(self):
        answers = self.at_once(self.undo, self.undo)

        self.assertEqual(sorted(answers), ["too late", "undone"])
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            self.assertFalse(env["clinic.merge"].browse(self.number).exists())
            for person in env["res.partner"].browse(self.doras.ids):
                told = person.message_ids.filtered(lambda one: "was undone" in (one.body or ""))
                self.assertEqual(len(told), 1)
