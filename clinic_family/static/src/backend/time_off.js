import { registry } from "@web/core/registry";

import { tell } from "./day_sheet/undo";

/** Takes time off that was just entered back: whoever lost their hours has them again. */
export function takeTimeOffBack(orm, ids) {
    return orm.unlink("resource.calendar.leaves", ids);
}

/** Shows the visits that wait since time off was entered, and says for a minute how to take it back. */
function tellTimeOff({ services }, { params }) {
    const { action, notification, orm } = services;
    tell(notification, params.said, async () => {
        await takeTimeOffBack(orm, params.ids);
        await action.doAction("soft_reload");
    });
    return params.next;
}

registry.category("actions").add("clinic_family.time_off_entered", tellTimeOff);
