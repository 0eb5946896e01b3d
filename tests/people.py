"""People who book from outside: each has an account, a session and connections of their own."""

import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timezone
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import requests
from lxml import html

from tools import databases

JOB = "SELECT res_id FROM ir_model_data WHERE name = 'ir_cron_send_signups'"
MAILED = "SELECT body_html FROM mail_mail WHERE email_to = %s ORDER BY id DESC LIMIT 1"
SECONDS_TO_ANSWER = 60


def at_once(action, people):
    """Have all do the same at the same moment; return their answers in order."""
    barrier = threading.Barrier(len(people))

    def wait_and_act(person):
        barrier.wait(SECONDS_TO_ANSWER)
        return action(person)

    with ThreadPoolExecutor(len(people)) as threads:
        return list(threads.map(wait_and_act, people))


@dataclass(frozen=True)
class Start:
    """A free time, as the page of times links to it."""

    address: str

    @property
    def utc(self):
        """The moment as the database stores it."""
        text = parse_qs(urlsplit(self.address).query)["start"][0]
        return datetime.fromisoformat(text).astimezone(timezone.utc).replace(tzinfo=None)


@dataclass(frozen=True)
class Form:
    """A form of a page, filled in as it came."""

    action: str
    fields: list


@dataclass(frozen=True)
class Answer:
    """The page somebody got; `seconds` is how long the verdict took, before any redirect."""

    status: int
    address: str
    text: str
    seconds: float
    seconds_to_page: float

    @property
    def page(self):
        return html.fromstring(self.text)

    @property
    def heading(self):
        return self.page.xpath("normalize-space(//main//h1)")

    @property
    def words(self):
        return self.page.xpath("normalize-space(//main)")

    def forms(self, part_of_action):
        """The forms that are sent to such an address."""
        found = [form for form in self.page.forms if part_of_action in form.get("action", "")]
        return [Form(form.get("action"), form.form_values()) for form in found]

    def link(self, words):
        """The address of the first link that says this."""
        links = self.page.xpath("//main//a[@href]")
        return next(link.get("href") for link in links if words in link.text_content())


class Person:
    """Somebody with an account; as in the demo clinic, the password is often the login."""

    def __init__(self, url, login, password=None):
        self.url, self.login, self.password = url, login, password or login
        self.session = requests.Session()

    def log_in(self):
        (form,) = self.get("/web/login?redirect=/web/health").forms("/web/login")
        access = {"login": self.login, "password": self.password}
        answer = self.post(form.action, {**dict(form.fields), **access})
        assert answer.address.endswith("/web/health"), f"{self.login} could not log in"
        return self

    def on_another_line(self):
        """The same person, logged in as they are, over a connection of its own."""
        twin = Person(self.url, self.login)
        twin.session.cookies.update(self.session.cookies)
        return twin

    def call(self, model, method, *arguments):
        """Call a public method of a model, as the web client does."""
        call = {"model": model, "method": method, "args": arguments, "kwargs": {}}
        answer = self.session.post(
            f"{self.url}/web/dataset/call_kw", json={"params": call}, timeout=SECONDS_TO_ANSWER
        ).json()
        assert "error" not in answer, answer["error"]["data"]["message"]
        # What a method that answers nothing answers.
        return answer.get("result")

    def get(self, address):
        return self._send("GET", address)

    def post(self, address, fields):
        return self._send("POST", address, data=fields)

    def send(self, form):
        return self.post(form.action, form.fields)

    def find_starts(self, service, practitioner="First available"):
        """The free times of a service next week, with somebody or with whoever is free."""
        times = self.get(self.get("/book").link(service))
        chosen = times.page.xpath(f"//option[starts-with(., '{practitioner}')]/@value")[0]
        times = self.get(f"{urlsplit(times.address).path}?practitioner={chosen}")
        next_week = self.get(times.link("Later"))
        fields = dict(next_week.forms("/hold")[0].fields)
        place = {name: fields[name] for name in ("practitioner", "location")}
        return [
            Start(f"{urlsplit(times.address).path}/who?{urlencode({**place, 'start': start})}")
            for start in next_week.page.xpath("//button[@name='start']/@value")
        ]

    def choose_oneself(self, start):
        """Walk from a free time to the page that asks who is coming; return its form."""
        return self.get(start.address).forms("/hold")[0]

    def _send(self, verb, address, **options):
        begun = time.monotonic()
        response = self.session.request(
            verb, urljoin(self.url, address), timeout=SECONDS_TO_ANSWER, **options
        )
        verdict = (response.history or [response])[0].elapsed.total_seconds()
        return Answer(
            response.status_code,
            response.url,
            response.text,
            verdict,
            time.monotonic() - begun,
        )


def read_mailed_code(clinic, email):
    """The code in the message that confirms an address, once the scheduler has had it written."""
    (job,) = databases.query(clinic.database, JOB)
    Person(clinic.url, "admin").log_in().call("ir.cron", "method_direct_trigger", [job["res_id"]])
    (mail,) = databases.query(clinic.database, MAILED, [email])
    return re.search(r"<strong>(\d{6})</strong>", mail["body_html"])[1]
