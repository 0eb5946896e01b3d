from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date, format_list

from ...models.appointment.clinic_appointment import EXPECTED

LOGINS = [
    ("kept", "The login of who stays"),
    ("source", "The other login"),
    ("none", "Neither: somebody is invited anew"),
]


class ClinicPatientMerge(models.TransientModel):
    """Two profiles of one person become one; shows first what both have and what follows.

    The profile that stays keeps its number and what is written in it; what is empty there is taken
    from the other. One login goes on at most: the other is closed, with the cards saved there.
    """

    _name = "clinic.patient.merge"
    _inherit = ["clinic.assistant"]
    _description = "Merge Patients"

    source_id = fields.Many2one("res.partner", string="Entered Twice", ondelete="cascade")
    kept_id = fields.Many2one("res.partner", string="Stays", ondelete="cascade")
    login = fields.Selection(
        LOGINS, string="Which Login Stays", compute="_compute_login", store=True, readonly=False
    )
    has_two_logins = fields.Boolean(compute="_compute_login_choice")
    has_login = fields.Boolean(compute="_compute_login_choice")
    has_other_birth = fields.Boolean(compute="_compute_has_other_birth")
    why = fields.Char(string="Why They Are One Person")
    refusal = fields.Char(string="Why Not", compute="_compute_refusal")
    overlap_text = fields.Text(string="At the Same Time", compute="_compute_overlap_text")
    preview = fields.Json(compute="_compute_preview")

    # What is shown before

    @api.depends("source_id", "kept_id")
    def _compute_login(self):
        for window in self:
            has_own = bool(window._get_users(window.kept_id))
            window.login = "kept" if has_own or not window.source_id else "source"

    @api.depends("source_id", "kept_id")
    def _compute_login_choice(self):
        for window in self:
            logins = [bool(window._get_users(one)) for one in (window.source_id, window.kept_id)]
            window.has_login, window.has_two_logins = any(logins), all(logins)

    @api.depends("source_id.birth_date", "kept_id.birth_date")
    def _compute_has_other_birth(self):
        for window in self:
            dates = window.source_id.birth_date, window.kept_id.birth_date
            window.has_other_birth = window._is_complete() and dates[0] != dates[1]

    @api.depends("source_id", "kept_id")
    def _compute_refusal(self):
        for window in self:
            window.refusal = window._is_complete() and window._get_refusal()

    @api.depends("source_id", "kept_id")
    def _compute_overlap_text(self):
        for window in self:
            window.overlap_text = "\n".join(window._get_overlaps())

    @api.depends("source_id", "kept_id")
    def _compute_preview(self):
        for window in self:
            window.preview = window._is_complete() and window._get_preview()

    def _is_complete(self):
        return bool(self.source_id and self.kept_id and self.source_id != self.kept_id)

    def _get_merger(self):
        # A manager merges; Odoo itself asks for rights to pages of the website.
        return self.env["base.partner.merge.automatic.wizard"].sudo()

    def _get_people(self):
        return (self.source_id | self.kept_id)._origin

    def _get_refusal(self):
        merger_sudo = self._get_merger()
        for person in self._get_people():
            # Who writes the window by a program is asked, too.
            if not person.sudo().is_patient or person.sudo().clinic_merged_into_id:
                return self.env._("Patients are merged here, and %s isn't one.", person.name)
            if not all(user.share for user in self._get_users(person)):
                return self.env._("%s works here and has a login of the staff.", person.name)
        return merger_sudo._refuse_two_people(self._get_people().sudo())

    def _get_users(self, person):
        """The accounts of somebody, those that are closed too."""
        # Managers don't keep accounts, but say which of two goes on.
        return person._origin.sudo().with_context(active_test=False).user_ids

    def _get_overlaps(self):
        """Where the two would be in two visits at once."""
        coming = self.env["clinic.participant"].search([
            ("partner_id", "in", self._get_people().ids),
            ("state", "in", EXPECTED),
            ("appointment_id.stop", ">", fields.Datetime.now()),
        ])  # fmt: skip
        theirs, kept = (
            coming.filtered(lambda one, p=person._origin: one.partner_id == p).appointment_id
            for person in (self.source_id, self.kept_id)
        )
        for visit in theirs.sorted("start"):
            for other in kept:
                if visit.start < other.stop and other.start < visit.stop:
                    yield self.env._(
                        "%(one)s, and %(other)s at %(time)s",
                        one=visit.service_id.name,
                        other=other.service_id.name,
                        time=visit.local_time,
                    )

    # What both have

    def _get_preview(self):
        """A column for each of the two and one for what is there afterwards, as plain values."""
        rows = list(self._get_rows())
        heads = [
            (self.source_id.id, self.env._("Entered twice"), self.source_id.name),
            (self.kept_id.id, self.env._("Stays"), self.kept_id.name),
            (0, self.env._("Afterwards"), self.kept_id.name),
        ]
        return {
            "labels": [label for label, _cells, _ends in rows],
            "people": [
                {
                    "id": id_,
                    "head": head,
                    "name": name or "",
                    "cells": [
                        {"text": cells[column], "mark": "ends" if column == 2 and ends else ""}
                        for _label, cells, ends in rows
                    ],
                }
                for column, (id_, head, name) in enumerate(heads)
            ],
        }

    def _get_rows(self):
        """For each thing that somebody has a label, what stands in the three columns, and whether
        something of it ends."""
        yield self.env._("Date of birth"), self._get_births(), False
        theirs, kept = self.source_id.phone or "", self.kept_id.phone or ""
        yield self.env._("Phone"), (theirs, kept, kept or theirs), False
        theirs, kept = self.source_id.email or "", self.kept_id.email or ""
        # The address of the login that goes on goes on with it.
        going_on = self._get_going_on()
        after = (going_on.email or "") if going_on else kept or theirs
        yield self.env._("E-mail"), (theirs, kept, after), False
        yield self.env._("Login"), self._get_logins(), self.has_two_logins or self.login == "none"
        yield self.env._("Relatives"), *self._get_relatives()
        for label, side, other in (
            (self.env._("Who may act for them"), "grantor_id", "grantee_id"),
            (self.env._("For whom they may act"), "grantee_id", "grantor_id"),
        ):
            yield label, *self._get_permissions(side, other)
        yield self.env._("Kept apart from"), self._unite(self._get_blocked), False
        yield self.env._("Patient groups"), self._unite(self._get_groups), False
        for label, model, name in self._get_counted():
            yield label, self._count(model, name), False

    def _get_counted(self):
        """What is counted in the preview: a label, the model, and the field that names whose."""
        return [
            *self.env["clinic.merge"]._get_counted(),
            (self.env._("On the wait list"), "clinic.wait.request", "patient_ids"),
        ]

    def _count(self, model, name):
        count = self.env["clinic.merge"]._count_known
        theirs, kept = (
            count(model, Domain(name, "=", one._origin.id))
            for one in (self.source_id, self.kept_id)
        )
        return str(theirs), str(kept), str(theirs + kept)

    def _unite(self, get_records):
        theirs, kept = get_records(self.source_id._origin), get_records(self.kept_id._origin)
        return tuple(", ".join(records.mapped("name")) for records in (theirs, kept, kept | theirs))

    def _get_births(self):
        born = [
            (one.birth_date and format_date(self.env, one.birth_date, date_format="d MMM y")) or ""
            for one in (self.source_id, self.kept_id)
        ]
        return (*born, born[1] or born[0])

    def _get_logins(self):
        theirs, kept = (
            ", ".join(self._get_users(one).mapped("login"))
            for one in (self.source_id, self.kept_id)
        )
        return theirs, kept, {"source": theirs, "kept": kept}.get(self.login, "")

    def _get_relatives(self):
        """Who is related to each of them; whoever is kept apart from one of them isn't any more."""
        relationships = self.env["clinic.relationship"]
        theirs, kept = (
            relationships._get_types(one._origin) for one in (self.source_id, self.kept_id)
        )
        apart = self._get_blocked(self._get_people())
        after = {one: kind for one, kind in (theirs | kept).items() if one not in apart}
        texts = tuple(self._write_relatives(types) for types in (theirs, kept, after))
        return texts, len(after) < len(theirs | kept)

    def _write_relatives(self, types):
        # Who merges reads all patients.
        return ", ".join(
            self.env._("%(name)s (%(type)s)", name=relative.sudo().name, type=kind.name)
            for relative, kind in types.items()
        )

    def _get_blocked(self, people):
        blocks = self.env["clinic.block"].search([
            ("lifted_at", "=", False),
            "|", ("person_a_id", "in", people.ids), ("person_b_id", "in", people.ids),
        ])  # fmt: skip
        return (blocks.person_a_id | blocks.person_b_id) - people

    def _get_groups(self, person):
        return person.patient_group_ids

    def _get_permissions(self, side, other):
        """Who may do what: of each of the two, and what counts for both and so goes on; and whether
        something of it ends."""
        kinds = self.env["clinic.permission.kind"]._get_all_names()
        held = [
            {
                (one[other], one.kind): one
                for one in self.env["clinic.permission"].search([
                    (side, "=", person._origin.id), ("is_live", "=", True),
                ])
            }
            for person in (self.source_id, self.kept_id)
        ]  # fmt: skip
        merger = self._get_merger()
        both = {
            key
            for key, one in held[0].items()
            if key in held[1]
            and merger._find_narrowest(
                (one | held[1][key]).sudo(),
                side,
                self._get_people().sudo(),
                self.kept_id._origin.sudo(),
            )
        }
        texts = tuple(self._write_permissions(keys, kinds) for keys in (*held, both))
        return texts, both != held[0].keys() | held[1].keys()

    def _write_permissions(self, keys, kinds):
        by_person = {}
        for person, kind in keys:
            by_person.setdefault(person, []).append(kinds[kind])
        return "; ".join(
            f"{person.sudo().name}: {format_list(self.env, sorted(names))}"
            for person, names in by_person.items()
        )

    # Merging

    def action_merge(self):
        """Makes one of the two; who has merged them and why stands on the profile that stays."""
        self.ensure_one()
        self.check_access("write")
        if not self._is_complete():
            raise UserError(self.env._("Please choose two different patients."))
        if refusal := self._get_refusal():
            raise UserError(refusal)
        why = (self.why or "").strip()
        if self.has_other_birth and not why:
            raise UserError(self.env._(
                "The two have different dates of birth. Please write why they are one person all "
                "the same."
            ))  # fmt: skip
        kept, source_name = self.kept_id, self.source_id.name
        self.env["clinic.merge"]._record(self.source_id, kept, self._merge)
        note = self.env._("%(name)s was merged into this patient.", name=source_name)
        kept.message_post(body=" ".join(filter(None, [note, why])))
        return kept.get_formview_action()

    def _merge(self):
        self._agree_on_birth()
        self._agree_on_address()
        self._close_logins()
        people = self._get_people()
        self._get_merger()._merge(people.ids, self.kept_id.sudo(), extra_checks=False)

    def _agree_on_birth(self):
        """What is known of the one who stays counts, else of the other."""
        people = self._get_people()
        people.birth_date = self.kept_id.birth_date or self.source_id.birth_date

    def _get_going_on(self):
        """Whose login goes on, if anybody's."""
        chosen = {"source": self.source_id, "kept": self.kept_id}.get(self.login)
        return chosen if chosen and self._get_users(chosen) else None

    def _agree_on_address(self):
        """A password is set anew by mail: who reads at another address gets no login by that."""
        going_on = self._get_going_on()
        if going_on:
            self._get_people().sudo().email = going_on.sudo().email

    def _close_logins(self):
        """Closes what isn't to go on, with its cards; the account stays as history, of nobody."""
        going_on = self._get_going_on()
        for person in self._get_people():
            users_sudo = self._get_users(person)
            if not users_sudo or person == going_on:
                continue
            # Whoever could pay with these can't log in any more.
            self.env["payment.token"].sudo().search([("partner_id", "=", person.id)]).active = False
            # Closed as somebody's, it would suspend what the person may do who goes on.
            users_sudo.partner_id = person._make_stand_in(self.kept_id)
            users_sudo.active = False
