"""On Odoo's page of one's account a patient stays who the clinic knows, and where it writes to."""

from lxml import html

from odoo.exceptions import UserError
from odoo.tests import JsonRpcException, tagged

from ..common import ROLE, TUESDAY, written
from ..family_common import FamilyHttpCase

ADDRESS = {"phone": "+64 9 555 0001", "street": "1 Quay Street", "city": "Auckland", "zip": "1010"}


@tagged("post_install", "-at_install")
class TestOdooAccount(FamilyHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mira = cls.mother.partner_id
        cls.address = {**ADDRESS, "country_id": str(cls.env.ref("base.nz").id)}

    def save(self, user, **changes):
        """What Odoo's form is told."""
        person = user.partner_id
        known = {"partner_id": person.id, "name": person.name, "email": person.email or ""}
        form = {**known, **self.address, "required_fields": "name,email", **changes}
        return self.post(user, "/my/address/submit", form).json()

    def rename(self, user, **values):
        self.authenticate(user.login, user.login)
        params = {"model": "res.users", "method": "write", "args": [user.ids, values], "kwargs": {}}
        self.make_jsonrpc_request("/web/dataset/call_kw/res.users/write", params)

    def get_read_only(self, user):
        page = html.fromstring(self.get(user, "/my/account").content)
        return {field.get("name") for field in page.xpath("//main//input[@readonly]")}

    def test_the_name_and_the_address_of_messages_are_changed_at_the_clinic(self):
        for field, new in (("name", "Thief"), ("email", "thief@example.com"), ("name", "mira")):
            with self.subTest(field=field):
                told = self.save(self.mother, **{field: new})

                self.assertEqual(told["invalid_fields"], [field])
                self.assertIn("Please ask there", " ".join(told["messages"]))
                self.assertEqual(self.mira.name, "Mira Motherwell")
                self.assertEqual(self.mira.email, "home@example.com")
                self.assertNotEqual(self.mira.street, "1 Quay Street")

    def test_the_rest_is_saved_as_ever(self):
        told = self.save(self.mother, name=" Mira Motherwell ")

        self.assertNotIn("invalid_fields", told)
        self.assertEqual(self.mira.street, "1 Quay Street")
        self.assertEqual(self.mira.country_id, self.env.ref("base.nz"))

    def test_what_is_changed_at_the_clinic_is_read_and_not_written_there(self):
        self.assertEqual(self.get_read_only(self.mother), {"name", "email"})
        self.assertIn("Please ask there", self.see(self.mother, "/my/account"))

    def test_whom_the_clinic_knows_no_address_of_needs_none(self):
        self.mira.email = False

        self.assertNotIn("invalid_fields", self.save(self.mother))
        self.assertEqual(self.mira.city, "Auckland")
        self.assertEqual(
            self.save(self.mother, email="new@example.com")["invalid_fields"], ["email"]
        )
        self.assertFalse(self.mira.email)
        page = html.fromstring(self.get(self.mother, "/my/account").content)
        [required] = page.xpath("//input[@name='required_fields']")
        self.assertEqual(required.get("value"), "name")

    def test_neither_is_changed_on_the_account_by_a_program(self):
        for values in ({"name": "Thief"}, {"email": "thief@example.com"}):
            with self.subTest(values=values):
                with self.assertRaises(JsonRpcException):
                    self.rename(self.mother, **values)
                with self.assertRaises(UserError):
                    self.mother.with_user(self.mother).write(values)
                self.assertEqual(self.mira.name, "Mira Motherwell")
                self.assertEqual(self.mira.email, "home@example.com")
        self.rename(self.mother, name="Mira Motherwell", phone="+64 9 555 0009")
        self.assertEqual(self.mira.phone, "+64 9 555 0009")

    def test_who_is_no_patient_writes_both(self):
        buyer = self.user("test_buyer", "Bob Buyer", email="bob@example.com")
        self.assertFalse(buyer.partner_id._is_of_clinic())
        self.assertEqual(self.get_read_only(buyer), set())

        self.save(buyer, name="Robert Buyer", email="robert@example.com")

        self.assertEqual(buyer.partner_id.name, "Robert Buyer")
        self.assertEqual(buyer.partner_id.email, "robert@example.com")

    # What was typed before

    def write_anew(self):
        """Somebody who has an account, and nothing at the clinic yet, types another address."""
        newcomer = self.user("nina@example.com", "Nina Newcomer", email="nina@example.com")
        self.save(newcomer, email="victim@example.com")
        self.assertEqual(newcomer.partner_id.email, "victim@example.com")
        return newcomer

    def verify_put_aside(self, person):
        self.env.invalidate_all()
        self.assertEqual(person.email, "nina@example.com")
        self.assertEqual(person.unconfirmed_email, "victim@example.com")
        self.assertNotIn("victim", str(self.env["mail.mail"].search([]).mapped("email_to")))

    def test_who_books_first_is_written_to_where_they_log_in(self):
        newcomer = self.write_anew()

        self.book(newcomer, self.checkout(self.single, written(TUESDAY, "10:00"), [newcomer]))

        self.verify_put_aside(newcomer.partner_id)

    def test_who_adds_a_child_first_is_written_to_where_they_log_in_and_so_is_the_child(self):
        newcomer = self.write_anew()

        form = {**self.child("Nils"), "email": "victim@example.com"}
        self.post(newcomer, "/my/family/add", form)

        child = newcomer.partner_id.held_permission_ids.grantor_id
        self.assertEqual(child.mapped("name"), ["Nils Littleton"])
        self.verify_put_aside(newcomer.partner_id)
        self.assertFalse(child.email)
        self.assertEqual(child.unconfirmed_email, "victim@example.com")

    def test_who_is_trusted_by_a_patient_first_is_written_to_where_they_log_in(self):
        newcomer = self.write_anew()

        permissions = self.env["clinic.permission"].with_user(self.mother).sudo()
        permissions._grant(self.mira, newcomer.partner_id, ["book"], "consent")

        self.verify_put_aside(newcomer.partner_id)

    def test_what_staff_enter_is_answered_for_by_them(self):
        newcomer = self.write_anew()
        desk = self.user("test_desk", "Fran Frontdesk", ROLE + "front_desk")

        permissions = self.env["clinic.permission"].with_user(desk).sudo()
        permissions._grant(self.mira, newcomer.partner_id, ["book"], "consent")

        self.assertEqual(newcomer.partner_id.email, "victim@example.com")

    def test_a_patients_address_that_staff_entered_stays(self):
        newcomer = self.user("nina@example.com", "Nina Newcomer", email="nina@example.com")
        newcomer.partner_id.write({"is_patient": True, "email": "nina.new@example.com"})

        self.book(newcomer, self.checkout(self.single, written(TUESDAY, "10:00"), [newcomer]))

        self.assertEqual(newcomer.partner_id.email, "nina.new@example.com")
        self.assertFalse(newcomer.partner_id.unconfirmed_email)

    # Staff

    def test_the_front_desk_writes_both(self):
        desk = self.user("test_desk", "Fran Frontdesk", ROLE + "front_desk")

        self.mira.with_user(desk).write({"name": "Mira Newman", "email": "mira@example.com"})

        self.assertEqual((self.mira.name, self.mira.email), ("Mira Newman", "mira@example.com"))

    def test_staff_who_are_patients_keep_their_own_account(self):
        desk = self.user("test_desk", "Fran Frontdesk", ROLE + "front_desk")
        desk.partner_id.is_patient = True

        desk.with_user(desk).write({"name": "Fran Newman"})

        self.assertEqual(desk.partner_id.name, "Fran Newman")
