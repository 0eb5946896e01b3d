import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";

/**
 * Turns the weeks and narrows the times down without leaving the page. Without it the links and the
 * form do the same, and so they do when the times can't be fetched.
 */
export class BookingTimes extends Interaction {
    static selector = ".o_clinic_times";
    dynamicContent = {
        _root: {
            "t-on-click": this.onClick,
            "t-on-change": this.onChange,
            "t-on-submit": this.onSubmit,
            "t-att-class": () => ({ o_clinic_scripted: true }),
            "t-att-aria-busy": () => String(this.isLoading),
        },
        _window: { "t-on-popstate": () => this.show(location.href) },
    };

    setup() {
        this.isLoading = false;
        this.asked = 0;
    }

    /** Whoever was faster than the scripts has chosen already. */
    start() {
        const form = this.el.querySelector(".o_clinic_narrow");
        const asItCame = form.cloneNode(true);
        asItCame.reset();
        if (this.getUrl(form) !== this.getUrl(asItCame)) {
            this.turnTo(this.getUrl(form));
        }
    }

    getUrl(form) {
        return `${form.action}?${new URLSearchParams(new FormData(form))}`;
    }

    async onClick(ev) {
        const link = ev.target.closest("a.o_clinic_turn");
        if (!link || ev.button || ev.metaKey || ev.ctrlKey || ev.shiftKey || ev.altKey) {
            return;
        }
        ev.preventDefault();
        await this.turnTo(link.href);
    }

    async onChange(ev) {
        const form = ev.target.closest(".o_clinic_narrow");
        if (form) {
            await this.turnTo(this.getUrl(form));
        }
    }

    async onSubmit(ev) {
        if (ev.target.matches(".o_clinic_jump")) {
            ev.preventDefault();
            await this.turnTo(this.getUrl(ev.target));
        }
    }

    async turnTo(url) {
        if (await this.show(url)) {
            history.pushState({}, "", url);
        }
    }

    /** Whether the times of this address are shown now; a later question makes the answer void. */
    async show(url) {
        const number = ++this.asked;
        this.isLoading = true;
        const times = await this.waitFor(this.fetchTimes(url));
        if (number !== this.asked) {
            return false;
        }
        this.isLoading = false;
        if (!times) {
            location.assign(url);
            return false;
        }
        this.protectSyncAfterAsync(() => this.replace(times))();
        return true;
    }

    async fetchTimes(url) {
        try {
            const response = await fetch(url);
            const page = new DOMParser().parseFromString(await response.text(), "text/html");
            return response.ok && page.querySelector(this.constructor.selector);
        } catch {
            return null;
        }
    }

    replace(times) {
        const interactions = this.services["public.interactions"];
        const focused = this.el.contains(document.activeElement) && document.activeElement;
        for (const part of this.el.children) {
            interactions.stopInteractions(part);
        }
        this.el.replaceChildren(...times.childNodes);
        for (const part of this.el.children) {
            interactions.startInteractions(part);
        }
        if (focused) {
            this.focusLike(focused);
        }
        this.announce();
    }

    /** The same link or field once more; where it is gone, what has come in its place. */
    focusLike(focused) {
        const same = focused.id && this.el.querySelector(`#${focused.id}`);
        (same || this.el.querySelector(".o_clinic_week"))?.focus();
    }

    announce() {
        const parts = this.el.querySelectorAll(".o_clinic_week, .o_clinic_why, .o_clinic_narrow + .alert");
        const words = [...parts].map((part) => part.textContent.replace(/\s+/g, " ").trim());
        document.getElementById(this.el.dataset.news).textContent = words.join(". ");
    }
}

registry.category("public.interactions").add("clinic_family.booking_times", BookingTimes);
