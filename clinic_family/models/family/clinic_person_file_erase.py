import re

from lxml import html
from markupsafe import escape

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, email_normalize, email_normalize_all, format_list
from odoo.tools.sql import escape_psql

from .res_partner import MANAGER, PARENTAL_BASES

# Texts with tags that Odoo keeps in fields of plain text.
HTML_TEXTS = {"body_html"}
# Where a name, an address or a number of somebody else may stand.
TELLING = ("name", "email", "email_normalized", "phone", "street", "street2", "zip", "city")
# What of a contact says nothing about who it is.
KEPT_OF_CONTACT = {"name", "lang", "tz", "type", "create_date", "write_date", "clinic_erased_why"}
SAYING = ("char", "text", "html", "date", "datetime", "binary", "image", "json")


class ClinicPersonFile(models.AbstractModel):
    """Erasing somebody: what says who they were goes, what the clinic has to keep stays.

    The contact itself stays, archived and without a name, so that the books, the ledger and the
    visits go on pointing at somebody. The list of what is kept says what is emptied (``wipes``),
    what goes (``goes``), and where the name is taken out of a text about others (``scrubs``).
    """

    _inherit = "clinic.person.file"

    @api.model
    def _erase(self, person, why):
        """Erases a person for good, for a manager."""
        self._verify_may_erase(person)
        # Nothing new points at them while it is judged and done.
        self.sudo()._get_selves(person.sudo()).lock_for_update()
        obstacles = self._find_obstacles(person)
        if obstacles:
            raise UserError("\n".join(obstacles))
        selves = (
            self.sudo()
            ._get_selves(person.sudo())
            .with_context(active_test=False, tracking_disable=True)
        )
        words = self._get_words(selves)
        why = (why or "").strip()
        names = self._get_names(selves)
        if not why or self._scrub_text(why, [*words, *names], "") != why:
            raise UserError(self.env._(
                "Please write why, without the patient's name, e-mail address or phone number."
            ))  # fmt: skip
        alias = self._get_alias(person)
        # Decided above; who was erased, by whom and why is all that stays of it.
        self.sudo()._take_out(selves, words, alias)
        selves.write({
            "clinic_erased_at": fields.Datetime.now(),
            "clinic_erased_by_id": self.env.uid,
            "clinic_erased_why": why,
        })  # fmt: skip

    @api.model
    def _verify_may_erase(self, person):
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("A manager erases a patient."))
        person.check_access("write")

    @api.model
    def _get_alias(self, person):
        return self.env._("Erased patient %s", person.id)

    # What stands in the way

    @api.model
    def _find_obstacles(self, person):
        """The sentences that say why somebody can't be erased now; extended by each domain."""
        person_sudo = person.sudo().with_context(active_test=False)
        obstacles = []
        if not person_sudo.is_patient or person_sudo.clinic_erased_at:
            return [self.env._("Only patients are erased here, and once.")]
        if not all(user.share for user in person_sudo.user_ids):
            obstacles.append(self.env._("They work here and have a login of the staff."))
        below_sudo = person_sudo.child_ids - self._get_selves(person_sudo)
        if below_sudo or person_sudo.parent_id:
            obstacles.append(self.env._(
                "Other contacts belong to this one, or it belongs to another. Please give them no "
                "parent first."
            ))  # fmt: skip
        wards_sudo = self.env["clinic.authority"].sudo().search_fetch(
            [("actor_id", "=", person.id), ("basis", "in", PARENTAL_BASES)], ["person_id"]
        ).person_id  # fmt: skip
        if wards_sudo:
            obstacles.append(self.env._(
                "They answer for %(names)s. Please have somebody else do so first, and end what is "
                "permitted.",
                names=format_list(self.env, wards_sudo.mapped("name")),
            ))  # fmt: skip
        return obstacles

    # What goes and what stays

    @api.model
    def _count(self, person):
        """How much of what goes and how much stays, by its title; with full rights."""
        selves = self.sudo()._get_selves(person.sudo())
        goes, stays = {}, {}
        for model, kept in self.sudo()._get_list().items():
            count = len(self.sudo()._find(model, kept._replace(company=""), selves))
            if count and kept.title:
                (goes if kept.goes or kept.loses else stays)[kept.title] = count
        return goes, stays

    def _take_out(self, selves, words, alias):
        """Does it, with full rights; the hooks first, while rows still say whose they are."""
        self._part_with(selves, words, alias)
        for model, kept in self._get_list().items():
            records = self._find(model, kept._replace(company=""), selves)
            if kept.goes:
                records.unlink()
                continue
            for name in kept.wipes:
                self._empty(records, name, alias)
            shared = self._find(model, kept._replace(company="", only=None), selves)
            for name in kept.scrubs:
                self._scrub(shared, name, words, alias)
        self._forget_windows(selves)
        self.env.flush_all()
        self.env.invalidate_all()
        self.env.registry.clear_cache()

    def _part_with(self, selves, words, alias):
        """What follows from no list; extended by each domain."""
        links = self.env["clinic.relationship"].search(
            Domain("person_a_id", "in", selves.ids) | Domain("person_b_id", "in", selves.ids)
        )
        links._end(alias)
        users = selves.user_ids
        users.active = False
        users.api_key_ids.unlink()
        # Odoo refuses while there are users, and would find those just closed.
        selves.filtered("active").with_context(active_test=True).active = False
        selves.patient_group_ids = False
        users.signature = False
        for user in users:
            # Odoo would write to the address that it was changed.
            self._store(user, "login", f"erased-{user.id}")
        for name in {"password", "totp_secret"} & users._fields.keys():
            self._empty(users, name, alias)
        selves.category_id = False
        selves.write({"state_id": False, "country_id": False})
        self._close_accounts(selves)
        invitations = self.env["clinic.invitation"]
        addresses = self._get_addresses(words)
        invited = invitations.search(self._write_like("email", "=ilike", addresses)).filtered(
            lambda one: email_normalize(one.email) in addresses
        )
        # Also where others have the address to which they were invited.
        asked = invited | invitations.search([
            ("is_own", "=", True), ("asker_id", "in", selves.ids),
        ])  # fmt: skip
        for name in ("name", "email"):
            self._empty(asked, name, alias)
        selves.write({**dict.fromkeys(self._get_saying_fields(), False), "name": alias})

    @api.model
    def _get_saying_fields(self):
        """The fields of a contact that may say who it is, of other addons too."""
        return [
            name
            for name, field in self.env["res.partner"]._fields.items()
            if field.store and field.type in SAYING and name not in KEPT_OF_CONTACT
            if not (field.required or field.related or (field.compute and field.readonly))
        ]

    # Taking out

    @api.model
    def _get_names(self, selves):
        """Their names; an address of theirs may be called *Home*, which names nobody."""
        return list(filter(None, selves.filtered(lambda one: one.type == "contact").mapped("name")))

    @api.model
    def _get_words(self, selves):
        """What says who they are, wherever it was written, and may say nobody else."""
        logins = [login for login in selves.user_ids.mapped("login") if "@" in login]
        words = {*self._get_names(selves), *logins}
        for name in ("email", "email_normalized", "phone"):
            words |= set(filter(None, selves.mapped(name)))
        words = {word for word in words if not self._is_of_others(word, selves)}
        words |= {str(escape(word)) for word in words}
        # The longest first: a name may be part of an address.
        return sorted(words, key=len, reverse=True)

    def _is_of_others(self, word, selves):
        """Whether somebody else has it in their name, address, number or login."""
        others = self._write_like(None, "ilike", [word], TELLING) & Domain(
            "id", "not in", selves.ids
        )
        users = self._write_like("login", "ilike", [word])
        users &= Domain("partner_id", "not in", selves.ids)
        return bool(
            selves.search_count(others, limit=1) or selves.user_ids.search_count(users, limit=1)
        )

    @api.model
    def _write_like(self, name, operator, words, names=()):
        """The rows where one of these words stands; ``_`` and ``%`` stand for themselves."""
        return Domain.OR(
            Domain(one, operator, escape_psql(word)) for one in names or (name,) for word in words
        )

    @api.model
    def _get_addresses(self, words):
        """The e-mail addresses among the words, as they are compared."""
        return {address for word in words for address in email_normalize_all(word)}

    @api.model
    def _scrub_text(self, text, words, alias):
        for word in words:
            whole = rf"(?<!\w){re.escape(word)}(?!\w)"
            text = re.sub(whole, lambda _found: alias, text, flags=re.IGNORECASE)
        return text

    @api.model
    def _scrub_html(self, text, words, alias):
        """The same between the tags of a text: a link goes on leading where it led."""
        if self._scrub_text(text, words, alias) == text:
            return text
        is_page = "<html" in text.lower()
        root = html.document_fromstring(text) if is_page else html.fragment_fromstring(text, "div")
        before = html.tostring(root, encoding="unicode")
        for element in root.iter():
            if element.text and isinstance(element.tag, str):
                element.text = self._scrub_text(element.text, words, alias)
            if element.tail:
                element.tail = self._scrub_text(element.tail, words, alias)
        after = html.tostring(root, encoding="unicode")
        if after == before:
            return text
        return after if is_page else after.removeprefix("<div>").removesuffix("</div>")

    def _scrub(self, records, name, words, alias):
        """Puts the alias for the words, in a text about others too."""
        records.flush_model([name])
        rows = records and self.env.execute_query(SQL(
            "SELECT id, %(name)s FROM %(table)s WHERE id = ANY(%(ids)s) AND %(name)s IS NOT NULL",
            name=SQL.identifier(name), table=SQL.identifier(records._table), ids=records.ids,
        ))  # fmt: skip
        is_html = name in HTML_TEXTS or records._fields[name].type == "html"
        scrub = self._scrub_html if is_html else self._scrub_text
        for id_, text in rows or ():
            scrubbed = scrub(text, words, alias)
            if scrubbed != text:
                self._store(records.browse(id_), name, scrubbed)

    def _empty(self, records, name, alias):
        """Empties a field; what can't be empty has the alias."""
        if records:
            self._store(records, name, alias if records._fields[name].required else None)

    def _store(self, records, name, value):
        # Past what is never rewritten by anybody, and what would follow: nothing happened.
        records.flush_model([name])
        self.env.cr.execute(SQL(
            "UPDATE %(table)s SET %(name)s = %(value)s WHERE id = ANY(%(ids)s)",
            table=SQL.identifier(records._table), name=SQL.identifier(name), value=value,
            ids=records.ids,
        ))  # fmt: skip
        records.invalidate_model([name])

    def _close_accounts(self, selves):
        """Odoo deletes no bank account, as the books may point at it: it loses what it says."""
        accounts = selves.bank_ids
        accounts.active = False
        for account in accounts:
            for name in ("acc_number", "sanitized_acc_number"):
                self._store(account, name, f"erased-{account.id}")
        for name in ("acc_holder_name", "clearing_number", "note"):
            if name in accounts._fields and accounts._fields[name].store:
                self._empty(accounts, name, "")
        self.env["mail.message"].search([
            ("model", "=", accounts._name), ("res_id", "in", accounts.ids),
        ]).unlink()  # fmt: skip

    def _find_used(self, records, own=None):
        """Those of these records that something points at, but for what is their own."""
        own = own or {}
        used = records.browse()
        for model in self.env.values() if records else ():
            if model._abstract or model._transient or not model._auto:
                continue
            for name, field in model._fields.items():
                points = field.store and field.type in ("many2one", "many2many")
                if points and field.comodel_name == records._name:
                    domain = Domain(name, "in", records.ids)
                    domain &= Domain("id", "not in", own.get(model._name, ()))
                    pointing = model.with_context(active_test=False).search(domain)
                    used |= pointing[name] & records
        return used

    def _forget_windows(self, selves):
        """What was typed in windows about them, and would be cleaned up later."""
        for model in self.env.values():
            if not (model._transient and model._auto):
                continue
            ways = [
                name
                for name, field in model._fields.items()
                if field.store and field.comodel_name == "res.partner"
                if field.type in ("many2one", "many2many")
            ]
            if ways:
                domain = Domain.OR([(way, "in", selves.ids)] for way in ways)
                model.search(domain).unlink()
