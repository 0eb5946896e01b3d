"""Many who guess the code of one invitation at the same moment, each over a connection."""

from tests.people import Person, at_once

LINES = 50
INVITATION = "SELECT state, tries FROM clinic_invitation ORDER BY id DESC LIMIT 1"


def test_fifty_who_guess_a_code_at_once_have_five_tries_between_them(clinic, invite):
    link, code = invite("Walter Smith", has_code=True)
    guesser = Person(clinic.url, "maria").log_in()
    (form, *_others) = guesser.get(link).forms("/clinic/invitation/")
    guesses = [f"{(int(code) + 1 + number) % 10**6:06}" for number in range(LINES)]
    lines = [(guesser.on_another_line(), guess) for guess in guesses]

    def guess(line):
        person, number = line
        fields = {**dict(form.fields), "answer": "accept", "code": number}
        return person.post(form.action, fields)

    answers = at_once(guess, lines)
    late = guess((guesser, code))

    assert clinic.query(INVITATION) == [{"state": "locked", "tries": 5}]
    assert sorted(answer.status for answer in answers) == [404] * 46 + [422] * 4
    assert late.status == 404
    assert clinic.query(
        "SELECT id FROM clinic_permission WHERE invitation_id = (SELECT max(id) FROM"
        " clinic_invitation)"
    ) == []  # fmt: skip
