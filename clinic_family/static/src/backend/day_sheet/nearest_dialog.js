import { Dialog } from "@web/core/dialog/dialog";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Component } from "@odoo/owl";

import { AnswerDialog } from "./answer_dialog";
import { letWait, tell } from "./undo";

/** The free times nearest to a visit: one click moves it there. */
export class NearestDialog extends Component {
    static template = "clinic_family.NearestDialog";
    static components = { Dialog };
    static props = {
        visit: Object,
        tellMoved: Function,
        close: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialogs = useService("dialog");
    }

    async take(place, reason = "") {
        const answer = await this.orm.call("clinic.desk.visit", "move", [
            this.props.visit.id,
            place,
            false,
            reason,
        ]);
        if (answer.done) {
            this.props.tellMoved(answer);
            return this.props.close();
        }
        this.dialogs.add(AnswerDialog, {
            answer,
            take: (there) => this.take(there),
            insist: (why) => this.take(place, why),
        });
    }

    open() {
        this.props.close();
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "clinic.appointment",
            res_id: this.props.visit.id,
            views: [[false, "form"]],
        });
    }
}

async function offerTimes({ services }, { params }, { onClose }) {
    const visit = await services.orm.call("clinic.desk.visit", "get_nearest", [params.visit_id]);
    const takeBack = async (back) => {
        await letWait(services.orm, visit.id, back);
        await onClose?.();
    };
    const tellMoved = ({ done, back }) =>
        tell(services.notification, done, back.note && (() => takeBack(back)));
    services.dialog.add(NearestDialog, { visit, tellMoved }, { onClose });
}

registry.category("actions").add("clinic_family.nearest_times", offerTimes);
