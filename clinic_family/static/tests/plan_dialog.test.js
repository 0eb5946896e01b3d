import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { contains, getService, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";

import { BookingDialog } from "@clinic_family/backend/day_sheet/booking_dialog";
import { OutingDialog } from "@clinic_family/backend/day_sheet/outing_dialog";
import { Steps } from "@clinic_family/backend/day_sheet/steps";

describe.current.tags("desktop");
defineMailModels();

const PLACE = { practitioner_id: 1, location_id: 1, day: "2027-03-30", minutes: 600 };
const PEOPLE = [
    { key: "person-5", ids: [5], name: "Leo", detail: "" },
    { key: "person-6", ids: [6], name: "Ana", detail: "" },
];
const SERVICES = [
    { id: 3, name: "Physio" },
    { id: 4, name: "Massage" },
];
const INFO = {
    time: "10:00",
    practitioner: "Nora",
    people: PEOPLE,
    linked: [],
    services: SERVICES,
    service_id: 3,
    length: 30,
    payers: [{ id: 9, name: "Mira" }],
    payer_id: 9,
    adults: [],
    along_id: 0,
    fee: "",
    session: "",
    warnings: [],
};
const VISITS = [
    { ...PLACE, person_id: 5, service_id: 3, text: "10:00 Leo: Physio with Nora" },
    { ...PLACE, minutes: 630, person_id: 6, service_id: 3, text: "10:30 Ana: Physio with Nora" },
];

function getFound(people, days) {
    return {
        day: "2027-03-30",
        along_id: 9,
        side_by_side: false,
        payer_id: 9,
        people,
        services: SERVICES,
        adults: [{ id: 9, name: "Mira" }],
        payers: [{ id: 9, name: "Mira" }],
        days,
        without: [],
        warnings: [],
        location: "Harbour",
        anywhere: false,
        may_go_elsewhere: false,
        way: 30,
        ways: [{ id: 30, name: "30 minutes" }],
    };
}

async function openDialog(booked, found, answer) {
    const asked = [];
    onRpc("clinic.desk.booking", "describe", () => INFO);
    onRpc("clinic.desk.plan", "find", ({ args }) => {
        asked.push(JSON.parse(JSON.stringify(args[0])));
        return found;
    });
    onRpc("clinic.desk.plan", "book_plan", ({ args }) => {
        asked.push(args[1]);
        return answer;
    });
    await mountWithCleanup(WebClient);
    getService("dialog").add(BookingDialog, { place: PLACE, people: [5, 6], booked });
    await animationFrame();
    await contains(".o_clinic_plan").click();
    await animationFrame();
    return asked;
}

const WISHES = [
    { id: 5, name: "Leo", service_id: 3 },
    { id: 6, name: "Ana", service_id: 3 },
];
const DAYS = [{ text: "Tuesday", plans: [{ text: "10:00 to 11:00", visits: VISITS }] }];

test("a visit for each is found and booked with one click", async () => {
    const told = [];
    const done = { ids: [1, 2], done: "Leo, Ana: 2 visits" };
    const asked = await openDialog((answer) => told.push(answer), getFound(WISHES, DAYS), done);
    expect(queryAllTexts(".o_clinic_take_plan .small")).toEqual(VISITS.map((one) => one.text));

    await contains("#o_clinic_wish_6").select("4");
    await animationFrame();
    await contains(".o_clinic_take_plan").click();
    await animationFrame();

    expect(asked[0].people).toEqual([5, 6]);
    expect(asked[1].services).toEqual({ 6: 4 });
    expect(asked[2]).toEqual(VISITS);
    expect(told).toEqual([done]);
    expect(".modal").toHaveCount(0);
});

test("a plan that is gone meanwhile is said to be, and looked for anew", async () => {
    const refused = { refused: "Tue, 10:00 isn't free any more. Nothing was booked.", nearest: [] };
    const asked = await openDialog(() => {}, getFound(WISHES, DAYS), refused);

    await contains(".o_clinic_take_plan").click();
    await animationFrame();

    expect(".modal:last").toHaveText(/Nothing was booked/);
    expect(asked).toHaveLength(3);
});

test("where nothing suits all of them it says so", async () => {
    await openDialog(() => {}, { ...getFound(WISHES, []), without: ["Ana"] }, {});

    expect(".o_clinic_planning").toHaveText(/Nothing is free for: Ana/);
    expect(".o_clinic_take_plan").toHaveCount(0);
});

test("the desk says that other locations are fine, and how far they are", async () => {
    const found = { ...getFound(WISHES, DAYS), may_go_elsewhere: true, anywhere: true };
    const asked = await openDialog(() => {}, found, {});
    expect("#o_clinic_plan_way").toHaveValue("30");

    await contains("#o_clinic_plan_where").select("0");
    await animationFrame();

    expect(asked.at(-1).anywhere).toBe(false);
});

test("all of an outing moves with one click, and the answer leads back", async () => {
    const told = [];
    const done = { done: "Leo, Ana: Wednesday", back: [{ id: 7, place: PLACE, reason: "" }] };
    const found = { ...getFound([], DAYS), now: ["Leo: Physio, Monday", "Ana: Physio, Monday"] };
    onRpc("clinic.desk.outing", "find_times", () => found);
    onRpc("clinic.desk.outing", "move_outing", ({ args }) => {
        expect(args).toEqual([7, VISITS]);
        return done;
    });
    await mountWithCleanup(WebClient);
    getService("dialog").add(OutingDialog, { id: 7, moved: (answer) => told.push(answer) });
    await animationFrame();
    expect(".o_clinic_moving_outing").toHaveText(/Leo: Physio, Monday/);

    await contains(".o_clinic_take_plan").click();
    await animationFrame();

    expect(told).toEqual([done]);
    expect(".modal").toHaveCount(0);
});

test("of an outing only what has moved is offered to be taken back", async () => {
    let moved;
    const daySheet = {
        dialogs: { add: (dialog, props) => (moved = props.moved) },
        load: () => expect.step("load"),
        tell: (text, undo) => expect.step(`${text}: ${undo ? "Undo" : "no more"}`),
    };
    new Steps(daySheet).moveOuting(7);

    await moved({ done: "Leo", back: [{ id: 7, place: PLACE, reason: "" }] });
    await moved({ done: "Leo", back: [] });

    expect.verifySteps(["load", "Leo: Undo", "load", "Leo: no more"]);
});
