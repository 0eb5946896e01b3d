"""The terms of the addon in `i18n/`: what to translate, and each language brought up to it."""

import sys

import polib

from tools import processes, server
from tools.environment import ADDON, ROOT

FOLDER = ADDON / "i18n"
TEMPLATE = FOLDER / f"{ADDON.name}.pot"
PLURALS = {
    "fr": "nplurals=2; plural=(n > 1);",
    "es": "nplurals=2; plural=(n != 1);",
}


def write(database):
    """Write the template with every term that a page, a message or a view says."""
    FOLDER.mkdir(exist_ok=True)
    config = server.write_config(database)
    command = [
        sys.executable, ROOT / "tools" / "odoo_bin.py", "i18n", "export", "-c", config,
        "-o", TEMPLATE, ADDON.name,
    ]  # fmt: skip
    processes.run(command, "Writing the terms", env=server.environment(), cwd=ROOT)
    print(f"{TEMPLATE.relative_to(ROOT)} has every term.")
    for language in PLURALS:
        path = FOLDER / f"{language}.po"
        missing = update(path, TEMPLATE)
        print(f"{path.relative_to(ROOT)}: {missing} terms are not translated.")


def update(path, template):
    """Give a language the terms of the template, and return how many it does not say yet.

    What was translated stays, a new term is empty, and what nothing says any more is gone. The
    header stays too: with today's date in it, any two changes would meet on one line.
    """
    terms = polib.pofile(str(template))
    known = polib.pofile(str(path)) if path.exists() else _begin(terms, path.stem)
    translated = {entry.msgid: entry.msgstr for entry in known if not entry.obsolete}
    written = polib.POFile()
    written.header, written.metadata = known.header, known.metadata
    for entry in terms:
        entry.msgstr = translated.get(entry.msgid, "")
        written.append(entry)
    written.save(str(path))
    return len(written.untranslated_entries())


def _begin(terms, language):
    """Return a file without terms that has the header Odoo gives its own."""
    begun = polib.POFile()
    begun.header = terms.header
    begun.metadata = {**terms.metadata, "Language": language, "Plural-Forms": PLURALS[language]}
    return begun
