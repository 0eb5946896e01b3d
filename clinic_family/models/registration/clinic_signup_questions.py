import hashlib

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from ...engine.account import read_name
from ...engine.contact import Contact


class ClinicSignupQuestions(models.AbstractModel):
    """What the clinic asks of whoever makes an account, and what becomes of the answers."""

    _name = "clinic.signup.questions"
    _description = "Sign-Up: What Is Asked"

    @api.model
    def _get_asked(self):
        """What the page asks, beside the name and the password."""
        company_sudo = self.env.company.sudo()
        terms = (company_sudo.clinic_terms or "").strip()
        return {
            "clinic_name": company_sudo.name,
            "asks_phone": company_sudo.clinic_asks_phone,
            "asks_birth_date": company_sudo.clinic_asks_birth_date,
            "terms": terms and plaintext2html(terms),
            # Whoever ticks the box agrees to what they read, and not to what stands there since.
            "terms_key": hashlib.sha256(terms.encode()).hexdigest(),
        }

    @api.model
    def _read_form(self, form):
        """What the form of a sign-up or of a new password says, beside what Odoo reads in it."""
        invited = self.env["clinic.family.invited"]
        invited._verify_password(form.get("password") or "")
        if form.get("token"):
            return {}
        name = read_name(form.get("name"))
        invited._verify_name(name)
        return {"name": name, **self._read_answers(form)}

    @api.model
    def _read_answers(self, form):
        """The answers as values of the new person."""
        asked, contact = self._get_asked(), Contact.from_form(form)
        values = {}
        if asked["asks_phone"]:
            values["phone"] = self._read_phone(contact)
        if asked["asks_birth_date"]:
            values["birth_date"] = self._read_birth(contact)
        if asked["terms"]:
            self._verify_agreed(form.get("agreed"), asked["terms_key"])
            values |= {
                "terms_agreed_at": self.env.cr.now(),
                "terms_agreed": self.env.company.sudo().clinic_terms,
            }
        return values

    def _read_phone(self, contact):
        if not contact.phone:
            raise UserError(self.env._("Please write your phone number."))
        return contact.phone

    def _read_birth(self, contact):
        """Whoever is a child here has no account by themselves: others decide for them."""
        if not contact.birth_text:
            raise UserError(self.env._("Please write your date of birth."))
        birth = self.env["clinic.contact"]._read_day(contact)
        if self.env["clinic.family"]._is_child(birth):
            raise UserError(self.env._(
                "Until the age of %s a parent or guardian books for you. Please ask them, or call "
                "the clinic.",
                self.env.company.sudo().clinic_child_age,
            ))  # fmt: skip
        return birth

    def _verify_agreed(self, agreed, key):
        if agreed and agreed != key:
            raise UserError(self.env._("The terms have changed. Please read them again."))
        if not agreed:
            raise UserError(self.env._("Please agree to the terms first."))
