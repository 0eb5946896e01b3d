"""What a translator gets is whole: no term is a piece of a sentence."""

import re

from odoo.tests import TransactionCase, tagged

TAGS = re.compile(r"<[^>]+>")
# A term that goes on where another stopped, or stops where another goes on.
BEGINS_INSIDE = re.compile(r"[a-z,.;:)·&]")
STOPS_INSIDE = re.compile(
    r"(,|\b(a|and|are|at|by|for|from|in|is|may|of|on|or|per|the|to|until|with))$"
)
EXAMPLE = re.compile(r"e\.g\. ")
# A value stands beside them, in a field, a cell or a line of its own.
LABELS = {"At", "For", "From", "Paid with", "To", "Until", "Valid until", "With"}
# Between or after the fields of a form, as in Odoo's own settings.
UNITS = {
    "at most",
    "days",
    "days (for ever)",
    "hours",
    "hours before",
    "minutes",
    "months",
    "people a day",
    "to",
    "until",
    "visits",
    "years",
}


def is_piece(term):
    """Whether a term is a part of a sentence that other parts complete.

    >>> is_piece("appointments are"), is_piece("%(count)s appointments are held for you.")
    (True, False)
    """
    words = " ".join(TAGS.sub(" ", term).split())
    if EXAMPLE.match(words) or words in LABELS | UNITS:
        return False
    if not re.search(r"\w", words):
        return False
    return bool(BEGINS_INSIDE.match(words) or STOPS_INSIDE.search(words))


@tagged("post_install", "-at_install")
class TestWholeSentences(TransactionCase):
    def terms(self, model, field):
        """Each term of our own records and where it stands."""
        ours = self.env["ir.model.data"].search(
            [("module", "=", "clinic_family"), ("model", "=", model)]
        )
        translate = self.env[model]._fields[field].get_trans_terms
        return [
            (data.name, term)
            for data, record in zip(
                ours, self.env[model].browse(ours.mapped("res_id")), strict=True
            )
            for term in translate(record.with_context(lang=None)[field])
        ]

    def pieces(self, model, field):
        return [(where, term) for where, term in self.terms(model, field) if is_piece(term)]

    def test_a_page_says_whole_sentences(self):
        self.assertGreater(len(self.terms("ir.ui.view", "arch_db")), 500)
        self.assertEqual(self.pieces("ir.ui.view", "arch_db"), [])

    def test_the_body_of_a_message_is_translated_as_one(self):
        bodies = self.terms("mail.template", "body_html")

        self.assertGreaterEqual(len(bodies), 9)
        self.assertEqual(len({where for where, _body in bodies}), len(bodies))

    def test_a_piece_of_a_sentence_is_seen(self):
        pieces = ("may, for you", "appointments are", "Book for", ", with", "You asked on")
        whole = ("e.g. The Smiths", "Valid until", "%(count)s left", "Book")

        self.assertEqual([term for term in pieces if not is_piece(term)], [])
        self.assertEqual([term for term in whole if is_piece(term)], [])
