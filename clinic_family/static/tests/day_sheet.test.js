import { describe, expect, test } from "@odoo/hoot";
import {
    drag,
    manuallyDispatchProgrammaticEvent,
    press,
    queryAllTexts,
    queryFirst,
    queryRect,
} from "@odoo/hoot-dom";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    getService,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { session } from "@web/session";
import { WebClient } from "@web/webclient/webclient";

import { BookingDialog } from "@clinic_family/backend/day_sheet/booking_dialog";
import { DaySheet } from "@clinic_family/backend/day_sheet/day_sheet";
import { getCovered, getFit, getNearest, getNeighbour, getStart, isFound, snap } from "@clinic_family/backend/day_sheet/geometry";
import { undeliveredService } from "@clinic_family/backend/undelivered/undelivered";

describe.current.tags("desktop");
defineMailModels();

const NINE = 9 * 60;
const CARD = {
    id: 7,
    is_elsewhere: false,
    is_aside: false,
    state: "booked",
    title: "Mira Motherwell",
    service: "Physio",
    step: 30,
    signs: [{ kind: "group", text: "2 people" }],
    from: NINE + 60,
    to: NINE + 90,
    time: "10:00–10:30",
    blocked_from: NINE + 60,
    blocked_to: NINE + 90,
};

function getColumn(id, name, cards) {
    return {
        key: `${id}-2027-03-30`,
        practitioner_id: id,
        name,
        day: "2027-03-30",
        date: "Tue 30 Mar",
        is_today: true,
        hours: [[NINE, NINE + 240]],
        hours_text: "9:00–13:00",
        blocks: [],
        cards,
    };
}

function getSheet(card = CARD) {
    return {
        day: "2027-03-30",
        is_today: true,
        title: "Tuesday",
        location_id: 1,
        practitioner_id: false,
        locations: [{ id: 1, name: "Harbour" }],
        practitioners: [],
        may_book: true,
        columns: [getColumn(1, "Nora", [card]), getColumn(2, "Ben", [])],
        first: NINE,
        last: NINE + 240,
        marks: [{ minutes: NINE, text: "9:00" }],
        now: NINE,
    };
}

async function openSheet(sheet = getSheet()) {
    onRpc("clinic.desk.day", "get_sheet", () => sheet);
    onRpc("clinic.desk.visit", "get_free", () => ({ "1-2027-03-30": [NINE, NINE + 120] }));
    await mountWithCleanup(WebClient);
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "clinic_family.day_sheet",
    });
}

test("a card is as tall as its visit is long, and stands at its time", async () => {
    await openSheet();

    const card = queryRect(".o_clinic_card");
    const body = queryRect(".o_clinic_column_body:first");
    const minute = body.height / 240;
    expect(Math.abs(card.height - 30 * minute)).toBeLessThan(1.5);
    expect(Math.abs(card.top - body.top - 60 * minute)).toBeLessThan(1.5);
    expect(30 * minute).toBeGreaterThan(60);
});

test("a card says to a screen reader what it shows in signs", async () => {
    await openSheet();

    expect(".o_clinic_card_main").toHaveAttribute(
        "aria-label",
        "10:00–10:30, Mira Motherwell, Physio, booked, 2 people"
    );
});

test("each practitioner has a column with hours", async () => {
    await openSheet();

    expect(queryAllTexts(".o_clinic_column_head .fw-bold")).toEqual(["Nora", "Ben"]);
    expect(".o_clinic_column_body").toHaveCount(2);
});

test("a visit carried by keys is put down where it was carried to, and taken back", async () => {
    const moves = [];
    onRpc("clinic.desk.visit", "move", ({ args }) => {
        moves.push(args);
        return {
            done: "Mira: 9:30",
            back: { place: { minutes: NINE + 60 }, length: 30, reason: "" },
        };
    });
    await openSheet();
    await contains(".o_clinic_card_main").focus();
    await contains(".o_clinic_card_main").press("m");
    await animationFrame();
    await contains(".o_clinic_card_main").press("ArrowUp");
    await contains(".o_clinic_card_main").press("ArrowRight");
    await contains(".o_clinic_card_main").press("Enter");
    await animationFrame();

    expect(moves).toHaveLength(1);
    expect(moves[0][0]).toBe(7);
    expect(moves[0][1]).toEqual({
        practitioner_id: 2,
        location_id: 1,
        day: "2027-03-30",
        minutes: NINE + 30,
    });

    await contains(".o_clinic_said button:contains(Undo)").click();
    await animationFrame();

    expect(moves[1][1]).toEqual({ minutes: NINE + 60 });
    expect(moves[1][2]).toBe(30);
});

test("a visit is dropped where the hand lets go, not where the last frame showed it", async () => {
    const places = [];
    onRpc("clinic.desk.visit", "move", ({ args }) => {
        places.push(args[1]);
        return { done: "Moved", back: { place: {}, length: 30, reason: "" } };
    });
    await openSheet();
    await animationFrame();
    const { x, y } = queryRect(".o_clinic_card");
    const hour = (60 * queryRect(".o_clinic_column_body:first").height) / 240;
    const at = (top) => ({ position: { clientX: x + 60, clientY: y + 5 + top } });

    const { drop, moveTo } = await drag(".o_clinic_card_main", at(0));
    await moveTo(".o_clinic_column_body:first", at(20));
    await animationFrame();
    await moveTo(".o_clinic_column_body:first", at(hour / 2));
    await moveTo(".o_clinic_column_body:first", at(hour));
    await drop();
    await animationFrame();

    expect(places.map((place) => place.minutes)).toEqual([NINE + 120]);
});

/** How often cards are drawn, from now on. */
function countDrawn() {
    const drawn = { count: 0 };
    patchWithCleanup(DaySheet.prototype, {
        getClasses() {
            drawn.count += 1;
            return super.getClasses(...arguments);
        },
    });
    return drawn;
}

/** What changes on the page, from now on: each is dear, as it has the browser look at all of the page anew. */
function watchPage() {
    const seen = [];
    const tell = (changes) =>
        seen.push(...changes.map((one) => [one.target.className, one.attributeName || one.type]));
    const observer = new MutationObserver(tell);
    observer.observe(document, { attributes: true, childList: true, subtree: true });
    return () => {
        tell(observer.takeRecords());
        observer.disconnect();
        return seen;
    };
}

test("while a visit is dragged or made longer, the sheet isn't drawn anew", async () => {
    const drawn = countDrawn();
    onRpc("clinic.desk.visit", "move", () => ({ done: "Moved", back: { place: {}, length: 30 } }));
    await openSheet();
    await animationFrame();
    for (const grip of [".o_clinic_card_main", ".o_clinic_edge"]) {
        const { x, y } = queryRect(grip);
        const at = (down) => ({ position: { clientX: x + 5, clientY: y + 2 + down } });
        const { drop, moveTo } = await drag(grip, at(0));
        await moveTo(".o_clinic_column_body:first", at(20));
        await animationFrame();
        await animationFrame();
        const before = drawn.count;
        const stop = watchPage();

        for (let down = 22; down < 62; down += 4) {
            await moveTo(".o_clinic_column_body:first", at(down));
            await animationFrame();
        }

        expect(stop()).toEqual([]);
        expect(drawn.count).toBe(before);
        expect(".o_clinic_ghost").not.toHaveClass("d-none");
        await drop();
        await animationFrame();
        expect(".o_clinic_booking").toHaveCount(0);
    }
});

test("a refusal says why, and the nearest time is one click away", async () => {
    const moves = [];
    onRpc("clinic.desk.visit", "move", ({ args }) => {
        moves.push(args[1]);
        return moves.length === 1
            ? { refused: "Nora sees Fergus.", nearest: [{ minutes: 600, text: "Tue, 10:00" }] }
            : { done: "Moved", back: { place: {}, length: 30, reason: "" } };
    });
    await openSheet();
    await contains(".o_clinic_card_main").focus();
    await contains(".o_clinic_card_main").press("m");
    await animationFrame();
    await contains(".o_clinic_card_main").press("Enter");
    await animationFrame();

    expect(".o_clinic_answer").toHaveText("Nora sees Fergus.");
    expect(".o_dialog input").toHaveCount(0);

    await contains(".o_dialog button:contains(Tue, 10:00)").click();
    await animationFrame();

    expect(moves[1]).toEqual({ minutes: 600, text: "Tue, 10:00" });
    expect(".o_dialog").toHaveCount(0);
});

const INFO = {
    time: "Tue, 12:00",
    practitioner: "Nora",
    people: [{ key: "p1", ids: [1], name: "Mira", detail: "" }],
    linked: [],
    services: [{ id: 1, name: "Physio" }],
    service_id: 1,
    payers: [{ id: 1, name: "Mira" }],
    payer_id: 1,
    adults: [],
    along_id: 0,
    length: 30,
    fee: "",
    session: "",
    warnings: [],
};

test("who books by keys is led into what asks back, and not behind it", async () => {
    const booked = [];
    onRpc("clinic.desk.booking", "describe", () => INFO);
    onRpc("clinic.desk.booking", "book", ({ args }) => {
        booked.push(args[1]);
        return { asks: "Nora doesn't work then.", nearest: [] };
    });
    await mountWithCleanup(WebClient);
    getService("dialog").add(BookingDialog, { place: {}, people: [1], booked: () => {} });
    await animationFrame();
    expect(".o_clinic_book").toBeFocused();

    await press("Enter");
    await animationFrame();
    await animationFrame();

    expect(booked).toEqual([""]);
    expect(".o_clinic_answering input").toBeFocused();
});

test("who comes along with a child is proposed, and chosen otherwise", async () => {
    const [asked, booked] = [[], []];
    onRpc("clinic.desk.booking", "describe", ({ args }) => {
        const { along_id } = args[0];
        asked.push(along_id);
        return { ...INFO, adults: [{ id: 7, name: "Greta" }], along_id: along_id ?? 7 };
    });
    onRpc("clinic.desk.booking", "book", ({ args }) => {
        booked.push(args[0].along_id);
        return { done: "Booked" };
    });
    await mountWithCleanup(WebClient);
    getService("dialog").add(BookingDialog, { place: {}, people: [1], booked: () => {} });
    await animationFrame();
    expect("#o_clinic_along").toHaveValue("7");

    await contains("#o_clinic_along").select("0");
    await animationFrame();
    await contains(".o_clinic_book").click();

    expect(asked).toEqual([null, 0]);
    expect(booked).toEqual([0]);
});

test("a series ends after so many visits, or on a day", async () => {
    const asked = [];
    onRpc("clinic.desk.booking", "describe", () => INFO);
    onRpc("clinic.desk.series", "preview", ({ args }) => {
        const [, weeks, count, until] = args;
        asked.push([weeks, count, until]);
        const first = luxon.DateTime.fromISO("2027-03-30");
        const length = until ? (until < "2027-03-30" ? 0 : 3) : Math.min(count, 52);
        return Array.from({ length }, (_, at) => {
            const day = first.plus({ weeks: weeks * at }).toISODate();
            return { place: { day, minutes: 600, text: day }, why: "", nearest: [] };
        });
    });
    await mountWithCleanup(WebClient);
    const place = { day: "2027-03-30" };
    getService("dialog").add(BookingDialog, { place, people: [1], booked: () => {} });
    await animationFrame();
    const endOn = (day) => {
        queryFirst("#o_clinic_until").value = day;
        manuallyDispatchProgrammaticEvent(queryFirst("#o_clinic_until"), "change");
    };
    await contains("#o_clinic_repeat").select("2");
    await animationFrame();
    expect("#o_clinic_count").toHaveValue(6);
    expect(queryFirst("#o_clinic_until").value).toBe("2027-06-08");

    endOn("2027-05-05");
    await animationFrame();
    expect("#o_clinic_count").toHaveValue(3);
    expect(queryFirst("#o_clinic_until").value).toBe("2027-05-05");
    expect(".o_clinic_book").toHaveText("Book 3 visits");
    expect(".o_clinic_end").toHaveCount(0);

    endOn("2027-03-29");
    await animationFrame();
    expect(".o_clinic_end").toHaveText("The last day is before the first visit.");
    expect(".o_clinic_book").not.toBeEnabled();

    await contains("#o_clinic_count").edit("99");
    await animationFrame();
    expect(".o_clinic_end").toHaveText("At most 52 visits are booked at once.");

    expect(asked).toEqual([
        [2, 6, ""],
        [2, 6, "2027-05-05"],
        [2, 6, "2027-03-29"],
        [2, 99, ""],
    ]);
});

test("with N the time gives way to the next that fits, until one is chosen", async () => {
    const [asked, booked] = [[], []];
    onRpc("clinic.desk.booking", "describe", ({ args }) => {
        const [{ place, people, is_proposed }] = args;
        asked.push([place.minutes, is_proposed]);
        const fits = { ...place, minutes: people.length ? NINE + 180 : place.minutes };
        const info = { ...INFO, place: is_proposed ? fits : place };
        return people.length ? info : { ...info, people: [], service_id: false };
    });
    onRpc("clinic.desk.booking", "search_people", () => [
        { key: "p1", ids: [1], name: "Mira", detail: "" },
    ]);
    onRpc("clinic.desk.booking", "book", ({ args }) => {
        booked.push(args[0].place.minutes);
        return booked.length === 1
            ? { refused: "Somebody was first.", nearest: [{ minutes: NINE, text: "Tue, 9:00" }] }
            : { id: 8, done: "Booked" };
    });
    await openSheet();
    await contains(".o_clinic_card_main").focus();
    await contains(".o_clinic_card_main").press("n");
    await animationFrame();
    await contains(".o_clinic_search input").edit("mira", { confirm: false });
    await advanceTime(500);
    await contains(".o-autocomplete--dropdown-item:first a").click();
    await animationFrame();
    await contains(".o_clinic_book").click();
    await animationFrame();
    await contains(".o_dialog button:contains(Tue, 9:00)").click();
    await animationFrame();

    expect(booked).toEqual([NINE + 180, NINE]);
    expect(asked).toEqual([
        [NINE, true],
        [NINE, true],
        [NINE, false],
    ]);
});

test("in a week a new visit is proposed for today, and another day begins with its hours", async () => {
    const asked = [];
    onRpc("clinic.desk.booking", "describe", ({ args }) => {
        asked.push([args[0].place.day, args[0].place.minutes]);
        return { ...INFO, place: args[0].place, people: [], service_id: false };
    });
    const days = ["2027-03-29", "2027-03-30", "2027-03-31"];
    const columns = days.map((day) => ({
        ...getColumn(1, "Nora", day === "2027-03-31" ? [CARD] : []),
        key: `1-${day}`,
        is_today: day === "2027-03-30",
        day,
    }));
    await openSheet({ ...getSheet(), practitioner_id: 1, columns, now: NINE + 50 });

    await contains("button:contains(New)").click();
    await animationFrame();
    await contains(".o_clinic_booking .btn-secondary").click();
    await contains(".o_clinic_card_main").focus();
    await contains(".o_clinic_card_main").press("n");
    await animationFrame();

    expect(asked).toEqual([
        ["2027-03-30", NINE + 60],
        ["2027-03-31", NINE],
    ]);
});

test("a column is printed with its own visits, and an empty one isn't", async () => {
    const printed = [];
    onRpc("/web/action/load", async (request) => {
        const { params } = await request.json();
        printed.push([params.action_id, params.context.active_ids]);
        return { type: "ir.actions.act_window_close" };
    });
    const sheet = getSheet();
    sheet.columns[0].cards.push({ ...CARD, id: 8, is_elsewhere: true }, { ...CARD, id: 9, state: "held" });
    await openSheet(sheet);

    await contains("button[aria-label=Nora]").click();
    await contains(".o-dropdown-item:contains(without names)").click();
    await contains("button[aria-label=Ben]").click();

    expect(printed).toEqual([["clinic_family.action_report_day_nameless", [7]]]);
    expect(".o-dropdown-item:contains(Time off)").toHaveCount(1);
    expect(".o-dropdown-item:contains(Print)").toHaveCount(0);
});

test("an unusual time takes a reason", async () => {
    const reasons = [];
    onRpc("clinic.desk.visit", "move", ({ args }) => {
        reasons.push(args[3]);
        return args[3]
            ? { done: "Moved", back: { place: {}, length: 30, reason: "" } }
            : { asks: "Nora doesn't work then.", nearest: [] };
    });
    await openSheet();
    await contains(".o_clinic_card_main").focus();
    await contains(".o_clinic_card_main").press("m");
    await animationFrame();
    await contains(".o_clinic_card_main").press("Enter");
    await animationFrame();
    expect(".o_dialog .btn-primary").not.toBeEnabled();

    await contains(".o_dialog input").edit("She has a bus to catch", { confirm: false });
    await contains(".o_dialog .btn-primary").click();
    await animationFrame();

    expect(reasons).toEqual(["", "She has a bus to catch"]);
});

test("one click checks in, and one takes it back", async () => {
    const steps = [];
    onRpc("clinic.appointment", "action_arrive", () => {
        steps.push("action_arrive");
        return false;
    });
    onRpc("clinic.desk.visit", "step_back", ({ args }) => {
        steps.push(args);
        return false;
    });
    onRpc("clinic.appointment", "read", () => [
        { id: 7, state: steps.at(-1) === "action_arrive" ? "arrived" : "booked" },
    ]);
    await openSheet();

    await contains(".o_clinic_arrive").click();
    await animationFrame();
    await contains(".o_clinic_said button:contains(Undo)").click();
    await animationFrame();

    expect(steps).toEqual(["action_arrive", [[7], "arrived"]]);
});

test("for a minute it can be taken back, and nothing on the page counts that minute down", async () => {
    onRpc("clinic.appointment", "action_arrive", () => false);
    onRpc("clinic.appointment", "read", () => [{ id: 7, state: "arrived" }]);
    await openSheet();

    await contains(".o_clinic_arrive").click();
    await animationFrame();
    expect(".o_clinic_said .alert").toHaveCount(1);
    const stop = watchPage();
    await animationFrame();
    await animationFrame();
    expect(stop()).toEqual([]);

    await advanceTime(59000);
    expect(".o_clinic_said .alert").toHaveCount(1);
    await advanceTime(2000);
    expect(".o_clinic_said .alert").toHaveCount(0);
});

const VISIT = {
    id: 7,
    state: "booked",
    state_text: "Booked",
    has_begun: false,
    service: "Physio",
    practitioner: "Nora",
    location: "Harbour",
    time: "Tuesday, 10:00",
    people: [
        { id: 1, name: "Mira", phone: "", birth: "", participant_id: 71, along: "", adults: [] },
        { id: 2, name: "Leo", phone: "", birth: "", participant_id: 72, along: "", adults: [] },
    ],
    payer: "Mira",
    payer_phone: "",
    payers: [
        { id: 1, name: "Mira", is_chosen: true },
        { id: 3, name: "Fergus", is_chosen: false },
    ],
    session: "",
    note: "",
    hint: "",
    reason: "",
    may_book: true,
    later_ids: [7],
    series_ids: [7],
    outing: [{ id: 7, time: "10:00", names: "Mira, Leo", may_cancel: true }],
};

test("who comes along is chosen on the card", async () => {
    const adults = [
        { id: 1, name: "Mira" },
        { id: 3, name: "Fergus" },
    ];
    const leo = { ...VISIT.people[1], along: "Mira", along_id: 1, adults };
    onRpc("clinic.desk.visit", "get_visit", () => ({ ...VISIT, people: [VISIT.people[0], leo] }));
    onRpc("clinic.desk.visit", "change_along", ({ args }) => {
        expect.step(args.join());
        return { done: "Fergus comes along with Leo.", back: { was: 1, now: 3 } };
    });
    onRpc("clinic.desk.visit", "put_back", ({ args }) => {
        expect.step(JSON.stringify(args));
        return false;
    });
    await openSheet();
    await contains(".o_clinic_card_main").click();
    await animationFrame();
    expect("select.o_clinic_along").toHaveCount(1);
    expect("select.o_clinic_along").toHaveValue("1");

    await contains("select.o_clinic_along").select("3");

    expect.verifySteps(["7,2,3"]);

    await contains(".o_clinic_said:contains(Fergus comes along) button:contains(Undo)").click();

    expect.verifySteps(['[7,{"was":1,"now":3}]']);
});

test("of several, one is moved to another visit from the card", async () => {
    const moved = [];
    onRpc("clinic.desk.visit", "get_visit", () => VISIT);
    onRpc("clinic.participant", "action_move", ({ args }) => {
        moved.push(args[0]);
        const infos = { done: "Leo: Wednesday", participant_id: 73, back_id: 7 };
        return { type: "ir.actions.act_window_close", infos };
    });
    onRpc("clinic.participant.move", "create", ({ args }) => {
        moved.push(args[0][0]);
        return [1];
    });
    onRpc("clinic.participant.move", "action_save", ({ args }) => {
        moved.push(args[0]);
        return false;
    });
    await openSheet();
    await contains(".o_clinic_card_main").click();
    await animationFrame();
    expect(".o_clinic_part").toHaveCount(2);
    expect(".o_clinic_part:last").toHaveAttribute("aria-label", "Move Leo to another visit…");

    await contains(".o_clinic_part:last").click();
    await animationFrame();

    expect(moved).toEqual([[72]]);
    expect(".o_clinic_visit").toHaveCount(0);

    await contains(".o_clinic_said button:contains(Undo)").click();
    await animationFrame();

    expect(moved.slice(1)).toEqual([{ participant_id: 73, target_id: 7 }, [1]]);
});

test("all of an outing is cancelled from the card of a visit that is part of it", async () => {
    const others = [8, 9].map((id) => ({ id, time: "11:00", names: "Ana", may_cancel: true }));
    let [own] = VISIT.outing;
    const cancelled = [];
    onRpc("clinic.desk.visit", "get_visit", () => ({ ...VISIT, outing: [own, ...others] }));
    onRpc("clinic.appointment", "action_cancel", ({ args }) => {
        cancelled.push(args[0]);
        return false;
    });
    onRpc("clinic.appointment", "read", () => [{ id: 7, state: "booked" }]);
    await openSheet();
    await contains(".o_clinic_card_main").click();
    await animationFrame();
    await contains(".o_clinic_cancel_outing").click();
    await animationFrame();
    expect(cancelled).toEqual([[7, 8, 9]]);

    own = { ...own, may_cancel: false };
    await contains(".o_clinic_card_main").click();
    await animationFrame();
    expect(".o_clinic_outing").toHaveCount(1);
    expect(".o_clinic_cancel_outing").toHaveCount(0);
});

test("who pays is changed on the card, and shown as the server has it", async () => {
    let payer = 1;
    onRpc("clinic.desk.visit", "get_visit", () => ({
        ...VISIT,
        payers: VISIT.payers.map((one) => ({ ...one, is_chosen: one.id === payer })),
    }));
    onRpc("clinic.desk.visit", "change_payer", ({ args }) => {
        [, payer] = args;
        return { done: "Fergus pays.", back: { was: 1, now: payer } };
    });
    onRpc("clinic.desk.visit", "put_back", ({ args }) => {
        payer = args[1].was;
        return false;
    });
    await openSheet();
    await contains(".o_clinic_card_main").click();
    await animationFrame();
    expect(".o_clinic_pays").toHaveValue("1");

    await contains(".o_clinic_pays").select("3");
    await animationFrame();

    expect(payer).toBe(3);
    expect(".o_clinic_pays").toHaveValue("3");

    await contains(".o_clinic_said:contains(Fergus pays.) button:contains(Undo)").click();

    expect(payer).toBe(1);
});

test("a note is kept and taken back, also where the card is closed over it", async () => {
    const notes = [];
    onRpc("clinic.desk.visit", "get_visit", () => VISIT);
    onRpc("clinic.desk.visit", "write_note", ({ args }) => {
        notes.push(args[1]);
        return { done: "The note is kept.", back: { what: "note", was: "", now: args[1] } };
    });
    onRpc("clinic.desk.visit", "put_back", ({ args }) => {
        notes.push(args[1].was);
        return false;
    });
    await openSheet();
    await contains(".o_clinic_card_main").click();
    await contains(".o_clinic_note").edit("Bring the scan", { confirm: false });
    await contains(".o_clinic_title").click();
    await animationFrame();
    expect(".o_clinic_visit").toHaveCount(0);
    expect(notes).toEqual(["Bring the scan"]);

    await contains(".o_clinic_said button:contains(Undo)").click();

    expect(notes).toEqual(["Bring the scan", ""]);
});

test("that a visit is confidential is asked first, told, and taken back", async () => {
    const calls = [];
    const back = { what: "confidential", was: false, now: true, ties: "sealed" };
    onRpc("clinic.desk.visit", "get_visit", () => ({ ...VISIT, may_hide: true }));
    onRpc("clinic.desk.visit", "turn_confidential", ({ args }) => {
        calls.push(args);
        return { done: "Mira: confidential", back };
    });
    onRpc("clinic.desk.visit", "put_back", ({ args }) => {
        calls.push(args);
        return false;
    });
    await openSheet();
    await contains(".o_clinic_card_main").click();
    await animationFrame();

    await contains(".o_clinic_visit button:contains(Confidential)").click();
    expect(calls).toEqual([]);
    await contains(".o_dialog .btn-primary").click();
    await animationFrame();
    expect(calls).toEqual([[7]]);

    await contains(".o_clinic_said:contains(Mira: confidential) button:contains(Undo)").click();

    expect(calls[1]).toEqual([7, back]);
});

test("the hours of a practitioner lead to their time off, for who may book", async () => {
    const actions = [];
    await openSheet();
    patchWithCleanup(getService("action"), {
        doAction: (name, { additionalContext }) => actions.push([name, additionalContext]),
    });

    await contains(".o_clinic_hours:last").click();

    expect(actions[0][0]).toBe("clinic_family.clinic_time_off_action");
    expect(actions[0][1].default_practitioner_id).toBe(2);
    expect(actions[0][1].default_day).toBe("2027-03-30");
});

test("who pays is only told where nobody else may", async () => {
    onRpc("clinic.desk.visit", "get_visit", () => ({ ...VISIT, payers: [VISIT.payers[0]] }));
    await openSheet();
    await contains(".o_clinic_card_main").click();
    await animationFrame();

    expect(".o_clinic_pays").toHaveCount(0);
    expect(".o_clinic_visit").toHaveText(/Paid by Mira/);
});

test("a visit without hours is moved with one click, and the list is read anew", async () => {
    const moves = [];
    onRpc("clinic.desk.visit", "get_nearest", ({ args }) => ({
        id: args[0],
        names: "Mira",
        service: "Physio",
        practitioner: "Nora",
        time: "Tuesday, 10:00",
        same: [{ minutes: 780, text: "Tue, 13:00" }],
        others: [{ minutes: 600, text: "Tue, 10:00 with Ben" }],
    }));
    onRpc("clinic.desk.visit", "move", ({ args }) => {
        moves.push(args);
        return { done: "Mira: Tuesday, 10:00", back: { place: {}, length: 30, note: "Ill" } };
    });
    onRpc("clinic.desk.visit", "let_wait", ({ args }) => {
        moves.push(args);
        return true;
    });
    await mountWithCleanup(WebClient);
    await getService("action").doAction(
        {
            type: "ir.actions.client",
            tag: "clinic_family.nearest_times",
            params: { visit_id: 7 },
        },
        { onClose: () => moves.push("read") }
    );
    await animationFrame();
    expect(queryAllTexts(".o_clinic_nearest [role=group] .btn")).toEqual([
        "Tue, 13:00",
        "Tue, 10:00 with Ben",
    ]);

    await contains(".o_clinic_nearest .btn:contains(with Ben)").click();
    await animationFrame();

    expect(moves[0][0]).toBe(7);
    expect(moves[0][1].minutes).toBe(600);
    expect(moves[1]).toBe("read");
    expect(".o_clinic_nearest").toHaveCount(0);

    await contains(".o_notification button:contains(Undo)").click();
    await animationFrame();

    expect(moves[2]).toEqual([7, {}, 30, "Ill"]);
    expect(moves[3]).toBe("read");
});

test("who looks without booking can't click into free time", async () => {
    await openSheet({ ...getSheet(), may_book: false });

    await contains(".o_clinic_column_body:last").click();
    await animationFrame();

    expect(".o_dialog").toHaveCount(0);
    expect(".o_clinic_edge").toHaveCount(0);
    expect(".o_clinic_hours").toHaveCount(0);
    expect(queryFirst(".o_control_panel .btn-primary")).toBe(null);
});

test("nothing is said of messages when all arrived", async () => {
    await openSheet();
    expect(".o_clinic_undelivered_badge").toHaveCount(0);
});

test("a message that didn't arrive is told of beside all apps as it happens, and nowhere twice", async () => {
    patchWithCleanup(session, { clinic_undelivered: 2 });
    await openSheet();

    expect(".o_clinic_day [role=status]").toHaveCount(0);
    expect(".o_clinic_undelivered_badge .badge").toHaveText("2");
    expect(".o_clinic_undelivered_badge button").toHaveAttribute(
        "aria-label",
        "2 messages didn't arrive"
    );

    getService("clinic_undelivered").state.count = 0;
    await animationFrame();
    expect(".o_clinic_undelivered_badge").toHaveCount(0);
});

test("what didn't arrive is read anew as the server tells of it, by the front desk alone", async () => {
    const start = () => {
        const heard = {};
        const bus = { subscribe: (news, read) => (heard[news] = read) };
        const orm = { silent: { call: async () => 5 } };
        const { state } = undeliveredService.start({}, { bus_service: bus, orm });
        return { heard, state };
    };
    expect(start()).toEqual({ heard: {}, state: { count: 0 } });

    patchWithCleanup(session, { clinic_undelivered: 2 });
    const { heard, state } = start();
    expect(state.count).toBe(2);

    await heard["clinic_family/undelivered"]();
    expect(state.count).toBe(5);
});

test("a letter does nothing while the focus is elsewhere", async () => {
    await openSheet();
    expect(".o_clinic_scroller").toBeFocused();

    document.activeElement.blur();
    await press("/");
    await animationFrame();
    expect(".o_clinic_find").not.toBeFocused();

    await contains(".o_clinic_card_main").focus();
    await press("/");
    await animationFrame();
    expect(".o_clinic_find").toBeFocused();
});

test("what is typed is found without accents and in any order", () => {
    const card = { title: "Zoë Müller", service: "Physio" };
    expect(isFound(card, "muller zoe")).toBe(true);
    expect(isFound(card, "phys")).toBe(true);
    expect(isFound(card, "zoe smith")).toBe(false);
    expect(isFound(card, " ")).toBe(false);
});

test("minutes snap to the step, stay within the day and begin where it gets free", () => {
    expect(snap(607, 15, 540, 1020)).toBe(600);
    expect(snap(608, 15, 540, 1020)).toBe(615);
    expect(snap(2000, 15, 540, 1020)).toBe(1020);
    expect(getStart(612, [])).toBe(600);
    expect(getStart(612, [{ blocked_from: 540, blocked_to: 605 }])).toBe(605);
    expect(getStart(612, [{ blocked_from: 540, blocked_to: 600 }])).toBe(600);
    expect(getStart(612, [{ blocked_from: 540, blocked_to: 605, is_aside: true }])).toBe(600);
    expect(getNearest(607, [600, 615, 700], 10)).toBe(600);
    expect(getNearest(650, [600, 615, 700], 10)).toBe(undefined);
    expect(getCovered([540, 555, 700], 30)).toEqual([
        [540, 585],
        [700, 730],
    ]);
});

test("only a word that is too long for a column makes its line smaller", () => {
    expect(getFit("Mira Motherwell, Leo Littleton")).toBe("");
    expect(getFit("Alexandra Papadopoulos-Featherstonehaugh")).toBe("--o-clinic-longest: 18;");
    expect(getFit("")).toBe("");
});

test("arrows lead to the next visit, and to the nearest one beside", () => {
    const at = (id, from) => ({ id, from });
    const columns = [
        { cards: [at(1, 540), at(2, 700)] },
        { cards: [] },
        { cards: [at(3, 560), at(4, 690)] },
    ];
    expect(getNeighbour(columns, 1, "ArrowDown").id).toBe(2);
    expect(getNeighbour(columns, 2, "ArrowDown")).toBe(undefined);
    expect(getNeighbour(columns, 2, "ArrowRight").id).toBe(4);
    expect(getNeighbour(columns, 3, "ArrowLeft").id).toBe(1);
    expect(getNeighbour(columns, undefined, "ArrowDown").id).toBe(1);
});
