from odoo import fields, models


class ClinicService(models.Model):
    """What of its fee is paid as somebody books it online."""

    _inherit = "clinic.service"

    paid_online = fields.Selection(
        [
            ("nothing", "Nothing"),
            ("card", "Nothing, but a saved card is needed"),
            ("deposit", "A deposit"),
            ("all", "The whole fee"),
        ],
        string="To Pay When Booking Online",
        required=True,
        default="nothing",
        help="A visit is booked once this is paid. It goes back when the visit is cancelled in "
        "time. What the front desk books is paid as ever.",
    )
    charges_card = fields.Boolean(
        string="Charge Missed Fees to the Card",
        help="Who books it online for themselves to pay agrees that a fee for cancelling late or "
        "not coming is charged to their saved card once it is invoiced. What can't be charged is "
        "paid as any other invoice.",
    )
    deposit = fields.Monetary(
        help="For each fee, tax included. Where the fee is less, it is the fee.",
    )

    _deposit_positive = models.Constraint(
        "CHECK (paid_online <> 'deposit' OR deposit > 0)",
        "A deposit is more than nothing. Please enter the amount.",
    )

    def _get_due_online(self, payer, fees, get_own):
        """What this payer pays at booking of so many fees, in the company's currency.

        ``get_own`` says which part of their total is the payer's.
        """
        self.ensure_one()
        if self.paid_online not in ("deposit", "all") or not fees:
            return 0
        product_sudo = self.sudo().product_id
        total = self.env["account.tax"]._get_clinic_total(
            self.company_id, payer, [(product_sudo, product_sudo.lst_price)] * fees
        )
        own = get_own(total)
        return min(own, self.deposit * fees) if self.paid_online == "deposit" else own
