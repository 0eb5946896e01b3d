import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";

/** Counts down how long what was chosen is still held; without it the page names the time. */
export class BookingCountdown extends Interaction {
    static selector = ".o_clinic_countdown";
    dynamicContent = {
        ".o_clinic_countdown_left": { "t-out": () => this.text },
        ".o_clinic_countdown_runs": { "t-att-class": () => ({ "d-none": this.isOver }) },
        ".o_clinic_countdown_over": { "t-att-class": () => ({ "d-none": !this.isOver }) },
    };

    setup() {
        // Since the page was asked for: the scripts may have come much later.
        this.ends = Number(this.el.dataset.seconds) * 1000;
        this.update();
    }

    start() {
        if (!this.isOver) {
            this.timer = setInterval(() => {
                this.update();
                this.updateContent();
            }, 1000);
            this.registerCleanup(() => clearInterval(this.timer));
        }
    }

    update() {
        const left = Math.max(0, Math.ceil((this.ends - performance.now()) / 1000));
        this.isOver = !left;
        this.text = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    }
}

registry.category("public.interactions").add("clinic_family.booking_countdown", BookingCountdown);
