from . import controllers, models, report, wizard


def uninstall_hook(env):
    """The website's copies of the booking menu have no external id, so Odoo doesn't find them."""
    env["website.menu"].search([("url", "=", "/book")]).unlink()
