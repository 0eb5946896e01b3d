import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";

/** Shows that the booking is under way; the server answers a second click with the same booking. */
export class BookingConfirm extends Interaction {
    static selector = ".o_clinic_confirm";
    dynamicContent = {
        _root: { "t-on-submit": () => (this.isSent = true) },
        // A browser that goes back may show the page as it was left.
        _window: { "t-on-pageshow": () => (this.isSent = false) },
        button: { "t-att-class": () => ({ disabled: this.isSent }) },
    };

    setup() {
        this.isSent = false;
    }
}

registry.category("public.interactions").add("clinic_family.booking_confirm", BookingConfirm);
