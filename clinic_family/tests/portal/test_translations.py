"""What translators begin with has every term, and no translation loses a value."""

import re
from io import BytesIO
from pathlib import Path

import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools.translate import trans_export

FOLDER = Path(__file__).resolve().parents[2] / "i18n"
TEMPLATE = FOLDER / "clinic_family.pot"
VALUE = re.compile(r"%(?:\((\w+)\))?[sdg]")


def find_lost_values(source, translation):
    """The values that only one of the two names: Odoo can't put the sentence together then.

    >>> find_lost_values("%(name)s is %(age)s", "%(name)s ist alt")
    ['age']
    >>> find_lost_values("%s left", "noch %s")
    []
    """
    named, translated = VALUE.findall(source), VALUE.findall(translation)
    return sorted(set(named) ^ set(translated)) or ([""] if len(named) != len(translated) else [])


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

    def test_no_translation_loses_a_value(self):
        lost = [
            (path.name, entry.msgid)
            for path in FOLDER.glob("*.po")
            for entry in polib.pofile(str(path)).translated_entries()
            if find_lost_values(entry.msgid, entry.msgstr)
        ]

        self.assertEqual(lost, [])

    def test_a_lost_value_is_seen(self):
        self.assertEqual(find_lost_values("%(name)s pays", "%(nmae)s zahlt"), ["name", "nmae"])
        self.assertEqual(find_lost_values("%s of %s", "%s"), [""])
        self.assertEqual(find_lost_values("%(name)s pays", "Es zahlt %(name)s"), [])
