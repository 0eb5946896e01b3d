import { SurveyForm } from "@survey/interactions/survey_form";
import { patch } from "@web/core/utils/patch";

// A form of the clinic is sent at the first tap: what was sent by a slip is corrected in the portal.
patch(SurveyForm.prototype, {
    onSubmit(ev) {
        const sends = ev.currentTarget.value === "finish";
        if (sends && this.el.querySelector(".o_clinic_form_for")) {
            ev.preventDefault();
            return this.submitForm({ isFinish: true });
        }
        return super.onSubmit(ev);
    },
});
