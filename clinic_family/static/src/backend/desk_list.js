import { registry } from "@web/core/registry";
import { ListRenderer } from "@web/views/list/list_renderer";
import { listView } from "@web/views/list/list_view";
import { onMounted, onPatched } from "@odoo/owl";

/**
 * Who works through a list by keyboard stays where they are: the button that was pressed is often gone then, or its
 * row is, and the browser would begin anew at the top of the page.
 */
export class DeskListRenderer extends ListRenderer {
    setup() {
        super.setup();
        this.pressed = null;
        onMounted(() => {
            const { el } = this.rootRef;
            // What is clicked by a key has no count of clicks; the button itself lets nobody else hear of it.
            const keep = (ev) => (this.pressed = ev.detail ? null : this.find(ev));
            el.addEventListener("click", keep, { capture: true });
        });
        onPatched(() => this.focusAgain());
    }

    get dataRows() {
        return [...this.rootRef.el.querySelectorAll(".o_data_row")];
    }

    find({ target }) {
        const button = target.closest("button[name]");
        const at = this.dataRows.indexOf(target.closest(".o_data_row"));
        return button && at >= 0 ? { at, name: button.name } : null;
    }

    focusAgain() {
        if (!this.pressed || document.activeElement !== document.body) {
            return;
        }
        const { at, name } = this.pressed;
        const row = this.dataRows[Math.min(at, this.dataRows.length - 1)];
        const choices = [`button[name="${name}"]`, "button[name]", "input"];
        const found = choices.map((choice) => row?.querySelector(choice)).find(Boolean);
        found?.focus();
    }
}

registry.category("views").add("clinic_desk_list", { ...listView, Renderer: DeskListRenderer });
