"""Whether time or words of an answer tell who has an account: pairs of a known and unknown login.

The two of a pair follow each other, in an order by chance, so that what else the machine does falls
on both. What tells is how often the known one took longer: of those that tell nothing, one in two.
"""

import os
import random
import statistics
import time

import requests
from lxml import html

from tools import databases, server
from tools.environment import Failure, step

PAIRS, MOST_PAIRS = 100, 10000
KNOWN, UNKNOWN = "rosa@example.com", "nobody@example.com"
LOGIN, RESET, SIGNUP = "/web/login", "/web/reset_password", "/web/signup"
# A login of the demo clinic is no address; and as many as are measured would be too many.
KNOW = "UPDATE res_users SET login = %s WHERE login = 'rosa'"
FORGET = "UPDATE clinic_signup SET asked_at = asked_at - interval '1 day'"
# Of as many pairs the known one may take longer, at least and at most.
LEAST, MOST = 0.3, 0.7
SETTINGS = {"base.login_cooldown_after": "0", "auth_signup.reset_password": "True"}


def read_pairs(text=""):
    """Return how many pairs to measure: as PAIRS says, if anything.

    >>> read_pairs("5")
    5
    """
    text = text or os.environ.get("PAIRS") or str(PAIRS)
    if not text.isdigit() or not 1 <= int(text) <= MOST_PAIRS:
        raise Failure(f"PAIRS={text}: take a number from 1 to {MOST_PAIRS}.")
    return int(text)


def run():
    """Serve a copy of the demo clinic, knock at its doors, and fail where the time tells."""
    pairs = read_pairs()
    with databases.test_copy() as database:
        for key, value in SETTINGS.items():
            databases.query(database, "DELETE FROM ir_config_parameter WHERE key = %s", [key])
            databases.query(
                database, "INSERT INTO ir_config_parameter (key, value) VALUES (%s, %s)",
                [key, value],
            )  # fmt: skip
        databases.query(database, KNOW, [KNOWN])
        with server.serving(database, server.free_port()) as running:
            measured = {
                page: measure(running.url, page, pairs, lambda: databases.query(database, FORGET))
                for page in (LOGIN, RESET, SIGNUP)
            }
    show(measured)
    judge(measured)


def measure(url, page, pairs, forget=lambda: None):
    """How many seconds each answer took, of the known and the unknown login; both say the same."""
    session = requests.Session()
    form = html.fromstring(session.get(f"{url}{page}", timeout=60).text)
    token = form.xpath("//input[@name='csrf_token']/@value")[0]
    fields = {"csrf_token": token, "password": "not this one"}
    took = {KNOWN: [], UNKNOWN: []}
    with step(f"Asking {page} {pairs} times for each"):
        for number in range(pairs + 1):
            said = set()
            for login in random.sample(list(took), 2):
                began = time.perf_counter()
                answer = session.post(f"{url}{page}", {**fields, "login": login}, timeout=60)
                seconds = time.perf_counter() - began
                if answer.status_code != 200:
                    raise Failure(f"{page} answered {answer.status_code}")
                said.add(read(answer.text).replace(login, "…"))
                # The first of all makes style sheets.
                if number:
                    took[login].append(seconds)
            if len(said) > 1:
                raise Failure(f"What {page} says tells who has an account: {said}")
            forget()
    return took


def read(page):
    """Return what one reads on a page.

    >>> read("<html><body><main>Wrong <b>password</b></main></body></html>")
    'Wrong password'
    """
    return html.fromstring(page).xpath("normalize-space(//main)")


def get_share(took):
    """Of the pairs, in how many the known one took longer.

    >>> get_share({KNOWN: [3, 1], UNKNOWN: [2, 2]})
    0.5
    """
    return statistics.mean(
        float(known > unknown) for known, unknown in zip(took[KNOWN], took[UNKNOWN], strict=True)
    )


def show(measured):
    """Print the medians, and how often the known one took longer."""
    print(f"\n{'page':<22}{'known ms':>10}{'unknown ms':>12}{'known longer':>14}")
    for page, took in measured.items():
        known, unknown = (statistics.median(took[login]) * 1000 for login in (KNOWN, UNKNOWN))
        print(f"{page:<22}{known:>10.0f}{unknown:>12.0f}{get_share(took):>13.0%}", flush=True)


def judge(measured):
    """Fail where one of the two takes longer nearly always.

    >>> judge({LOGIN: {KNOWN: [7, 1], UNKNOWN: [4, 4]}})
    >>> judge({LOGIN: {KNOWN: [7, 7], UNKNOWN: [1, 1]}})
    Traceback (most recent call last):
    tools.environment.Failure: The time that /web/login takes tells who has an account.
    """
    for page, took in measured.items():
        if not LEAST <= get_share(took) <= MOST:
            raise Failure(f"The time that {page} takes tells who has an account.")
