from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...engine.searching import fold, read_dates, read_phone

MOST_FOUND = 8


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
        """Patients a newcomer may be already: the same name, birth, number or address."""
        self._verify_front_desk()
        conditions = []
        words = fold(name).split()
        if len(words) > 1:
            conditions.append(Domain.AND(self._match(f"% {word}%") for word in words))
        if digits := read_phone(phone or ""):
            conditions.append(self._match(f"%#%{digits}%"))
        if "@" in (email or ""):
            conditions.append(Domain("email_normalized", "=", email.strip().lower()))
        if (day := self._read_day(birth)) and words:
            conditions.append(Domain("birth_date", "=", day) & self._match(f"% {words[0]}%"))
        if not conditions:
            return []
        domain = Domain("is_patient", "=", True) & Domain.OR(conditions)
        found = self.env["res.partner"].search(domain, limit=3)
        return [self._show_patient(person) for person in found]

    @api.model
    def create_patient(self, name, birth=False, phone="", email=""):
        """Makes a patient of what a receptionist types on the phone."""
        self._verify_front_desk()
        if not (name or "").strip():
            raise UserError(self.env._("Please write the name."))
        day = self._read_day(birth)
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
