"""What happens when somebody says stop: servers are let go of, whoever started them."""

import signal
import threading
from contextlib import contextmanager

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
UNHEARD = (signal.SIG_DFL, signal.default_int_handler)


def raise_interrupt(signum, _frame):
    """Turn the first signal to stop into KeyboardInterrupt and ignore the next ones.

    An impatient second Ctrl-C would otherwise cut off the tidying up and leave a server behind.
    """
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt(signum)


@contextmanager
def heard():
    """Leave the block as an exception does when this process is told to stop.

    SIGTERM ends a Python program on the spot, and what it started would live on.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread hears signals, and may say so
        return
    before = {number: signal.getsignal(number) for number in SIGNALS}
    ours = [number for number in SIGNALS if before[number] in UNHEARD]
    for number in ours:
        signal.signal(number, raise_interrupt)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, before[number])
