import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component } from "@odoo/owl";

const ICONS = {
    pay: "fa-credit-card",
    book: "fa-calendar-plus-o",
    intake: "fa-pencil-square-o",
    notify: "fa-bell-o",
    receipts: "fa-file-text-o",
    calendar: "fa-calendar",
    packages: "fa-ticket",
};

/**
 * Both directions between a patient and each relative, side by side. A side opens the assistant
 * that changes it; the form is saved before and read again after.
 */
export class FamilyPanel extends Component {
    static template = "clinic_family.FamilyPanel";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.icons = ICONS;
    }

    get panel() {
        return this.props.record.data[this.props.name] || { rows: [], kinds: [] };
    }

    changeSide(side) {
        return this.open("clinic_family.clinic_permission_change_action", {
            default_grantor_id: side.grantor_id,
            default_grantee_id: side.grantee_id,
        });
    }

    end(row) {
        return this.open("clinic_family.clinic_relationship_end_action", {
            default_person_id: this.panel.patient_id,
            default_relative_id: row.id,
        });
    }

    async open(action, additionalContext) {
        if (await this.props.record.save()) {
            const onClose = () => this.props.record.load();
            await this.action.doAction(action, { additionalContext, onClose });
        }
    }

    async openPerson(row) {
        const form = await this.orm.call("res.partner", "get_formview_action", [[row.id]]);
        return this.action.doAction(form);
    }
}

registry.category("fields").add("clinic_family_panel", {
    component: FamilyPanel,
    supportedTypes: ["json"],
});
