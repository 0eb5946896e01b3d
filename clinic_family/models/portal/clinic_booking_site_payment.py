from collections import Counter

from odoo import api, models

from ...engine.sessions import explain_unused


class ClinicBookingSite(models.AbstractModel):
    """What the check-out says about paying: which session pays, how many are left, or why none."""

    # A room of its own in a large model.
    _inherit = "clinic.booking.site"  # pylint: disable=consider-merging-classes-inherited

    def _get_payments(self, basket_sudo, plan):
        """How each visit in the basket is paid, by its id."""
        declined = basket_sudo._plan_declined()
        words = self._get_used_words(basket_sudo.booker_id, plan)
        reasons = self._get_reasons(basket_sudo.booker_id, plan)
        offers = self._get_offers(basket_sudo, plan + declined)
        return {
            visit_sudo.id: {
                **self._get_payment(visit_sudo, plan, declined, words),
                "why_not": reasons.get(visit_sudo.id, ""),
                "offer": offers.get(visit_sudo.id),
            }
            for visit_sudo in basket_sudo._get_finished()
        }

    def _get_offers(self, basket_sudo, plan):
        """Packages on sale that would pay for visits no session pays for."""
        covered = {row[0] for row in plan if row[2]}
        paying_sudo = basket_sudo._get_finished().filtered(lambda visit: visit not in covered)
        return self.env["clinic.package.page"]._suggest(basket_sudo.booker_id, paying_sudo)

    def _get_payment(self, visit_sudo, plan, declined, words):
        sessions = [row[2] for row in plan if row[0] == visit_sudo]
        count = len(visit_sudo._get_session_fees())
        return {
            "sessions": words.get(visit_sudo.id, []),
            "is_covered": bool(sessions) and all(sessions),
            "instead": self._get_names(row[2] for row in declined if row[0] == visit_sudo),
            "fees": count,
            "unpaid_fees": count - len([session for session in sessions if session]),
            "total": visit_sudo.service_id.fee * count,
        }

    def _get_names(self, sessions):
        names = (session.sudo().purchase_id.name for session in sessions)
        return ", ".join(f"“{name}”" for name in dict.fromkeys(names))

    def _get_used_words(self, booker, plan):
        """What is used for each visit and how many are left then, by the visit's id."""
        sessions_sudo = self.env["clinic.package.session"].sudo()
        used = [row for row in plan if row[2]]
        purchases_sudo = sessions_sudo.union(*(row[2] for row in used)).purchase_id
        # Read one by one it would be a query each.
        purchases_sudo.mapped("name")
        free = Counter(purchases_sudo._count_usable())
        limits = {right.permission_id: right.left for right in sessions_sudo._get_rights(booker)}
        words = {}
        for (visit, kind, permission_id), rows in self._group_uses(used).items():
            free[kind] -= len(rows)
            left = free[kind]
            if limits.get(permission_id) is not None:
                limits[permission_id] -= len(rows)
                left = min(left, limits[permission_id])
            session_sudo = rows[0][2].sudo()
            owner = session_sudo.owner_id.name if permission_id else ""
            package = sessions_sudo._get_package_words(session_sudo.purchase_id.name, owner)
            words.setdefault(visit, []).append(self._get_use_words(package, len(rows), left))
        return words

    def _group_uses(self, used):
        """The rows of a plan by visit, by package and service, and by permission."""
        groups = {}
        for row in used:
            visit, _participant, session, permission_id = row
            kind = (session.sudo().purchase_id.id, session.sudo().service_id.id)
            groups.setdefault((visit.id, kind, permission_id), []).append(row)
        return groups

    @api.model
    def _get_use_words(self, package, count, left):
        if count == 1:
            return self.env._(
                "%(package)s: 1 session used, %(left)s left", package=package, left=left
            )
        return self.env._(
            "%(package)s: %(count)s sessions used, %(left)s left",
            package=package,
            count=count,
            left=left,
        )

    def _get_reasons(self, booker, plan):
        """Why no session pays for a visit although there are some of its kind, by visit id."""
        paid = {row[0] for row in plan if row[2]}
        fees = [row[:2] for row in plan if row[0] not in paid]
        sessions_sudo = self.env["clinic.package.session"].sudo()
        rights = sessions_sudo._get_rights(booker) if fees else []
        services = self.env["clinic.service"].union(*(visit.service_id for visit, _who in fees))
        found_sudo = sessions_sudo._find_free(rights, services)
        described = found_sudo._describe()
        reasons = {}
        for visit, participant in fees:
            wanted = visit._describe_visit(participant)
            suiting = [one for one in described if one.service_id == wanted.service_id]
            unused = explain_unused(suiting, wanted, rights)
            if unused:
                session_sudo = found_sudo.browse(unused[0].id)
                reasons.setdefault(visit.id, session_sudo._explain_to(booker, unused[1]))
        return reasons
