from odoo import api, models
from odoo.modules.db import FunctionStatus
from odoo.tools import SQL, format_date

from ...engine import likeness
from ...engine.searching import fold, read_phone

# As many are judged, of whom a few are shown.
MOST_JUDGED, MOST_SHOWN = 60, 4


class ClinicDuplicates(models.AbstractModel):
    """Which patients may be the same person as another, and what the two have in common.

    Found by name, date of birth and telephone number, and judged by `engine/likeness.py`; never by
    an e-mail address, which families share. Who is or was linked with somebody is somebody else.
    """

    _name = "clinic.duplicates"
    _description = "Patients Entered Twice"

    # Who it may be

    @api.model
    def _find(self, person):
        """The patients who may be this person, the likeliest first, of those the reader may see."""
        # A name may be made of signs only, which tell nobody from anybody.
        if not fold(person.name):
            return person.browse()
        found = person.browse(self._search_alike(person))._filtered_access("read")
        return self._choose(person, found)

    @api.model
    def _choose(self, person, found, least=likeness.LIKELY):
        """Of those found the few who may be this person, the likeliest first."""
        this = self._get_profile(person)
        likely = {one: likeness.judge_likeness(this, self._get_profile(one)) for one in found}
        ranked = sorted(likely, key=lambda one: (-likely[one], one.id))
        likely_ones = [one for one in ranked if likely[one] >= least]
        return person.browse().union(*likely_ones[:MOST_SHOWN])

    @api.model
    def _search_alike(self, person):
        """The ids of the patients who have something in common with the person."""
        self.env["res.partner"].flush_model()
        self.env["clinic.relationship"].flush_model()
        return [id_ for (id_,) in self.env.execute_query(self._get_query(person))]

    @api.model
    def _get_query(self, person):
        """One statement, each part of which is answered by an index of its own."""
        alike = SQL(" UNION ALL ").join(
            SQL("SELECT id FROM res_partner WHERE %s", match)
            for match in self._get_matches(person).values()
        )
        return SQL(
            """
            SELECT person.id
              FROM (%(alike)s) alike
              JOIN res_partner person ON person.id = alike.id
             WHERE person.active
               AND person.is_patient
               AND person.id != %(id)s
               AND (person.company_id IS NULL OR person.company_id = ANY(%(companies)s))
               AND NOT EXISTS (
                   SELECT 1
                     FROM clinic_relationship linked
                    WHERE linked.person_a_id = person.id AND linked.person_b_id = %(id)s
                       OR linked.person_b_id = person.id AND linked.person_a_id = %(id)s
                   )
          GROUP BY person.id
          ORDER BY count(*) + %(rank)s DESC, person.id
             LIMIT %(most)s
            """,
            alike=alike,
            id=person.id or 0,
            companies=self.env.companies.ids,
            rank=self._rank(person.name, self._get_key(SQL("person."))),
            most=MOST_JUDGED,
        )

    @api.model
    def _get_matches(self, person):
        """The conditions of which one at least is met; the more are, the likelier it is."""
        key = self._get_key()
        matches = {"name": self._match_name(person.name, key)}
        if born := person.birth_date:
            matches["birth"] = SQL("birth_date = %s", born)
            near = likeness.get_near_births(born)
            matches["near birth"] = SQL("birth_date = ANY(%s)", near)
        if digits := read_phone(person.phone or ""):
            matches["phone"] = SQL("%s LIKE %s", key, f"%#%{digits}%")
        return matches

    @api.model
    def _get_key(self, prefix=SQL()):  # noqa: B008
        """The column of the search keys as its index has it."""
        column = SQL("%sclinic_search_key", prefix)
        # The keys have no accents; but an index of Odoo's may have been made without them.
        is_wrapped = self.env.registry.has_unaccent == FunctionStatus.INDEXABLE
        return self.env.registry.unaccent(column) if is_wrapped else column

    @api.model
    def _match_name(self, name, key):
        """Names that are spelled alike, or have the same words where PostgreSQL can't tell."""
        if self.env.registry.has_trigram:
            return SQL("%s <%% %s", fold(name), key)
        return SQL(" AND ").join(
            SQL("%s LIKE %s", key, f"% {word}%") for word in fold(name).split()
        )

    @api.model
    def _rank(self, name, key):
        if self.env.registry.has_trigram:
            return SQL("word_similarity(%s, %s)", fold(name), key)
        return SQL("0")

    @api.model
    def _get_profile(self, person):
        return likeness.Profile(
            name=person.name or "",
            birth=person.birth_date or None,
            phone=person.phone or "",
            address=self._get_address(person),
        )

    @api.model
    def _get_address(self, person):
        parts = (person.street, person.street2, person.zip, person.city)
        return ", ".join(part for part in parts if part)

    # Beside each other

    @api.model
    def _compare(self, person):
        """The person and the patients they may be, as plain values: a column each, what is known
        of them below each other, and how each compares with the person's."""
        found = self._find(person)
        may_merge = self.env["clinic.patient.merge"].has_access("create")
        visits = self._count_visits(person | found)
        return {
            "labels": self._get_labels(),
            "merges": person.id if may_merge else 0,
            "people": [self._get_column(one, person, visits) for one in [person, *found]],
        }

    @api.model
    def _get_labels(self):
        return [
            self.env._("Name"),
            self.env._("Date of birth"),
            self.env._("Phone"),
            self.env._("Address"),
            self.env._("E-mail"),
            self.env._("Visits"),
        ]

    @api.model
    def _get_column(self, one, person, visits):
        return {
            "id": one.id,
            "name": one.name or "",
            "head": self._get_head(one, person),
            "cells": [
                {"text": text, "mark": "" if one == person else mark}
                for text, mark in self._get_cells(one, person, visits)
            ],
        }

    @api.model
    def _get_head(self, one, person):
        return self.env._("Registered online") if one == person else self.env._("Known patient")

    @api.model
    def _get_cells(self, one, person, visits):
        alike = likeness.compare_names(one.name or "", person.name or "")
        address, theirs = self._get_address(one), self._get_address(person)
        born = one.birth_date and format_date(self.env, one.birth_date, date_format="d MMM y")
        yield one.name or "", "same" if alike == 1 else "near"
        yield born or "", likeness.compare_births(one.birth_date, person.birth_date)
        yield one.phone or "", likeness.compare_phones(one.phone, person.phone)
        yield address, likeness.compare_addresses(address, theirs)
        yield one.email or "", self._compare_emails(one, person)
        yield str(visits.get(one, 0)), ""

    @api.model
    def _compare_emails(self, one, person):
        if not (one.email_normalized and person.email_normalized):
            return likeness.UNKNOWN
        same = one.email_normalized == person.email_normalized
        return likeness.SAME if same else likeness.DIFFERENT

    @api.model
    def _count_visits(self, people):
        """In how many visits each of them has been, or will be, as far as the reader sees them."""
        domain = [("partner_id", "in", people.ids), ("state", "!=", "held")]
        counted = self.env["clinic.participant"]._read_group(domain, ["partner_id"], ["__count"])
        return dict(counted)
