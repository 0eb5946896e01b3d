"""What the addon says in English, found on a page that is in another language."""

import re

import polib

from tools import terms

VALUE = re.compile(r"%%?\(\w+\)[sdg]|%[sdg]|\{\{.*?\}\}")
TAG = re.compile(r"<[^>]+>")
# What is read aloud or shown in a field is read too.
READ = """
    (root) => [
        ...root.innerText.split("\\n"),
        ...[...root.querySelectorAll("[title], [aria-label], [placeholder]")].flatMap((one) =>
            ["title", "aria-label", "placeholder"].map((name) => one.getAttribute(name) || "")
        ),
    ]
"""


def _is_of_records(entry):
    """Whether only records say it, which the clinic names as it likes."""
    return all(
        place.startswith(("model:clinic.", "model:product.")) for place, _ in entry.occurrences
    )


def _get_lines(text):
    return {" ".join(line.split()) for line in TAG.sub("\n", text).split("\n")} - {""}


def _get_pattern(line):
    """What matches a line whatever its values are; None when there is nothing else.

    >>> bool(re.fullmatch(_get_pattern("%s of 1 session left"), "1 of 1 session left"))
    True
    >>> _get_pattern("%(day)s, %(time)s")
    """
    words = VALUE.split(line)
    return ".+".join(map(re.escape, words)) if re.search(r"[^\W\d_]", "".join(words)) else None


def get_english(language):
    """A pattern of what this language says otherwise than English does."""
    entries = [
        entry
        for entry in polib.pofile(str(terms.FOLDER / f"{language}.po"))
        if not _is_of_records(entry)
    ]
    said = {line for entry in entries for line in _get_lines(entry.msgstr)}
    lines = {line for entry in entries for line in _get_lines(entry.msgid)} - said
    return re.compile("|".join(filter(None, map(_get_pattern, lines))))


def find_english(page, english, part="#wrap"):
    """The lines of the page itself, without the website around it, that are in English."""
    lines = {" ".join(line.split()) for line in page.locator(part).evaluate(READ)}
    return sorted(line for line in lines if english.fullmatch(line))
