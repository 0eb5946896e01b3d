import { registry } from "@web/core/registry";
import { CalendarModel } from "@web/views/calendar/calendar_model";
import { calendarView } from "@web/views/calendar/calendar_view";

/** Shows a visit at its own time again when the server refuses where it was dragged to. */
export class AppointmentCalendarModel extends CalendarModel {
    async updateRecord(record, options) {
        try {
            return await super.updateRecord(record, options);
        } catch (refusal) {
            await this.load();
            throw refusal;
        }
    }
}

registry.category("views").add("clinic_appointment_calendar", {
    ...calendarView,
    Model: AppointmentCalendarModel,
});
