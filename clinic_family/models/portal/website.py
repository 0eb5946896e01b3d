from odoo import models
from odoo.fields import Domain

NAME_AT_FIRST = "My Website"
MAIL_AT_FIRST = (False, "info@yourcompany.com")
PALETTE = "/website/static/src/scss/options/colors/user_color_palette.scss"
VALUES = "/website/static/src/scss/options/user_values.scss"
# Those of the device: no visitor's address goes to whoever serves the letters.
FONTS = {"font": "'SYSTEM_FONTS'", "headings-font": "'SYSTEM_FONTS'"}


class Website(models.Model):
    _inherit = "website"

    def _furnish(self, name, phone, email, logo, address, colors, said_of, **pages):
        """Makes this the demo clinic's website, unless somebody has begun to make it theirs.

        Its company has the name and the address then too, and who books for the first time may
        sign up. Demo data can be loaded into a clinic that is at work, where all they hold is
        written.
        """
        website = self.with_context(website_id=self.id)
        views = website.env["ir.ui.view"].with_context(active_test=False)
        # Each website has a home page of its own from the beginning.
        is_made = Domain("arch_updated", "=", True) | Domain("key", "!=", "website.homepage")
        has_own_pages = views.search_count(is_made & Domain("website_id", "=", self.id), limit=1)
        is_new = self.name == NAME_AT_FIRST and self.company_id.email in MAIL_AT_FIRST
        if has_own_pages or not is_new:
            return
        self.company_id.write({
            "name": name, "phone": phone, "email": email, "logo": logo, **address,
        })  # fmt: skip
        self.write({
            "name": name, "logo": logo, "auth_signup_uninvited": "b2c",
            "social_facebook": False, "social_twitter": False, "social_linkedin": False,
        })  # fmt: skip
        website.env["website.assets"].make_scss_customization(PALETTE, colors)
        website.env["website.assets"].make_scss_customization(VALUES, dict(FONTS))
        for key, arch in pages.items():
            website.env.ref(key).write({"arch": arch, **said_of.get(key, {})})
