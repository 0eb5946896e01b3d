"""What the demo clinic mails: none of it leaves this machine, all of it is read in a browser."""

import html
import mailbox
import threading
from contextlib import contextmanager
from email import message_from_binary_file, policy
from email.utils import parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Mailbox

from tools.environment import CACHE

HOST = "127.0.0.1"
FOLDER = CACHE / "mails"
PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; margin: 1rem auto; max-width: 50rem }}
body {{ padding: 0 1rem }}
h1 {{ font-size: 1.5rem }} li {{ margin-block: .75rem }}
iframe {{ border: 1px solid #ccc; height: 75vh; width: 100% }}
</style></head><body><h1>{title}</h1>{body}</body></html>
"""
# Others wrote a mail: its links open, and nothing in it runs.
HARMLESS = "sandbox allow-popups allow-popups-to-escape-sandbox"


@contextmanager
def catching(port, smtp_port, folder=FOLDER):
    """Have a mail server at ``smtp_port`` while the block lasts, and its mails at ``port``.

    They are kept in a maildir, ``folder``.
    """
    receiver = Controller(Mailbox(folder), hostname=HOST, port=smtp_port)
    receiver.start()
    try:
        with ThreadingHTTPServer((HOST, port), _Reader) as reader:
            reader.folder = folder
            threading.Thread(target=reader.serve_forever, daemon=True).start()
            yield
            reader.shutdown()
    finally:
        receiver.stop()


class _Reader(BaseHTTPRequestHandler):
    """Answers with the list of mails, with one of them, or with a part of one."""

    def do_GET(self):
        key, _slash, number = self.path.strip("/").partition("/")
        box = mailbox.Maildir(self.server.folder, factory=_read)
        if not key:
            self._answer(_write_list(box))
        elif key not in box:
            self.send_error(404)
        elif not number:
            self._answer(_write_mail(key, box[key]))
        else:
            parts = dict(enumerate(_get_parts(box[key])))
            self._answer_part(parts.get(int(number) if number.isdigit() else None))

    def _answer_part(self, part):
        if not part:
            self.send_error(404)
            return
        content = part.get_content()
        if part.get_content_type() == "text/html":
            content = f'<base target="_blank">{content}'
        self._answer(content, part.get_content_type())

    def _answer(self, content, kind="text/html"):
        is_text = isinstance(content, str)
        data = content.encode() if is_text else content
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if is_text else kind)
        self.send_header("Content-Length", str(len(data)))
        if self.path.count("/") > 1:
            self.send_header("Content-Security-Policy", HARMLESS)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_arguments):
        """Nobody asks who read what."""


def _read(file):
    return message_from_binary_file(file, policy=policy.default)


def _get_parts(mail):
    return [part for part in mail.walk() if not part.is_multipart()]


def _when(mail):
    return parsedate_to_datetime(mail["Date"])


def _write_list(box):
    mails = sorted(box.items(), key=lambda item: _when(item[1]), reverse=True)
    lines = [
        f'<li><a href="/{key}">{html.escape(mail["Subject"] or "No subject")}</a><br>'
        f"{html.escape(mail['X-RcptTo'])} · {_when(mail).astimezone():%d %b %H:%M}</li>"
        for key, mail in mails
    ]
    body = f"<ul>{''.join(lines)}</ul>" if lines else "<p>None yet. Reload after a while.</p>"
    return PAGE.format(title="Mails of the demo clinic", body=body)


def _write_mail(key, mail):
    parts = _get_parts(mail)
    shown = mail.get_body(("html", "plain"))
    names = [html.escape(part.get_filename() or part.get_content_type()) for part in parts]
    links = [f'<a href="/{key}/{number}">{name}</a>' for number, name in enumerate(names)]
    source = f"/{key}/{parts.index(shown)}" if shown else "about:blank"
    to = html.escape(mail["X-RcptTo"])
    body = (
        f'<p><a href="/">All mails</a> · to {to} · {" · ".join(links)}</p>'
        f'<iframe src="{source}" title="What it says"></iframe>'
    )
    return PAGE.format(title=html.escape(mail["Subject"] or "No subject"), body=body)
