from odoo import api, models
from odoo.exceptions import AccessError


class ClinicWrittenMixin(models.AbstractModel):
    """What is readonly is written by verbs alone, through whichever door somebody comes.

    Odoo binds ``readonly`` to its forms, and RPC, imports and nested commands write it all the
    same. Here such fields are refused to everybody: a verb asks who may, and then writes them
    with full rights. What a patient's appointment says of who did what, what was told, its state
    and what it is linked with is readonly.
    """

    _name = "clinic.written.mixin"
    _description = "Readonly Fields Are Written by Verbs Alone"

    # Fields that only one group writes by hand, although others may write the record.
    _written_by_hand_by = {}
    # Fields that are chosen when a record is made, and never written again.
    _chosen_once = ()

    @api.model
    def _has_field_access(self, field, operation):
        if not super()._has_field_access(field, operation):
            return False
        return operation != "write" or self.env.su or self._is_by_hand(field)

    @api.model
    def _is_by_hand(self, field):
        """Whether the user may write this field of ours, in a form or anywhere else."""
        if "clinic_family" not in field._modules:
            return True
        if field.readonly or (self and field.name in self._chosen_once):
            return False
        group = self._written_by_hand_by.get(field.name)
        return not group or self.env.user.has_group(group)

    @api.model
    def _check_field_access(self, field, operation):
        if operation == "write" and not (self.env.su or self._is_by_hand(field)):
            raise AccessError(self.env._(
                "“%(field)s” can't be written by hand here. It follows from the steps that are "
                "taken, such as booking, moving or cancelling, or is up to the front desk.",
                field=field._description_string(self.env),
            ))  # fmt: skip
        return super()._check_field_access(field, operation)
