"""A mail server that keeps what it got, and for whom; no faster than a real one."""

import math
import socketserver
import threading
import time
from contextlib import contextmanager

SECONDS_A_MAIL = 0.01


class _Session(socketserver.StreamRequestHandler):
    """One conversation in SMTP."""

    def handle(self):
        self._say("220 sink")
        for line in iter(self.rfile.readline, b""):
            verb = line[:4].upper().decode()
            if verb == "QUIT":
                self._say("221 bye")
                return
            if verb == "RCPT":
                self.address = line.decode().partition("<")[2].partition(">")[0]
            if verb == "DATA":
                while len(self.server.received) >= self.server.most:
                    time.sleep(SECONDS_A_MAIL)
                self._say("354 go on")
                self._take()
            self._say("250 ok")

    def _take(self):
        """From here on the message counts as received, whether or not the sender hears of it."""
        lines = list(self._read())
        self.server.mails.append((self.address, b"".join(lines)))
        self.server.received.append(self.address)
        self.server.in_flight = self.address
        with self.server.answering:
            time.sleep(SECONDS_A_MAIL)
            self.server.in_flight = None

    def _read(self):
        for line in iter(self.rfile.readline, b".\r\n"):
            if not line:
                raise ConnectionError("Who sent it was killed in the middle of it.")
            yield line

    def _say(self, line):
        self.wfile.write(line.encode() + b"\r\n")


class _Sink(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request, client_address):
        """Whoever hangs up in the middle was killed."""


@contextmanager
def receiving():
    """Have a mail server while the block lasts; `received` lists the addresses, `mails` the rest.

    Whoever holds `answering` keeps it silent: what is `in_flight` then was taken, and the sender
    doesn't know. After the `most` that it may take, the next sender waits.
    """
    with _Sink(("127.0.0.1", 0), _Session) as sink:
        sink.received, sink.mails, sink.most = [], [], math.inf
        sink.in_flight, sink.answering = None, threading.Lock()
        threading.Thread(target=sink.serve_forever, daemon=True).start()
        yield sink
        sink.shutdown()
