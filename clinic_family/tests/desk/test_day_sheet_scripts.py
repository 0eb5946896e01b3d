"""The day sheet in the browser: Odoo's own runner of JavaScript tests runs ours alone."""

from odoo.tests import HttpCase, tagged

from odoo.addons.web.tests.test_js import unit_test_error_checker

SUITE = "@clinic_family"


@tagged("post_install", "-at_install", "timeless")
class TestDaySheetScripts(HttpCase):
    def test_cards_columns_moves_and_refusals(self):
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&id={get_id(SUITE)}",
            "",
            "",
            login="admin",
            timeout=300,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=unit_test_error_checker,
        )


def get_id(suite):
    """The number Odoo's runner gives a suite of this name."""
    number = 0
    for letter in suite:
        number = ((number << 5) - number + ord(letter)) & 0xFFFFFFFF
    return f"{number:08x}"
