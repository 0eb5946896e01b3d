/** What the day sheet computes: minutes of a day, and where they are on the screen. */

/** A visit of fifteen minutes has room for two lines. */
export const PIXELS_A_MINUTE = 2.2;
export const STEP = 15;

/** How tall a minute is, so that the opening hours fill what there is, and never less than that. */
export function getScale(first, last, height) {
    return Math.max(PIXELS_A_MINUTE, height / (last - first));
}

/** The multiple of the step that is nearest, within the hours shown. */
export function snap(minutes, step, first, last) {
    const snapped = Math.round(minutes / step) * step;
    return Math.min(Math.max(snapped, first), last);
}

/** Where a visit would begin that is clicked for there: at the quarter, or where it gets free. */
export function getStart(minutes, cards) {
    const quarter = Math.floor(minutes / STEP) * STEP;
    const taken = cards.find(
        (card) => !card.is_aside && card.blocked_from <= quarter && quarter < card.blocked_to
    );
    return taken ? taken.blocked_to : quarter;
}

/** The minute of the free ones that is nearest to where something is dropped, if one is near. */
export function getNearest(minutes, free, reach) {
    const near = free.filter((each) => Math.abs(each - minutes) <= reach);
    return near.sort((a, b) => Math.abs(a - minutes) - Math.abs(b - minutes))[0];
}

/** What is covered by visits of this length at these minutes, as pairs that don't touch. */
export function getCovered(minutes, length) {
    const covered = [];
    for (const begins of minutes) {
        const last = covered.at(-1);
        if (last && begins <= last[1]) {
            last[1] = begins + length;
        } else {
            covered.push([begins, begins + length]);
        }
    }
    return covered;
}

/** The parts of a day on which nobody works, as pairs of minutes. */
export function getClosed(hours, first, last) {
    const closed = [];
    let open = first;
    for (const [begins, ends] of hours) {
        if (begins > open) {
            closed.push([open, begins]);
        }
        open = Math.max(open, ends);
    }
    return open < last ? [...closed, [open, last]] : closed;
}

/** The card that an arrow leads to: the next in its column, or the nearest in the column beside. */
export function getNeighbour(columns, id, key) {
    const at = columns.findIndex((column) => column.cards.some((card) => card.id === id));
    if (at < 0) {
        return columns.flatMap((column) => column.cards)[0];
    }
    const cards = columns[at].cards;
    const here = cards.findIndex((card) => card.id === id);
    if (key === "ArrowDown" || key === "ArrowUp") {
        return cards[here + (key === "ArrowDown" ? 1 : -1)];
    }
    const step = key === "ArrowRight" ? 1 : -1;
    for (let beside = at + step; columns[beside]; beside += step) {
        const [nearest] = [...columns[beside].cards].sort(
            (a, b) => Math.abs(a.from - cards[here].from) - Math.abs(b.from - cards[here].from)
        );
        if (nearest) {
            return nearest;
        }
    }
}

/** Whether a card is what somebody looks for, who types words of it in any order. */
export function isFound(card, query) {
    const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    const words = plain(query).split(/\s+/).filter(Boolean);
    const told = plain(`${card.title} ${card.service}`);
    return words.length > 0 && words.every((word) => told.includes(word));
}

/** How many letters a word may have that any column is wide enough for. */
const USUAL = 12;

/** Lets the words of a card be as small as the longest of them needs, so that none is cut. */
export function getFit(text) {
    const longest = Math.max(...text.split(/[\s-]+/).map((word) => word.length));
    return longest > USUAL ? `--o-clinic-longest: ${longest + 1};` : "";
}
