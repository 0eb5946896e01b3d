"""Each language says every term, with the values, tags and blanks of the original."""

import re
from collections import Counter
from datetime import date

import polib
import pytest
from babel.dates import format_date

from tools import terms
from tools.environment import ROOT

# What reads the same in another language: names, and words that it shares.
SAME = {
    "fr": {
        "%(count)s minutes", "%(minutes)s min", "%(service)s, %(minutes)s min", "%s minutes",
        "<span>minutes</span>", "Assistant", "Avatar", "Avatar 1024", "Avatar 128", "Avatar 256",
        "Avatar 512", "Base", "Code", "Configuration", "Contact", "Date", "Description", "E-mail",
        "EEEE d MMMM", "EEEE d MMMM y", "Horizon", "ID", "Image", "Image 1024", "Image 128",
        "Image 256", "Image 512", "Inverse",
        "Invitation", "Invitations", "Message", "Messages", "Minutes", "Note", "Outlook.com",
        "Page", "Parent", "Participant", "Participants", "Patient", "Patients", "Question",
        "Signature", "Signatures", "Total", "Transaction", "Version", "d MMMM y", "e-mail",
        "messages", "object._get_file_name()",
    },
    "es": {
        "%(minutes)s min", "%(service)s, %(minutes)s min", "Avatar", "Avatar 1024", "Avatar 128",
        "Avatar 256", "Avatar 512", "Base", "Color", "Google Calendar", "ID", "Outlook.com",
        "Total", "no", "object._get_file_name()",
    },
}  # fmt: skip
NAMED = re.compile(r"%%?\(\w+\)[dgs]|\{+[^{}]*\}+")
BY_PLACE = re.compile(r"%[dgs]")
MARKUP = re.compile(r"<[^>]*>|&#?\w+;")
# Attributes that are read, and so translated within their tag.
SAID = re.compile(r'(?<= )(title|placeholder|alt|aria-label)="[^"]*"')
EDGES = re.compile(r"^(\s*).*?(\s*)$", re.DOTALL)
# A blank at which a line may break, where French wants one that keeps the two together.
LOOSE_MARK = re.compile(r" [?!;:»]|« ")
GLOSSARY = ROOT / "docs" / "glossary.md"


def _read(language):
    """The terms of a language that are translated, by what they say in English."""
    entries = polib.pofile(str(terms.FOLDER / f"{language}.po")).translated_entries()
    return {entry.msgid: entry.msgstr for entry in entries}


def _find_lost(source, translation):
    """The values and tags that only one of the two has.

    >>> _find_lost("%(name)s pays", "%(nmae)s paie")
    ['%(name)s', '%(nmae)s']
    >>> _find_lost("<b>%%(name)s</b> %s", "%s <b>%(name)s")
    ['%%(name)s', '%(name)s', '</b>']
    >>> _find_lost('<i title="Free"/>', '<i title="Libre"/>')
    []
    >>> _find_lost("At %(time)s with %(name)s", "Avec %(name)s à %(time)s")
    []
    """
    named, other = (set(NAMED.findall(text)) for text in (source, translation))
    lost = sorted(named ^ other)
    for pattern in (BY_PLACE, MARKUP):
        before, after = (
            Counter(pattern.findall(SAID.sub(r"\1", text))) for text in (source, translation)
        )
        lost += sorted(((before - after) + (after - before)).elements())
    return lost


def _says_something(text):
    """Whether a term is more than its values and tags.

    >>> _says_something("%(day)s, %(time)s"), _says_something("%(minutes)s min")
    (False, True)
    """
    for pattern in (NAMED, BY_PLACE, MARKUP):
        text = pattern.sub("", text)
    return any(map(str.isalpha, text))


def _get_end(text):
    """The mark a sentence ends with, if it is one."""
    mark = text.strip()[-1]
    return mark if mark in ".?!…" else ""


def _read_glossary(language):
    """What the glossary says in a language, by the English word."""
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in GLOSSARY.read_text().splitlines()
        if line.startswith("|")
    ]
    column = {"fr": 1, "es": 2}[language]
    return {row[0]: row[column] for row in rows[2:] if row[column]}


@pytest.mark.parametrize("language", terms.PLURALS)
def test_a_language_knows_the_terms_of_the_template_and_no_other(language):
    template, known = (
        [entry.msgid for entry in polib.pofile(str(path))]
        for path in (terms.TEMPLATE, terms.FOLDER / f"{language}.po")
    )

    assert len(template) > 1000
    assert known == template, "`make terms` brings them together"


@pytest.mark.parametrize("language", terms.PLURALS)
def test_a_language_says_every_term(language):
    known = _read(language)

    assert [e.msgid for e in polib.pofile(str(terms.TEMPLATE)) if e.msgid not in known] == []


@pytest.mark.parametrize("language", terms.PLURALS)
def test_no_translation_loses_a_value_or_a_tag(language):
    lost = {source: _find_lost(source, said) for source, said in _read(language).items()}

    assert {source: what for source, what in lost.items() if what} == {}


@pytest.mark.parametrize("language", terms.PLURALS)
def test_no_translation_adds_or_drops_a_blank_at_its_ends(language):
    said = _read(language).items()

    assert [s for s, t in said if EDGES.match(s).groups() != EDGES.match(t).groups()] == []


@pytest.mark.parametrize("language", terms.PLURALS)
def test_a_sentence_stays_a_sentence(language):
    """A translation that ends otherwise is mostly that of the neighbouring term."""
    said = {s: t for s, t in _read(language).items() if len(s.split()) > 2}

    assert {s: t for s, t in said.items() if _get_end(s) != _get_end(t)} == {}


def test_no_french_line_begins_with_a_mark():
    """Odoo's own French has both; a blank that breaks leaves a question mark alone on a phone."""
    said = _read("fr").items()

    assert {s: t for s, t in said if LOOSE_MARK.search(MARKUP.sub("", t))} == {}


@pytest.mark.parametrize("language", terms.PLURALS)
def test_only_what_is_the_same_word_is_left_in_english(language):
    same = {s for s, said in _read(language).items() if s == said and _says_something(s)}

    assert sorted(same - SAME[language]) == []


@pytest.mark.parametrize("language", terms.PLURALS)
def test_a_word_of_the_glossary_is_translated_by_it(language):
    words = _read_glossary(language)
    said = {source: said for source, said in _read(language).items() if source.lower() in words}

    assert {s: t for s, t in said.items() if t.lower() != words[s.lower()]} == {}


@pytest.mark.parametrize(
    ("language", "pattern", "said"),
    [
        ("fr", "EEEE d MMMM y", "jeudi 3 décembre 2026"),
        ("fr", "EEEE d MMMM", "jeudi 3 décembre"),
        ("fr", "d MMMM y", "3 décembre 2026"),
        ("es", "EEEE d MMMM y", "jueves 3 de diciembre de 2026"),
        ("es", "EEEE d MMMM", "jueves 3 de diciembre"),
        ("es", "d MMMM y", "3 de diciembre de 2026"),
    ],
)
def test_a_day_is_written_out_as_the_language_does(language, pattern, said):
    translated = _read(language)[pattern]

    assert format_date(date(2026, 12, 3), translated, locale=language) == said


def test_each_pattern_of_a_day_is_tried_above():
    patterns = [term for term in _read("fr") if re.fullmatch(r"[EMdy ,.]*d[EMdy ,.]*", term)]

    assert sorted(patterns) == ["EEEE d MMMM", "EEEE d MMMM y", "d MMMM y"]


def test_a_language_keeps_what_it_said_gets_what_is_new_and_forgets_what_is_gone(tmp_path):
    template, path = tmp_path / "clinic.pot", tmp_path / "fr.po"
    before, after = polib.POFile(), polib.POFile()
    before.extend([polib.POEntry(msgid="Book"), polib.POEntry(msgid="Gone")])
    after.extend([polib.POEntry(msgid="Again"), polib.POEntry(msgid="Book")])
    before.save(str(template))
    assert terms.update(path, template) == 2
    said = polib.pofile(str(path))
    said[0].msgstr, said[1].msgstr = "Réserver", "Parti"
    said.save()

    after.save(str(template))
    assert terms.update(path, template) == 1

    assert [(e.msgid, e.msgstr) for e in polib.pofile(str(path))] == [
        ("Again", ""),
        ("Book", "Réserver"),
    ]
    assert "Language: fr" in path.read_text()
