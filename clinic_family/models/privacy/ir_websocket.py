import re

from odoo import models

EDITED = re.compile(r"editor_collaboration:([\w.]+):\w+:(\d+)")


class IrWebsocket(models.AbstractModel):
    """Who asks to hear of a record that is hidden is answered as for none at all."""

    _inherit = "ir.websocket"

    def _build_bus_channel_list(self, channels):
        """Odoo's editor asks whether a record is there, and then fails if it is hidden."""
        hidden = {f"hidden:{one}": one for one in channels if self._is_of_hidden(one)}
        asked = {name: mark for mark, name in hidden.items()}
        built = super()._build_bus_channel_list([asked.get(one, one) for one in channels])
        return [hidden.get(one, one) if isinstance(one, str) else one for one in built]

    def _is_of_hidden(self, channel):
        found = isinstance(channel, str) and EDITED.match(channel)
        model = self.env.get(found[1]) if found else None
        if not isinstance(model, self.env.registry["clinic.hidden.mixin"]):
            return False
        return not model.browse(int(found[2])).exists()._filtered_access("read")
