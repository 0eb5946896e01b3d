from odoo.http import request

from .common import PortalPage, me


class AddressPortal(PortalPage):
    """Odoo's page of one's account leaves to the clinic what a patient's own page leaves to it."""

    def _prepare_address_form_values(self, partner_sudo, *args, **kwargs):
        contact = request.env["clinic.contact"]
        return {
            **super()._prepare_address_form_values(partner_sudo, *args, **kwargs),
            "kept": contact._get_kept(partner_sudo),
            "kept_words": contact._get_kept_words(),
            "is_without_address": contact._is_without_address(partner_sudo),
        }

    def _validate_address_values(self, address_values, partner_sudo, *args, **kwargs):
        invalid, missing, messages = super()._validate_address_values(
            address_values, partner_sudo, *args, **kwargs
        )
        if kept := request.env["clinic.contact"]._find_kept(partner_sudo, address_values):
            invalid.update(kept)
            messages.append(request.env["clinic.contact"]._get_kept_words())
        return invalid, missing, messages

    # Nobody is asked for an address that they can't write

    def _create_or_update_address(self, partner_sudo, required_fields="", **form_data):
        asked = set((required_fields or "").split(","))
        return super()._create_or_update_address(
            partner_sudo, required_fields=",".join(self._leave_out(asked)), **form_data
        )

    def _get_mandatory_billing_address_fields(self, country_sudo):
        return self._leave_out(super()._get_mandatory_billing_address_fields(country_sudo))

    def _get_mandatory_delivery_address_fields(self, country_sudo):
        return self._leave_out(super()._get_mandatory_delivery_address_fields(country_sudo))

    def _leave_out(self, names):
        is_without = request.env["clinic.contact"]._is_without_address(me())
        return names - {"email"} if is_without else names
