"""Odoo's command line as a script: with workers, Odoo starts its own script again."""

import sys

if __name__ == "__main__":
    del sys.path[0]  # this folder, whose modules are not meant for Odoo
    from odoo.cli import main

    main()
