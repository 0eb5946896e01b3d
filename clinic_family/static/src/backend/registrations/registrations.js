import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { session } from "@web/session";
import { Component, reactive, useState } from "@odoo/owl";

/** How many people registered online and wait for the front desk: known from the beginning, and read anew as it changes. */
export const registrationsService = {
    dependencies: ["bus_service", "orm"],
    start(env, { bus_service: bus, orm }) {
        const state = reactive({ count: session.clinic_registrations || 0 });
        const read = async () => {
            state.count = await orm.silent.call("clinic.desk.day", "get_registrations");
        };
        if ("clinic_registrations" in session) {
            bus.subscribe("clinic_family/registrations", read);
        }
        return { state };
    },
};

export class Registrations extends Component {
    static template = "clinic_family.Registrations";
    static props = {};

    setup() {
        this.action = useService("action");
        this.state = useState(useService("clinic_registrations").state);
    }

    get text() {
        const { count } = this.state;
        return count === 1
            ? _t("1 online registration to look at")
            : _t("%s online registrations to look at", count);
    }

    open() {
        return this.action.doAction("clinic_family.clinic_registration_action");
    }
}

registry.category("services").add("clinic_registrations", registrationsService);
registry
    .category("systray")
    .add("clinic_family.registrations", { Component: Registrations }, { sequence: 31 });
