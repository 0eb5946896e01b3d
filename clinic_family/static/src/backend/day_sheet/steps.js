import { _t } from "@web/core/l10n/translation";
import { status } from "@odoo/owl";

import { OutingDialog } from "./outing_dialog";

export const DONE = {
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

/** What is done with one visit of the sheet, and taken back. */
export class Steps {
    constructor(daySheet) {
        this.daySheet = daySheet;
        this.orm = daySheet.orm;
    }

    get isGone() {
        return status(this.daySheet) === "destroyed";
    }

    open(target, card) {
        const { daySheet } = this;
        if (card.is_elsewhere) {
            return;
        }
        daySheet.popover.open(target, {
            id: card.id,
            step: (visit, name, ids) => this.take(visit.id, name, ids),
            move: (id) => daySheet.mover.pick(daySheet.findCard(id)),
            moveOuting: (id) => this.moveOuting(id),
            part: (participantId) => this.part(participantId),
            change: (id, name, ...values) => this.change(id, name, ...values),
            bookNext: (visit) => daySheet.startNext(visit),
            leave: () => daySheet.popover.close(),
        });
    }

    /** Takes a step, or opens the window that asks before it; then offers to take it back. */
    async take(id, name, ids = [id], title = this.daySheet.findCard(id)?.title || "") {
        // The button that was pressed may go; who works by keyboard stays at the visit.
        this.daySheet.keys.goTo(id);
        const old = this.daySheet.findCard(id)?.state;
        const tell = async (done) => {
            if (this.isGone) {
                return;
            }
            await this.daySheet.load();
            const [visit] = await this.orm.read("clinic.appointment", [id], ["state"]);
            // What a colleague or the patient did meanwhile isn't this step's to take back.
            if (visit.state !== old && done?.ids?.length) {
                this.offerUndo(name, title, visit.state, done.ids);
            }
        };
        const action = await this.orm.call("clinic.appointment", name, [ids]);
        return action?.type
            ? this.daySheet.action.doAction(action, { onClose: tell })
            : tell({ ids });
    }

    offerUndo(name, title, state, ids) {
        const back = BACK[state] && name !== "action_rebook";
        const undo = back && (() => this.takeBack(title, state, ids));
        this.daySheet.tell(DONE[name](title), undo);
    }

    async takeBack(title, state, ids) {
        await this.orm.call("clinic.desk.visit", "step_back", [ids, state]);
        await this.daySheet.load();
        this.daySheet.tell(DONE[BACK[state]](title));
    }

    /** Changes something on the card itself, such as who pays. */
    async change(id, name, ...values) {
        const { daySheet, orm } = this;
        const { done, back } = await orm.call("clinic.desk.visit", name, [id, ...values]);
        if (back.was !== back.now && !this.isGone) {
            await daySheet.load();
            daySheet.tell(done, async () => {
                await orm.call("clinic.desk.visit", "put_back", [id, back]);
                return daySheet.load();
            });
        }
    }

    /** Opens the window in which all of an outing goes to other times. */
    moveOuting(id) {
        const { daySheet } = this;
        daySheet.dialogs.add(OutingDialog, {
            id,
            moved: async ({ done, back }) => {
                await daySheet.load();
                const undo = async () => {
                    await this.orm.call("clinic.desk.outing", "put_back", [back]);
                    return daySheet.load();
                };
                daySheet.tell(done, back.length && undo);
            },
        });
    }

    /** Opens the window in which one of several goes to another visit. */
    async part(id) {
        const action = await this.orm.call("clinic.participant", "action_move", [[id]]);
        return this.daySheet.action.doAction(action, {
            onClose: async (moved) => {
                if (this.isGone) {
                    return;
                }
                await this.daySheet.load();
                if (moved?.done) {
                    this.daySheet.tell(moved.done, () => this.partBack(moved));
                }
            },
        });
    }

    async partBack({ participant_id, back_id }) {
        const values = { participant_id, target_id: back_id };
        const ids = await this.orm.create("clinic.participant.move", [values]);
        await this.orm.call("clinic.participant.move", "action_save", [ids]);
        return this.daySheet.load();
    }
}
