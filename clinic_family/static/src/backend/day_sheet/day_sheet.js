import { browser } from "@web/core/browser/browser";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { usePopover } from "@web/core/popover/popover_hook";
import { registry } from "@web/core/registry";
import { useDraggable } from "@web/core/utils/draggable";
import { useService } from "@web/core/utils/hooks";
import { debounce } from "@web/core/utils/timing";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import {
    Component,
    onMounted,
    onPatched,
    onWillStart,
    onWillUnmount,
    status,
    useExternalListener,
    useRef,
    useState,
} from "@odoo/owl";

import { AnswerDialog } from "./answer_dialog";
import { BookingDialog } from "./booking_dialog";
import {
    getClosed,
    getCovered,
    getNearest,
    getNeighbour,
    getScale,
    getStart,
    isFound,
    snap,
    STEP,
} from "./geometry";
import { letWait, tell } from "./undo";
import { VisitPopover } from "./visit_popover";

const CHANGED = "clinic_family/changed";
const WHERE = "clinic_family.day_sheet";
const MINUTE = 60000;
const NEAR = 10;
const ICONS = {
    orphaned: "fa-exclamation-triangle",
    unpaid: "fa-usd",
    form: "fa-pencil-square-o",
    group: "fa-users",
    along: "fa-child",
    first: "fa-star",
    session: "fa-ticket",
    confidential: "fa-lock",
    birthday: "fa-birthday-cake",
    note: "fa-sticky-note-o",
};
const STATES = {
    held: _t("being booked online"),
    booked: _t("booked"),
    arrived: _t("arrived"),
    fulfilled: _t("done"),
    noshow: _t("no-show"),
};
const DONE = {
    action_arrive: (name) => _t("%s: arrived", name),
    action_fulfil: (name) => _t("%s: done", name),
    action_mark_noshow: (name) => _t("%s: no-show", name),
    action_cancel: (name) => _t("%s: cancelled", name),
    action_rebook: (name) => _t("%s: booked again", name),
};
// What takes a step back, from the state it leads to.
const BACK = {
    arrived: "action_rebook",
    fulfilled: "action_arrive",
    noshow: "action_rebook",
    cancelled: "action_rebook",
};

/**
 * The front desk's day: a column a practitioner, a card a visit, in the time of the location.
 *
 * Everything is read from `clinic.desk.day`; each change asks the server and reads the sheet anew.
 */
export class DaySheet extends Component {
    static template = "clinic_family.DaySheet";
    static components = { Dropdown, DropdownItem, Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.bus = useService("bus_service");
        this.dialogs = useService("dialog");
        this.notification = useService("notification");
        this.popover = usePopover(VisitPopover, {
            position: "right-start",
            useBottomSheet: this.env.isSmall,
        });
        this.asked = 0;
        this.icons = ICONS;
        this.states = STATES;
        this.grid = useRef("grid");
        this.scroller = useRef("scroller");
        this.ghost = useRef("ghost");
        this.find = useRef("find");
        this.state = useState({
            sheet: null,
            query: "",
            free: {},
            moving: null,
            next: null,
            changed: new Set(),
            told: "",
            undelivered: 0,
            now: 0,
            height: 0,
        });
        this.readSoon = debounce(() => this.load(true), 300);
        this.onChanged = () => this.readSoon();

        useExternalListener(window, "keydown", (ev) => this.onKeydown(ev));
        useExternalListener(window, "resize", () => this.measure());
        useDraggable({
            ref: this.grid,
            elements: ".o_clinic_card.o_movable",
            ignore: ".o_clinic_edge, .o_clinic_arrive",
            touchDelay: 400,
            onWillStartDrag: ({ element, y }) => {
                this.grip = y - element.getBoundingClientRect().top;
            },
            onDragStart: ({ element }) => this.startMoving(this.getCard(element)),
            onDrag: ({ x, y }) => this.showDrop(x, y - this.grip),
            onDrop: ({ x, y }) => this.drop(x, y - this.grip),
            onDragEnd: () => this.stopMoving(),
        });
        onWillStart(() => Promise.all([this.load(), this.readUndelivered()]));
        onMounted(() => {
            this.bus.subscribe(CHANGED, this.onChanged);
            this.measure();
            this.scrollToNow();
            this.scroller.el?.focus({ preventScroll: true });
            this.clock = browser.setInterval(() => this.tick(), MINUTE);
        });
        onPatched(() => this.focusAgain());
        onWillUnmount(() => {
            this.bus.unsubscribe(CHANGED, this.onChanged);
            this.readSoon.cancel();
            browser.clearInterval(this.clock);
        });
    }

    // What is shown

    get sheet() {
        return this.state.sheet;
    }

    get columns() {
        return this.sheet.columns || [];
    }

    getWeekText(practitioner) {
        return _t("Week of %s", practitioner.name);
    }

    get nextText() {
        return _t("Choose the next time of %s.", this.state.next.names);
    }

    get display() {
        return { controlPanel: {} };
    }

    get where() {
        return JSON.parse(browser.sessionStorage.getItem(WHERE) || "{}");
    }

    set where(where) {
        browser.sessionStorage.setItem(WHERE, JSON.stringify(where));
    }

    async load(isByOthers = false) {
        const { day, location_id, practitioner_id } = this.where;
        const number = ++this.asked;
        const sheet = await this.orm.silent.call("clinic.desk.day", "get_sheet", [], {
            day: day || false,
            location_id: location_id || false,
            practitioner_id: practitioner_id || false,
        });
        if (number !== this.asked) {
            return; // what was asked later is shown
        }
        if (isByOthers) {
            this.showChanged(sheet);
        }
        this.state.now = sheet.now;
        this.state.sheet = sheet;
    }

    async readUndelivered() {
        this.state.undelivered = await this.orm.silent.call("clinic.desk.day", "get_undelivered");
    }

    get undeliveredText() {
        const { undelivered } = this.state;
        return undelivered === 1
            ? _t("1 message didn't arrive")
            : _t("%s messages didn't arrive", undelivered);
    }

    openUndelivered() {
        return this.action.doAction("clinic_family.clinic_message_undelivered_action");
    }

    openFirstDay() {
        return this.action.doAction("clinic_family.clinic_desk_start_action");
    }

    /** Tells softly what others have changed. */
    showChanged(sheet) {
        const read = ({ columns = [] }) =>
            new Map(
                columns.flatMap((column) =>
                    column.cards.map((card) => [card.id, JSON.stringify([column.key, card])])
                )
            );
        const before = read(this.sheet);
        const after = read(sheet);
        const changed = [...after.keys()].filter((id) => after.get(id) !== before.get(id));
        const gone = [...before.keys()].filter((id) => !after.has(id));
        this.state.changed = new Set(changed);
        const count = changed.length + gone.length;
        this.state.told = count ? _t("%s changed a moment ago", count) : this.state.told;
    }

    go(where) {
        this.popover.close();
        this.state.changed = new Set();
        this.state.told = "";
        this.where = { ...this.where, ...where };
        return this.load();
    }

    choose(name, value) {
        return this.go({ [name]: Number(value) });
    }

    goBy(count) {
        const days = this.sheet.practitioner_id ? 7 * count : count;
        const day = luxon.DateTime.fromISO(this.sheet.day).plus({ days });
        return this.go({ day: day.toISODate() });
    }

    goToday() {
        return this.go({ day: false }).then(() => this.scrollToNow());
    }

    openCalendar() {
        return this.action.doAction("clinic_family.clinic_appointment_action");
    }

    addTimeOff(column) {
        return this.action.doAction("clinic_family.clinic_time_off_action", {
            additionalContext: {
                default_practitioner_id: column.practitioner_id,
                default_day: column.day,
                default_last_day: column.day,
            },
            // Those who lose their hours are shown in a list instead.
            onClose: () => status(this) !== "destroyed" && this.load(),
        });
    }

    // Where it is shown

    get scale() {
        return getScale(this.sheet.first, this.sheet.last, this.state.height);
    }

    measure() {
        if (this.scroller.el) {
            const head = this.grid.el?.querySelector(".o_clinic_column_head")?.offsetHeight || 0;
            this.state.height = this.scroller.el.clientHeight - head - 2;
        }
    }

    /** Also reads the sheet, for where nobody tells the browser what happens. */
    tick() {
        this.state.now += 1;
        if (!document.hidden && !this.state.moving) {
            this.load(true);
            this.readUndelivered();
        }
    }

    scrollToNow() {
        if (this.scroller.el && this.sheet.is_today) {
            this.scroller.el.scrollTop = this.toPixels(this.state.now - this.sheet.first - 60);
        }
    }

    toPixels(minutes) {
        return minutes * this.scale;
    }

    getStyle(from, to) {
        const top = this.toPixels(Math.max(from, this.sheet.first) - this.sheet.first);
        const bottom = this.toPixels(Math.min(to, this.sheet.last) - this.sheet.first);
        return `top: ${top}px; height: ${Math.max(bottom - top, 0)}px;`;
    }

    getClosed(column) {
        return getClosed(column.hours, this.sheet.first, this.sheet.last);
    }

    getFree(column) {
        return this.state.moving ? this.state.free[column.key] || [] : [];
    }

    getLight(column) {
        const { moving } = this.state;
        return moving ? getCovered(this.getFree(column), moving.to - moving.from) : [];
    }

    getClasses(card) {
        const isSought = this.state.query.trim();
        return {
            [`o_clinic_state_${card.state}`]: true,
            o_movable: this.isMovable(card),
            o_clinic_elsewhere: card.is_elsewhere,
            o_clinic_aside: card.is_aside,
            o_clinic_changed: this.state.changed.has(card.id),
            o_clinic_picked: this.state.moving?.id === card.id,
            o_clinic_dim: isSought && !isFound(card, this.state.query),
        };
    }

    isMovable(card) {
        return !card.is_elsewhere && ["booked", "arrived"].includes(card.state);
    }

    /** What a screen reader says of the card. */
    getLabel(card) {
        const signs = card.signs.map((sign) => sign.text);
        return [card.time, card.title, card.service, STATES[card.state], ...signs]
            .filter(Boolean)
            .join(", ");
    }

    getArriveText(card) {
        return _t("%s has arrived", card.title);
    }

    getCard(element) {
        const id = Number(element.dataset.id);
        return this.findCard(id);
    }

    findCard(id) {
        return this.columns.flatMap((column) => column.cards).find((card) => card.id === id);
    }

    getPlace(column, minutes) {
        return {
            practitioner_id: column.practitioner_id,
            location_id: this.sheet.location_id,
            day: column.day,
            minutes,
        };
    }

    // One visit

    openCard(ev, card) {
        if (card.is_elsewhere) {
            return;
        }
        this.popover.open(ev.currentTarget, {
            id: card.id,
            step: (visit, name, ids) => this.step(visit.id, name, ids),
            move: (id) => this.pick(this.findCard(id)),
            part: (participantId) => this.part(participantId),
            bookNext: (visit) => this.startNext(visit),
            leave: () => this.popover.close(),
        });
    }

    /** Takes a step, or opens the window that asks before it; then offers to take it back. */
    async step(id, name, ids = [id], title = this.findCard(id)?.title || "") {
        const old = this.findCard(id)?.state;
        const tell = async () => {
            if (status(this) === "destroyed") {
                return;
            }
            await this.load();
            const [visit] = await this.orm.read("clinic.appointment", [id], ["state"]);
            if (visit.state !== old) {
                this.offerUndo(id, name, title, visit.state, ids);
            }
        };
        const action = await this.orm.call("clinic.appointment", name, [ids]);
        return action?.type ? this.action.doAction(action, { onClose: tell }) : tell();
    }

    /** Opens the window in which one of several goes to another visit. */
    async part(id) {
        const action = await this.orm.call("clinic.participant", "action_move", [[id]]);
        return this.action.doAction(action, {
            onClose: async (moved) => {
                if (status(this) === "destroyed") {
                    return;
                }
                await this.load();
                if (moved?.done) {
                    this.tell(moved.done, () => this.partBack(moved));
                }
            },
        });
    }

    async partBack({ participant_id, back_id }) {
        const values = { participant_id, target_id: back_id };
        const ids = await this.orm.create("clinic.participant.move", [values]);
        await this.orm.call("clinic.participant.move", "action_save", [ids]);
        return this.load();
    }

    offerUndo(id, name, title, state, ids) {
        const back = BACK[state] && name !== "action_rebook";
        this.tell(DONE[name](title), back && (() => this.step(id, BACK[state], ids, title)));
    }

    /** Says what was done; of several steps the last can be taken back. */
    tell(text, undo) {
        this.closeLast?.();
        this.closeLast = tell(this.notification, text, undo);
    }

    // Booking

    onColumnClick(ev, column) {
        if (ev.target.closest(".o_clinic_card") || !this.sheet.may_book) {
            return;
        }
        const minutes = this.getMinutesAt(ev.clientY, column);
        if (this.state.moving) {
            return this.dropAt(column, snap(minutes, STEP, this.sheet.first, this.sheet.last));
        }
        return this.book(this.getPlace(column, getStart(minutes, column.cards)));
    }

    getMinutesAt(y, column) {
        const body = this.getBody(column).getBoundingClientRect();
        return this.sheet.first + (y - body.top) / this.scale;
    }

    getBody(column) {
        return this.grid.el.querySelector(`.o_clinic_column_body[data-key="${column.key}"]`);
    }

    book(place) {
        const people = this.state.next ? this.state.next.people : [];
        this.state.next = null;
        this.popover.close();
        this.dialogs.add(BookingDialog, {
            place,
            people,
            booked: async ({ id, ids, done }) => {
                await this.load();
                this.tell(done, async () => {
                    await this.orm.call("clinic.desk.series", "undo_all", [ids || [id]]);
                    return this.load();
                });
            },
        });
    }

    /** Books at the next quarter of an hour that is free: of the column at hand, or of the first. */
    bookNew() {
        const column = this.columns.find((each) => each.key === this.here) || this.columns[0];
        if (column && this.sheet.may_book) {
            const begins = this.sheet.is_today ? Math.ceil(this.state.now / STEP) * STEP : 0;
            return this.book(this.getPlace(column, this.findGap(column, begins)));
        }
    }

    findGap(column, begins) {
        const taken = [...column.cards, ...column.blocks];
        for (const [opens, closes] of column.hours) {
            for (let at = Math.max(opens, begins); at < closes; at += STEP) {
                if (!taken.some((one) => one.from <= at && at < one.to)) {
                    return at;
                }
            }
        }
        return Math.min(begins || this.sheet.first, 24 * 60 - STEP);
    }

    startNext(visit) {
        this.state.next = {
            people: visit.people.map((person) => person.id),
            names: visit.people.map((person) => person.name).join(", "),
        };
    }

    // Moving: by hand, or by keyboard

    async startMoving(card) {
        this.popover.close();
        this.state.moving = { ...card };
        this.state.free = {};
        const [first] = this.columns;
        const place = { location_id: this.sheet.location_id, day: first.day };
        const days = this.sheet.practitioner_id ? 7 : 1;
        const free = await this.orm.silent.call("clinic.desk.visit", "get_free", [
            card.id,
            place,
            days,
        ]);
        if (this.state.moving?.id === card.id) {
            this.state.free = free;
        }
    }

    stopMoving() {
        this.state.moving = null;
        this.state.free = {};
        this.target = null;
        if (this.ghost.el) {
            this.ghost.el.classList.add("d-none");
        }
    }

    /** Shows where it would be dropped, without drawing the whole sheet anew. */
    showDrop(x, top) {
        const column = this.getColumnAt(x);
        if (column) {
            const from = this.snapTo(column, this.getMinutesAt(top, column));
            this.showGhost(column, from, this.state.moving);
        }
    }

    getColumnAt(x) {
        return this.columns.find((column) => {
            const { left, right } = this.getBody(column).getBoundingClientRect();
            return left <= x && x < right;
        });
    }

    /** To a time where it can go, if one is near; else to the service's step. */
    snapTo(column, minutes) {
        const near = getNearest(minutes, this.getFree(column), NEAR);
        const step = this.state.moving?.step || STEP;
        return near ?? snap(minutes, step, this.sheet.first, this.sheet.last - step);
    }

    showGhost(column, from, card) {
        this.target = { column, from };
        const to = from + card.to - card.from;
        const ghost = this.ghost.el;
        const body = this.getBody(column);
        if (ghost.parentElement !== body) {
            body.appendChild(ghost);
        }
        ghost.style.cssText = this.getStyle(from, to);
        ghost.classList.remove("d-none");
        ghost.classList.toggle("o_clinic_fits", this.getFree(column).includes(from));
        ghost.textContent = this.formatMinutes(from);
    }

    formatMinutes(minutes) {
        const time = luxon.DateTime.fromObject({ hour: 0 }).plus({ minutes });
        return time.toLocaleString(luxon.DateTime.TIME_SIMPLE);
    }

    /** Moves it to where the hand let go, which no frame may have shown yet. */
    drop(x, top) {
        this.showDrop(x, top);
        if (this.target) {
            const { column, from } = this.target;
            const { id } = this.state.moving;
            return this.move(id, this.getPlace(column, from));
        }
    }

    dropAt(column, from) {
        const { id } = this.state.moving;
        this.stopMoving();
        return this.move(id, this.getPlace(column, from));
    }

    async move(id, place, length = false, reason = "", isBack = false) {
        const answer = await this.orm.call("clinic.desk.visit", "move", [
            id,
            place,
            length,
            reason,
        ]);
        if (answer.done) {
            await this.load();
            const { back } = answer;
            const undo = back.note
                ? () => letWait(this.orm, id, back).then(() => this.load())
                : () => this.move(id, back.place, back.length, back.reason, true);
            return this.tell(answer.done, !isBack && undo);
        }
        this.dialogs.add(
            AnswerDialog,
            {
                answer,
                take: (there) => this.move(id, there, length),
                insist: (why) => this.move(id, place, length, why),
            },
            { onClose: () => this.load() }
        );
    }

    // Made longer or shorter by its edge

    onEdgeDown(ev, column, card) {
        ev.stopPropagation();
        ev.preventDefault();
        this.state.moving = { ...card };
        const shortest = card.from + Math.min(card.step || STEP, 5);
        // Not part of the state: only the ghost follows the hand, and the sheet stays as drawn.
        let { to } = card;
        const follow = (moved) => {
            const pulled = snap(this.getMinutesAt(moved.clientY, column), 5, this.sheet.first, 1440);
            to = Math.max(pulled, shortest);
            this.showGhost(column, card.from, { ...card, to });
        };
        // The hand lets go over the column, which would take that for a click on a free time.
        const swallow = (click) => click.stopPropagation();
        const forget = () => browser.removeEventListener("click", swallow, true);
        const end = () => {
            browser.addEventListener("click", swallow, { capture: true, once: true });
            browser.addEventListener("pointerdown", forget, { capture: true, once: true });
            browser.removeEventListener("pointermove", follow);
            browser.removeEventListener("pointerup", end);
            this.stopMoving();
            if (to !== card.to) {
                this.move(card.id, this.getPlace(column, card.from), to - card.from);
            }
        };
        browser.addEventListener("pointermove", follow);
        browser.addEventListener("pointerup", end);
    }

    // By keyboard

    /** Takes a visit up: arrows carry it, Enter puts it down, Escape leaves it. */
    async pick(card) {
        if (card && this.isMovable(card)) {
            await this.startMoving(card);
            const column = this.columns.find((each) => each.cards.some((one) => one.id === card.id));
            this.showGhost(column, card.from, card);
        }
    }

    carry(key) {
        const { column, from } = this.target;
        const step = this.state.moving.step || STEP;
        const at = this.columns.indexOf(column);
        const moves = {
            ArrowUp: [column, from - step],
            ArrowDown: [column, from + step],
            ArrowLeft: [this.columns[at - 1] || column, from],
            ArrowRight: [this.columns[at + 1] || column, from],
        };
        const [there, minutes] = moves[key];
        const { first, last } = this.sheet;
        this.showGhost(there, Math.min(Math.max(minutes, first), last - step), this.state.moving);
        this.ghost.el.scrollIntoView({ block: "nearest", inline: "nearest" });
    }

    onKeydown(ev) {
        if (ev.altKey || ev.ctrlKey || ev.metaKey || this.isElsewhere(ev.target)) {
            return;
        }
        const isArrow = ev.key.startsWith("Arrow");
        const card = this.getFocused();
        const steps = {
            n: () => this.bookNew(),
            a: () => card?.state === "booked" && this.step(card.id, "action_arrive"),
            m: () => this.pick(card),
            "/": () => this.find.el.focus(),
        };
        // A letter alone does nothing while the focus is elsewhere (WCAG 2.1.4).
        let step = ev.target.closest?.(".o_action") && steps[ev.key.toLowerCase()];
        if (this.state.moving && this.target) {
            step = {
                Enter: () => this.dropAt(this.target.column, this.target.from),
                Escape: () => this.stopMoving(),
            }[ev.key];
            step = isArrow ? () => this.carry(ev.key) : step;
        } else if (isArrow && !this.popover.isOpen) {
            step = () => this.focus(getNeighbour(this.columns, card?.id, ev.key));
        } else if (ev.key === "Escape" && this.state.next) {
            step = () => (this.state.next = null);
        }
        if (step) {
            ev.preventDefault();
            ev.stopPropagation();
            step();
        }
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
        return element ? this.getCard(element) : null;
    }

    focus(card) {
        if (card) {
            const element = this.grid.el.querySelector(`.o_clinic_card[data-id="${card.id}"]`);
            element?.querySelector(".o_clinic_card_main").focus();
        }
    }

    /** Who works by keyboard stays at the visit when the sheet is drawn anew. */
    onCardFocus(column, card) {
        this.here = column.key;
        this.focusedId = card.id;
    }

    focusAgain() {
        if (this.focusedId && document.activeElement === document.body) {
            this.focus({ id: this.focusedId });
        }
    }

    onFindKeydown(ev) {
        if (ev.key === "Enter") {
            const cards = this.columns.flatMap((column) => column.cards);
            this.focus(cards.find((card) => isFound(card, this.state.query)));
        } else if (ev.key === "Escape") {
            this.state.query = "";
            this.find.el.blur();
        }
    }
}

registry.category("actions").add("clinic_family.day_sheet", DaySheet);
