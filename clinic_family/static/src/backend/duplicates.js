import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component } from "@odoo/owl";

/** A newcomer and the patients they may be, a column each; what is the same stands back. */
export class Duplicates extends Component {
    static template = "clinic_family.Duplicates";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
    }

    get panel() {
        return this.props.record.data[this.props.name] || { labels: [], people: [] };
    }

    openPerson(person) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "res.partner",
            res_id: person.id,
            views: [[false, "form"]],
        });
    }
}

registry.category("fields").add("clinic_duplicates", {
    component: Duplicates,
    supportedTypes: ["json"],
});
