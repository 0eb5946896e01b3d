from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import format_date, format_datetime, format_list, formatLang, html2plaintext

from ...engine.person_file import Kept, Part, write_archive
from .res_partner import MANAGER

PEOPLE = ("res.partner", "res.users")
# What these are called says nothing but what they are of.
NAMING = ("name", "title")


class File(NamedTuple):
    """One person's file: what it is called, and what is in it."""

    name: str
    content: bytes


class ClinicPersonFile(models.AbstractModel):
    """Everything one company keeps about one person, and nothing about anybody else.

    Each domain says which of its records name people (`_get_list`): a test holds that none is
    missing. The same list tells what is erased. Other people are named only where the person knows
    them at this clinic: a relative they are linked with now, or who may act for them, or they for.
    """

    _name = "clinic.person.file"
    _description = "One Person's File"

    @api.model
    def _get_list(self):
        """What is kept of people, by model; extended by each domain."""
        return {
            "res.partner": Kept(
                self.env._("Personal details"),
                whose=("id",),
                shows=(
                    "name", "birth_date", "email", "unconfirmed_email", "phone", "street",
                    "street2", "zip", "city", "state_id.name", "country_id.name", "lang", "vat",
                    "emergency_contact", "is_patient", "create_date",
                ),
                notes=("comment", "patient_group_ids.name"),
                loses=True,
            ),
            "res.users": Kept(
                self.env._("Login"),
                whose=("partner_id",),
                shows=("login", "create_date", "login_date"),
                company="",
                loses=True,
            ),
            "clinic.relationship": Kept(
                self.env._("Relationships"),
                whose=("person_a_id", "person_b_id"),
                shows=(
                    "person_a_id", "type_a_id.name", "person_b_id", "type_b_id.name",
                    "started_on", "ended_at",
                ),
                notes=("end_reason",),
                wipes=("end_reason",),
            ),
            "clinic.permission": Kept(
                self.env._("Permissions given and received"),
                whose=("grantor_id", "grantee_id"),
                shows=(
                    "grantor_id", "grantee_id", "kind", "basis", "responsibility", "starts_at",
                    "ends_at", "ended_at", "end_kind",
                ),
                notes=("end_reason",),
                wipes=("end_reason",),
            ),
            "clinic.invitation": Kept(
                self.env._("Questions and invitations"),
                whose=("asker_id", "grantor_id"),
                shows=("asker_id", "grantor_id", "kinds", "create_date", "state", "answered_at"),
                wipes=("name", "email"),
            ),
            # Whom somebody is kept apart from is for managers alone: it would warn the other one.
            "clinic.block": Kept(whose=("person_a_id", "person_b_id"), wipes=("reason",)),
            # Where it is, and nobody's.
            "clinic.location": Kept(also=("partner_id",)),
            # Of a patient, the groups they are in are shown; a group is its other members too.
            "clinic.patient.group": Kept(also=("partner_ids",)),
        }  # fmt: skip

    # Who may have it

    @api.model
    def _make_own(self):
        """The reader's own, without what staff wrote freely: the clinic looks at that first."""
        return self._make(self.env.user.partner_id, is_for_staff=False)

    @api.model
    def _make_for_manager(self, person):
        """Somebody else's, for a manager who answers the person."""
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("A manager makes the file of a person."))
        if self.env.company not in self.env.user.company_ids:
            raise AccessError(self.env._("A manager makes the file of a person."))
        person.check_access("read")
        return self._make(person, is_for_staff=True)

    def _make(self, person, is_for_staff):
        # Decided before: it is about this person, and about nobody else.
        parts = self.sudo()._read_parts(person.sudo(), is_for_staff)
        made_at, company = fields.Datetime.now(), self.env.company.sudo()
        page = self.env["ir.qweb"].sudo()._render("clinic_family.person_file", {
            "person": person.sudo(),
            "company": company,
            "parts": parts,
            "is_for_staff": is_for_staff,
            "made_at": self._write_moment(made_at),
            "lang": (self.env.lang or "en_US").replace("_", "-"),
        })  # fmt: skip
        facts = {"person": person.id, "clinic": company.name, "made_at": made_at}
        content = write_archive(str(page), facts, parts)
        return File(name=f"person-{person.id}.zip", content=content)

    # What is in it

    @api.model
    def _get_selves(self, person):
        """The contacts that are this person: their addresses too."""
        people = person.with_context(active_test=False)
        return person | people.child_ids.filtered(
            lambda one: one.type != "contact" and not (one.is_patient or one.user_ids)
        )

    def _read_parts(self, person, is_for_staff):
        """What there is of the person, in full and in order, read with full rights."""
        selves, known = self._get_selves(person), self._find_known(person)
        parts = []
        for model, kept in self._get_list().items():
            ways = kept.shows + (kept.notes if is_for_staff else ())
            records = self._find(model, kept, selves) if ways else ()
            part = records and self._read_part(kept, records, ways, known | selves)
            if part and part.values:
                parts.append(part)
        return parts

    @api.model
    def _find(self, model, kept, selves):
        """The records of one model that are this person's, of the company at work or of none."""
        records = self.env[model].with_context(active_test=False)
        if not kept.whose:
            return records.browse()
        domain = Domain.OR([(way, "in", selves.ids)] for way in kept.whose)
        if kept.company.split(".")[0] in records._fields:
            domain &= Domain(kept.company, "in", [False, self.env.company.id])
        if kept.only:
            domain &= Domain(kept.only(selves.ids))
        return records.search(domain, order="id")

    def _find_known(self, person):
        """Whose names the person knows: who is linked with them, or acts for them, or they for."""
        relatives = self.env["res.partner"].union(
            *self.env["clinic.relationship"]._get_types(person)
        )
        authorities = self.env["clinic.authority"].search_fetch(
            ["|", ("person_id", "=", person.id), ("actor_id", "=", person.id)],
            ["person_id", "actor_id"],
        )
        return relatives | authorities.person_id | authorities.actor_id

    def _read_part(self, kept, records, ways, known):
        values, texts = [], []
        for record in records:
            read = {way: self._read_value(record, way, known) for way in ways}
            if not (kept.shows or any(read[way][1] for way in ways[1:])):
                # Nobody has noted anything.
                continue
            values.append({way: value for way, (value, _text) in read.items()})
            texts.append([text for _value, text in read.values()])
        labels = [self._get_label(records, way) for way in ways]
        return Part(records._name, kept.title, labels, values, texts)

    def _get_label(self, records, way):
        *path, last = way.split(".")
        if last == "display_name":
            return self.env._("Answer")
        for name in path[:-1]:
            records = records[name]
        if path and last not in NAMING:
            records = records[path[-1]]
        name = path[-1] if path and last in NAMING else last
        return records._fields[name]._description_string(self.env)

    def _read_value(self, record, way, known):
        """The value of a way, for machines and for readers."""
        *path, last = way.split(".")
        for name in path:
            record = record[name]
        field = record._fields[last]
        if field.comodel_name in PEOPLE:
            names = [self._say_who(one, known) for one in record[last]]
            return (names if field.type == "many2many" else "".join(names)), ", ".join(names)
        if len(record) > 1:
            listed = [one[last] for one in record]
            return listed, format_list(self.env, listed)
        value = record[last]
        if field.type == "html":
            value = html2plaintext(value or "")
        if value is False and field.type != "boolean":
            return None, ""
        return value, self._write_value(record, field, value)

    def _say_who(self, one, known):
        """A person's name, if it is known to who the file is about."""
        person = one if one._name == "res.partner" else one.partner_id
        if person in known:
            return person.name or ""
        if one._name == "res.users" and not one.share:
            return self.env._("The clinic")
        return self.env._("Another person")

    def _write_value(self, record, field, value):
        if field.type == "boolean":
            return "✓" if value else "–"
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, value)
        if field.type == "datetime":
            return self._write_moment(value)
        if field.type == "date":
            return format_date(self.env, value)
        if field.type in ("monetary", "float"):
            currency = "currency_id" in record._fields and record["currency_id"]
            return formatLang(self.env, value, currency_obj=currency or None)
        return str(value)

    def _write_moment(self, moment):
        return format_datetime(self.env, moment, tz=self.env.company.sudo().clinic_tz)
