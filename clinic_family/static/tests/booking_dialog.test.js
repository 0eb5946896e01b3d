import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, Deferred } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { contains, getService, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";

import { BookingDialog } from "@clinic_family/backend/day_sheet/booking_dialog";

describe.current.tags("desktop");
defineMailModels();

const MIRA = { key: "person-1", ids: [1], name: "Mira", detail: "" };
const INFO = {
    time: "Tue, 12:00",
    practitioner: "Nora",
    people: [MIRA],
    linked: [],
    services: [
        { id: 1, name: "Physio" },
        { id: 2, name: "Massage" },
    ],
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

/** Each question waits for its answer, which the test gives when it likes. */
function collect(model, method, read = ({ args }) => args[0]) {
    const asked = [];
    onRpc(model, method, (request) => {
        const answer = new Deferred();
        asked.push({ about: read(request), answer });
        return answer;
    });
    return asked;
}

async function give(question, answer) {
    question.answer.resolve(answer);
    await animationFrame();
}

async function openDialog(people = []) {
    await mountWithCleanup(WebClient);
    const place = { day: "2027-03-30" };
    getService("dialog").add(BookingDialog, { place, people, booked: () => {} });
    await animationFrame();
}

function describeVisits() {
    onRpc("clinic.desk.booking", "describe", ({ args }) => {
        const people = args[0].people.map((id) => ({ ...MIRA, key: `person-${id}`, ids: [id] }));
        return { ...INFO, people, service_id: people.length && (args[0].service_id || 1) };
    });
}

async function seek(text) {
    await contains(".o_clinic_search input").edit(text, { confirm: false });
    await advanceTime(500);
}

test("an older answer of the search doesn't put the hand on somebody else", async () => {
    describeVisits();
    const asked = collect("clinic.desk.booking", "search_people");
    await openDialog();
    await seek("mi");
    await seek("mira");
    expect(asked.map(({ about }) => about)).toEqual(["mi", "mira"]);

    await give(asked[1], [MIRA, { ...MIRA, key: "person-2", ids: [2], name: "Mira Second" }]);
    await contains(".o_clinic_search input").press("ArrowDown");
    await animationFrame();
    const pointed = ".o-autocomplete--dropdown-item .ui-state-active .fw-bold";
    expect(pointed).toHaveText("Mira Second");
    await give(asked[0], [{ ...MIRA, key: "person-9", ids: [9], name: "Milo" }]);

    const shown = queryAllTexts(".o-autocomplete--dropdown-item .fw-bold");
    expect(shown).toEqual(["Mira", "Mira Second", "New patient “mira”"]);
    expect(pointed).toHaveText("Mira Second");
});

async function startNew(name) {
    await seek(name);
    await contains(`.o-autocomplete--dropdown-item:contains(New patient) a`).click();
    await advanceTime(500);
}

const KNOWN = ".o_clinic_booking .alert button .fw-bold";

test("those who may be known already are those of what was typed last", async () => {
    describeVisits();
    onRpc("clinic.desk.booking", "search_people", () => []);
    const asked = collect("clinic.desk.booking", "find_like", ({ kwargs }) => kwargs.name);
    await openDialog();
    await startNew("Leo Little");
    await contains("#o_clinic_name").edit("Leo Littleton", { confirm: false });
    await advanceTime(500);
    expect(asked.map(({ about }) => about)).toEqual(["Leo Little", "Leo Littleton"]);

    await give(asked[1], [{ ...MIRA, key: "person-3", ids: [3], name: "Leo Littleton" }]);
    await give(asked[0], [{ ...MIRA, key: "person-4", ids: [4], name: "Leo Little" }]);

    expect(queryAllTexts(KNOWN)).toEqual(["Leo Littleton"]);
});

test("those who may be known already aren't shown for the next newcomer", async () => {
    describeVisits();
    onRpc("clinic.desk.booking", "search_people", () => []);
    const asked = collect("clinic.desk.booking", "find_like", ({ kwargs }) => kwargs.name);
    await openDialog();
    await startNew("Leo Little");
    await contains("button:contains(Back to the search)").click();
    await animationFrame();
    await seek("Zoe Other");
    await contains(".o-autocomplete--dropdown-item:contains(New patient) a").click();
    await animationFrame();

    await give(asked[0], [{ ...MIRA, key: "person-4", ids: [4], name: "Leo Little" }]);

    expect("#o_clinic_name").toHaveValue("Zoe Other");
    expect(queryAllTexts(KNOWN)).toEqual([]);
});

test("what is repeated meanwhile doesn't lose the answer about what was chosen before", async () => {
    const asked = collect("clinic.desk.booking", "describe", ({ args }) => args[0].service_id);
    onRpc("clinic.desk.series", "preview", () => [
        { place: { day: "2027-03-30", minutes: 600, text: "Tue" }, why: "", nearest: [] },
    ]);
    const booked = [];
    onRpc("clinic.desk.series", "book_all", ({ args }) => {
        booked.push(args[0].service_id);
        return { done: "Booked" };
    });
    await openDialog([1]);
    await give(asked[0], INFO);
    await contains("#o_clinic_service").select("2");
    await contains("#o_clinic_repeat").select("1");
    await animationFrame();
    await give(asked[1], { ...INFO, service_id: 2 });

    await contains(".o_clinic_book").click();

    expect(booked).toEqual([2]);
});
