"""Has Odoo's demo provider keep a book of what it charges, and take its time to answer.

Loaded for the whole server beside Odoo's own modules. CARD_BOOK names the book, in which each
charge is a line; as long as there is a file of the name in CARD_HOLD, no answer comes.
"""

import os
import time
from pathlib import Path

from odoo.addons.payment_demo.models.payment_transaction import PaymentTransaction

answer = PaymentTransaction._send_payment_request


def charge(self):
    with open(os.environ["CARD_BOOK"], "a", encoding="ascii") as book:
        book.write(f"{self.reference}\n")
    while Path(os.environ["CARD_HOLD"]).exists():
        time.sleep(0.01)
    return answer(self)


PaymentTransaction._send_payment_request = charge
