"""What stands in front of an Odoo with several workers: one address for both of its ports."""

import socket
from contextlib import contextmanager
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread
from urllib.parse import urlsplit

ENOUGH = 65_536


class FrontProxy(ThreadingTCPServer):
    """Passes each connection on to the port its first request is for, and knows no more of HTTP.

    Browsers open a connection of its own for a websocket.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, http_port, gevent_port):
        super().__init__(("127.0.0.1", 0), _Passing)
        self.http_port, self.gevent_port = http_port, gevent_port
        self.reached = []

    def get_port(self, beginning):
        """Return the port for a connection that begins like this."""
        path = beginning.split(b" ", 2)[1]
        is_live = path.split(b"?")[0] == b"/websocket"
        self.reached += [path] if is_live else []
        return self.gevent_port if is_live else self.http_port


class _Passing(BaseRequestHandler):
    def handle(self):
        beginning = self.request.recv(ENOUGH)
        if beginning:
            port = self.server.get_port(beginning)
            with socket.create_connection(("127.0.0.1", port)) as odoo:
                odoo.sendall(beginning)
                back = Thread(target=_pass_on, args=(odoo, self.request), daemon=True)
                back.start()
                _pass_on(self.request, odoo)
                back.join()


def _pass_on(source, target):
    """Pass on what comes until there is no more, and say so."""
    try:
        while some := source.recv(ENOUGH):
            target.sendall(some)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # one of them has gone


@contextmanager
def in_front_of(url):
    """Have one address for the server at this one, whose websocket has a port of its own."""
    port = urlsplit(url).port
    with FrontProxy(port, port + 3) as proxy:
        thread = Thread(target=proxy.serve_forever, daemon=True)
        thread.start()
        proxy.url = f"http://127.0.0.1:{proxy.server_address[1]}"
        yield proxy
        proxy.shutdown()
