import { _t } from "@web/core/l10n/translation";

const UNDO_MILLISECONDS = 60000;

/** Says what was done, and for a minute how to take it back; answers with what closes it. */
export function tell(notification, text, undo) {
    const close = notification.add(text, {
        type: "success",
        autocloseDelay: undo ? UNDO_MILLISECONDS : undefined,
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
    return close;
}

/** Puts a visit back where it waited without hours, and waits again. */
export function letWait(orm, id, { place, length, note }) {
    return orm.call("clinic.desk.visit", "let_wait", [id, place, length, note]);
}
