"""Two workers under load over loopback: how many requests a second, and how long each takes.

People of their own look at free times and at their appointments, and book. Beside it, by the same
people in the same run, a page that is Odoo's own: milliseconds depend on the machine, which also
runs the people, and what compares is the ratio.
"""

import os
import random
import re
import statistics
import threading
import time
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta

import requests
from lxml import html

from tools import databases, server
from tools.environment import Failure, step

WORKERS, PEOPLE, SECONDS, MOST_SECONDS = 2, 12, 20, 600
STOCK, SLOTS, MINE = "/my/invoices", "free times", "my appointments"
# Nobody may book more than that ahead by themselves; a few are left for who runs it again.
MOST_BOOKED = 10
ADDRESS = re.compile(r'href="(/book/[\w-]+-\d+)"')
START = re.compile(r'name="start"[^>]*? value="([^"]+)"')
NEXT_WEEK = timedelta(days=7)
SHARES = ((0.6, SLOTS), (0.85, MINE))  # and the rest books
PASSWORD = "rosa"


@dataclass
class Tally:
    """What was asked for and how long each answer took, by what it was."""

    seconds: float = 0
    took: dict = field(default_factory=lambda: defaultdict(list))
    errors: list = field(default_factory=list)

    def rate(self, name=""):
        """Answers a second of one kind, or of all.

        >>> Tally(2.0, {"free times": [0.1, 0.2, 0.3]}).rate("free times")
        1.5
        """
        counted = [took for kind, took in self.took.items() if name in ("", kind)]
        return sum(map(len, counted)) / self.seconds


def read_seconds(text=""):
    """Return for how long to drive the server: as LOAD_SECONDS says, if anything.

    >>> read_seconds("5")
    5
    """
    text = text or os.environ.get("LOAD_SECONDS") or str(SECONDS)
    if not text.isdigit() or not 1 <= int(text) <= MOST_SECONDS:
        raise Failure(f"LOAD_SECONDS={text}: take a number from 1 to {MOST_SECONDS}.")
    return int(text)


def run():
    """Serve a copy of the demo clinic, drive it, and print what it took; errors fail."""
    seconds = read_seconds()
    with (
        databases.test_copy() as database,
        server.serving(database, server.free_port(), workers=WORKERS) as running,
    ):
        people = make_people(running.url, database)
        mixed = drive(people, Visitor.do_anything, seconds)
        slots = drive(people, Visitor.look_at_times, seconds / 2)
        stock = drive(people, Visitor.look_at_stock, seconds / 2)
    show(mixed)
    judge(mixed, slots, stock)


def judge(mixed, slots, stock):
    """Print how the page of times does beside Odoo's own; fail when anything went wrong.

    >>> fast, slow = Tally(1.0, {SLOTS: [0.1] * 6}), Tally(1.0, {STOCK: [0.1] * 3})
    >>> judge(Tally(1.0), fast, slow)
    <BLANKLINE>
    free times alone 6.0 a second, /my/invoices alone 3.0: ratio 2.0
    """
    ours, theirs = slots.rate(SLOTS), stock.rate(STOCK)
    ratio = f"{ours / theirs:.1f}" if theirs else "none"
    print(f"\n{SLOTS} alone {ours:.1f} a second, {STOCK} alone {theirs:.1f}: ratio {ratio}")
    errors = [error for tally in (mixed, slots, stock) for error in tally.errors]
    if errors:
        raise Failure(f"{len(errors)} requests went wrong, the first: {errors[0]}")


def show(tally):
    """Print how many answers a second there were, and how long people waited."""
    print(f"\n{'what':<18}{'answers':>8}{'a second':>10}{'p50 ms':>9}{'p95':>8}{'p99':>8}")
    everything = [each for some in tally.took.values() for each in some]
    for name, took in (*sorted(tally.took.items()), ("all", everything)):
        middle, late, last = (_quantile(took, share) * 1000 for share in (0.5, 0.95, 0.99))
        rate = len(took) / tally.seconds
        print(f"{name:<18}{len(took):>8}{rate:>10.1f}{middle:>9.0f}{late:>8.0f}{last:>8.0f}")
    print(f"{len(tally.errors)} errors", flush=True)


def _quantile(took, share):
    """The time within which this share of the answers came.

    >>> _quantile([3, 1, 2], 0.5), _quantile([], 0.5), _quantile([7], 0.99)
    (2.0, 0, 7)
    """
    if len(took) < 2:
        return sum(took)
    return statistics.quantiles(took, n=100, method="inclusive")[round(share * 100) - 1]


# People


def make_people(url, database, count=PEOPLE):
    """Return so many patients who have logged in, each over a connection of their own."""
    people = [Visitor(url, f"load{number}@example.com") for number in range(count)]
    with step(f"Making {count} accounts"):
        _register(url, database, [one.login for one in people])
        for one in people:
            one.log_in()
    return people


def _register(url, database, logins):
    """Give each an account; the password is copied, because Odoo takes long to make a new one."""
    portal = "SELECT res_id FROM ir_model_data WHERE module = 'base' AND name = 'group_portal'"
    groups = [(6, 0, [row["res_id"] for row in databases.query(database, portal)])]
    usual = {"group_ids": groups, "birth_date": "1990-05-01"}
    manager = Visitor(url, "manager", "manager")
    manager.log_in()
    manager.call("res.users", "create", [{"name": one, "login": one, **usual} for one in logins])
    copied = "(SELECT password FROM res_users WHERE login = 'rosa')"
    databases.query(
        database, f"UPDATE res_users SET password = {copied} WHERE login = ANY(%s)", [logins]
    )


class Visitor:
    """Somebody with an account, who waits for each page before asking for the next."""

    def __init__(self, url, login, password=PASSWORD):
        self.url, self.login, self.password = url, login, password
        self.session, self.booked = requests.Session(), 0
        self.random = random.Random(login)

    def log_in(self):
        """Log in, and find the address at which free times are shown."""
        fields = dict(_read_form(self.ask("/web/login?redirect=/web/health"), "/web/login")[1])
        self.ask("/web/login", {**fields, "login": self.login, "password": self.password})
        # The first page makes the style sheets, which nobody is to wait for later.
        address = ADDRESS.search(self.ask("/book"))[1]
        self.times = f"{address}?day={date.today() + NEXT_WEEK}"

    def call(self, model, method, *arguments):
        """Call a public method of a model, as the web client does."""
        call = {"params": {"model": model, "method": method, "args": arguments, "kwargs": {}}}
        answer = self.session.post(f"{self.url}/web/dataset/call_kw", json=call, timeout=60).json()
        if "error" in answer:
            raise Failure(answer["error"]["data"]["message"])

    def do_anything(self, note):
        """Look at free times, at one's appointments, or book: more look than book."""
        number = self.random.random()
        wished = next((name for share, name in SHARES if number < share), "")
        if wished == SLOTS or (not wished and self.booked >= MOST_BOOKED):
            self.look_at_times(note)
        elif wished == MINE:
            note(MINE, lambda: self.ask("/my/appointments"))
        else:
            self.book(note)

    def look_at_times(self, note):
        """The page of free times alone."""
        return note(SLOTS, lambda: self.ask(self.times))

    def look_around(self, note):
        """Free times and one's appointments in turn, which change nothing."""
        self.look_at_times(note)
        note(MINE, lambda: self.ask("/my/appointments"))

    def look_at_stock(self, note):
        """A page of Odoo's own that lists as much of the reader's."""
        note(STOCK, lambda: self.ask(STOCK))

    def book(self, note):
        """Choose a time, say who comes, and confirm; somebody else may be first."""
        page = self.look_at_times(note)
        starts = START.findall(page)
        if not starts:
            return
        start, times = self.random.choice(starts), page
        page = note("hold", lambda: self.take(times, start))
        with suppress(_NoForm):
            page = note("who comes", lambda: self._send(page, "/hold"))
            note("confirm", lambda: self._send(page, "/confirm"))
            self.booked += 1

    def take(self, page, start):
        """Choose this time of a page; the page that follows."""
        address, fields = _read_form(page, "/hold")
        return self.ask(address, {**dict(fields), "start": start})

    def _send(self, page, part_of_action):
        return self.ask(*_read_form(page, part_of_action))

    def ask(self, address, fields=None):
        """The page that is answered with; an error of the server's is one here."""
        verb = "GET" if fields is None else "POST"
        answer = self.session.request(verb, f"{self.url}{address}", data=fields, timeout=60)
        # What is refused with reasons is a page; everything else that isn't one went wrong.
        if answer.status_code not in (200, 422):
            raise _Wrong(f"{verb} {address.partition('?')[0]} answered {answer.status_code}")
        return answer.text


class _Wrong(Exception):
    """The server answered with what is no page."""


class _NoForm(Exception):
    """The page has no such form: the time was taken, for instance."""


def _read_form(page, part_of_action):
    """The address of the first form that is sent there, and its fields as they came.

    >>> page = '<form action="/book/x/hold"><input name="a" value="1&amp;2" type="hidden"/></form>'
    >>> _read_form(page, "/hold")
    ('/book/x/hold', [('a', '1&2')])
    """
    for form in html.fromstring(page).forms:
        if part_of_action in form.get("action", ""):
            return form.get("action"), form.form_values()
    raise _NoForm(part_of_action)


# Driving


def drive(people, action, seconds):
    """Have all do this over and over for so long; return what it took."""
    tally, ends, lock = Tally(), time.monotonic() + seconds, threading.Lock()

    def note(name, job):
        began = time.monotonic()
        page = job()
        with lock:
            tally.took[name].append(time.monotonic() - began)
        return page

    def go_on(person):
        while time.monotonic() < ends:
            try:
                action(person, note)
            except (_Wrong, _NoForm, requests.RequestException) as error:
                with lock:
                    tally.errors.append(str(error))

    began = time.monotonic()
    threads = [threading.Thread(target=go_on, args=(one,), daemon=True) for one in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tally.seconds = time.monotonic() - began
    return tally
