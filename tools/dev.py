"""Entry point of every `make` target: `python3 tools/dev.py <verb>`.

This file and what it imports before the virtual environment exists use only the standard
library, and the version check comes first, so an old Python gets a sentence and not a traceback.
"""

import os
import signal
import sys

OLDEST, NEWEST = (3, 10), (3, 13)


def python_complaint(version):
    """Return the sentence for a Python that Odoo 19 does not run on, or None.

    >>> python_complaint((3, 12))
    >>> python_complaint((3, 9))[:19]
    'This is Python 3.9,'
    """
    if OLDEST <= tuple(version[:2]) <= NEWEST:
        return None
    return (
        f"This is Python {version[0]}.{version[1]}, but Odoo 19 needs 3.10 to 3.13: install one of "
        "these and name it, as in `make run PYTHON=python3.12`."
    )


def enter_virtual_environment():
    """Start this program again inside the virtual environment, unless it runs there already."""
    from tools import python_env
    from tools.environment import keep_bytecode

    python_env.ensure()
    if not python_env.is_active():
        keep_bytecode()
        os.execv(
            python_env.PYTHON, [str(python_env.PYTHON), os.path.abspath(__file__), *sys.argv[1:]]
        )


def run_verb(arguments):
    """Do what the command line asks and return the exit code."""
    enter_virtual_environment()
    from tools import verbs

    return verbs.run(arguments)


def main(arguments):
    """Return the exit code of the verb; a known trouble becomes one sentence."""
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    complaint = python_complaint(sys.version_info)
    if complaint:
        sys.exit(complaint)
    from tools import stopping
    from tools.environment import sentence_for

    for number in stopping.SIGNALS:
        # `nohup` has the clinic go on when the terminal closes.
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, stopping.raise_interrupt)
    try:
        return run_verb(arguments)
    except KeyboardInterrupt as stop:
        print(f"\nStopped by {signal.Signals(stop.args[0]).name}.", flush=True)
        return 130
    except Exception as trouble:
        print("\n" + sentence_for(trouble), file=sys.stderr, flush=True)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
