"""A large clinic for `make bench`: its staff by Odoo, its patients and visits by SQL."""

from datetime import datetime, time, timedelta, timezone

from tools import databases

PEOPLE = 5
VISITS_OF_EACH = 20
PRACTITIONERS = 50
# As dense, and as far ahead, in a clinic of any size: what it has more of is the past.
VISITS_A_DAY = 12  # of each practitioner, who has time for sixteen
DAYS_AHEAD = 28
# Somewhere else a full day: twenty practitioners, each with fifteen visits.
SHEET_PRACTITIONERS, SHEET_VISITS = 20, 300
TABLES = (
    "res_partner", "clinic_registration", "clinic_appointment", "clinic_participant",
    "clinic_permission", "clinic_relationship",
)  # fmt: skip

# Foreign keys come back after filling; the constraint against overlaps, by far the slowest to
# build, stays away, as no measured query uses it. Primary keys are kept.
CONSTRAINTS = """
    SELECT conrelid::regclass::text AS "table", conname AS name, contype = 'f' AS comes_back,
           pg_get_constraintdef(oid) AS definition
      FROM pg_constraint
     WHERE conrelid::regclass::text = ANY(%s) AND contype IN ('f', 'x')
"""
INDEXES = """
    SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition
      FROM pg_index
     WHERE indrelid::regclass::text = ANY(%s)
       AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid)
"""
# The ids are numbered from `first`, so that each table can name rows of the others by reckoning.
# Some 200 first names and 8000 surnames of syllables, so that many sound alike, as people's do.
PARTNERS = """
    INSERT INTO res_partner (
        id, name, complete_name, commercial_partner_id, type, lang, active, is_company,
        partner_share, is_patient, autopost_bills, create_uid, write_uid, create_date, write_date,
        birth_date, phone, clinic_search_key
    )
    SELECT id, name, name, id, 'contact', 'en_US', true, false,
           true, true, 'ask', 1, 1, now(), now(),
           date '1940-01-01' + (id::bigint * 7919 %% 30000)::integer, '021' || digits,
           ' ' || lower(name) || ' #021' || digits
      FROM generate_series(%(first)s, %(first)s + %(partners)s - 1) AS id
CROSS JOIN LATERAL (
        SELECT lpad((id::bigint * 104729 %% 9999991)::text, 7, '0') AS digits,
               (%(starts)s)[1 + id * 31 %% 20] || (%(ends)s)[1 + id * 17 / 20 %% 10] || ' '
               || (%(starts)s)[1 + id / 3 %% 20] || (%(middles)s)[1 + id / 60 %% 20]
               || (%(ends)s)[1 + id / 7 %% 10] || (%(ends)s)[1 + id / 1200 %% 10] AS name
           ) AS made
"""
STARTS = [
    "An", "Be", "Chri", "Da", "El", "Fre", "Gra", "Han", "Jo", "Ka", "Li", "Ma", "Ni", "Pe",
    "Ro", "Sa", "Ste", "Tho", "Vi", "Wal",
]  # fmt: skip
MIDDLES = [
    "ber", "den", "fer", "gar", "hol", "kin", "lan", "mer", "nor", "per", "ral", "sen", "ter",
    "van", "wil", "ston", "mar", "ling", "bach", "row",
]  # fmt: skip
ENDS = [
    "a", "e", "en", "er", "ia", "in", "is", "on", "ry", "son",
]  # fmt: skip
# Half-hour visits, without overlaps, from some days ahead backwards; one in ten is cancelled.
APPOINTMENTS = """
    INSERT INTO clinic_appointment (
        service_id, practitioner_id, location_id, company_id, payer_id, state, seats,
        participant_count, booked_at, create_date, write_date, start, stop, blocked_start,
        blocked_stop
    )
    SELECT %(service)s, (%(practitioners)s)[1 + n %% %(many)s], %(location)s, %(company)s,
           %(first)s + %(people)s + floor(random() * (%(partners)s - %(people)s))::integer,
           CASE WHEN random() < 0.1 THEN 'cancelled'
                WHEN start < %(now)s THEN 'fulfilled' ELSE 'booked' END,
           4, 1 + n %% 2, start - interval '20 days', start - interval '20 days', %(now)s,
           start, start + interval '30 min', start, start + interval '30 min'
      FROM generate_series(0, %(size)s - 1) AS n
CROSS JOIN LATERAL (
        SELECT date_trunc('day', %(now)s) + interval '21 hours'
               + (%(ahead)s - n / %(many)s / %(a_day)s) * interval '1 day'
               + (n / %(many)s %% %(a_day)s) * interval '30 min' AS start
           ) AS at
"""
# A day somewhere else, on which one in three has come already.
SHEET = """
    INSERT INTO clinic_appointment (
        service_id, practitioner_id, location_id, company_id, payer_id, state, seats,
        participant_count, booked_at, create_date, write_date, start, stop, blocked_start,
        blocked_stop
    )
    SELECT %(service)s, (%(sheet_practitioners)s)[1 + n %% %(sheet_many)s], %(sheet_location)s,
           %(company)s,
           %(first)s + %(people)s + floor(random() * (%(partners)s - %(people)s))::integer,
           CASE WHEN n %% 3 = 0 THEN 'arrived' ELSE 'booked' END,
           4, 1 + n %% 2, start - interval '20 days', start - interval '20 days', %(now)s,
           start, start + interval '30 min', start, start + interval '30 min'
      FROM generate_series(0, %(sheet_visits)s - 1) AS n
CROSS JOIN LATERAL (
        SELECT %(sheet_start)s + n / %(sheet_many)s * interval '30 min' AS start
           ) AS at
"""
PAYERS_COME = """
    INSERT INTO clinic_participant (
        appointment_id, partner_id, state, booked_by_id, treated_by_id, write_date
    )
    SELECT id, payer_id, state, payer_id, practitioner_id, write_date
      FROM clinic_appointment
     WHERE seats = 4
"""
SECOND_PATIENTS_COME = """
    INSERT INTO clinic_participant (
        appointment_id, partner_id, state, booked_by_id, treated_by_id, write_date
    )
    SELECT id,
           %(others)s + (payer_id - %(others)s + 1 + floor(random() * (%(partners)s / 2))::integer)
           %% (%(partners)s - %(people)s),
           state, payer_id, practitioner_id, write_date
      FROM clinic_appointment
     WHERE seats = 4 AND participant_count = 2
"""
# The user's people take over seats of others in distinct appointments, half of them to come.
PEOPLE_COME = """
    UPDATE clinic_participant
       SET partner_id = %(first)s + (chosen.number %% %(people)s)
      FROM (
        SELECT participant.id,
               row_number() OVER (PARTITION BY start > %(now)s ORDER BY random()) AS number
          FROM clinic_participant AS participant
          JOIN clinic_appointment ON clinic_appointment.id = participant.appointment_id
         WHERE participant.partner_id = payer_id AND seats = 4 AND participant_count = 2
           ) AS chosen
     WHERE chosen.id = clinic_participant.id
       AND chosen.number <= %(people)s * %(visits)s / 2
"""
PERMISSIONS = """
    INSERT INTO clinic_permission (
        grantor_id, grantee_id, granted_by_id, kind, basis, starts_at, ends_at, ended_at, end_kind
    )
    SELECT grantor, %(others)s + (grantor - %(others)s + 1 + n %% 7) %% (%(partners)s - %(people)s),
           1, (ARRAY['pay','book','intake','notify','receipts','calendar','packages'])[1 + n %% 7],
           'consent', %(now)s - interval '300 days',
           CASE WHEN n %% 5 = 0 THEN %(now)s + interval '200 days'
                WHEN n %% 5 = 1 THEN %(now)s - interval '9 days' END,
           CASE WHEN n %% 5 = 2 THEN %(now)s - interval '50 days' END,
           CASE WHEN n %% 5 = 2 THEN 'ended' END
      FROM (
        SELECT n, %(others)s + floor(random() * (%(partners)s - %(people)s))::integer AS grantor
          FROM generate_series(1, %(permissions)s) AS n
           ) AS given
"""
PERMISSIONS_OF_THE_USER = """
    INSERT INTO clinic_permission (grantor_id, grantee_id, granted_by_id, kind, basis, starts_at)
    SELECT person, %(user_partner)s, 1, 'book', 'consent', %(now)s - interval '1 day'
      FROM generate_series(%(first)s, %(first)s + %(people)s - 1) AS person
"""
# Parent and child, partners: one patient in two is related to the next.
RELATIONSHIPS = """
    INSERT INTO clinic_relationship (
        person_a_id, type_a_id, person_b_id, type_b_id, started_on, create_date, write_date
    )
    SELECT person, type.id, person + 1, type.inverse_id, %(now)s, %(now)s, %(now)s
      FROM generate_series(%(others)s, %(first)s + %(partners)s - 2, 2) AS person
      JOIN clinic_relationship_type type ON type.id = 1 + person / 2 %% 3
"""
# One patient in ten has registered online; one in fifty of them hasn't been looked at.
REGISTRATIONS = """
    INSERT INTO clinic_registration (
        patient_id, registered_name, company_id, way, registered_by_id, registered_at, state,
        create_date, write_date
    )
    SELECT id, name, %(company)s, 'booking', id, %(now)s - id %% 5000 * interval '1 minute',
           CASE WHEN id %% 500 = 0 THEN 'new' ELSE 'confirmed' END, %(now)s, %(now)s
      FROM res_partner
     WHERE id >= %(others)s AND id < %(first)s + %(partners)s AND id %% 10 = 0
"""
FILLING = (
    PARTNERS,
    REGISTRATIONS,
    RELATIONSHIPS,
    APPOINTMENTS,
    SHEET,
    PAYERS_COME,
    SECOND_PATIENTS_COME,
    PEOPLE_COME,
    PERMISSIONS,
    PERMISSIONS_OF_THE_USER,
)


def make_staff(env):
    """Return a service that fifty practitioners give, each with working hours of their own."""
    location = env["clinic.location"].search([], limit=1)
    practitioners = _make_practitioners(env, location, PRACTITIONERS)
    return env["clinic.service"].create({
        "name": "Visit",
        "company_id": location.company_id.id,
        "is_published": True,
        "practitioner_ids": [(6, 0, practitioners.ids)],
        "product_id": env["clinic.service"].search([], limit=1).product_id.id,
        "max_participants": 4,
    })  # fmt: skip


def make_sheet_staff(env):
    """Return those who work where there is a full day."""
    location = env["clinic.location"].search([], limit=1).copy({"name": "Full Day", "sequence": 99})
    return _make_practitioners(env, location, SHEET_PRACTITIONERS)


def _make_practitioners(env, location, count):
    practitioners = env["clinic.practitioner"].create(
        [{"name": f"Practitioner {n}", "is_published": True} for n in range(count)]
    )
    hours = [
        (0, 0, {"name": "Day", "dayofweek": str(day), "hour_from": 8, "hour_to": 16})
        for day in range(7)
    ]
    calendars = env["resource.calendar"].create(
        [{"name": p.name, "attendance_ids": [(5,), *hours]} for p in practitioners]
    )
    env["clinic.schedule"].create([
        {"practitioner_id": practitioner.id, "calendar_id": calendar.id,
         "location_id": location.id, "date_from": "2020-01-01"}
        for practitioner, calendar in zip(practitioners, calendars, strict=True)
    ])  # fmt: skip
    return practitioners


def fill(env, service, sheet_staff, user, size):
    """Fill the tables by SQL and commit; return the values that the statements took.

    So many visits have been; those to come are as many in every clinic, and come beside them.
    """
    env.flush_all()
    env.cr.execute("SELECT setseed(0.5), max(id) + 1000 FROM res_partner")
    first = env.cr.fetchone()[1]
    values = {**_get_values(first, service, user, size), **_get_sheet_values(sheet_staff)}
    constraints, indexes = _take_down(env.cr)
    for statement in FILLING:
        env.cr.execute(statement, values)
    env.cr.execute(
        "SELECT setval('res_partner_id_seq', %s)", [values["first"] + values["partners"]]
    )
    env.cr.commit()
    # PostgreSQL uses no index made over rows just changed while older transactions run anywhere.
    databases.query(env.cr.dbname, f"VACUUM {', '.join(TABLES)}")
    _put_back(env.cr, constraints, indexes)
    env.cr.commit()
    # Outside a transaction; autovacuum does this in a real clinic.
    known = ", ".join([*TABLES, "clinic_practitioner"])
    databases.query(env.cr.dbname, f"VACUUM ANALYZE {known}")
    env.invalidate_all()
    return values


def _get_values(first, service, user, size):
    total = size + (DAYS_AHEAD + 1) * PRACTITIONERS * VISITS_A_DAY
    partners = total // 5
    location = service.practitioner_ids.sudo().schedule_ids.location_id
    return {
        "size": total,
        "first": first,
        "others": first + PEOPLE,
        "people": PEOPLE,
        "visits": VISITS_OF_EACH,
        "partners": partners,
        "permissions": total * 35 // 100 - PEOPLE,
        "service": service.id,
        "practitioners": service.practitioner_ids.ids,
        "many": PRACTITIONERS,
        "a_day": VISITS_A_DAY,
        "ahead": DAYS_AHEAD,
        "location": location.id,
        "company": location.company_id.id,
        "user_partner": user.partner_id.id,
        "now": _utc_now(),
        "starts": STARTS,
        "middles": MIDDLES,
        "ends": ENDS,
    }


def _get_sheet_values(practitioners):
    """The values for a full day there, from eight in the morning on, after all other visits."""
    location = practitioners.sudo().schedule_ids.location_id
    zone = location._get_zone()
    day = datetime.now(zone).date() + timedelta(days=DAYS_AHEAD + 7)
    start = datetime.combine(day, time(8), zone).astimezone(timezone.utc)
    return {
        "sheet_practitioners": practitioners.ids,
        "sheet_many": SHEET_PRACTITIONERS,
        "sheet_visits": SHEET_VISITS,
        "sheet_location": location.id,
        "sheet_day": day.isoformat(),
        "sheet_start": start.replace(tzinfo=None),
    }


def _utc_now():
    return datetime.now(timezone.utc).replace(tzinfo=None, microsecond=0)


def _take_down(cr):
    """Drop what slows filling down; return what it was."""
    cr.execute(CONSTRAINTS, [list(TABLES)])
    constraints = cr.dictfetchall()
    for each in constraints:
        cr.execute(f'ALTER TABLE {each["table"]} DROP CONSTRAINT "{each["name"]}"')
    cr.execute(INDEXES, [list(TABLES)])
    indexes = cr.dictfetchall()
    for index in indexes:
        cr.execute(f"DROP INDEX {index['name']}")
    return constraints, indexes


def _put_back(cr, constraints, indexes):
    """Make the indexes and foreign keys again."""
    cr.execute("SET LOCAL maintenance_work_mem = '256MB'")
    for index in indexes:
        cr.execute(index["definition"])
    for each in constraints:
        if each["comes_back"]:
            name, definition = each["name"], each["definition"]
            cr.execute(f'ALTER TABLE {each["table"]} ADD CONSTRAINT "{name}" {definition}')
