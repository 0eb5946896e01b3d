import hashlib

from odoo import api, models
from odoo.tools import plaintext2html

from ...engine.account import read_name
from ...engine.contact import Contact
from ...exceptions import FamilyRefused


class ClinicSignupQuestions(models.AbstractModel):
    """What the clinic asks of whoever makes an account, and what becomes of the answers."""

    _name = "clinic.signup.questions"
    _description = "Sign-Up: What Is Asked"

    @api.model
    def _get_asked(self, person_sudo=None):
        """What the page asks, beside the name and the password: what isn't known of this person."""
        company_sudo = self.env.company.sudo()
        person_sudo = person_sudo or self.env["res.partner"].sudo()
        has_agreed = person_sudo.terms_agreed == company_sudo.clinic_terms
        terms = "" if has_agreed else (company_sudo.clinic_terms or "").strip()
        return {
            "clinic_name": company_sudo.name,
            "asks_phone": company_sudo.clinic_asks_phone and not person_sudo.phone,
            "asks_birth_date": company_sudo.clinic_asks_birth_date and not person_sudo.birth_date,
            "terms": terms and plaintext2html(terms),
            # Whoever ticks the box agrees to what they read, and not to what stands there since.
            "terms_key": hashlib.sha256(terms.encode()).hexdigest(),
        }

    @api.model
    def _read_form(self, form):
        """What the form of a sign-up or of a new password says, beside what Odoo reads in it."""
        invited = self.env["clinic.family.invited"]
        password = form.get("password") or ""
        invited._verify_password(password)
        invited._verify_confirmed(password, form.get("confirm_password") or "")
        if token := form.get("token"):
            return self._read_invited(token, form)
        name = read_name(form.get("name"))
        invited._verify_name(name)
        return {"name": name, **self._read_answers(form)}

    def _read_invited(self, token, form):
        person_sudo = self._find_invited(token)
        if not person_sudo:
            return {}
        values = self._read_answers(form, person_sudo)
        if not person_sudo.user_ids:
            self.env["clinic.family.invited"]._verify_login(
                form.get("login") or "", person_sudo.email
            )
            # Odoo would take what somebody logs in with for their address.
            values["email"] = person_sudo.email
        return values

    @api.model
    def _find_invited(self, token):
        """Who makes an account by a link of Odoo's, with full rights; nobody of those who have one
        and choose a new password, and no staff.
        """
        person_sudo = self.env["res.partner"].sudo()._signup_retrieve_partner(token)
        is_staff = any(user._is_internal() for user in person_sudo.user_ids)
        is_asked = person_sudo.signup_type != "reset" and not is_staff
        return person_sudo.filtered(lambda _person: is_asked)

    @api.model
    def _read_answers(self, form, person_sudo=None):
        """The answers as values of the person who makes the account."""
        asked, contact = self._get_asked(person_sudo), Contact.from_form(form)
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
            words = self.env._("Please write your phone number.")
            raise FamilyRefused("phone", words, ["phone"])
        return contact.phone

    def _read_birth(self, contact):
        """Whoever is a child here has no account by themselves: others decide for them."""
        if not contact.birth_text:
            words = self.env._("Please write your date of birth.")
            raise FamilyRefused("birth", words, ["birth_text"])
        birth = self.env["clinic.contact"]._read_day(contact)
        if self.env["clinic.family"]._is_child(birth):
            raise FamilyRefused("birth", self.env._(
                "Until the age of %s a parent or guardian books for you. Please ask them, or call "
                "the clinic.",
                self.env.company.sudo().clinic_child_age,
            ), ["birth_text"])  # fmt: skip
        return birth

    def _verify_agreed(self, agreed, key):
        if agreed and agreed != key:
            raise FamilyRefused("terms", self.env._(
                "The terms have changed. Please read them again."
            ), ["agreed"])  # fmt: skip
        if not agreed:
            words = self.env._("Please agree to the terms first.")
            raise FamilyRefused("terms", words, ["agreed"])
