"""What the READMEs say of the addon is so."""

import ast
import re

from tools import readme
from tools.environment import ADDON, ROOT


def test_the_readme_names_each_addon_that_is_needed():
    manifest = ast.literal_eval((ADDON / "__manifest__.py").read_text())
    readme = (ROOT / "README.md").read_text()

    told = re.search(r"It depends on (.*?), which", readme, re.DOTALL)[1]

    assert sorted(re.findall(r"`(\w+)`", told)) == sorted(manifest["depends"])


def test_the_readme_of_the_addon_is_what_its_fragments_say():
    assert readme.README.read_text() == readme.make(), "run `make readme`"


def test_each_fragment_is_in_the_readme_of_the_addon():
    assert {path.stem for path in readme.FRAGMENTS.iterdir()} == set(readme.SECTIONS)
