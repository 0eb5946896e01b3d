import { Dialog } from "@web/core/dialog/dialog";
import { useAutofocus } from "@web/core/utils/hooks";
import { Component, useState } from "@odoo/owl";

/** Why a time is refused, or is unusual: the nearest ones, and the reason to take it all the same. */
export class AnswerDialog extends Component {
    static template = "clinic_family.AnswerDialog";
    static components = { Dialog };
    static props = {
        answer: Object,
        take: Function,
        insist: Function,
        close: Function,
    };

    setup() {
        this.state = useState({ reason: "" });
        useAutofocus();
    }

    get text() {
        return this.props.answer.refused || this.props.answer.asks;
    }

    take(place) {
        this.props.close();
        return this.props.take(place);
    }

    insist() {
        if (this.state.reason.trim()) {
            this.props.close();
            return this.props.insist(this.state.reason);
        }
    }

    onKeydown(ev) {
        if (ev.key === "Enter") {
            ev.preventDefault();
            this.insist();
        }
    }
}
