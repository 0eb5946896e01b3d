"""The terms of the addon, for translators: `i18n/clinic_family.pot`."""

import sys

from tools import processes, server
from tools.environment import ADDON, ROOT


def write(database):
    """Write the template with every term that a page, a message or a view says."""
    folder = ADDON / "i18n"
    folder.mkdir(exist_ok=True)
    config = server.write_config(database)
    command = [
        sys.executable, ROOT / "tools" / "odoo_bin.py", "i18n", "export", "-c", config,
        "-o", folder / f"{ADDON.name}.pot", ADDON.name,
    ]  # fmt: skip
    processes.run(command, "Writing the terms", env=server.environment(), cwd=ROOT)
    print(f"{folder.relative_to(ROOT)}/{ADDON.name}.pot has every term.")
