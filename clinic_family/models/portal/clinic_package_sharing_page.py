from odoo import api, models
from odoo.tools import format_list

from ...exceptions import FamilyRefused

MOST_SESSIONS = 999


class ClinicPackageSharingPage(models.AbstractModel):
    """How owners limit what each relative may use of their packages.

    A part of ``clinic.package.page``.
    """

    _name = "clinic.package.sharing.page"
    _description = "Packages Page: Sharing"

    def _find_grants(self, me):
        """The permissions in force by which others use my packages."""
        # Fetched with the search: the view can't find its rows by id without making them all.
        return self.env["clinic.authority"].sudo().search_fetch([
            ("person_id", "=", me.id), ("kind", "=", "packages"), ("permission_id", "!=", False),
        ], ["permission_id"]).permission_id.sorted(lambda p: p.grantee_id.name or "")  # fmt: skip

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
                "first_name": self.env["clinic.family.words"]._get_first_name(name),
            },
            "used": permission_sudo.session_use_count,
            "packages": [
                {
                    "id": purchase_sudo.id,
                    "name": purchase_sudo.name,
                    "left": 0 if purchase_sudo._is_over() else purchase_sudo.free_count,
                    "until": self._format(purchase_sudo.expires_on),
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
    def _share_from_form(self, me, grantee_id, only, purchase_ids, limit_text):
        """From now on this person uses all my packages, or only these, and so many sessions."""
        family = self.env["clinic.family"]
        permission_sudo = self._find_grant(me, grantee_id)
        if not permission_sudo:
            raise family._not_linked()
        family._verify_sharing(me, me)
        purchases_sudo = self._find_shareable(me).filtered(lambda p: p.id in purchase_ids)
        if only and not purchases_sudo:
            raise FamilyRefused("no_package", self.env._(
                "Please choose at least one package. To share none any more, end it on the page "
                "of your family members."
            ))  # fmt: skip
        chosen_sudo = purchases_sudo if only else purchases_sudo.browse()
        permission_sudo._share_packages(chosen_sudo, self._read_limit(limit_text))

    def _read_limit(self, text):
        """The number of sessions as typed; 0, for any number, when nothing is."""
        if not text:
            return 0
        if not (text.isascii() and text.isdigit() and 0 < int(text) <= MOST_SESSIONS):
            raise FamilyRefused("limit", self.env._(
                "Please write the number of sessions as 1 to %s, or leave it empty.", MOST_SESSIONS
            ))  # fmt: skip
        return int(text)
