"""The front door of the demo clinic, loaded where somebody's website may stand already."""

from odoo.tests import TransactionCase, tagged
from odoo.tools.convert import convert_file

VALUES = "/website/static/src/scss/options/user_values.scss"
HOME = '<t t-call="website.layout"><div id="wrap"><h1>Our own words</h1></div></t>'


@tagged("post_install", "-at_install")
class TestDemoWebsite(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.website = cls.env.ref("website.default_website")
        cls.views = cls.env["ir.ui.view"].with_context(active_test=False)
        cls.mine = [("website_id", "=", cls.website.id)]
        # As Odoo makes a website: with a home page of its own, which says what that of all says.
        home = cls.views.search([*cls.mine, ("key", "=", "website.homepage")])
        (cls.views.search(cls.mine) - home).unlink()
        home.write({"arch": cls.env.ref("website.homepage").arch, "arch_updated": False})
        cls.website.name = "My Website"
        cls.website.company_id.email = False
        cls.website.company_id.write({"name": "My Company", "phone": "1"})
        cls.website.auth_signup_uninvited = "b2b"

    def load(self):
        """What Odoo's button "Load demo data" does with this file."""
        file = "demo/website_demo.xml"
        convert_file(self.env, "clinic_family", file, {}, mode="init", noupdate=True)

    def tell(self):
        """What is the website's own, and the company's."""
        views = self.views.search(self.mine)
        company = self.website.company_id
        pages = {view.key: view.arch for view in views}
        names = (self.website.name, company.name, company.phone, company.email)
        return names, self.website.auth_signup_uninvited, company.logo, pages

    def test_where_nobody_made_a_website_the_demo_clinic_has_one(self):
        self.load()

        names, sign_up, _logo, pages = self.tell()
        clinic = "Harbour Clinics"
        self.assertEqual(names, (clinic, clinic, "+64 9 555 0123", "hello@harbour.example.com"))
        self.assertEqual(sign_up, "b2c")
        self.assertIn("Care for the whole family", pages["website.homepage"])
        self.assertIn("Where to find us", pages["website.footer_custom"])
        assets = self.env["website.assets"].with_context(website_id=self.website.id)
        address = assets._make_custom_asset_url(VALUES, "web.assets_frontend")
        chosen = assets._get_custom_attachment(address).raw
        self.assertEqual(chosen.count(b"'SYSTEM_FONTS'"), 2)

    def test_what_odoo_extends_the_contact_page_with_finds_its_place(self):
        """As Odoo's CRM does: without its place it can't be installed."""
        self.load()

        contact = self.env.ref("website.contactus")
        self.views.create(
            {
                "name": "Contact Form (Opportunity)",
                "key": "test.contactus_form",
                "type": "qweb",
                "mode": "extension",
                "inherit_id": contact.id,
                "arch": """
                <xpath expr="//t[@t-set='contactus_form_values']" position="after">
                    <i class="o_test_extension"/>
                </xpath>
            """,
            }
        )
        # As at the end of an installation: what extends a page extends its copies.
        self.env.flush_all()
        self.views._create_all_specific_views(["test"])
        copy = self.views.search([*self.mine, ("key", "=", "website.contactus")])
        shown = copy.with_context(website_id=self.website.id, active_test=True)._get_combined_arch()
        self.assertTrue(shown.xpath("//i[hasclass('o_test_extension')]"))

    def test_a_page_that_somebody_made_is_theirs_and_so_is_all_else(self):
        home = self.env.ref("website.homepage")
        home.with_context(website_id=self.website.id).arch = HOME
        before = self.tell()

        self.load()

        self.assertEqual(self.tell(), before)

    def test_a_website_that_has_a_name_is_left_alone(self):
        self.website.name = "Our Practice"
        before = self.tell()

        self.load()

        self.assertEqual(self.tell(), before)

    def test_a_company_that_has_an_address_for_mail_is_left_alone(self):
        self.website.company_id.email = "us@practice.example.com"
        before = self.tell()

        self.load()

        self.assertEqual(self.tell(), before)
