import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";

/** Shows that the booking is under way; the server answers a second click with the same booking. */
export class BookingConfirm extends Interaction {
    static selector = ".o_clinic_confirm";
    dynamicContent = {
        _root: { "t-on-submit": () => (this.isSent = true) },
        button: { "t-att-class": () => ({ disabled: this.isSent }) },
    };

    setup() {
        this.isSent = false;
    }
}

registry.category("public.interactions").add("clinic_family.booking_confirm", BookingConfirm);
