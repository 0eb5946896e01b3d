"""Two payments with one shared card, over real connections, at the same moment."""

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..race_common import RaceCase, get_rounds

ROUNDS = get_rounds(15)


@tagged("post_install", "-at_install", "-standard")
class TestSharedCardRace(RaceCase):
    """Greta lets Mira pay 100 a month; each payment is of 60."""

    def build(self):
        result = super().build()
        greta, mira = self.grandmother.partner_id, self.mother.partner_id
        self.permission = self.env["clinic.permission"].create({
            "grantor_id": greta.id,
            "grantee_id": mira.id,
            "kind": "card",
            "card_limit": 100,
            "card_currency_id": self.company.currency_id.id,
        })  # fmt: skip
        self.provider = self.env.ref("payment.payment_provider_demo")
        self.addCleanup(self.forget)
        return result

    def forget(self):
        self.clear()
        with self.registry.cursor() as cr:
            cr.execute("DELETE FROM clinic_permission WHERE id = %s", [self.permission.id])

    def clear(self):
        with self.registry.cursor() as cr:
            cr.execute(
                "DELETE FROM payment_transaction WHERE clinic_card_permission_id = %s",
                [self.permission.id],
            )
        return super().clear()

    def pay(self, env):
        permission = self.permission.with_env(env)
        try:
            permission._take_from_card(60)
        except ValidationError:
            return "too much"
        env["payment.transaction"].create({
            "provider_id": self.provider.id,
            "payment_method_id": self.provider.with_env(env).payment_method_ids[:1].id,
            "operation": "online_token",
            "amount": 60,
            "currency_id": permission.card_currency_id.id,
            "partner_id": permission.grantee_id.id,
            "clinic_card_permission_id": permission.id,
            "clinic_asked_at": "2027-03-28 20:00:00",
        })  # fmt: skip
        return "paid"

    def test_one_of_two_pays_and_the_other_reads_what_is_left(self):
        for _round in range(ROUNDS):
            self.clear()
            self.assertEqual(sorted(self.at_once(self.pay, self.pay)), ["paid", "too much"])
