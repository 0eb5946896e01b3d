import { _t } from "@web/core/l10n/translation";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { useService } from "@web/core/utils/hooks";
import { Component, onWillStart, useState } from "@odoo/owl";

/** One visit: whom to call, how far it is, and what can be done next. */
export class VisitPopover extends Component {
    static template = "clinic_family.VisitPopover";
    static props = {
        id: Number,
        step: Function,
        move: Function,
        moveOuting: Function,
        part: Function,
        change: Function,
        bookNext: Function,
        leave: Function,
        close: { type: Function, optional: true },
    };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialogs = useService("dialog");
        this.state = useState({ visit: null, note: "" });
        onWillStart(async () => {
            await this.load();
            this.state.note = this.state.visit.note || "";
        });
    }

    async load() {
        this.state.visit = await this.orm.call("clinic.desk.visit", "get_visit", [this.props.id]);
    }

    get payerText() {
        return _t("Paid by %s", this.state.visit.payer);
    }

    get sessionText() {
        return _t("Paid with a session: %s", this.state.visit.session);
    }

    get laterText() {
        return _t("Cancel this and later… (%s)", this.state.visit.later_ids.length);
    }

    get allText() {
        return _t("Cancel all… (%s)", this.state.visit.series_ids.length);
    }

    get steps() {
        const { state, has_begun, is_fixed } = this.state.visit;
        const all = !is_fixed && {
            action_arrive: state === "booked",
            action_fulfil: state === "arrived",
            action_mark_noshow: state === "booked" && has_begun,
        };
        return Object.keys(all).filter((name) => all[name]);
    }

    get isOpen() {
        return this.isAt("booked", "arrived");
    }

    /** Whether it is in one of these states, and the reader may change it. */
    isAt(...states) {
        const { state, is_fixed } = this.state.visit;
        return !is_fixed && states.includes(state);
    }

    step(name, ids) {
        this.props.leave();
        return this.props.step(this.state.visit, name, ids);
    }

    get isSeries() {
        return this.state.visit.series_ids.length > 1;
    }

    /** What is cancelled as all of its outing: nothing where the visit itself would stay. */
    get outing() {
        const { id, outing, is_fixed } = this.state.visit;
        const going = is_fixed ? [] : outing.filter((one) => one.may_cancel);
        return going.some((one) => one.id === id) ? going : [];
    }

    get outingText() {
        return _t("Cancel all of this outing… (%s)", this.outing.length);
    }

    get movingText() {
        return _t("Move all of this outing… (%s)", this.outing.length);
    }

    moveOuting() {
        this.props.leave();
        return this.props.moveOuting(this.props.id);
    }

    /** Asks first: what somebody has seen until it is taken back isn't taken back. */
    turnConfidential() {
        const { visit } = this.state;
        const { change, leave } = this.props;
        const words = visit.is_confidential ? _t("No Longer Confidential") : _t("Make Confidential");
        leave();
        this.dialogs.add(ConfirmationDialog, {
            title: words,
            confirmLabel: words,
            body: visit.is_confidential
                ? _t(
                      "From now on everybody who may book for the patient sees this visit, and those who have the patient's messages hear of it. Is that what the patient wants?"
                  )
                : _t(
                      "From now on no relative finds this visit, whatever they may do for the patient. A package session that pays for it is given back, and the visit has to be paid. Make it confidential?"
                  ),
            confirm: () => change(visit.id, "turn_confidential"),
            cancel: () => {},
        });
    }

    move() {
        this.props.leave();
        return this.props.move(this.props.id);
    }

    getPartText(person) {
        return _t("Move %s to another visit…", person.name);
    }

    /** One of several goes to another visit, and the others stay. */
    part(person) {
        this.props.leave();
        return this.props.part(person.participant_id);
    }

    /** What is chosen is shown as the server has it. */
    async change(name, ...values) {
        try {
            await this.props.change(this.props.id, name, ...values);
        } finally {
            await this.load();
        }
    }

    changePayer(id) {
        return this.change("change_payer", Number(id));
    }

    getAlongText(person) {
        return _t("with %s", person.along);
    }

    changeAlong(person, id) {
        return this.change("change_along", person.id, Number(id));
    }

    bookNext() {
        this.props.leave();
        return this.props.bookNext(this.state.visit);
    }

    async saveNote() {
        if (this.state.note !== this.state.visit.note) {
            // The card may be gone by the time it is kept.
            await this.props.change(this.props.id, "write_note", this.state.note);
            this.state.visit.note = this.state.note;
        }
    }

    async openInvoice() {
        const action = await this.orm.call("clinic.appointment", "action_view_invoice", [
            [this.props.id],
        ]);
        this.props.leave();
        return this.action.doAction({ ...action, views: [[false, "form"]] });
    }

    open() {
        this.props.leave();
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "clinic.appointment",
            res_id: this.props.id,
            views: [[false, "form"]],
        });
    }
}
