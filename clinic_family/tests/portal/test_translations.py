"""What translators begin with has every term."""

from io import BytesIO
from pathlib import Path

import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools.translate import trans_export

FOLDER = Path(__file__).resolve().parents[2] / "i18n"
TEMPLATE = FOLDER / "clinic_family.pot"


@tagged("post_install", "-at_install")
class TestTranslations(TransactionCase):
    def test_the_template_has_every_term_and_no_other(self):
        """After a sentence changed, `make terms` writes it anew."""
        written = BytesIO()
        trans_export(None, ["clinic_family"], written, "po", self.env)
        terms = {entry.msgid for entry in polib.pofile(written.getvalue().decode())}
        kept = {entry.msgid for entry in polib.pofile(str(TEMPLATE))}

        self.assertGreater(len(terms), 1000)
        self.assertEqual(sorted(terms - kept), [])
        self.assertEqual(sorted(kept - terms), [])
