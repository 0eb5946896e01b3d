from odoo import fields, models


class ClinicPackagePurchase(models.Model):
    """What a patient bought online: a form that is sent twice buys once."""

    # A room of its own in a large model.
    _inherit = "clinic.package.purchase"  # pylint: disable=consider-merging-classes-inherited

    order_key = fields.Char(readonly=True, copy=False, groups="base.group_user")

    _order_unique = models.UniqueIndex(
        "(owner_id, order_key) WHERE order_key IS NOT NULL", "This has been bought already."
    )
