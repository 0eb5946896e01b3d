import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component } from "@odoo/owl";

/** People beside each other, a column each: what is the same stands back. */
export class Duplicates extends Component {
    static template = "clinic_family.Duplicates";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
    }

    get panel() {
        return this.props.record.data[this.props.name] || { labels: [], people: [] };
    }

    /** Opens the window that merges the newcomer into this patient; it shows first what follows. */
    merge(person) {
        return this.action.doAction("clinic_family.clinic_patient_merge_action", {
            additionalContext: {
                default_source_id: this.panel.merges,
                default_kept_id: person.id,
            },
        });
    }

    async openPerson(person) {
        const form = await this.orm.call("res.partner", "get_formview_action", [[person.id]]);
        return this.action.doAction(form);
    }
}

registry.category("fields").add("clinic_duplicates", {
    component: Duplicates,
    supportedTypes: ["json"],
});
