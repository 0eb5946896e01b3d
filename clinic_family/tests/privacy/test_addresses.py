"""Whatever is written in an address: no page breaks, and looking changes nothing."""

from itertools import product

from odoo.tests import tagged
from odoo.tools import SQL

from ..common import NO_ID, TUESDAY, ClinicHttpCase, written

SQLISH = "'; DROP TABLE clinic_service; --"
IDS = ["", "-1", "1.5", "abc", "9" * 30, "٣", "\x00", SQLISH]
STARTS = [
    "", "garbage", "\x00", "0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59-23:59",
    "9999-12-31T12:00:00+13:00", "2027-03-30T10:00:00+99:99", "2027-03-30T10:00:00+13:00:01",
    "a" * 3000,
]  # fmt: skip
DAYS = ["9999-99-99", "0001-01-01", "9999-12-31", "10000-01-01", "2027-02-29", "\x00", SQLISH]
WORDS = ["", "%", "\x00", "<script>", "é漢🙂", "a" * 3000, SQLISH]
PLACE = {"practitioner": IDS, "location": IDS}
WISHES = {**PLACE, "start": STARTS, "participant": IDS, "payer": IDS}


@tagged("post_install", "-at_install", "timeless")
class TestAddresses(ClinicHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.grant(cls.leo, cls.mother, "book")
        start = written(TUESDAY, "10:00")
        cls.usual = {
            "practitioner": cls.nora.id,
            "location": cls.harbour.id,
            "start": start,
            "participant": cls.mother.partner_id.id,
            "payer": cls.mother.partner_id.id,
        }
        cls.visit = cls.book(cls.mother, cls.checkout(cls.group, start, [cls.mother]))
        url = cls.group.website_url
        cls.pages = ["/book", url, f"{url}/who", "/book/basket", f"{url}/taken"]

    def status(self, url, parameters=None):
        return self.url_open(url, params=parameters).status_code

    def spoilt(self, nonsense, **usual):
        """The usual parameters with one of them spoilt, in every way there is."""
        return [
            {**self.usual, **usual, name: text}
            for name, texts in nonsense.items()
            for text in texts
        ]

    def broken(self, page, all_parameters):
        """The parameters that are answered neither with a page nor with a sentence."""
        answers = [(each, self.status(page, each)) for each in all_parameters]
        return [answer for answer in answers if answer[1] not in (200, 404, 422)]

    def test_nonsense_breaks_no_page_for_visitors(self):
        self.assertEqual(self.broken(self.pages[0], self.spoilt({"search": WORDS})), [])
        self.assertEqual(self.broken(self.pages[1], self.spoilt({**PLACE, "day": DAYS})), [])

    def test_nonsense_breaks_no_page_of_the_check_out(self):
        self.authenticate("test_mother", "test_mother")

        self.assertEqual(self.broken(self.pages[2], self.spoilt(WISHES)), [])
        self.assertEqual(self.broken(self.pages[4], self.spoilt({"start": STARTS})), [])

    def test_nonsense_breaks_no_page_of_moving(self):
        self.authenticate("test_mother", "test_mother")
        move = f"/my/appointments/{self.visit.id}/move"

        self.assertEqual(self.broken(move, self.spoilt({**PLACE, "day": DAYS})), [])
        self.assertEqual(self.broken(f"{move}/check", self.spoilt({**PLACE, "start": STARTS})), [])
        self.assertEqual(self.broken(f"{move}/taken", self.spoilt({**PLACE, "start": STARTS})), [])

    def test_pages_without_parameters_do_not_break(self):
        self.authenticate("test_mother", "test_mother")

        self.assertEqual([self.status(page) for page in self.pages], [200] * 5)

    def test_nonsense_in_the_path_is_an_unknown_page(self):
        self.authenticate("test_mother", "test_mother")
        paths = ["x", "-1", "x-0", f"x-{NO_ID}", f"x-{'9' * 30}", "thanks", "a" * 3000]

        addresses = [f"/book/{path}{page}" for path, page in product(paths, ["", "/who"])]
        addresses += ["/my/appointments/0", f"/my/appointments/{'9' * 30}", "/my/appointments/x"]
        addresses += [f"/book/thanks/{'a' * 3000}"]

        self.assertEqual([each for each in addresses if self.status(each) != 404], [])

    def test_nonsense_in_the_form_breaks_nothing(self):
        self.authenticate("test_mother", "test_mother")
        form = {"csrf_token": self.csrf_token()}
        hold = f"{self.pages[1]}/hold"

        broken = [
            (data, response.status_code)
            for url, nonsense in (
                (hold, WISHES),
                ("/book/confirm", {"key": WORDS, "version": WORDS}),
                ("/book/basket/remove", {"appointment": WORDS}),
            )
            for data in self.spoilt(nonsense, **form)
            if (response := self.url_open(url, data=data)).status_code not in (200, 422)
        ]

        self.assertEqual(broken, [])

    def csrf_token(self):
        """The token of a form of this session."""
        page = self.url_open(self.pages[2], params=self.usual)
        return page.text.split('name="csrf_token" value="')[1].split('"')[0]

    def snapshot(self):
        """What tells, table by table, whether anything was written."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname ~ '^clinic_'"
        )
        tables = sorted(name for (name,) in self.env.cr.fetchall())
        self.assertIn("clinic_appointment", tables)
        return {
            table: self.fingerprint(table) for table in [*tables, "res_partner", "account_move"]
        }

    def fingerprint(self, table):
        """Changes whenever a row of the table does: an update makes a new version of it."""
        versions = SQL("string_agg(ctid::text, ',' ORDER BY ctid)")
        return self.env.execute_query(
            SQL("SELECT count(*), %s FROM %s", versions, SQL.identifier(table))
        )

    def test_looking_twice_changes_nothing(self):
        self.authenticate("test_mother", "test_mother")
        before = self.snapshot()

        pages = [
            *self.pages,
            f"/book/thanks/{self.visit.booking_id.key}",
            "/my",
            "/my/appointments",
        ]
        pages += [f"/my/appointments/{self.visit.id}", "/my/appointments?when=past"]
        statuses = [self.status(page, self.usual) for page in pages * 2]

        self.assertEqual(statuses, [200] * len(statuses))
        self.assertEqual(self.snapshot(), before)
