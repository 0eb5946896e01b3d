import { useExternalListener } from "@odoo/owl";

import { getNeighbour, isFound } from "./geometry";

export function useKeys(daySheet) {
    const keys = new Keys(daySheet);
    useExternalListener(window, "keydown", (ev) => keys.onKeydown(ev));
    return keys;
}

/** The day sheet without a mouse. */
class Keys {
    constructor(daySheet) {
        this.daySheet = daySheet;
        this.state = daySheet.state;
    }

    onKeydown(ev) {
        if (ev.altKey || ev.ctrlKey || ev.metaKey || this.isElsewhere(ev.target)) {
            return;
        }
        const step = this.getStep(ev);
        if (step) {
            ev.preventDefault();
            ev.stopPropagation();
            step();
        }
    }

    getStep(ev) {
        const { daySheet, state } = this;
        const { mover } = daySheet;
        const isArrow = ev.key.startsWith("Arrow");
        const card = this.getFocused();
        if (state.moving && mover.target) {
            const { column, from } = mover.target;
            const steps = { Enter: () => mover.dropAt(column, from), Escape: () => mover.stop() };
            return isArrow ? () => mover.carry(ev.key) : steps[ev.key];
        }
        if (isArrow && !daySheet.popover.isOpen) {
            return () => this.focus(getNeighbour(daySheet.columns, card?.id, ev.key));
        }
        if (ev.key === "Escape" && state.next) {
            return () => (state.next = null);
        }
        const letters = {
            n: () => daySheet.bookNew(),
            a: () =>
                card?.state === "booked" &&
                !card.is_fixed &&
                daySheet.steps.take(card.id, "action_arrive"),
            m: () => mover.pick(card),
            "/": () => this.find(),
        };
        // A letter alone does nothing while the focus is elsewhere (WCAG 2.1.4).
        return ev.target.closest?.(".o_action") && letters[ev.key.toLowerCase()];
    }

    /** What was looked for before is written over. */
    find() {
        const { el } = this.daySheet.find;
        el.focus();
        el.select();
    }

    /** Whether somebody types, or has a window open in front of the sheet. */
    isElsewhere(target) {
        return (
            target.closest?.("input, textarea, select, .o_dialog, .dropdown-menu, .o_popover") ||
            document.querySelector(".o_dialog")
        );
    }

    getFocused() {
        const element = document.activeElement?.closest(".o_clinic_card");
        return element ? this.daySheet.getCard(element) : null;
    }

    focus(card) {
        if (card) {
            const cards = this.daySheet.grid.el;
            const element = cards.querySelector(`.o_clinic_card[data-id="${card.id}"]`);
            element?.querySelector(".o_clinic_card_main").focus();
        }
    }

    /** Who works by keyboard stays at the visit when the sheet is drawn anew. */
    onCardFocus(column, card) {
        this.daySheet.here = column.key;
        this.focusedId = card.id;
    }

    /** To a visit that is drawn only now. */
    goTo(id) {
        this.focusedId = id;
    }

    focusAgain() {
        if (this.focusedId && document.activeElement === document.body) {
            this.focus({ id: this.focusedId });
        }
    }

    onFindKeydown(ev) {
        if (ev.key === "Enter") {
            // Else the same press would open the visit that it leads to.
            ev.preventDefault();
            const cards = this.daySheet.columns.flatMap((column) => column.cards);
            this.focus(cards.find((card) => isFound(card, this.state.query)));
        } else if (ev.key === "Escape") {
            this.state.query = "";
            this.daySheet.find.el.blur();
        }
    }
}
