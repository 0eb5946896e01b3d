import { browser } from "@web/core/browser/browser";
import { makeDraggableHook } from "@web/core/utils/draggable_hook_builder_owl";
import { pick } from "@web/core/utils/objects";

import { AnswerDialog } from "./answer_dialog";
import { getCovered, getNearest, snap, STEP } from "./geometry";
import { Ghost } from "./ghost";
import { letWait } from "./undo";
import { formatMinutes } from "./words";

const NEAR = 10;

/** Odoo's dragging, but the card stays where it is: what follows the hand is the ghost. */
const useDragging = makeDraggableHook({
    name: "useDragging",
    onComputeParams: ({ ctx }) => {
        ctx.followCursor = false;
    },
    onWillStartDrag: ({ ctx }) => pick(ctx.current, "element"),
    onDragStart: ({ ctx }) => pick(ctx.current, "element"),
    onDrag: ({ ctx }) => pick(ctx.current, "element"),
    onDragEnd: ({ ctx }) => pick(ctx.current, "element"),
    onDrop: ({ ctx }) => pick(ctx.current, "element"),
});

export function useMover(daySheet) {
    const mover = new Mover(daySheet);
    useDragging({
        ref: daySheet.grid,
        elements: ".o_clinic_card.o_movable",
        ignore: ".o_clinic_edge, .o_clinic_arrive",
        touchDelay: 400,
        onWillStartDrag: ({ element, y }) => {
            mover.grip = y - element.getBoundingClientRect().top;
        },
        onDragStart: ({ element }) => mover.start(daySheet.getCard(element)),
        onDrag: ({ x, y }) => mover.showDrop(x, y - mover.grip),
        onDrop: ({ x, y }) => mover.drop(x, y - mover.grip),
        onDragEnd: () => mover.stop(),
    });
    return mover;
}

/** A visit on its way: by hand, by its edge, or by keys. */
class Mover {
    constructor(daySheet) {
        this.daySheet = daySheet;
        this.state = daySheet.state;
        this.ghost = new Ghost(daySheet.ghost);
        this.target = null;
    }

    get orm() {
        return this.daySheet.orm;
    }

    get hours() {
        const { first, last } = this.daySheet.sheet;
        return { first, last };
    }

    async start(card) {
        const { columns, popover, sheet } = this.daySheet;
        popover.close();
        this.forgetPlaces();
        this.state.moving = { ...card };
        this.state.free = {};
        const place = { location_id: sheet.location_id, day: columns[0].day };
        const days = sheet.practitioner_id ? 7 : 1;
        const free = await this.orm.silent.call("clinic.desk.visit", "get_free", [
            card.id,
            place,
            days,
        ]);
        if (this.state.moving?.id === card.id) {
            this.state.free = free;
        }
    }

    stop() {
        this.state.moving = null;
        this.state.free = {};
        this.target = null;
        this.ghost.hide();
    }

    // Where it can go

    getFree(column) {
        return this.state.moving ? this.state.free[column.key] || [] : [];
    }

    getLight(column) {
        const { moving } = this.state;
        return moving ? getCovered(this.getFree(column), moving.to - moving.from) : [];
    }

    // Where it is

    /** Where the columns lie within the grid: read once, as the page may be asked for much at each move. */
    get places() {
        if (!this.known) {
            this.known = this.daySheet.columns.map((column) => {
                const { offsetLeft, offsetTop, offsetWidth } = this.daySheet.getBody(column);
                return { column, left: offsetLeft, top: offsetTop, width: offsetWidth };
            });
        }
        return this.known;
    }

    forgetPlaces() {
        this.known = null;
    }

    getMinutesAt(y) {
        const { grid, scale } = this.daySheet;
        const top = grid.el.getBoundingClientRect().top + this.places[0].top;
        return this.hours.first + (y - top) / scale;
    }

    getColumnAt(x) {
        const within = x - this.daySheet.grid.el.getBoundingClientRect().left;
        return this.places.find(({ left, width }) => left <= within && within < left + width)
            ?.column;
    }

    /** Shows where it would be dropped, without drawing the whole sheet anew. */
    showDrop(x, top) {
        const column = this.getColumnAt(x);
        if (column) {
            this.show(column, this.snapTo(column, this.getMinutesAt(top)), this.state.moving);
        }
    }

    /** To a time where it can go, if one is near; else to the service's step. */
    snapTo(column, minutes) {
        const near = getNearest(minutes, this.getFree(column), NEAR);
        const step = this.state.moving?.step || STEP;
        return near ?? snap(minutes, step, this.hours.first, this.hours.last - step);
    }

    show(column, from, card) {
        const { scale } = this.daySheet;
        const { first, last } = this.hours;
        const to = Math.min(from + card.to - card.from, last);
        const { left, top, width } = this.places.find((place) => place.column.key === column.key);
        this.target = { column, from };
        this.ghost.show(
            {
                left,
                top: top + (from - first) * scale,
                width,
                height: Math.max(to - from, 0) * scale,
            },
            `${formatMinutes(from)} ${card.title}`,
            this.getFree(column).includes(from)
        );
    }

    // Where it goes

    /** Moves it to where the hand let go, which no frame may have shown yet. */
    drop(x, top) {
        this.showDrop(x, top);
        if (this.target) {
            const { column, from } = this.target;
            const { id } = this.state.moving;
            return this.move(id, this.daySheet.getPlace(column, from));
        }
    }

    dropAt(column, from) {
        const { id } = this.state.moving;
        this.stop();
        return this.move(id, this.daySheet.getPlace(column, from));
    }

    async move(id, place, length = false, reason = "", isBack = false) {
        const { daySheet } = this;
        const answer = await this.orm.call("clinic.desk.visit", "move", [
            id,
            place,
            length,
            reason,
        ]);
        if (answer.done) {
            await daySheet.load();
            const { back } = answer;
            const undo = back.note
                ? () => letWait(this.orm, id, back).then(() => daySheet.load())
                : () => this.move(id, back.place, back.length, back.reason, true);
            return daySheet.tell(answer.done, !isBack && undo);
        }
        daySheet.dialogs.add(
            AnswerDialog,
            {
                answer,
                take: (there) => this.move(id, there, length),
                insist: (why) => this.move(id, place, length, why),
            },
            { onClose: () => daySheet.load() }
        );
    }

    // Made longer or shorter by its edge

    onEdgeDown(ev, column, card) {
        ev.stopPropagation();
        ev.preventDefault();
        this.forgetPlaces();
        this.state.moving = { ...card };
        const shortest = card.from + Math.min(card.step || STEP, 5);
        // Not part of the state: only the ghost follows the hand, and the sheet stays as drawn.
        let { to } = card;
        const follow = (moved) => {
            const pulled = snap(this.getMinutesAt(moved.clientY), 5, this.hours.first, 1440);
            to = Math.max(pulled, shortest);
            this.show(column, card.from, { ...card, to });
        };
        // The hand lets go over the column, which would take that for a click on a free time.
        const swallow = (click) => click.stopPropagation();
        const forget = () => browser.removeEventListener("click", swallow, true);
        const end = () => {
            browser.addEventListener("click", swallow, { capture: true, once: true });
            browser.addEventListener("pointerdown", forget, { capture: true, once: true });
            browser.removeEventListener("pointermove", follow);
            browser.removeEventListener("pointerup", end);
            this.stop();
            if (to !== card.to) {
                this.move(card.id, this.daySheet.getPlace(column, card.from), to - card.from);
            }
        };
        browser.addEventListener("pointermove", follow);
        browser.addEventListener("pointerup", end);
    }

    // By keys

    /** Takes a visit up: arrows carry it, Enter puts it down, Escape leaves it. */
    async pick(card) {
        const { daySheet } = this;
        if (card && daySheet.isMovable(card)) {
            await this.start(card);
            const isThere = (column) => column.cards.some((one) => one.id === card.id);
            this.show(daySheet.columns.find(isThere), card.from, card);
        }
    }

    carry(key) {
        const { columns } = this.daySheet;
        const { column, from } = this.target;
        const step = this.state.moving.step || STEP;
        const at = columns.findIndex((each) => each.key === column.key);
        const moves = {
            ArrowUp: [column, from - step],
            ArrowDown: [column, from + step],
            ArrowLeft: [columns[at - 1] || column, from],
            ArrowRight: [columns[at + 1] || column, from],
        };
        const [there, minutes] = moves[key];
        const { first, last } = this.hours;
        this.show(there, Math.min(Math.max(minutes, first), last - step), this.state.moving);
        this.ghost.scrollIntoView();
    }
}
