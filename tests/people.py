"""People who book from outside: each has a login, a session and connections of their own."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import requests
from lxml import html

SECONDS_TO_ANSWER = 60


@dataclass
class Answer:
    """What the server said, after how many seconds."""

    status: int
    path: str
    text: str
    seconds: float

    @property
    def page(self):
        """The answer as a tree of elements."""
        return html.fromstring(self.text)

    @property
    def heading(self):
        """The page's title as the reader sees it."""
        return self.page.findtext(".//h1").strip()

    def form(self, css_class):
        """The address and the fields of a form, as a browser would send them untouched."""
        form = next(form for form in self.page.forms if css_class in form.get("class", ""))
        return form.get("action"), form.form_values()


class Person:
    """Somebody with an account."""

    def __init__(self, clinic, login):
        self.url, self.login = clinic.url, login
        self.session = requests.Session()

    def log_in(self):
        """Log in as one does in a browser; the password is the login."""
        _action, fields = self.get("/web/login").form("oe_login_form")
        answer = self.post(
            "/web/login", {**dict(fields), "login": self.login, "password": self.login}
        )
        assert answer.path != "/web/login", f"{self.login} could not log in."
        return self

    def get(self, address):
        """Open a page."""
        return self._send("GET", address)

    def post(self, address, fields, follow=True):
        """Send a form; unless it is to be followed, a redirect is the answer."""
        return self._send("POST", address, data=fields, allow_redirects=follow)

    def call(self, model, method, *arguments, **options):
        """Call a public method of a model, as the web client does."""
        call = {"model": model, "method": method, "args": arguments, "kwargs": options}
        answer = self.session.post(
            f"{self.url}/web/dataset/call_kw", json={"params": call}, timeout=SECONDS_TO_ANSWER
        ).json()
        assert "error" not in answer, answer["error"]["data"]["message"]
        return answer["result"]

    def open_check(self, service, start):
        """Walk to the last page before booking, for oneself at a start of the page of times."""
        who = self.get(start)
        action, fields = who.form("o_clinic_who")
        query = requests.models.RequestEncodingMixin._encode_params(fields)
        return self.get(f"{action}?{query}")

    def _send(self, verb, address, **options):
        begun = time.monotonic()
        response = self.session.request(
            verb, urljoin(self.url, address), timeout=SECONDS_TO_ANSWER, **options
        )
        target = urlsplit(urljoin(response.url, response.headers.get("Location", "")))
        return Answer(response.status_code, target.path, response.text, time.monotonic() - begun)
