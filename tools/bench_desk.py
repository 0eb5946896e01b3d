"""What the staff wait for among many visits: their lists, what they look for, and a week at once.

Each asks what Odoo's own list, search or calendar asks for, with the rights of who looks.
"""

from datetime import datetime, timedelta, timezone

SHOWN, NAMES, REPEATS = 80, 8, 5
# So many rows Odoo's lists count, and then say that there are more.
COUNTED = 10_000
NAMED = {"fields": {"display_name": {}}}
VISIT = {
    "display_name": {}, "start": {}, "stop": {}, "state": {}, "patient_names": {},
    "practitioner_id": NAMED, "service_id": NAMED, "location_id": NAMED, "payer_id": NAMED,
}  # fmt: skip
CALENDAR = {name: VISIT[name] for name in ("display_name", "start", "stop", "practitioner_id")}
PATIENT = {"display_name": {}, "phone": {}}
PERMISSION = {"grantor_id": NAMED, "grantee_id": NAMED, "kind": {}, "is_live": {}}
REGISTRATION = {
    "registered_at": {}, "patient_id": NAMED, "birth_date": {}, "phone": {}, "email": {},
    "way": {}, "registered_by_id": NAMED, "state": {},
}  # fmt: skip
WAITING = [("state", "=", "new")]
OPENED = {**REGISTRATION, "registered_name": {}, "duplicates": {}, "coming_text": {}}
# Milliseconds: of a list, of a week of all practitioners, and of one beside whom it may be.
LIST_MS, WEEK_MS, OPEN_MS = 40, 300, 1000
# How often each may ask the database: what it does now.
QUERIES = {
    "visits, as they come": 10,
    "visits, by payer": 10,
    "visits, by state": 10,
    "a practitioner's own visits": 11,
    "a practitioner's relationships": 9,
    "a practitioner's patients": 5,
    "a practitioner's patient by name": 3,
    "permissions in force": 5,
    "registrations to look at": 4,
    "registrations by a name": 3,
    "how many registrations": 1,
    "a registration, opened": 11,
    "patients called so": 2,
    "a name as it is typed": 2,
    "a calendar week": 7,
}
# How many times as long as Odoo's own list of contacts each may take, of the processor.
RATIOS = {
    "visits, as they come": 10,
    "visits, by payer": 10,
    "visits, by state": 10,
    "a practitioner's own visits": 12,
    "a practitioner's relationships": 14,
    "a practitioner's patients": 10,
    "a practitioner's patient by name": 10,
    "permissions in force": 10,
    "registrations to look at": 18,
    "registrations by a name": 6,
    "patients called so": 3,
    "a name as it is typed": 3,
}
# Those that read no whole table, however small the clinic.
INDEXED = (
    "visits, by payer",
    "visits, by state",
    "a practitioner's relationships",
    "registrations to look at",
    "patients called so",
    "a name as it is typed",
)


def make_jobs(desk, doctor, values):
    """What is waited for, by its name: whose environment, the job, and what it ought to take."""
    person = desk["res.partner"].browse(values["first"] + values["people"] + 7)
    last = person.name.split()[1]
    newcomer = desk["clinic.registration"].search(WAITING, limit=1).registered_name.split()[1]
    patients = [("is_patient", "=", True), ("name", "ilike", last)]
    return {
        "visits, as they come": (desk, lambda: _read(desk, "clinic.appointment", VISIT), LIST_MS),
        "visits, by payer": (desk, lambda: _read_by(desk, "payer_id"), LIST_MS),
        "visits, by state": (desk, lambda: _read_by(desk, "state"), LIST_MS),
        "a practitioner's own visits": (doctor, lambda: _read_by(doctor, "start desc"), LIST_MS),
        "a practitioner's relationships": (
            doctor,
            lambda: _read(doctor, "clinic.relationship", {"display_name": {}}),
            LIST_MS,
        ),
        "a practitioner's patients": (
            doctor,
            lambda: _read(doctor, "res.partner", PATIENT, [("is_patient", "=", True)]),
            LIST_MS,
        ),
        "a practitioner's patient by name": (doctor, lambda: _search_name(doctor, "a"), LIST_MS),
        "permissions in force": (
            desk,
            lambda: _read(desk, "clinic.permission", PERMISSION, [("is_live", "=", True)]),
            LIST_MS,
        ),
        "registrations to look at": (
            desk,
            lambda: _read(desk, "clinic.registration", REGISTRATION, WAITING),
            LIST_MS,
        ),
        "registrations by a name": (desk, lambda: _read_called(desk, newcomer), LIST_MS),
        "how many registrations": (
            desk,
            lambda: desk["clinic.desk.day"].get_registrations(),
            LIST_MS,
        ),
        "a registration, opened": (desk, lambda: _open_registration(desk), OPEN_MS),
        "patients called so": (
            desk,
            lambda: _read(desk, "res.partner", PATIENT, patients),
            LIST_MS,
        ),
        "a name as it is typed": (desk, lambda: _search_name(desk, last), LIST_MS),
        "a calendar week": (desk, lambda: _read_week(desk), WEEK_MS),
    }


def pick_indexed(desk, doctor, values):
    """Those of them that read no whole table: whose environment, and the job."""
    jobs = make_jobs(desk, doctor, values)
    return {name: jobs[name][:2] for name in INDEXED}


def _read(env, model, shown, domain=(), order=None, limit=SHOWN, least=1):
    found = env[model].web_search_read(
        list(domain), shown, limit=limit, order=order, count_limit=COUNTED + 1
    )
    if len(found["records"]) < least:
        raise AssertionError(f"there is nothing in the list of {model}")
    return found


def _read_by(env, order):
    return _read(env, "clinic.appointment", VISIT, order=order)


def _read_called(env, text):
    """The queue as it is searched for somebody."""
    named = ("patient_id", "registered_name", "registered_by_id")
    anybody = ["|", "|", *((field, "ilike", text) for field in named)]
    return _read(env, "clinic.registration", REGISTRATION, [*WAITING, *anybody])


def _open_registration(env):
    """The newest of the queue, beside the patients they may be."""
    registration = env["clinic.registration"].search(WAITING, limit=1)
    [row] = registration.web_read(OPENED)
    if len(row["duplicates"]["people"]) < 1:
        raise AssertionError("a registration shows nobody")


def _search_name(env, text):
    if not env["res.partner"].name_search(text, limit=NAMES):
        raise AssertionError("nobody is called so")


def _read_week(env):
    """All visits of the next seven days, as the calendar draws them."""
    begins = datetime.now(timezone.utc).replace(
        tzinfo=None, hour=0, minute=0, second=0, microsecond=0
    )
    domain = [("start", "<", begins + timedelta(days=7)), ("stop", ">", begins)]
    return _read(env, "clinic.appointment", CALENDAR, domain, limit=None)
