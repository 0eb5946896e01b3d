"""Ana, who is seventeen, has a login; her parents may do everything for her."""

from datetime import date

from .family_common import PARENTAL

SEVENTEEN = date(2010, 1, 15)
EVERYTHING = (*PARENTAL, "receipts", "calendar", "packages")


class Teenager:
    """For a test case: the girl, what her parents may, and a practitioner with a login."""

    @classmethod
    def build_teenager(cls):
        cls.girl = cls.user("test_girl", "Ana Anderling", email="ana@example.com")
        cls.girl.partner_id.birth_date = SEVENTEEN
        # She has logged in once.
        cls.env["res.users.log"].with_user(cls.girl).sudo().create({})
        cls.mother.email, cls.father.email = "mira@example.com", "fergus@example.com"
        for parent in (cls.mother, cls.father):
            cls.grant(cls.girl.partner_id, parent, *EVERYTHING)
        cls.doctor = cls.user("test_doctor", "Nora Test-Nightingale", cls.doctors_role)
        cls.nora.user_id = cls.doctor

    doctors_role = "clinic_family.clinic_family_group_practitioner"
