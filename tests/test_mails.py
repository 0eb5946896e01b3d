"""What the demo clinic mails is caught, and read in a browser."""

import smtplib
from email.message import EmailMessage
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tools import mails, server


@pytest.fixture
def page(tmp_path):
    """The address of the page on which mails are read, after one came."""
    port, smtp_port = server.free_port(), server.free_port()
    with mails.catching(port, smtp_port, tmp_path / "mails"):
        mail = EmailMessage()
        mail["From"], mail["To"] = "clinic@example.com", "maria@example.com"
        mail["Subject"] = "Booked <soon> · É"
        mail["Date"] = "Mon, 30 Nov 2026 09:00:00 +1300"
        mail.set_content("Your visit is booked.")
        mail.add_alternative('<a href="http://example.com/">Déplacer</a>', subtype="html")
        mail.add_attachment(b"BEGIN:VCALENDAR", "text", "calendar", filename="visit.ics")
        with smtplib.SMTP(server.HOST, smtp_port) as sender:
            sender.send_message(mail, to_addrs=["hidden@example.com"])
        yield f"http://{server.HOST}:{port}"


def read(address):
    """Return the text and the headers of a page."""
    with urlopen(address) as answer:
        return answer.read().decode(), answer.headers


def test_who_got_a_mail_and_about_what_is_listed(page):
    listed, _headers = read(page)

    assert "Booked &lt;soon&gt; · É" in listed
    assert "hidden@example.com" in listed


def test_a_mail_is_shown_with_its_parts_and_runs_nothing(page):
    key = read(page)[0].partition('<a href="/')[2].partition('"')[0]

    shown, _headers = read(f"{page}/{key}")
    body, headers = read(f"{page}/{key}/1")

    assert f'<iframe src="/{key}/1"' in shown
    assert "visit.ics" in shown
    assert ">Déplacer</a>" in body
    assert headers["Content-Security-Policy"].startswith("sandbox")
    assert read(f"{page}/{key}/0")[0].startswith("Your visit is booked.")


@pytest.mark.parametrize("path", ["nothing", "../../etc/passwd", "nothing/0"])
def test_what_is_no_mail_is_not_found(page, path):
    with pytest.raises(HTTPError, match="404"):
        read(f"{page}/{path}")
