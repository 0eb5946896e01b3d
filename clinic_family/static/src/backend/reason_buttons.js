import { pick } from "@web/core/utils/objects";
import { registry } from "@web/core/registry";
import { BadgeSelectionField, badgeSelectionField } from "@web/views/fields/badge_selection/badge_selection_field";

/** The reasons as buttons: one click chooses, saves and closes the window. */
export class ReasonButtons extends BadgeSelectionField {
    static template = "clinic_family.ReasonButtons";

    async choose(value) {
        const { record } = this.props;
        this.onChange(value);
        await this.env.onClickViewButton({
            clickParams: { type: "object", name: "action_save" },
            getResParams: () =>
                pick(record, "context", "evalContext", "resModel", "resId", "resIds"),
        });
    }
}

registry.category("fields").add("clinic_reason_buttons", {
    ...badgeSelectionField,
    component: ReasonButtons,
    supportedTypes: ["many2one"],
});
