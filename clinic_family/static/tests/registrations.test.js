import { expect, test } from "@odoo/hoot";
import { queryOne } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import {
    contains,
    getService,
    makeMockEnv,
    mockService,
    mountWithCleanup,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { session } from "@web/session";

import { Registrations, registrationsService } from "@clinic_family/backend/registrations/registrations";

defineMailModels();

test("who registered online is counted beside all apps, and a click leads there", async () => {
    patchWithCleanup(session, { clinic_registrations: 2 });
    mockService("action", { doAction: (action) => expect.step(action) });
    await makeMockEnv();
    await mountWithCleanup(Registrations);

    expect(".o_clinic_registrations .badge").toHaveText("2");
    expect(".o_clinic_registrations button").toHaveAttribute(
        "aria-label",
        "2 online registrations to look at"
    );
    await contains(".o_clinic_registrations button").click();
    expect.verifySteps(["clinic_family.clinic_registration_action"]);

    getService("clinic_registrations").state.count = 1;
    await animationFrame();
    expect(queryOne(".o_clinic_registrations button")).toHaveAttribute(
        "aria-label",
        "1 online registration to look at"
    );

    getService("clinic_registrations").state.count = 0;
    await animationFrame();
    expect(".o_clinic_registrations").toHaveCount(0);
});

test("registrations are read anew as the server tells of them, by the front desk alone", async () => {
    const start = () => {
        const heard = {};
        const bus = { subscribe: (news, read) => (heard[news] = read) };
        const orm = { silent: { call: async () => 5 } };
        const { state } = registrationsService.start({}, { bus_service: bus, orm });
        return { heard, state };
    };
    expect(start()).toEqual({ heard: {}, state: { count: 0 } });

    patchWithCleanup(session, { clinic_registrations: 2 });
    const { heard, state } = start();
    expect(state.count).toBe(2);

    await heard["clinic_family/registrations"]();
    expect(state.count).toBe(5);
});
