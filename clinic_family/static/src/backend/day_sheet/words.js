import { _t } from "@web/core/l10n/translation";

/** What a card shows beside names: signs, and the words of a screen reader for it. */
export const ICONS = {
    orphaned: "fa-exclamation-triangle",
    unpaid: "fa-usd",
    form: "fa-pencil-square-o",
    group: "fa-users",
    along: "fa-child",
    first: "fa-star",
    session: "fa-ticket",
    confidential: "fa-lock",
    birthday: "fa-birthday-cake",
    note: "fa-sticky-note-o",
};
const STATES = {
    held: _t("being booked online"),
    booked: _t("booked"),
    arrived: _t("arrived"),
    fulfilled: _t("done"),
    noshow: _t("no-show"),
};

export function getLabel(card) {
    const signs = card.signs.map((sign) => sign.text);
    return [card.time, card.title, card.service, STATES[card.state], ...signs]
        .filter(Boolean)
        .join(", ");
}

export function getArriveText(card) {
    return _t("%s has arrived", card.title);
}

/** Minutes of a day as a clock of the reader's language shows them. */
export function formatMinutes(minutes) {
    const time = luxon.DateTime.fromObject({ hour: 0 }).plus({ minutes });
    return time.toLocaleString(luxon.DateTime.TIME_SIMPLE);
}
