import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { session } from "@web/session";
import { Component, reactive, useState } from "@odoo/owl";

const NEWS = ["clinic_family/undelivered", "clinic_family/changed"];

/** How many messages about visits to come didn't arrive: known from the beginning, and read anew as it changes. */
export const undeliveredService = {
    dependencies: ["bus_service", "orm"],
    start(env, { bus_service: bus, orm }) {
        const state = reactive({ count: session.clinic_undelivered || 0 });
        const isMine = "clinic_undelivered" in session;
        const read = async () => {
            if (isMine) {
                state.count = await orm.silent.call("clinic.desk.day", "get_undelivered");
            }
        };
        if (isMine) {
            NEWS.forEach((news) => bus.subscribe(news, read));
        }
        return { state, read };
    },
};

/** Odoo has no numbers on its apps: it stands beside those of its own messages, whatever app is open. */
export class Undelivered extends Component {
    static template = "clinic_family.Undelivered";
    static props = {};

    setup() {
        this.action = useService("action");
        this.state = useState(useService("clinic_undelivered").state);
    }

    get text() {
        return getUndeliveredText(this.state.count);
    }

    open() {
        return this.action.doAction("clinic_family.clinic_message_undelivered_action");
    }
}

function getUndeliveredText(count) {
    return count === 1 ? _t("1 message didn't arrive") : _t("%s messages didn't arrive", count);
}

registry.category("services").add("clinic_undelivered", undeliveredService);
registry
    .category("systray")
    .add("clinic_family.undelivered", { Component: Undelivered }, { sequence: 30 });
