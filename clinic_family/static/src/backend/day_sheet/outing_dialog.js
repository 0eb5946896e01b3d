import { Dialog } from "@web/core/dialog/dialog";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { Component, onWillStart, useState } from "@odoo/owl";

/** Finds other times for all of an outing, and moves all of it with one click. */
export class OutingDialog extends Component {
    static template = "clinic_family.OutingDialog";
    static components = { Dialog };
    static props = { id: Number, moved: Function, close: Function };

    setup() {
        this.orm = useService("orm");
        this.keepLast = new KeepLast();
        this.asked = {};
        this.state = useState({ found: null, isMoving: false });
        onWillStart(() => this.find());
    }

    async find() {
        this.state.found = await this.keepLast.add(
            this.orm.call("clinic.desk.outing", "find_times", [this.props.id, this.asked])
        );
    }

    choose(name, value) {
        this.asked[name] = value;
        return this.find();
    }

    async move(plan) {
        this.state.isMoving = true;
        try {
            const answer = await this.orm.call("clinic.desk.outing", "move_outing", [
                this.props.id,
                plan.visits,
            ]);
            this.props.close();
            await this.props.moved(answer);
        } finally {
            this.state.isMoving = false;
        }
    }
}
