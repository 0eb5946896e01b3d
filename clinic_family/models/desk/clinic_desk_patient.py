from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...engine.forms import read_day
from ...engine.likeness import LIKELY, SPELLED_ALIKE
from ...engine.searching import fold, get_digits, read_dates, read_phone

MOST_FOUND, MOST_ALIKE = 8, 4
# What is read of those who may be known, to be judged and shown.
SHOWN = [
    "name", "birth_date", "phone", "email", "email_normalized", "street", "street2", "zip", "city",
]  # fmt: skip


class ClinicDeskPatient(models.AbstractModel):
    """Whom the desk means by what it types, and who is new."""

    _name = "clinic.desk.patient"
    _inherit = ["clinic.desk"]
    _description = "Patients at the Desk"

    @api.model
    def search_people(self, text):
        """Patients and patient groups for what was typed: names in any order and without accents,
        a date of birth, a phone number, an e-mail address."""
        self._verify_front_desk()
        words = fold(text).split()
        if not words:
            return []
        groups = self._search_groups(text)
        people = self._search_patients(text, words)
        return [self._show_group(group) for group in groups] + [
            self._show_patient(person) for person in people[: MOST_FOUND - len(groups)]
        ]

    @api.model
    def _search_groups(self, text):
        domain = [("name", "ilike", text.strip()), ("partner_ids", "!=", False)]
        return self.env["clinic.patient.group"].search(domain, limit=2)

    @api.model
    def _search_patients(self, text, words):
        """Patients first, then other people the clinic knows."""
        people = self.env["res.partner"]
        found = people.search(
            Domain("is_patient", "=", True) & self._get_domain_of(text, words),
            limit=MOST_FOUND,
        )
        if len(found) < MOST_FOUND:
            others = Domain.AND(Domain("name", "ilike", word) for word in words)
            others &= Domain("is_company", "=", False) & Domain("id", "not in", found.ids)
            found |= people.search(others, limit=MOST_FOUND - len(found))
        return found

    @api.model
    def _get_domain_of(self, text, words):
        today = self.env.company._get_clinic_today()
        lang = self.env["res.lang"]._get_data(code=self.env.user.lang or "en_US")
        format_ = lang.date_format or "%m/%d/%Y"
        day_first = format_.find("%d") < format_.find("%m")
        if dates := read_dates(text, day_first, today):
            return Domain("birth_date", "in", dates)
        if digits := read_phone(text):
            return self._match(f"%#%{digits}%")
        return Domain.AND(self._match(f"% {word}%") for word in words)

    @api.model
    def _match(self, pattern):
        """Those whose search key is like this; the key itself nobody reads."""
        people_sudo = self.env["res.partner"].sudo()
        return Domain("id", "in", people_sudo._search([("clinic_search_key", "=like", pattern)]))

    @api.model
    def _show_group(self, group):
        return {
            "key": f"group-{group.id}",
            "ids": group.partner_ids.filtered("active").ids,
            "name": group.name,
            "detail": ", ".join(group.partner_ids.mapped("name")),
            "is_group": True,
        }

    @api.model
    def _show_patient(self, person):
        details = (self._format_day(person.birth_date), person.phone, person.email)
        return {
            "key": f"person-{person.id}",
            "ids": person.ids,
            "name": person.name or "",
            "detail": " · ".join(each for each in details if each),
            "is_group": False,
        }

    # A new patient

    @api.model
    def find_like(self, name="", birth=False, phone="", email=""):
        """Patients a newcomer may be already: the same number or address, or a name that is alike.

        A name is enough while nothing else is known. Asked at each pause of who types.
        """
        self._verify_front_desk()
        found = self._search_like(name, read_day(birth), phone, email)
        return [self._show_patient(one) for one in found]

    @api.model
    def _search_like(self, name, day, phone, email):
        email = (email or "").strip().lower()
        newcomer = self.env["res.partner"].new({
            "name": name, "birth_date": day, "phone": phone or "",
        })  # fmt: skip
        # Many are called Leo.
        has_more = len(fold(name).split()) > 1
        named = self.env["clinic.duplicates"]._search_alike(newcomer) if has_more else []
        domain = Domain("id", "in", named) | self._get_domain_of_reached(newcomer, email)
        people = self.env["res.partner"].search_fetch(domain, SHOWN)
        least = SPELLED_ALIKE if not newcomer.birth_date else LIKELY
        likely = self.env["clinic.duplicates"]._choose(newcomer, people, least)
        found = likely | people.filtered(lambda one: self._is_reached(one, newcomer, email))
        return found[:MOST_ALIKE]

    @api.model
    def _get_domain_of_reached(self, newcomer, email):
        """A few of those with the same number, address, or date of birth and first name."""
        domains = []
        if digits := read_phone(newcomer.phone):
            domains.append(self._match(f"%#%{digits}%"))
        if "@" in email:
            domains.append(Domain("email_normalized", "=", email))
        words = fold(newcomer.name).split()
        if newcomer.birth_date and words:
            born = Domain("birth_date", "=", newcomer.birth_date)
            domains.append(born & self._match(f"% {words[0]}%"))
        domain = Domain("is_patient", "=", True) & Domain.OR(domains)
        few = self.env["res.partner"]._search(domain, limit=MOST_ALIKE)
        return Domain("id", "in", few)

    @api.model
    def _is_reached(self, one, newcomer, email):
        """The same, of somebody who was found."""
        digits = read_phone(newcomer.phone)
        if digits and digits in get_digits(one.phone):
            return True
        if "@" in email and one.email_normalized == email:
            return True
        first, *_others = fold(newcomer.name).split() or [""]
        is_called_so = bool(first) and f" {first}" in fold(one.name)
        return is_called_so and bool(one.birth_date) and one.birth_date == newcomer.birth_date

    @api.model
    def create_patient(self, name, birth=False, phone="", email=""):
        """Makes a patient of what a receptionist types on the phone."""
        self._verify_front_desk()
        if not (name or "").strip():
            raise UserError(self.env._("Please write the name."))
        day = read_day(birth)
        if birth and not day:
            raise UserError(self.env._(
                "“%s” can't be read as a date. Please write it like 2017-08-14.", birth
            ))  # fmt: skip
        if day and day > self.env.company._get_clinic_today():
            raise UserError(self.env._("The date of birth is still to come."))
        return self._show_patient(
            self.env["res.partner"].create({
                "name": name.strip(),
                "birth_date": day,
                "phone": (phone or "").strip(),
                "email": (email or "").strip(),
                "is_patient": True,
            })
        )  # fmt: skip
