"""What the README says of the addon is so."""

import ast
import re

from tools.environment import ADDON, ROOT


def test_the_readme_names_each_addon_that_is_needed():
    manifest = ast.literal_eval((ADDON / "__manifest__.py").read_text())
    readme = (ROOT / "README.md").read_text()

    told = re.search(r"It depends on (.*?), which", readme, re.DOTALL)[1]

    assert sorted(re.findall(r"`(\w+)`", told)) == sorted(manifest["depends"])
