from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_list

from ...engine.forms import read_count
from ...engine.relative import get_first_name
from ...exceptions import FamilyRefused

MOST_SESSIONS = 999
# What the page shows of a package, read with it.
SHOWN = ["package_id", "bought_on", "expires_on", "company_id", "is_shareable"]


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
        purchases_sudo = self._find_own(me)
        offers = self.env["clinic.page.package.shop"]._get_offers(me, purchases_sudo.package_id)
        grants_sudo, granted = self._find_sharing(me)
        held = self._find_held(grants_sudo, granted)
        grants_sudo = self._sort_grants(grants_sudo)
        shared_sudo = self._find_shared(held, purchases_sudo)
        invoices = self._read_at_once(purchases_sudo, shared_sudo)
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

    # My own

    def _find_own(self, me):
        # Whose they are is what the search asks; who uses them the owner may know.
        purchases_sudo = self.env["clinic.package.purchase"].sudo()
        domain = [("owner_id", "=", me.id)]
        return purchases_sudo.search_fetch(domain, SHOWN, order="bought_on desc, id desc")

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
        found_sudo = self.env["clinic.authority"].sudo().search_fetch([
            ("kind", "=", "packages"), ("permission_id", "!=", False),
            "|", ("person_id", "=", me.id), ("actor_id", "=", me.id),
        ], ["person_id", "actor_id", "permission_id"])  # fmt: skip
        mine_sudo = found_sudo.filtered(lambda one: one.person_id == me)
        theirs_sudo = found_sudo.filtered(lambda one: one.actor_id == me)
        return mine_sudo.permission_id, [
            (one.person_id.id, one.permission_id.id) for one in theirs_sudo
        ]

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
        (permissions_sudo.grantor_id | permissions_sudo.grantee_id).mapped("name")
        return self.env["clinic.package.session"]._make_rights(granted)

    def _find_shared(self, held, purchases_sudo):
        """The free sessions of all packages of theirs that may be shared.

        Those of my own packages are read along with them.
        """
        owners = [right.owner_id for right in held]
        shared = Domain("owner_id", "in", owners) & Domain("state", "=", "free")
        shared &= Domain("purchase_id.is_shareable", "=", True)
        own = Domain("purchase_id", "in", purchases_sudo.ids)
        found_sudo = self.env["clinic.package.session"].sudo().search_fetch(own | shared)
        own_sudo = found_sudo.filtered(lambda session: session.purchase_id in purchases_sudo)
        purchases_sudo._know_rows("session_ids", own_sudo)
        return found_sudo - own_sudo

    def _get_shared(self, held, shared_sudo):
        """By owner: which packages, and how many sessions of each I may still use."""
        free_sudo = shared_sudo.filtered(
            lambda session: not session.purchase_id._is_over() and session._is_paid_enough()
        )
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

    def _read_at_once(self, purchases_sudo, shared_sudo):
        """Reads what the page shows at once: one by one it would be a query each.

        Returns the invoices that the reader may open.
        """
        own_sudo = purchases_sudo.session_ids
        sessions_sudo = own_sudo | shared_sudo
        sessions_sudo._read_rows("line_ids")
        # With them, how far they are paid is known of most.
        invoices = self._find_invoices(purchases_sudo)
        sessions_sudo.line_ids.move_id.mapped("payment_state")
        sessions_sudo.purchase_id.mapped("package_id")
        sessions_sudo.purchase_id.mapped("name")
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
