"""Odoo's command line as a script: with workers, Odoo starts its own script again."""

import os
import signal
import sys

from tied import tie

MASTER = "CLINIC_FAMILY_ODOO"

if __name__ == "__main__":
    del sys.path[0]  # this folder, whose modules are not meant for Odoo
    if sys.argv[1:2] == ["gevent"]:
        tie(signal.SIGKILL)  # it would notice late that Odoo is gone, or never
        if os.getppid() != int(os.environ[MASTER]):  # gone before this could be asked for
            sys.exit()
    else:
        os.environ[MASTER] = str(os.getpid())
    from odoo.cli import main

    main()
