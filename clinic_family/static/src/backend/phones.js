import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component } from "@odoo/owl";

const NUMBER = /(\+?\(?\d[\d\s().\/-]{4,}\d)/;

/** Whom to call, and at which number: what doesn't fit goes to the next line, and no number is broken over two. */
export class Phones extends Component {
    static template = "clinic_family.Phones";
    static props = { ...standardFieldProps };

    get parts() {
        const text = this.props.record.data[this.props.name] || "";
        // Of what is split by a group, each second part is what the group found.
        return text.split(NUMBER).map((words, at) => ({ words, isNumber: at % 2 === 1 }));
    }
}

registry.category("fields").add("clinic_phones", { component: Phones, supportedTypes: ["char"] });
