import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";

/** Tells visitors whose clocks show another time than the clinic's what a time there is for them. */
export class BookingElsewhere extends Interaction {
    static selector = ".o_clinic_elsewhere";

    start() {
        const { zone, moments } = this.el.dataset;
        const device = Intl.DateTimeFormat().resolvedOptions().timeZone;
        const differing = moments
            .split(" ")
            .find((moment) => this.tell(moment, zone) !== this.tell(moment, device));
        if (differing) {
            this.fill(".o_clinic_city", device.split("/").pop().replaceAll("_", " "));
            this.fill(".o_clinic_here", this.tell(differing, zone));
            this.fill(".o_clinic_there", this.tell(differing, device));
            this.el.classList.remove("d-none");
        }
    }

    tell(moment, timeZone) {
        const parts = { weekday: "short", hour: "numeric", minute: "2-digit", timeZone };
        return new Date(moment).toLocaleString(document.documentElement.lang, parts);
    }

    fill(selector, text) {
        this.el.querySelector(selector).textContent = text;
    }
}

registry.category("public.interactions").add("clinic_family.booking_elsewhere", BookingElsewhere);
