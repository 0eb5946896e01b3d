"""Odoo's command line as a script: with workers, Odoo starts its own script again."""

import signal
import sys

from tied import tie

if __name__ == "__main__":
    del sys.path[0]  # this folder, whose modules are not meant for Odoo
    if sys.argv[1:2] == ["gevent"]:
        tie(signal.SIGKILL)  # it would notice late that Odoo is gone, or never
    from odoo.cli import main

    main()
