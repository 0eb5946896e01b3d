import { browser } from "@web/core/browser/browser";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { usePopover } from "@web/core/popover/popover_hook";
import { registry } from "@web/core/registry";
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

import { takeTimeOffBack } from "../time_off";
import { BookingDialog } from "./booking_dialog";
import { getClosed, getFit, getScale, getStart, isFound, snap, STEP } from "./geometry";
import { useKeys } from "./keys";
import { useMover } from "./mover";
import { Steps } from "./steps";
import { getSaidMilliseconds } from "./undo";
import { VisitPopover } from "./visit_popover";
import { getArriveText, getLabel, ICONS } from "./words";

const CHANGED = "clinic_family/changed";
const WHERE = "clinic_family.day_sheet";
const MINUTE = 60000;

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
        this.popover = usePopover(VisitPopover, {
            position: "right-start",
            useBottomSheet: this.env.isSmall,
        });
        this.asked = 0;
        Object.assign(this, { getArriveText, getFit, getLabel, icons: ICONS });
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
            said: null,
            now: 0,
            height: 0,
        });
        this.readSoon = debounce(() => this.load(true), 300);
        this.onChanged = () => this.readSoon();

        this.steps = new Steps(this);
        this.mover = useMover(this);
        this.keys = useKeys(this);
        useExternalListener(window, "resize", () => this.measure());
        this.messages = useService("clinic_undelivered");
        onWillStart(() => this.load());
        onMounted(() => {
            this.bus.subscribe(CHANGED, this.onChanged);
            this.measure();
            this.scrollToNow();
            this.scroller.el?.focus({ preventScroll: true });
            this.clock = browser.setInterval(() => this.tick(), MINUTE);
        });
        onPatched(() => {
            this.mover.forgetPlaces();
            this.keys.focusAgain();
        });
        onWillUnmount(() => {
            this.bus.unsubscribe(CHANGED, this.onChanged);
            this.readSoon.cancel();
            browser.clearInterval(this.clock);
            browser.clearTimeout(this.saying);
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
            onClose: (entered) => status(this) !== "destroyed" && this.showTimeOff(entered),
        });
    }

    async showTimeOff(entered) {
        await this.load();
        if (entered?.ids) {
            this.tell(entered.said, () =>
                takeTimeOffBack(this.orm, entered.ids).then(() => this.load())
            );
        }
    }

    getPrinted(column) {
        const shown = column.cards.filter((card) => !card.is_elsewhere && card.state !== "held");
        return shown.map((card) => card.id);
    }

    /** The visits of a column on paper, with names or without. */
    print(column, report) {
        return this.action.doAction(`clinic_family.${report}`, {
            additionalContext: { active_ids: this.getPrinted(column) },
        });
    }

    // Where it is shown

    get scale() {
        return getScale(this.sheet.first, this.sheet.last, this.state.height);
    }

    measure() {
        this.mover.forgetPlaces();
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
            this.messages.read();
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
        return !card.is_elsewhere && !card.is_fixed && ["booked", "arrived"].includes(card.state);
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

    // Booking

    /** Says what was done below the sheet, where it covers nothing; of several steps the last can be taken back. */
    tell(text, undo) {
        browser.clearTimeout(this.saying);
        this.state.said = { text, undo };
        this.saying = browser.setTimeout(() => this.leave(), getSaidMilliseconds(undo));
    }

    leave() {
        this.state.said = null;
    }

    takeBack() {
        const { undo } = this.state.said;
        this.leave();
        return undo();
    }

    onColumnClick(ev, column) {
        if (ev.target.closest(".o_clinic_card") || !this.sheet.may_book) {
            return;
        }
        const minutes = this.mover.getMinutesAt(ev.clientY);
        if (this.state.moving) {
            return this.mover.dropAt(column, snap(minutes, STEP, this.sheet.first, this.sheet.last));
        }
        return this.book(this.getPlace(column, getStart(minutes, column.cards)));
    }

    getBody(column) {
        return this.grid.el.querySelector(`.o_clinic_column_body[data-key="${column.key}"]`);
    }

    book(place, isProposed = false) {
        const people = this.state.next ? this.state.next.people : [];
        this.state.next = null;
        this.popover.close();
        this.dialogs.add(BookingDialog, {
            place,
            isProposed,
            people,
            booked: async ({ id, ids, done }) => {
                this.keys.goTo(id || ids[0]);
                await this.load();
                this.tell(done, async () => {
                    await this.orm.call("clinic.desk.series", "undo_all", [ids || [id]]);
                    return this.load();
                });
            },
        });
    }

    /** Books at the next quarter of an hour that is free, and fits: of the column at hand, of today's, or of the first. */
    bookNew() {
        const column =
            this.columns.find((each) => each.key === this.here) ||
            this.columns.find((each) => each.is_today) ||
            this.columns[0];
        if (column && this.sheet.may_book) {
            const begins = column.is_today ? Math.ceil(this.state.now / STEP) * STEP : 0;
            return this.book(this.getPlace(column, this.findGap(column, begins)), true);
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
}

registry.category("actions").add("clinic_family.day_sheet", DaySheet);
