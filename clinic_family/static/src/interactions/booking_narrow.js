import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";

/** Shows the times as soon as somebody or somewhere else is chosen; without it there is a button. */
export class BookingNarrow extends Interaction {
    static selector = ".o_clinic_narrow";
    dynamicContent = {
        _root: { "t-on-change": () => this.el.requestSubmit() },
        ".o_clinic_narrow_submit": { "t-att-class": () => ({ "visually-hidden": true }) },
    };
}

registry.category("public.interactions").add("clinic_family.booking_narrow", BookingNarrow);
