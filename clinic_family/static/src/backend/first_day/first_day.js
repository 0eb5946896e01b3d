import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { Component, onWillStart, useState } from "@odoo/owl";

/** What is missing until a patient can book, each step with the button that does it. */
export class FirstDay extends Component {
    static template = "clinic_family.FirstDay";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.state = useState({ steps: [], done: 0 });
        onWillStart(() => this.read());
    }

    get progressText() {
        return _t("%(done)s of %(all)s steps are done.", {
            done: this.state.done,
            all: this.state.steps.length,
        });
    }

    get isReady() {
        return this.state.done === this.state.steps.length;
    }

    /** The first step that isn't done is the one to take next. */
    get nextKey() {
        return this.state.steps.find((step) => !step.is_done)?.key;
    }

    getSign(step) {
        return step.is_done ? _t("Done") : _t("To do");
    }

    async read() {
        Object.assign(this.state, await this.orm.call("clinic.desk.start", "get_steps"));
    }

    async open(step) {
        const action = await this.orm.call("clinic.desk.start", "open_step", [step.key]);
        await this.action.doAction(action, { onClose: () => this.read() });
        if (action.type === "ir.actions.client") {
            await this.read();
        }
    }
}

registry.category("actions").add("clinic_family.first_day", FirstDay);
