"""Who books in French or Spanish reads no English sentence of the clinic's."""

import re
from pathlib import Path

import polib
from lxml import html

from odoo.fields import Command
from odoo.tests import tagged

from ..common_site import TEN, SiteCase
from ..family_common import FamilyHttpCase
from ..message_common import MailCatcher

FOLDER = Path(__file__).resolve().parents[2] / "i18n"
VALUE = re.compile(r"%%?\(\w+\)[sdg]|%[sdg]|\{\{.*?\}\}")
TAG = re.compile(r"<[^>]+>")
READ = (
    ".//text()[not(ancestor::script or ancestor::style)]"
    " | .//@title | .//@aria-label | .//@placeholder"
)


def is_demo(entry):
    """Whether only the demo clinic says it, or a record that a clinic names as it likes."""
    return all(
        place.startswith(("model:clinic.", "model:product.")) for place, _ in entry.occurrences
    )


def get_lines(text):
    """The stretches of a text between its tags, with single blanks."""
    return {" ".join(line.split()) for line in TAG.sub("\n", text).split("\n")} - {""}


def get_pattern(line):
    """What matches a line whatever its values are; None when there is nothing else.

    >>> bool(re.fullmatch(get_pattern("%s of 1 session left"), "1 of 1 session left"))
    True
    >>> get_pattern("%(day)s, %(time)s")
    """
    words = VALUE.split(line)
    return ".+".join(map(re.escape, words)) if re.search(r"[^\W\d_]", "".join(words)) else None


class Walks:
    """The website and a mother in one of the languages, as after it was added."""

    language = code = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        language = cls.env["res.lang"]._activate_lang(cls.language)
        cls.env["ir.module.module"]._load_module_terms(["clinic_family"], [cls.language])
        website = cls.env["website"].get_current_website()
        website.language_ids = [Command.link(language.id)]
        cls.mother.partner_id.write({"lang": cls.language, "email": "mira@example.com"})
        entries = [e for e in polib.pofile(str(FOLDER / f"{cls.code}.po")) if not is_demo(e)]
        said = {line for entry in entries for line in get_lines(entry.msgstr)}
        lines = {line for entry in entries for line in get_lines(entry.msgid)} - said
        cls.english = re.compile("|".join(filter(None, map(get_pattern, lines))))

    def find_english(self, texts):
        """Those of the texts that are a sentence or a label of the clinic's in English."""
        lines = {" ".join(text.split()) for text in texts}
        return sorted(line for line in lines if self.english.fullmatch(line))

    def find_english_on(self, response):
        """The same of a page, without the website around it."""
        self.assertEqual(response.status_code, 200, response.url)
        self.assertIn(f"/{self.code}/", response.url)
        [wrap] = html.fromstring(response.content).xpath("//*[@id='wrap']")
        return self.find_english(wrap.xpath(READ))

    def test_a_mother_books_and_reads_no_english(self):
        self.login(self.mother)
        people = [str(self.mother.partner_id.id), str(self.leo.id)]

        services = self.get(f"/{self.code}/book")
        times = self.get(f"/{self.code}{self.slug}")
        who = self.submit(self.form(times, "/hold"), start=TEN)
        check = self.submit(self.form(who, "/hold"), participant=people)
        thanks = self.submit(self.form(check, "/confirm"))

        self.assertIn("/book/thanks/", thanks.url)
        pages = (services, times, who, check, thanks)
        self.assertEqual([self.find_english_on(page) for page in pages], [[]] * 5)

    def test_the_message_about_it_is_in_her_language(self):
        self.book(self.mother, self.checkout(self.group, TEN, [self.mother, self.leo]))

        [letter] = [mail for mail in self.send() if mail.address == "mira@example.com"]

        self.assertIn(self.booked, letter.words)
        self.assertEqual(self.find_english(get_lines(letter.html)), [])

    def test_her_own_pages_have_no_english(self):
        self.book(self.mother, self.checkout(self.group, TEN, [self.mother, self.leo]))
        self.login(self.mother)
        visit, leo, greta = self.visits().id, self.leo.id, self.grandmother.partner_id.id

        found = {
            page: self.find_english_on(self.get(f"/{self.code}{page}"))
            for page in (
                "/book/with", "/book/family", "/my/appointments", f"/my/appointments/{visit}",
                f"/my/appointments/{visit}/move", "/my/family", "/my/family/add",
                f"/my/family/{leo}/contact", f"/my/family/{leo}/end", f"/my/family/{greta}/share",
                f"/my/family/{greta}/end", f"/my/family/{greta}/card", "/my/packages", "/my/forms",
                "/my/waitlist", "/my/calendar", "/my/balance",
            )
        }  # fmt: skip

        self.assertEqual({page: english for page, english in found.items() if english}, {})


@tagged("post_install", "-at_install")
class TestFrench(Walks, MailCatcher, SiteCase, FamilyHttpCase):
    language, code, booked = "fr_FR", "fr", "Un rendez-vous est réservé pour"


@tagged("post_install", "-at_install")
class TestSpanish(Walks, MailCatcher, SiteCase, FamilyHttpCase):
    language, code, booked = "es_ES", "es", "Hay una cita reservada para"
