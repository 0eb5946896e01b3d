from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date

from ...engine.permissions import SWITCHES

FRONT_DESK = "clinic_family.clinic_family_group_front_desk"


class ClinicFamilyPanel(models.AbstractModel):
    """The panel on a patient's form: one row a relative, what each may do for the other.

    Read with the rights of the reader, so that a practitioner sees what the rules allow.
    """

    _name = "clinic.family.panel"
    _description = "Family Panel"

    @api.model
    def _get_panel(self, patient):
        """The rows and the words around them, as plain values.

        What a patient may do for others is the others' affair: only the front desk is shown.
        """
        is_front_desk = self.env.user.has_group(FRONT_DESK)
        if not is_front_desk and not self._is_readable(patient):
            return {"patient_id": patient.id, "is_readable": False, "kinds": [], "rows": []}
        permissions = self._search_permissions(patient)
        pairs = self._search_pairs(patient)
        people = permissions.grantor_id | permissions.grantee_id | self.env["res.partner"]
        # Who may see who acts for a patient may know their names.
        people = (people.union(*pairs) - patient).sudo()
        return {
            "patient_id": patient.id,
            "patient": patient.name or "",
            "is_readable": True,
            "is_editable": is_front_desk,
            "kinds": [{"kind": kind, "name": name} for kind, name in self._get_kind_names()],
            "rows": [
                self._get_row(patient, person, pairs.get(person), permissions, is_front_desk)
                for person in people.sorted(lambda person: (person not in pairs, person.name or ""))
            ],
        }

    def _is_readable(self, patient):
        """Whether the reader may know who acts for the patient; else silence, not "nobody"."""
        domain = [("person_id", "=", patient.id)]
        return bool(self.env["clinic.authority"].search_count(domain, limit=1))

    def _search_pairs(self, patient):
        """The relationship with each relative that the reader may see."""
        relationships = self.env["clinic.relationship"]
        domain = relationships._get_domain_of(patient)
        return {
            pair.person_b_id if pair.person_a_id == patient else pair.person_a_id: pair
            for pair in relationships.search(domain)
        }

    def _search_permissions(self, patient):
        """What counts, rests or will count, in both directions."""
        return self.env["clinic.permission"].search(
            (Domain("grantor_id", "=", patient.id) | Domain("grantee_id", "=", patient.id))
            & (Domain("ended_at", "=", False) | Domain("end_kind", "=", "suspended"))
        ).filtered(lambda permission: permission.state != "ended")  # fmt: skip

    def _get_kind_names(self):
        names = self.env["clinic.permission.kind"]._get_all_names()
        return [(kind, names[kind]) for kind in SWITCHES]

    def _get_row(self, patient, person, pair, permissions, is_front_desk):
        sides = [self._get_side(patient, person, permissions)]
        if is_front_desk:
            sides.append(self._get_side(person, patient, permissions))
        return {
            "id": person.id,
            "name": person.name or "",
            "relation": self._get_relation(patient, pair),
            "since": self._get_since(pair),
            "sides": sides,
        }

    def _get_relation(self, patient, pair):
        """What the relative is to the patient, if the two are linked."""
        if not pair:
            return self.env._("Not linked")
        return (pair.type_b_id if pair.person_a_id == patient else pair.type_a_id).name

    def _get_since(self, pair):
        day = pair and pair.started_on
        return self.env._("since %(day)s", day=self._format(day)) if day else ""

    def _get_side(self, grantor, grantee, permissions):
        """What the grantor lets the grantee do: a mark a kind, and a summary below."""
        between = permissions.filtered(
            lambda one: one.grantor_id == grantor and one.grantee_id == grantee
        )
        return {
            "grantor_id": grantor.id,
            "grantee_id": grantee.id,
            "title": self.env._(
                "What %(grantee)s may do for %(grantor)s",
                grantee=grantee.name,
                grantor=grantor.name,
            ),
            "marks": [self._get_mark(kind, name, between) for kind, name in self._get_kind_names()],
            "summary": self._get_summary(between),
        }

    def _get_mark(self, kind, name, between):
        of_kind = between.filtered(lambda permission: permission.kind == kind)
        live = of_kind.filtered("is_live")
        state = (live or of_kind)[:1].state or "none"
        detail = self._get_detail(live or of_kind)
        return {"kind": kind, "state": state, "text": f"{name}: {detail}"}

    def _get_detail(self, permission):
        permission = permission[:1]
        if not permission:
            return self.env._("no")
        states = dict(permission._fields["state"]._description_selection(self.env))
        parts = [states[permission.state], self._get_basis_name(permission)]
        return ", ".join([*parts, *self._get_until(permission._get_end())])

    def _get_summary(self, between):
        """The bases of what counts or rests, and the first end."""
        if not between:
            return self.env._("Nothing")
        bases = list(dict.fromkeys(self._get_basis_name(one) for one in between))
        ends = [one._get_end() for one in between if one._get_end()]
        parts = [*bases, *self._get_until(min(ends, default=False))]
        # Whose end by age isn't known has to be asked.
        if any(one.sudo().until_grown and not one.sudo().grown_at for one in between):
            parts.append(self.env._("date of birth not known"))
        return ", ".join(parts)

    def _get_basis_name(self, permission):
        bases = permission._fields["basis"]._description_selection(self.env)
        return dict(bases)[permission.basis]

    def _get_until(self, moment):
        if not moment:
            return []
        day = self._format(self.env["clinic.family"]._get_day(moment))
        return [self.env._("until %(day)s", day=day)]

    def _format(self, day):
        return format_date(self.env, day, date_format="d MMM y")
