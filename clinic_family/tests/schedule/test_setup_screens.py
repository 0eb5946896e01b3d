"""What the manager makes while they set up a clinic."""

from ast import literal_eval

from lxml import etree

from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from ..common import ROLE, ClinicCase


@tagged("post_install", "-at_install")
class TestSetupScreens(ClinicCase):
    def setUp(self):
        super().setUp()
        self.manager = self.user("test_setup", "Max Manager", ROLE + "manager")

    def field(self, model, name, view_type="form"):
        """A field of one of the model's views, as an element."""
        view = self.env[model].with_user(self.manager).get_view(view_type=view_type)
        return etree.fromstring(view["arch"]).find(f".//field[@name='{name}']")

    def test_a_fee_made_while_adding_a_service_is_a_service_with_a_price(self):
        field = self.field("clinic.service", "product_id")
        context = literal_eval(field.get("context"))
        fee = Form(self.env["product.product"].with_user(self.manager).with_context(**context))
        fee.name = "Talk"
        fee.lst_price = 80
        service = Form(self.env["clinic.service"].with_user(self.manager))
        service.name = "Talk"

        service.product_id = fee.save()

        self.assertEqual(service.save().product_id.type, "service")
        self.assertTrue(literal_eval(field.get("options"))["no_quick_create"])

    def service_abroad(self, **fee):
        """A service of a company with another currency, its fee made with these values."""
        currency = self.env["res.currency"].create({"name": "TST", "symbol": "T"})
        abroad = self.env["res.company"].create({"name": "Abroad", "currency_id": currency.id})
        fee = self.env["product.product"].create({
            "name": "Talk", "type": "service", "company_id": abroad.id, **fee,
        })  # fmt: skip
        return self.env["clinic.service"].create({
            "name": "Talk", "product_id": fee.id, "company_id": abroad.id,
        })  # fmt: skip

    def test_the_form_of_a_published_service_says_that_nobody_gives_it(self):
        service = self.service("Test Lonely", self.env["clinic.practitioner"])
        form = Form(service.with_user(self.manager))

        self.assertFalse(form.is_given)
        form.practitioner_ids.add(self.nora)
        self.assertTrue(form.is_given)
        form.save()
        self.nora.is_published = False
        self.assertFalse(service.with_user(self.manager).is_given)

    def test_a_fee_is_in_the_money_of_its_company(self):
        """Or it would be shown as 80 of one, charged as 80 of another and invoiced as 160."""
        with self.assertRaisesRegex(ValidationError, "Abroad invoices in TST"):
            self.service_abroad(company_id=False)

    def test_the_fee_of_a_service_stays_with_its_company(self):
        service = self.service_abroad()
        self.assertEqual(service.currency_id, service.company_id.currency_id)

        with self.assertRaisesRegex(ValidationError, "Abroad invoices in TST"):
            service.product_id.company_id = False

    def test_a_service_stays_with_the_company_of_its_fee(self):
        with self.assertRaisesRegex(ValidationError, "another company"):
            self.service_abroad().company_id = self.company

    def test_a_manager_makes_working_hours_and_sees_them_before_they_count(self):
        hours = Form(self.env["resource.calendar"].with_user(self.manager))
        hours.name = "Mornings"
        hours = hours.save()
        self.nora.with_user(self.manager).schedule_ids.calendar_id = hours

        self.assertEqual(self.nora.schedule_ids.calendar_id, hours)
        field = self.field("clinic.schedule", "calendar_id", "list")
        self.assertTrue(literal_eval(field.get("options"))["no_quick_create"])

    def test_a_branch_says_what_the_taxes_of_its_parent_say(self):
        tax = self.env["account.tax"].create({
            "name": "Test GST", "amount": 15, "company_id": self.company.id,
            "tax_group_id": self.env["account.tax.group"].create({"name": "Test GST"}).id,
        })  # fmt: skip
        self.product.taxes_id = tax
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        service = self.env["clinic.service"].create({
            "name": "Talk", "product_id": self.product.id, "company_id": branch.id,
        })  # fmt: skip
        self.assertEqual(service.tax_text, "plus tax")

        # A tax of its own counts before the parent's, and one of nothing is none.
        self.product.taxes_id |= tax.copy({"company_id": branch.id, "amount": 0})

        self.assertFalse(service.tax_text)
