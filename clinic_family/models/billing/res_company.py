from odoo import fields, models


class ResCompany(models.Model):
    """Invoices that confirm themselves, and whom they name."""

    _inherit = "res.company"

    clinic_invoice_naming = fields.Selection(
        [("all", "Everybody by name"), ("short", "The first by name, and how many others")],
        string="Names on Invoices",
        required=True,
        default="all",
    )
    clinic_post_invoices = fields.Boolean(string="Confirm Invoices Automatically")

    def _get_invoice_names(self, patients, payer):
        """Those an invoice is for, as the clinic wants them written: the payer comes first."""
        first, *others = patients.sorted(
            lambda person: (person != payer, person.name or "", person.id)
        ).mapped("name") or [""]
        if self.clinic_invoice_naming == "all":
            return ", ".join([first, *others])
        if len(others) > 1:
            return self.env._("%(name)s and %(count)s others", name=first, count=len(others))
        return self.env._("%s and 1 other", first) if others else first
