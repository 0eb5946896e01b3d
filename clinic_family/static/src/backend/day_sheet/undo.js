import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";

const SAID_MILLISECONDS = 4000;
const UNDO_MILLISECONDS = 60000;

/** How long it is said what was done: for a minute, where it can be taken back. */
export function getSaidMilliseconds(undo) {
    return undo ? UNDO_MILLISECONDS : SAID_MILLISECONDS;
}

/**
 * Says what was done, and for a minute how to take it back; answers with what closes it.
 *
 * The time is kept here: Odoo's own draws a line that gets shorter, and so has the browser look at a full sheet
 * anew sixty times a second, as long as it lasts.
 */
export function tell(notification, text, undo) {
    const close = notification.add(text, {
        type: "success",
        sticky: true,
        className: "o_clinic_back",
        onClose: () => browser.clearTimeout(clock),
        buttons: undo
            ? [
                  {
                      name: _t("Undo"),
                      onClick: () => {
                          close();
                          undo();
                      },
                  },
              ]
            : [],
    });
    const clock = browser.setTimeout(close, getSaidMilliseconds(undo));
    return close;
}

/** Puts a visit back where it waited without hours, and waits again. */
export function letWait(orm, id, { place, length, note }) {
    return orm.call("clinic.desk.visit", "let_wait", [id, place, length, note]);
}
