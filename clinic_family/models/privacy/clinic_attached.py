from odoo import api, models
from odoo.fields import Domain


class ClinicAttached(models.AbstractModel):
    """What Odoo keeps beside a record is read by those who may read the record.

    Odoo shows every employee, of every company and without any role, whom messages were sent to
    and who follows what: the names and addresses of patients, and the subjects of their mail.
    """

    _name = "clinic.attached"
    _description = "Rows Beside a Record Are Read With It"

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, *, bypass_access=False, **kwargs):
        if not (self.env.su or bypass_access):
            domain = Domain(domain)
            others = super()._search(domain & ~self._get_mine(), **kwargs)
            seen = self.browse(others.get_result_ids())._filter_seen()
            domain &= self._get_mine() | Domain("id", "in", seen.ids)
        return super()._search(domain, offset, limit, order, bypass_access=bypass_access, **kwargs)

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if operation != "read" or self.env.su or not any(self._ids):
            return result
        asked = self - result[0] if result else self
        others = asked - asked.sudo().filtered_domain(self._get_mine()).sudo(False)
        hidden = others - others._filter_seen()
        if result or not hidden:
            return result and (result[0] | hidden, result[1])
        return hidden, lambda: self.env["ir.rule"]._make_access_error(operation, hidden)

    @api.model
    def _get_mine(self):
        """The rows that are about the user, of whatever record."""
        raise NotImplementedError

    def _filter_seen(self):
        """The rows beside a record that the user may read."""
        raise NotImplementedError
