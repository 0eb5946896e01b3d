from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_list

from ...engine.forms import read_count
from ...engine.relative import get_first_name
from ...exceptions import FamilyRefused

MOST_SESSIONS = 999
# What the page shows of a package, read with it.
SHOWN = ["package_id", "owner_id", "bought_on", "expires_on", "company_id", "is_shareable"]


class ClinicPagePackage(models.AbstractModel):
    """The page of the reader's packages, and the form that limits what relatives may use of them.

    All there is to know of one's own; of what others share how many one may still use, and nothing
    else. A constant number of queries, however many packages somebody has.
    """

    _name = "clinic.page.package"
    _inherit = "clinic.page"
    _description = "Packages Page"

    @api.model
    def _get_packages(self, me):
        """What I bought and who may use it, and what others share with me."""
        grants_sudo, granted = self._find_sharing(me)
        found_sudo = self._find_purchases(me, granted)
        offers = self.env["clinic.page.package.shop"]._get_offers(me, found_sudo.package_id)
        held = self._find_held(grants_sudo, granted)
        grants_sudo = self._sort_grants(grants_sudo)
        purchases_sudo = found_sudo.filtered(lambda purchase: purchase.owner_id == me)
        shared_sudo = self._find_shared(found_sudo - purchases_sudo, purchases_sudo)
        invoices = self._read_at_once(purchases_sudo, found_sudo)
        own = self._get_own(me, purchases_sudo, grants_sudo, invoices)
        return {
            "own": [package for package in own if not package["is_spent"]],
            "earlier": [package for package in own if package["is_spent"]],
            "grantees": self._get_grantees(grants_sudo),
            "shared": self._get_shared(held, shared_sudo),
            "offers": offers,
            "basket": self.env["clinic.page.checkout"]._get_basket_note(),
        }

    @api.model
    def _get_notice(self, done):
        """What was just done, in a sentence."""
        return {"shared": self.env._("Saved. It counts from now on.")}.get(done, "")

    def _find_purchases(self, me, granted):
        """My own, and of what others share what something is left of: read at once."""
        # Whose they are is what the search asks; who uses them the owner may know.
        purchases_sudo = self.env["clinic.package.purchase"].sudo()
        shared = Domain("owner_id", "in", [owner_id for owner_id, _permission_id in granted])
        shared &= Domain("is_shareable", "=", True) & Domain("session_ids.state", "=", "free")
        domain = Domain("owner_id", "=", me.id) | shared
        return purchases_sudo.search_fetch(domain, SHOWN, order="bought_on desc, id desc")

    # My own

    def _get_own(self, me, purchases_sudo, grants_sudo, invoices):
        return [
            {
                "id": purchase_sudo.id,
                "name": purchase_sudo.name,
                "bought_on": self._format_day(purchase_sudo.bought_on),
                "until": self._format_day(purchase_sudo.expires_on),
                "counts": self._get_counts(purchase_sudo),
                "total": len(purchase_sudo.session_ids),
                "where": self._get_where(purchase_sudo),
                "users": self._get_users(purchase_sudo, grants_sudo),
                "is_shareable": purchase_sudo.is_shareable,
                "uses": [self._get_use(me, session) for session in self._find_used(purchase_sudo)],
                "invoices": self._get_invoices(purchase_sudo, invoices),
                "is_waiting": purchase_sudo._is_waiting(),
                "is_spent": purchase_sudo._is_spent(),
            }
            for purchase_sudo in purchases_sudo
        ]

    def _find_invoices(self, purchases_sudo):
        """The invoices of these packages that the reader may open: somebody else may have paid."""
        invoices_sudo = purchases_sudo.session_ids.line_ids.move_id
        if not invoices_sudo:
            return self.env["account.move"]
        return self.env["account.move"].search_fetch([
            ("id", "in", invoices_sudo.ids), ("state", "=", "posted"),
        ], ["name", "move_type", "state", "payment_state"])  # fmt: skip

    def _get_invoices(self, purchase_sudo, invoices):
        theirs = invoices.sudo() & purchase_sudo.session_ids.line_ids.move_id
        return [
            {"id": invoice_sudo.id, "name": invoice_sudo.name, "type": invoice_sudo.move_type}
            for invoice_sudo in theirs.sorted("id")
        ]

    def _get_counts(self, purchase_sudo):
        """How many sessions are in which state; of the empty states only the free ones are named.

        Those whose last day is over are expired from its end on, not only when that is noted.
        """
        counts = dict.fromkeys(("free", "reserved", "used", "expired", "refunded"), 0)
        for session_sudo in purchase_sudo.session_ids:
            counts[session_sudo.state] += 1
        if purchase_sudo._is_over():
            counts["expired"] += counts["free"]
            counts["free"] = 0
        return [
            {"state": state, "count": count}
            for state, count in counts.items()
            if count or state == "free"
        ]

    def _find_used(self, purchase_sudo):
        """The sessions that are for something, the latest first."""
        taken_sudo = purchase_sudo.session_ids.filtered(lambda s: s.state in ("reserved", "used"))
        return taken_sudo.sorted(lambda s: (s.day, s.id), reverse=True)

    def _get_use(self, me, session_sudo):
        """When a session was used and of what, and by whom when it wasn't its owner."""
        user_sudo = session_sudo.permission_id.grantee_id
        return {
            "day": self._format_day(session_sudo.day),
            "service": session_sudo.service_id.name,
            "state": session_sudo.state,
            "by": user_sudo.name if user_sudo and user_sudo != me else "",
        }

    # On the page of an invoice

    @api.model
    def _get_sold(self, me, invoice):
        """The reader's own packages sold on it, and what became of each of their sessions.

        Who isn't the owner learns nothing of it, whoever pays.
        """
        sessions_sudo = invoice.sudo().invoice_line_ids.clinic_session_id.filtered(
            lambda session: session.owner_id == me
        )
        visits_sudo = sessions_sudo.appointment_id
        # Whose visits the reader doesn't find aren't named.
        coming = self.env["clinic.participant"].search([("appointment_id", "in", visits_sudo.ids)])
        return [
            {
                "name": purchase_sudo.name,
                "sessions": [
                    self._get_session(me, session_sudo, coming.sudo())
                    for session_sudo in theirs_sudo.sorted(lambda s: (not s.day, str(s.day), s.id))
                ],
            }
            for purchase_sudo, theirs_sudo in sessions_sudo.grouped("purchase_id").items()
        ]

    def _get_session(self, me, session_sudo, coming_sudo):
        is_lost = session_sudo.state == "free" and session_sudo.purchase_id._is_over()
        theirs_sudo = session_sudo.participant_id or session_sudo.appointment_id.participant_ids
        people = (theirs_sudo & coming_sudo).partner_id
        names = [self.env._("you") if one == me else get_first_name(one.name) for one in people]
        return {
            **self._get_use(me, session_sudo),
            "state": "expired" if is_lost else session_sudo.state,
            "names": format_list(self.env, names),
        }

    # Who may use mine

    def _find_grants(self, me):
        """The permissions in force by which others use my packages."""
        # Fetched with the search: the view can't find its rows by id without making them all.
        return self.env["clinic.authority"].sudo().search_fetch([
            ("person_id", "=", me.id), ("kind", "=", "packages"), ("permission_id", "!=", False),
        ], ["permission_id"]).permission_id  # fmt: skip

    def _find_sharing(self, me):
        """The same, and from whom and under which permission I use theirs, read at once."""
        found_sudo = self.env["clinic.permission"].sudo().search_fetch([
            ("is_live", "=", True), ("kind", "=", "packages"),
            "|", ("grantor_id", "=", me.id), ("grantee_id", "=", me.id),
        ], order="id")  # fmt: skip
        self._read_people(me, found_sudo)
        mine_sudo = found_sudo.filtered(lambda one: one.grantor_id == me)
        theirs_sudo = found_sudo.filtered(lambda one: one.grantee_id == me)
        return mine_sudo, [(one.grantor_id.id, one.id) for one in theirs_sudo]

    def _read_people(self, me, found_sudo):
        """Reads those whose names are shown, together with what a price asks of me."""
        if found_sudo:
            people_sudo = me.sudo() | found_sudo.grantor_id | found_sudo.grantee_id
            (people_sudo | self.env.company.sudo().partner_id)._read_with("company_dependent")

    def _sort_grants(self, grants_sudo):
        return grants_sudo.sorted(lambda permission: permission.grantee_id.name or "")

    def _get_grantees(self, grants_sudo):
        return [
            {
                "id": permission_sudo.grantee_id.id,
                "name": permission_sudo.grantee_id.name,
                "words": permission_sudo._get_share_words(),
            }
            for permission_sudo in grants_sudo
        ]

    def _get_users(self, purchase_sudo, grants_sudo):
        """The names of those who may use this package beside its owner."""
        if not purchase_sudo.is_shareable:
            return ""
        permissions_sudo = grants_sudo.filtered(
            lambda p: not p.purchase_ids or purchase_sudo in p.purchase_ids
        )
        return format_list(self.env, permissions_sudo.grantee_id.mapped("name"))

    @api.model
    def _get_sharing(self, me, grantee_id, error="", form=None):
        """The page on which I say what somebody may use; empty when they may use nothing."""
        permission_sudo = self._find_grant(me, grantee_id)
        if not permission_sudo:
            return {}
        chosen_ids = permission_sudo.purchase_ids.ids
        limit = permission_sudo.session_limit or ""
        form = form or {"only": bool(chosen_ids), "purchase_ids": chosen_ids, "limit": limit}
        name = permission_sudo.grantee_id.name
        purchases_sudo = self._find_shareable(me).filtered(
            lambda purchase: not purchase._is_spent() or purchase.id in form["purchase_ids"]
        )
        return {
            **form,
            "error": error,
            "grantee": {
                "id": grantee_id,
                "name": name,
                "first_name": get_first_name(name),
            },
            "used": permission_sudo.session_use_count,
            "packages": [
                {
                    "id": purchase_sudo.id,
                    "name": purchase_sudo.name,
                    "left": 0 if purchase_sudo._is_over() else purchase_sudo.free_count,
                    "until": self._format_day(purchase_sudo.expires_on),
                    "chosen": purchase_sudo.id in form["purchase_ids"],
                }
                for purchase_sudo in purchases_sudo
            ],
        }

    def _find_grant(self, me, grantee_id):
        return self._find_grants(me).filtered(lambda p: p.grantee_id.id == grantee_id)[:1]

    def _find_shareable(self, me):
        return self.env["clinic.package.purchase"].sudo().search([
            ("owner_id", "=", me.id), ("is_shareable", "=", True),
        ])  # fmt: skip

    @api.model
    def _share_from_form(self, me, grantee_id, only, purchase_ids, limit):
        """From now on this person uses all my packages, or only these, and so many sessions."""
        family = self.env["clinic.family"]
        permission_sudo = self._find_grant(me, grantee_id)
        if not permission_sudo:
            raise family._not_linked()
        family._verify_sharing(me, me, ["packages"])
        purchases_sudo = self._find_shareable(me).filtered(lambda p: p.id in purchase_ids)
        if only and not purchases_sudo:
            raise FamilyRefused("no_package", self.env._(
                "Please choose at least one package. To share none any more, end it on the page "
                "of your family members."
            ))  # fmt: skip
        chosen_sudo = purchases_sudo if only else purchases_sudo.browse()
        permission_sudo._share_packages(chosen_sudo, self._read_limit(limit))

    def _read_limit(self, text):
        """The number of sessions as typed; 0, for any number, when nothing is."""
        count = read_count(text, MOST_SESSIONS)
        if count is None:
            raise FamilyRefused("limit", self.env._(
                "Please write the number of sessions as 1 to %s, or leave it empty.", MOST_SESSIONS
            ))  # fmt: skip
        return count

    # What others share with me

    def _find_held(self, grants_sudo, granted):
        """My rights to the sessions of others, read at once with those that I gave."""
        permissions_sudo = grants_sudo.browse(pair[1] for pair in granted) | grants_sudo
        permissions_sudo.mapped("purchase_ids")
        return self.env["clinic.package.session"]._make_rights(granted)

    def _find_shared(self, shared_sudo, purchases_sudo):
        """The sessions of packages that others share which may be used as they are paid.

        Those of my own packages are read along with them.
        """
        shared = Domain("purchase_id", "in", shared_sudo.ids) & Domain("state", "=", "free")
        shared &= self.env["clinic.package.session"]._get_domain_of_paid(shared_sudo.company_id)
        own = Domain("purchase_id", "in", purchases_sudo.ids)
        found_sudo = self.env["clinic.package.session"].sudo().search_fetch(own | shared)
        own_sudo = found_sudo.filtered(lambda session: session.purchase_id in purchases_sudo)
        purchases_sudo._know_rows("session_ids", own_sudo)
        return found_sudo - own_sudo

    def _get_shared(self, held, shared_sudo):
        """By owner: which packages, and how many sessions of each I may still use."""
        free_sudo = shared_sudo.filtered(lambda session: not session.purchase_id._is_over())
        return [
            values
            for right in held
            if (values := self._get_shared_values(right, free_sudo))["packages"]
        ]

    def _get_shared_values(self, right, free_sudo):
        theirs_sudo = free_sudo.filtered(
            lambda session: (
                session.owner_id.id == right.owner_id
                and (not right.purchase_ids or session.purchase_id.id in right.purchase_ids)
            )
        )
        return {
            "owner": theirs_sudo.owner_id.name,
            "left": right.left,
            "packages": [
                {
                    "name": purchase_sudo.name,
                    "left": len(sessions) if right.left is None else min(len(sessions), right.left),
                }
                for purchase_sudo, sessions in theirs_sudo.grouped("purchase_id").items()
            ],
        }

    def _read_at_once(self, purchases_sudo, found_sudo):
        """Reads what the page shows at once: one by one it would be a query each.

        Returns the invoices that the reader may open.
        """
        own_sudo = purchases_sudo.session_ids
        own_sudo._read_rows("line_ids")
        # With them, how far they are paid is known of most.
        invoices = self._find_invoices(purchases_sudo)
        own_sudo.line_ids.move_id.mapped("payment_state")
        found_sudo.mapped("name")
        own_sudo.appointment_id.mapped("start")
        own_sudo.permission_id.grantee_id.mapped("name")
        return invoices

    # Words

    @api.model
    def _get_where(self, bound_sudo):
        """With whom and where the sessions of a package count; empty when it is everywhere."""
        people, places = (
            format_list(self.env, records_sudo.mapped("name"), "or")
            for records_sudo in (bound_sudo.practitioner_ids, bound_sudo.location_ids)
        )
        if people and places:
            return self.env._("with %(people)s at %(places)s", people=people, places=places)
        if people:
            return self.env._("with %s", people)
        return self.env._("at %s", places) if places else ""
