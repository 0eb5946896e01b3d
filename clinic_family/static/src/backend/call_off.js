import { registry } from "@web/core/registry";

import { DONE } from "./day_sheet/steps";
import { tell } from "./day_sheet/undo";

/** Asks why a visit of a list is cancelled, and says for a minute how to take it back. */
async function callOff({ services }, { params }, { onClose }) {
    const { action, notification, orm } = services;
    const { visit_id, names } = params;
    const asking = await orm.call("clinic.appointment", "action_cancel", [[visit_id]]);
    const takeBack = async (ids) => {
        await orm.call("clinic.desk.visit", "step_back", [ids, "cancelled"]);
        await onClose?.();
    };
    return action.doAction(asking, {
        onClose: async (done) => {
            await onClose?.();
            if (done?.ids?.length) {
                tell(notification, DONE.action_cancel(names), () => takeBack(done.ids));
            }
        },
    });
}

registry.category("actions").add("clinic_family.call_off", callOff);
