"""Installing, updating and uninstalling are clean, and what is the clinic's own stays whole."""

import json
import re

import pytest

from tools import databases, postgres, processes, server

TROUBLE = re.compile(r"^\S+ \S+ \d+ (?:WARNING|ERROR|CRITICAL) .*", re.MULTILINE)
TOLD = re.compile(r"^TOLD (.*)$", re.MULTILINE)
SCRIPT = """
import json
from odoo import Command, api, fields
from odoo.modules.registry import Registry

env.cr.commit()

def use():
    with Registry(env.cr.dbname).cursor() as cr:
        clinic = api.Environment(cr, 1, {})
        wanda = clinic["res.partner"].create({"name": "Wanda Walkin"})
        maria = clinic.ref("clinic_family.partner_maria")
        child = clinic.ref("clinic_family.clinic_relationship_type_child")
        clinic["clinic.relationship"]._link(maria, wanda, child)
        doctor = clinic["clinic.practitioner"].create({"name": "Dr. New"})
        hours = clinic.ref("clinic_family.calendar_day")
        clinic["resource.calendar.leaves"].create({
            "name": "Dr. New's holiday",
            "calendar_id": hours.id,
            "resource_id": doctor.resource_id.id,
            "date_from": "2027-01-04 08:00:00",
            "date_to": "2027-01-08 17:00:00",
        })
        visit = clinic["clinic.appointment"].create({
            "service_id": clinic.ref("clinic_family.service_family_counselling").id,
            "practitioner_id": doctor.id,
            "location_id": clinic.ref("clinic_family.location_harbour").id,
            "start": fields.Datetime.now(),
            "payer_id": maria.id,
            "participant_ids": [Command.create({"partner_id": each.id}) for each in maria | wanda],
        })
        visit._get_or_create_invoice().action_post()

def press(button):
    with Registry(env.cr.dbname).cursor() as cr:
        module = api.Environment(cr, 1, {}).ref("base.module_clinic_family")
        getattr(module, f"button_immediate_{button}")()

def tell(model, *names):
    with Registry(env.cr.dbname).cursor() as cr:
        records = api.Environment(cr, 1, {"active_test": False})[model].search([], order="id")
        rows = records.read(["id", *names], load=None)
    print("TOLD", json.dumps({row.pop("id"): [row[name] for name in names] for row in rows}))

def tell_all():
    tell("res.partner", "name", "email", "phone", "parent_id", "active")
    tell("account.move", "name", "partner_id", "state", "amount_total", "invoice_line_ids")
    tell("resource.resource", "name")
    tell("resource.calendar.leaves", "name")

use()
press("upgrade")
tell_all()
press("uninstall")
tell_all()
press("install")
tell_all()
"""


@pytest.mark.system
@pytest.mark.timeless
def test_a_used_clinic_is_updated_uninstalled_and_installed_again_without_a_warning():
    with postgres.running(), databases.test_copy(label="cycle") as database:
        command = server.command(
            server.write_config(database), ["shell", "--no-http", "--with-demo"]
        )
        # Odoo doesn't wait for PostgreSQL to tidy this table up: it gives up.
        untidy = "ALTER TABLE ir_module_module SET (autovacuum_enabled = off)"
        databases.query(database, untidy)
        title = "Updating, uninstalling and installing"
        log = processes.run(command, title, script=SCRIPT, env=server.environment())
        demo = "SELECT demo FROM ir_module_module WHERE name = 'clinic_family'"
        has_demo = databases.query(database, demo)[0]["demo"]

    assert TROUBLE.findall(log) == []
    told = [json.loads(line) for line in TOLD.findall(log)]
    people, invoices, resources, leaves = zip(told[:4], told[4:8], told[8:], strict=True)
    assert people[1] == people[0]
    assert invoices[1] == invoices[0]
    assert "Dr. New" in str(resources[0])
    assert (resources[1], leaves[1]) == ({}, {})
    assert people[2].items() >= people[0].items()
    assert invoices[2].items() >= invoices[0].items()
    assert has_demo
