import { Dialog } from "@web/core/dialog/dialog";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { Component, onWillStart, useState } from "@odoo/owl";

import { AnswerDialog } from "./answer_dialog";

/** Finds a visit for each of several people at one time, and books all of them with one click. */
export class PlanDialog extends Component {
    static template = "clinic_family.PlanDialog";
    static components = { Dialog };
    static props = {
        place: Object,
        people: Array,
        serviceId: { type: Number, optional: true },
        payerId: { type: Number, optional: true },
        booked: Function,
        close: Function,
    };
    static defaultProps = { serviceId: 0, payerId: 0 };

    setup() {
        this.orm = useService("orm");
        this.dialogs = useService("dialog");
        this.keepLast = new KeepLast();
        const { place, people, serviceId, payerId } = this.props;
        this.asked = { place, people, service_id: serviceId, payer_id: payerId, services: {} };
        this.state = useState({ found: null, isBooking: false });
        onWillStart(() => this.find());
    }

    async find() {
        this.state.found = await this.keepLast.add(
            this.orm.call("clinic.desk.plan", "find", [this.asked])
        );
    }

    choose(name, value) {
        this.asked[name] = value;
        return this.find();
    }

    chooseService(person, id) {
        this.asked.services[person.id] = Number(id);
        return this.find();
    }

    async book(plan) {
        this.state.isBooking = true;
        try {
            const answer = await this.orm.call("clinic.desk.plan", "book_plan", [
                // As it was shown: the service of each, and who pays.
                { ...this.asked, payer_id: this.state.found.payer_id },
                plan.visits,
            ]);
            if (answer.done) {
                this.props.close();
                return this.props.booked(answer);
            }
            this.dialogs.add(AnswerDialog, { answer, take: () => {}, insist: () => {} });
            await this.find();
        } finally {
            this.state.isBooking = false;
        }
    }
}
