from odoo.http import request

from odoo.addons.payment.controllers.portal import PaymentPortal

from ..engine.forms import read_id, read_text
from ..exceptions import FamilyRefused
from .common import PortalPage, clinic_page, found, get_list, me


class CardPayment(PaymentPortal):
    """A saved card pays for its owner, and for those whom its owner lets."""

    def _create_transaction(self, *args, **kwargs):
        """Judges who pays with it, and charges it when what is charged is stored for good."""
        if kwargs.get("flow") != "token":
            return super()._create_transaction(*args, **kwargs)
        meant = request.env["payment.token"]._judge_use(**kwargs)
        if meant is None:
            return super()._create_transaction(*args, **kwargs)
        request.update_context(delay_token_charge=True)
        transaction = super()._create_transaction(*args, **{**kwargs, **meant})
        transaction._charge_saved()
        return transaction

    def _get_extra_payment_form_values(self, **kwargs):
        values = super()._get_extra_payment_form_values(**kwargs)
        return {**values, **request.env["payment.token"]._hide_from_visitors()}


class CardPortal(PortalPage):
    """The page on which I say what a relative may pay with my saved cards."""

    @clinic_page("/my/family/<int:person_id>/card")
    def card_form(self, person_id, **kw):
        return self._render_card(person_id)

    @clinic_page("/my/family/<int:person_id>/card", methods=["POST"])
    def share_card(self, person_id, only="", limit="", until="", **kw):
        form = {
            "card_ids": [read_id(text) for text in get_list("card")] if only else None,
            "limit": read_text(limit.strip(), 20),
            "until": until.strip(),
        }
        try:
            self._card_page()._share_from_form(me(), person_id, **form)
        except FamilyRefused as refusal:
            return self._render_card(person_id, refusal, form)
        return request.redirect("/my/family?done=shared")

    @clinic_page(
        "/my/family/<int:person_id>/card/end",
        methods=["POST"],
        opens="/my/family",
    )
    def stop_sharing_card(self, person_id, **kw):
        user = request.env["res.partner"].browse(person_id)
        try:
            request.env["clinic.family"]._stop_sharing_card(me(), user)
        except FamilyRefused:
            found(False)
        return request.redirect("/my/family?done=stopped")

    # Answering the browser

    def _card_page(self):
        return request.env["clinic.page.card"]

    def _render_card(self, person_id, refusal="", form=None):
        values = self._card_page()._get_sharing(me(), person_id, str(refusal), form)
        return self._portal_page("family", "family_card", values, refusal=refusal)
