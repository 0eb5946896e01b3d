import { deserializeDate } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component } from "@odoo/owl";

/** The nearest free times as buttons: one click takes the time into the form. */
export class NearestTimes extends Component {
    static template = "clinic_family.NearestTimes";
    static props = { ...standardFieldProps };

    get times() {
        return this.props.record.data[this.props.name] || [];
    }

    take({ day, clock, practitioner_id, location_id }) {
        return this.props.record.update({
            practitioner_id,
            location_id,
            clock,
            day: deserializeDate(day),
        });
    }
}

registry.category("fields").add("clinic_nearest_times", {
    component: NearestTimes,
    supportedTypes: ["json"],
});
