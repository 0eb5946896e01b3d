import { AutoComplete } from "@web/core/autocomplete/autocomplete";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { KeepLast } from "@web/core/utils/concurrency";
import { useChildRef, useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { Component, onWillStart, useEffect, useRef, useState } from "@odoo/owl";

import { AnswerDialog } from "./answer_dialog";
import { PlanDialog } from "./plan_dialog";

const REPEATS = [
    { weeks: 0, text: _t("Once") },
    { weeks: 1, text: _t("Every week") },
    { weeks: 2, text: _t("Every 2 weeks") },
    { weeks: 3, text: _t("Every 3 weeks") },
    { weeks: 4, text: _t("Every 4 weeks") },
];
const USUAL_COUNT = 6;
const NOBODY = { name: "", birth: "", phone: "", email: "" };

/** Books a time of the day sheet: the patient first, the rest is filled in. */
export class BookingDialog extends Component {
    static template = "clinic_family.BookingDialog";
    static components = { AutoComplete, Dialog };
    static props = {
        place: Object,
        isProposed: { type: Boolean, optional: true },
        people: { type: Array, optional: true },
        booked: Function,
        close: Function,
    };
    static defaultProps = { people: [], isProposed: false };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialogs = useService("dialog");
        // Answers may overtake each other: of each of these what was asked last counts.
        this.described = new KeepLast();
        this.previewed = new KeepLast();
        this.found = new KeepLast();
        this.foundAlike = new KeepLast();
        this.repeats = REPEATS;
        this.state = useState({
            place: this.props.place,
            isProposed: this.props.isProposed,
            people: [...this.props.people],
            serviceId: false,
            payerId: false,
            alongId: null,
            length: false,
            newcomer: null,
            alike: [],
            info: null,
            weeks: 0,
            count: USUAL_COUNT,
            until: "",
            series: [],
            isBooking: false,
            focused: 0,
        });
        this.modal = useChildRef();
        this.nameInput = useRef("name");
        this.lookForAlike = useDebounced(this.lookForAlike.bind(this), 300);
        onWillStart(() => this.describe());
        useEffect(
            () => this.nameInput.el?.focus(),
            () => [Boolean(this.state.newcomer)]
        );
        // As soon as it can be booked: then Enter books.
        useEffect(
            () => this.modal.el?.querySelector(".o_clinic_book:enabled")?.focus(),
            () => [this.state.focused, this.isWhole]
        );
    }

    get title() {
        const { time, practitioner } = this.state.info;
        return _t("%(time)s with %(practitioner)s", { time, practitioner });
    }

    get values() {
        const { place, people, serviceId, payerId, alongId, length } = this.state;
        const chosen = { service_id: serviceId, payer_id: payerId, along_id: alongId };
        return { place, people, ...chosen, length };
    }

    /** A time that nobody chose gives way to the next one at which the service fits. */
    get wish() {
        const { isProposed } = this.state;
        const place = isProposed ? this.props.place : this.state.place;
        return { ...this.values, place, is_proposed: isProposed };
    }

    async describe() {
        const info = await this.described.add(
            this.orm.call("clinic.desk.booking", "describe", [this.wish])
        );
        this.state.info = info;
        if (this.state.isProposed) {
            this.state.place = info.place;
        }
        await this.preview();
        return info;
    }

    get chosen() {
        const { service_id, payer_id, along_id, length } = this.state.info;
        return { ...this.values, service_id, payer_id, along_id, length };
    }

    // Repeated

    async preview() {
        const { weeks, count, until, info } = this.state;
        const isSeries = weeks && info.people.length && info.service_id;
        this.state.series = isSeries
            ? await this.previewed.add(
                  this.orm.call("clinic.desk.series", "preview", [
                      this.chosen,
                      weeks,
                      count,
                      until,
                  ])
              )
            : [];
    }

    repeat(weeks) {
        this.state.weeks = Number(weeks);
        return this.preview();
    }

    /** So many visits, whatever their last day is. */
    endAfter(count) {
        Object.assign(this.state, { count: Number(count), until: "" });
        return this.preview();
    }

    /** All visits up to that day, however many they are. */
    endOn(day) {
        this.state.until = day;
        return this.preview();
    }

    get count() {
        return this.state.until ? this.state.series.length : this.state.count;
    }

    get lastDay() {
        return this.state.until || this.state.series.at(-1)?.place.day || "";
    }

    /** Why fewer are booked than were meant; nothing where all are. */
    get endText() {
        const { series, until, count, weeks } = this.state;
        if (!series.length) {
            return until && _t("The last day is before the first visit.");
        }
        const following = luxon.DateTime.fromISO(series.at(-1).place.day).plus({ weeks });
        const isCutShort = until ? following.toISODate() <= until : series.length < count;
        return isCutShort && _t("At most %s visits are booked at once.", series.length);
    }

    /** Puts a visit of the series at another time instead. */
    take(row, place) {
        Object.assign(row, { place, why: "", nearest: [] });
    }

    get places() {
        return this.state.series.filter((row) => !row.why).map((row) => row.place);
    }

    get bookText() {
        const { length } = this.places;
        return this.state.weeks ? _t("Book %s visits", length) : _t("Book");
    }

    async bookAll() {
        this.state.isBooking = true;
        try {
            const answer = await this.orm.call("clinic.desk.series", "book_all", [
                this.chosen,
                this.places,
            ]);
            if (answer.done) {
                this.props.close();
                return this.props.booked(answer);
            }
            this.dialogs.add(AnswerDialog, { answer, take: () => {}, insist: () => {} });
            await this.preview();
        } finally {
            this.state.isBooking = false;
        }
    }

    /** Each for a service of their own, found together: instead of one visit to which all come. */
    plan() {
        const { place, people, booked, close } = { ...this.props, ...this.state };
        this.dialogs.add(PlanDialog, {
            place,
            people: [...people],
            serviceId: this.state.info.service_id || 0,
            payerId: this.state.info.payer_id || 0,
            booked: (answer) => {
                close();
                return booked(answer);
            },
        });
    }

    // Who comes

    get hint() {
        return this.state.people.length
            ? _t("Somebody else who comes too")
            : _t("Name, date of birth, phone, e-mail or patient group");
    }

    getComesText(person) {
        return _t("%s comes too", person.name);
    }

    getRelationText({ relation, may }) {
        return may ? _t("%(relation)s, may: %(may)s", { relation, may }) : relation;
    }

    get sessionText() {
        return _t("Paid with a session: %s", this.state.info.session);
    }

    getRemoveText(person) {
        return _t("%s doesn't come", person.name);
    }

    get sources() {
        return [
            {
                placeholder: _t("Searching…"),
                optionSlot: "option",
                options: (text) => this.search(text),
            },
        ];
    }

    async search(text) {
        if (!text.trim()) {
            return [];
        }
        const found = await this.found.add(
            this.orm.call("clinic.desk.booking", "search_people", [text])
        );
        const options = found.map((each) => ({
            label: each.name,
            data: each,
            onSelect: () => this.add(each.ids),
        }));
        const newcomer = { name: _t("New patient “%s”", text.trim()), detail: "" };
        return [
            ...options,
            { label: newcomer.name, data: newcomer, onSelect: () => this.startNew(text.trim()) },
        ];
    }

    async add(ids) {
        this.state.people = [...new Set([...this.state.people, ...ids])];
        // What fits may be another service, and somebody else may pay.
        this.state.serviceId = this.state.payerId = this.state.length = false;
        this.state.alongId = null;
        await this.describe();
        this.state.focused += 1;
    }

    async remove(id) {
        this.state.people = this.state.people.filter((each) => each !== id);
        this.state.payerId = false;
        this.state.alongId = null;
        await this.describe();
    }

    async choose(name, value) {
        this.state[name] = Number(value);
        if (name === "serviceId") {
            this.state.length = false;
        }
        await this.describe();
    }

    // Somebody new

    startNew(text) {
        const isNumber = /^[\d+()/.\- ]+$/.test(text);
        this.state.newcomer = {
            ...NOBODY,
            name: isNumber || text.includes("@") ? "" : text,
            phone: isNumber ? text : "",
            email: text.includes("@") ? text : "",
        };
        this.state.alike = [];
        this.lookForAlike();
    }

    async lookForAlike() {
        const { newcomer } = this.state;
        if (newcomer) {
            const { name, birth, phone, email } = newcomer;
            const alike = await this.foundAlike.add(
                this.orm.call("clinic.desk.booking", "find_like", [], { name, birth, phone, email })
            );
            // Who is typed by now may be somebody else.
            if (newcomer === this.state.newcomer) {
                this.state.alike = alike;
            }
        }
    }

    async takeAlike(person) {
        this.state.newcomer = null;
        await this.add(person.ids);
    }

    async createPatient() {
        const person = await this.orm.call(
            "clinic.desk.booking",
            "create_patient",
            [],
            this.state.newcomer
        );
        this.state.newcomer = null;
        await this.add(person.ids);
    }

    onNewcomerKeydown(ev) {
        if (ev.key === "Enter" && this.state.newcomer.name.trim()) {
            ev.preventDefault();
            this.createPatient();
        }
    }

    // Booking

    get isWhole() {
        const { info, people, newcomer, weeks } = this.state;
        const isSomewhere = !weeks || this.places.length > 0;
        return Boolean(people.length && info.service_id && info.payer_id && isSomewhere && !newcomer);
    }

    get canBook() {
        return this.isWhole && !this.state.isBooking;
    }

    async book(reason = "") {
        if (this.state.weeks) {
            return this.bookAll();
        }
        this.state.isBooking = true;
        try {
            const answer = await this.orm.call("clinic.desk.booking", "book", [
                this.chosen,
                reason,
            ]);
            if (answer.done) {
                this.props.close();
                return this.props.booked(answer);
            }
            this.dialogs.add(AnswerDialog, {
                answer,
                take: async (place) => {
                    Object.assign(this.state, { place, isProposed: false });
                    await this.describe();
                    return this.book();
                },
                insist: (why) => this.book(why),
            });
        } finally {
            this.state.isBooking = false;
        }
    }
}
