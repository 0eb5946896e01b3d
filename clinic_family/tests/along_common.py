"""A child, and adults of two households who could come along with him."""

from datetime import date

from .common import ROLE, TUESDAY


class AlongFamily:
    """Leo, a child, is Mira's, who books for him; Greta is linked with both; Fergus with Leo."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mira, cls.greta = cls.mother.partner_id, cls.grandmother.partner_id
        cls.fergus = cls.father.partner_id
        cls.leo.birth_date = date(2020, 5, 4)
        cls.grant(cls.leo, cls.mother, "book")
        other = cls.env.ref("clinic_family.clinic_relationship_type_other")
        for person, relative in (
            (cls.leo, cls.mira), (cls.leo, cls.greta), (cls.mira, cls.greta), (cls.leo, cls.fergus),
        ):  # fmt: skip
            cls.env["clinic.relationship"]._link(person, relative, other)
        cls.desk = cls.user("test_desk", "Dee Desk", ROLE + "front_desk")
        cls.visit = cls.appointment(TUESDAY, "10:00", [cls.leo], payer_id=cls.mira.id)
        cls.his = cls.visit.participant_ids
