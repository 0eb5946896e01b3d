"""What must be true of a clinic after each step of a history, whatever was done: twenty rules.

Each is asked of the database in words of its own, and not of the code it is about. Not here, since
no single state of the clinic shows them: 7, that an address is no identity (that nobody acts whom
nobody let is asked, of people who share one: `test_family_life`); 9, that reading changes nothing
(`test_matrix_routes`, `test_route_guards`); 13, what a merge leaves (`test_merge_random`, which
asks these rules too); 16, installing and removing (`tests/test_life_cycle.py`); 17, that each kind
of permission has its effect (`test_permission_effect`; here what `book` shows and `pay` allows).
"""

from odoo import fields

COUNTS = """
    permission.ended_at IS NULL AND permission.starts_at <= now() AT TIME ZONE 'UTC'
    AND COALESCE(permission.ends_at > now() AT TIME ZONE 'UTC', true)
    AND COALESCE(permission.grown_at > now() AT TIME ZONE 'UTC', true)
"""
# What breaks a rule whenever it is found.
NEVER = {
    "1: two visits take the same practitioner at once": """
        SELECT one.id
          FROM clinic_appointment one
          JOIN clinic_service one_s ON one_s.id = one.service_id
          JOIN clinic_appointment other ON other.practitioner_id = one.practitioner_id
                                       AND other.id > one.id
          JOIN clinic_service other_s ON other_s.id = other.service_id
         WHERE one.state IN ('held', 'booked', 'arrived', 'fulfilled')
           AND other.state IN ('held', 'booked', 'arrived', 'fulfilled')
           AND one.start - coalesce(one_s.buffer_before, 0) * interval '1 minute'
               < other.stop + coalesce(other_s.buffer_after, 0) * interval '1 minute'
           AND other.start - coalesce(other_s.buffer_before, 0) * interval '1 minute'
               < one.stop + coalesce(one_s.buffer_after, 0) * interval '1 minute'
    """,
    "2: a visit is counted wrong, or over-full": """
        SELECT visit.id
          FROM clinic_appointment visit
     LEFT JOIN clinic_participant one ON one.appointment_id = visit.id
                                     AND one.state != 'cancelled'
      GROUP BY visit.id
        HAVING count(one.id) != visit.participant_count OR count(one.id) > visit.seats
    """,
    "2: a fee is paid with two sessions": """
        SELECT min(id)
          FROM clinic_package_session
         WHERE appointment_id IS NOT NULL
      GROUP BY appointment_id, participant_id
        HAVING count(*) > 1
    """,
    "2: somebody is expected, and nobody pays": """
        SELECT visit.id
          FROM clinic_appointment visit
     LEFT JOIN res_partner payer ON payer.id = visit.payer_id
         WHERE visit.state IN ('booked', 'arrived') AND payer.id IS NULL
    """,
    "3: one check-out is there twice": """
        SELECT min(id) FROM clinic_booking GROUP BY key HAVING count(*) > 1
    """,
    "4: what ended, rests or is over by age still counts": f"""
        SELECT authority.permission_id
          FROM clinic_authority authority
          JOIN clinic_permission permission ON permission.id = authority.permission_id
         WHERE NOT ({COUNTS})
    """,
    "5: somebody acts whom nobody let": f"""
        SELECT authority.person_id
          FROM clinic_authority authority
         WHERE authority.actor_id != authority.person_id
           AND NOT EXISTS (
               SELECT 1
                 FROM clinic_permission permission
                WHERE permission.grantor_id = authority.person_id
                  AND permission.grantee_id = authority.actor_id
                  AND permission.kind = authority.kind AND {COUNTS})
    """,
    "11: two relatives belong to one commercial contact, who reads all of both": """
        SELECT pair.id
          FROM clinic_relationship pair
          JOIN res_partner one ON one.id = pair.person_a_id
          JOIN res_partner other ON other.id = pair.person_b_id
         WHERE one.commercial_partner_id = other.commercial_partner_id
    """,
    "12: who booked for somebody did so under no permission of theirs": """
        SELECT one.id
          FROM clinic_participant one
     LEFT JOIN clinic_permission permission ON permission.id = one.permission_id
         WHERE one.booked_by_id != one.partner_id
           AND (permission.grantor_id, permission.grantee_id, permission.kind)
               IS DISTINCT FROM (one.partner_id, one.booked_by_id, 'book')
    """,
    "12: who cancelled for somebody did so under a permission of somebody else's": """
        SELECT one.id
          FROM clinic_participant one
          JOIN clinic_permission permission ON permission.id = one.cancelled_under_id
         WHERE permission.grantee_id != one.cancelled_by_id OR permission.kind != 'book'
    """,
    "14: a visit begins between two minutes": """
        SELECT id FROM clinic_appointment WHERE start != date_trunc('minute', start)
    """,
    "10: of what is confidential, somebody else is part": """
        SELECT visit.id
          FROM clinic_appointment visit
          JOIN clinic_participant one ON one.appointment_id = visit.id
         WHERE visit.is_confidential
      GROUP BY visit.id
        HAVING count(*) > 1 OR bool_or(one.along_id IS NOT NULL)
            OR bool_or(one.is_confidential IS NOT TRUE) OR bool_or(visit.plan_key IS NOT NULL)
    """,
    "10: a session tells of a confidential visit": """
        SELECT session.id
          FROM clinic_package_session session
          JOIN clinic_appointment visit ON visit.id = session.appointment_id
         WHERE visit.is_confidential
    """,
}
# What a relative sees: the visits of those for whom they may book now, but no confidential one.
SEEN = f"""
    SELECT DISTINCT one.appointment_id
      FROM clinic_participant one
      JOIN clinic_appointment visit ON visit.id = one.appointment_id
     WHERE visit.booked_at IS NOT NULL AND visit.location_id = %(here)s
       AND (one.partner_id = %(reader)s
            OR visit.is_confidential IS NOT TRUE
               AND EXISTS (SELECT 1 FROM clinic_permission permission
                            WHERE permission.grantor_id = one.partner_id
                              AND permission.grantee_id = %(reader)s
                              AND permission.kind = 'book' AND {COUNTS}))
  ORDER BY one.appointment_id
"""
# Who pays for what is booked now, who booked it online, and whether they were let.
PAYING = f"""
    SELECT visit.id, visit.payer_id, booking.booker_id,
           booking.booker_id IS NULL OR booking.booker_id = visit.payer_id OR EXISTS (
               SELECT 1 FROM clinic_permission permission
                WHERE permission.grantor_id = visit.payer_id
                  AND permission.grantee_id = booking.booker_id
                  AND permission.kind = 'pay' AND {COUNTS}) AS is_let,
           visit.payer_reason IS NULL AND payer.birth_date
               > current_date + 2 - company.clinic_child_age * interval '1 year' AS is_child
      FROM clinic_appointment visit
      JOIN res_partner payer ON payer.id = visit.payer_id
      JOIN res_company company ON company.id = visit.company_id
 LEFT JOIN clinic_booking booking ON booking.id = visit.booking_id
     WHERE visit.state = 'booked'
"""
LETTERS = f"""
    SELECT message.id, message.recipient_id, one.partner_id, visit.is_confidential,
           EXISTS (SELECT 1 FROM clinic_permission permission
                    WHERE permission.grantor_id = one.partner_id
                      AND permission.grantee_id = message.recipient_id
                      AND (permission.kind = 'notify'
                           OR permission.basis IN ('parental', 'guardianship')) AND {COUNTS})
      FROM clinic_message message
      JOIN clinic_participant one ON one.id = message.participant_id
      JOIN clinic_appointment visit ON visit.id = one.appointment_id
     WHERE message.state = 'sent' AND message.id > %s
"""
# Whose hours are taken away by time off.
AWAY = """
    SELECT visit.id
      FROM clinic_appointment visit
      JOIN clinic_practitioner practitioner ON practitioner.id = visit.practitioner_id
      JOIN resource_calendar_leaves away ON away.resource_id = practitioner.resource_id
     WHERE visit.state IN ('booked', 'arrived') AND visit.stop > %(now)s
       AND away.date_from < visit.stop AND away.date_to > visit.start
       AND visit.location_id = %(here)s
"""


class Rules:
    """The rules, for one history: what was so before it began is no step of it."""

    def __init__(self, case, users, server=None):
        self.case, self.env, self.users, self.server = case, case.env, users, server
        self.permitted = self._find_pairs()
        self.paying = {row[:2] for row in self._ask(PAYING)}
        self.letters = max((row[0] for row in self._ask(LETTERS, [0])), default=0)
        self.mails = len(server.mails) if server else 0

    def _ask(self, query, values=None):
        self.env.cr.execute(query, values)
        return self.env.cr.fetchall()

    def _find_pairs(self):
        return set(self._ask(
            "SELECT person_id, actor_id FROM clinic_authority WHERE person_id != actor_id"
        ))  # fmt: skip

    def permit(self, grantor, grantee):
        """A step of the history says that the one lets the other."""
        self.permitted.add((grantor.id, grantee.id))

    def check(self):
        """Fails with the number of the rule that is broken now."""
        self.env.flush_all()
        together = " UNION ALL ".join(
            f"SELECT %s, id FROM ({sql}) AS found (id)" for sql in NEVER.values()
        )
        assert not (broken := self._ask(together, list(NEVER))), broken
        strangers = self._find_pairs() - self.permitted
        assert not strangers, f"5: these act for others without being let: {strangers}"
        self._check_paying()
        self._check_sent()
        self._check_seen()
        self._check_orphaned()

    def _check_paying(self):
        """Judged as it is booked, or comes to be paid by somebody else: rules 6 and 18."""
        paying = self._ask(PAYING)
        for visit, payer, booker, is_let, is_child in paying:
            if (visit, payer) not in self.paying:
                assert is_let, f"6: {booker} had no leave of {payer}, who pays visit {visit}"
                assert not is_child, f"18: {payer}, who pays visit {visit}, is a child"
        self.paying |= {row[:2] for row in paying}

    def _check_sent(self):
        """Judged as it is sent, since nothing else happens in that step: rules 4, 8, 15 and 20."""
        letters = self._ask(LETTERS, [self.letters])
        self.letters = max((row[0] for row in letters), default=self.letters)
        for number, reader, patient, is_confidential, may_read in letters:
            assert reader == patient or (may_read and not is_confidential), f"4: message {number}"
        if self.server:
            mails, self.mails = self.server.mails[self.mails :], len(self.server.mails)
            assert len(mails) <= len(letters), "15: a mail left that no message tells of"
            assert bool(mails) == bool(letters), "15: a message counts as sent that didn't leave"
            for mail in mails:
                self._check_mail(mail)

    def _check_mail(self, mail):
        everybody = {user.partner_id.email for user in self.users} - {False, mail.address}
        told = [email for email in everybody if email in str(mail.headers)]
        assert not told, f"8: {mail.address} is told of {told}"
        assert self.case.company.email in mail.headers["From"], f"20: from {mail.headers['From']}"

    def _check_seen(self):
        """Nobody sees more than they may, and everybody all that they may: rules 10 and 17."""
        visits = self.env["clinic.appointment"]
        for user in self.users:
            seen = visits.with_user(user).search([("location_id", "=", self.case.harbour.id)])
            values = {"reader": user.partner_id.id, "here": self.case.harbour.id}
            may = [number for (number,) in self._ask(SEEN, values)]
            assert sorted(seen.ids) == may, f"10: {user.login} sees {seen.ids}, may see {may}"

    def _check_orphaned(self):
        """A visit whose hours are gone is found: rule 19."""
        visits = self.env["clinic.appointment"]
        found = visits.search([("is_orphaned", "=", True)])
        values = {"now": fields.Datetime.now(), "here": self.case.harbour.id}
        away = {number for (number,) in self._ask(AWAY, values)}
        assert away <= set(found.ids), f"19: {away - set(found.ids)} lost hours, and aren't found"
