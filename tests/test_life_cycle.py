"""Installing, updating from the version before and uninstalling are clean, and keep what is."""

import json
import re
from types import SimpleNamespace

import pytest

from tools import databases, postgres, processes, server

TROUBLE = re.compile(r"^\S+ \S+ \d+ (?:WARNING|ERROR|CRITICAL) .*", re.MULTILINE)
TOLD = re.compile(r"^TOLD (.*)$", re.MULTILINE)
# What was added since 19.0.1.1.0: without it, a database is one of that version.
PREVIOUS = """
DROP TABLE clinic_appointment_log_res_partner_rel, clinic_appointment_log,
           clinic_appointment_cancel, clinic_time_off CASCADE;
ALTER TABLE clinic_appointment
    DROP COLUMN cancel_reason_id, DROP COLUMN kept_note, DROP COLUMN series_key,
    DROP COLUMN arrived_at, DROP COLUMN needs_call, DROP COLUMN called_at,
    DROP COLUMN called_by_id;
DROP TABLE clinic_cancel_reason CASCADE;
ALTER TABLE res_partner DROP COLUMN clinic_search_key, DROP COLUMN clinic_pays_no_fees;
ALTER TABLE clinic_service
    DROP COLUMN late_fee, DROP COLUMN late_fee_unit, DROP COLUMN noshow_fee,
    DROP COLUMN noshow_fee_unit;
ALTER TABLE clinic_participant DROP COLUMN owes, DROP COLUMN treated_by_id;
CREATE INDEX res_partner__is_patient_index ON res_partner (is_patient);
CREATE INDEX clinic_registration__company_id_index ON clinic_registration (company_id);
ALTER TABLE account_move_line DROP COLUMN clinic_missed;
ALTER TABLE res_company DROP COLUMN clinic_mail_tried_at;
ALTER TABLE account_move DROP COLUMN clinic_key_made_at;
ALTER TABLE account_payment DROP COLUMN clinic_payer_id;
DROP TABLE clinic_settings, clinic_staff_add, clinic_week_line, clinic_week, clinic_fee_waive
     CASCADE;
DELETE FROM ir_model_data WHERE module = 'clinic_family' AND model = 'clinic.cancel.reason';
UPDATE ir_module_module SET latest_version = '19.0.1.1.0' WHERE name = 'clinic_family';
"""
DROPPED = """
SELECT indexname FROM pg_indexes
 WHERE indexname IN ('res_partner__is_patient_index', 'clinic_registration__company_id_index')
"""
# Whose patients the update makes of whom, and those that somebody's visits do.
TREATED = """
SELECT participant.treated_by_id AS stored, visit.state,
       CASE WHEN visit.booked_at IS NOT NULL THEN visit.practitioner_id END AS given
  FROM clinic_participant participant
  JOIN clinic_appointment visit ON visit.id = participant.appointment_id
"""
MAY_PAY = """
SELECT DISTINCT person.email
  FROM clinic_authority JOIN res_partner person ON person.id = person_id
 WHERE kind = 'pay' AND permission_id IS NOT NULL AND person.email IS NOT NULL
"""
LAST_MAIL = "SELECT coalesce(max(id), 0) AS id FROM mail_mail"
WRITTEN_SINCE = "SELECT email_to AS email FROM mail_mail WHERE id > %s"
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
        values = {
            "service_id": clinic.ref("clinic_family.service_family_counselling").id,
            "practitioner_id": doctor.id,
            "location_id": clinic.ref("clinic_family.location_harbour").id,
            "start": fields.Datetime.now(),
            "payer_id": maria.id,
            "participant_ids": [Command.create({"partner_id": each.id}) for each in maria | wanda],
        }
        visit = clinic["clinic.appointment"].create(values)
        visit._get_or_create_invoice().action_post()
        a_day_before = fields.Datetime.subtract(visit.start, days=1)
        never = {"state": "held", "booked_at": False, "start": a_day_before}
        clinic["clinic.appointment"].create({**values, **never})._update_state("cancelled")

def press(button):
    with Registry(env.cr.dbname).cursor() as cr:
        module = api.Environment(cr, 1, {}).ref("base.module_clinic_family")
        getattr(module, f"button_immediate_{button}")()

def tell(model, *names):
    with Registry(env.cr.dbname).cursor() as cr:
        records = api.Environment(cr, 1, {"active_test": False})[model].search([], order="id")
        rows = records.read(["id", *names], load=None)
    told = {row.pop("id"): [row[name] for name in names] for row in rows}
    print("TOLD", json.dumps(told, default=str))

def tell_all():
    tell("res.partner", "name", "email", "phone", "parent_id", "active")
    tell("account.move", "name", "partner_id", "state", "amount_total", "invoice_line_ids")
    tell("resource.resource", "name")
    tell("resource.calendar.leaves", "name")

def tell_clinic():
    tell("clinic.appointment", "start", "state", "practitioner_id", "payer_id", "booked_at")
    tell("clinic.participant", "appointment_id", "partner_id", "state")
    tell("clinic.permission", "grantor_id", "grantee_id", "kind", "basis", "end_kind")
    tell("clinic.relationship", "person_a_id", "person_b_id", "type_a_id")
    tell("clinic.package.session", "purchase_id", "state")

"""
USE = """
use()
tell_clinic()
"""
CYCLE = """
tell_clinic()
press("upgrade")
tell_all()
press("uninstall")
tell_all()
press("install")
tell_all()
"""


@pytest.fixture(scope="module")
def life():
    """What Odoo logged while a clinic was used, updated, uninstalled and installed again."""
    with postgres.running(), databases.test_copy(label="cycle") as database:
        config, env = server.write_config(database), server.environment()
        shell = server.command(config, ["shell", "--no-http", "--with-demo"])
        update = ["--update=clinic_family", "--no-http", "--with-demo", "--stop-after-init"]
        # Odoo doesn't wait for PostgreSQL to tidy this table up: it gives up.
        untidy = "ALTER TABLE ir_module_module SET (autovacuum_enabled = off)"
        databases.query(database, untidy)
        log = processes.run(shell, "Using the clinic", script=SCRIPT + USE, env=env)
        databases.query(database, PREVIOUS)
        last = databases.query(database, LAST_MAIL)[0]["id"]
        title = "Updating from the version before"
        log += processes.run(server.command(config, update), title, env=env)
        written_to = databases.query(database, WRITTEN_SINCE, [last])
        paid_for = databases.query(database, MAY_PAY)
        dropped = databases.query(database, DROPPED)
        treated = databases.query(database, TREATED)
        title = "Updating, uninstalling and installing"
        log += processes.run(shell, title, script=SCRIPT + CYCLE, env=env)
        demo = "SELECT demo FROM ir_module_module WHERE name = 'clinic_family'"
        has_demo = databases.query(database, demo)[0]["demo"]
    return SimpleNamespace(
        log=log,
        told=[json.loads(line) for line in TOLD.findall(log)],
        written_to={row["email"] for row in written_to},
        paid_for={row["email"] for row in paid_for},
        has_demo=has_demo,
        dropped=dropped,
        treated=treated,
    )


@pytest.mark.system
@pytest.mark.timeless
def test_a_clinic_of_the_version_before_is_updated_and_keeps_what_it_has(life):
    before, after = life.told[:5], life.told[5:10]

    assert all(before)
    assert after == before


@pytest.mark.system
@pytest.mark.timeless
def test_an_update_drops_the_indexes_that_nothing_uses_and_notes_who_treats_whom(life):
    assert not life.dropped
    assert any(row["stored"] for row in life.treated)
    assert any(row["state"] == "cancelled" and not row["given"] for row in life.treated)
    assert all(row["stored"] == row["given"] for row in life.treated)


@pytest.mark.system
@pytest.mark.timeless
def test_who_let_others_pay_before_it_showed_invoices_is_told(life):
    assert life.paid_for
    assert life.written_to == life.paid_for


@pytest.mark.system
@pytest.mark.timeless
def test_a_used_clinic_is_updated_uninstalled_and_installed_again_without_a_warning(life):
    told = life.told
    people, invoices, resources, leaves = zip(told[10:14], told[14:18], told[18:], strict=True)

    assert TROUBLE.findall(life.log) == []
    assert people[1] == people[0]
    assert invoices[1] == invoices[0]
    assert "Dr. New" in str(resources[0])
    assert (resources[1], leaves[1]) == ({}, {})
    assert people[2].items() >= people[0].items()
    assert invoices[2].items() >= invoices[0].items()
    assert life.has_demo
