"""What each reader reads: their language, the clinic's time and theirs, and only what they may."""

import re

from odoo.tests import tagged

from ..common import CLOCKS_GO_BACK, CLOCKS_GO_FORWARD, ROLE
from ..message_common import MessageCase


@tagged("post_install", "-at_install")
class TestMessageLetter(MessageCase):
    def letters(self, *people, **values):
        """What leaves about a visit, by the reader's address."""
        self.visit(*people, **values)
        return {mail.address: mail for mail in self.send()}

    def letter(self, *people, **values):
        [mail] = self.letters(*people, **values).values()
        return mail

    def test_the_patient_is_named_in_everybodys_subject(self):
        self.grant(self.leo, self.mother, "notify")

        letters = self.letters(self.leo)

        self.assertEqual(len(letters), 2)
        for mail in letters.values():
            self.assertTrue(mail.subject.startswith("Leo Littleton: "))

    def test_a_name_is_text_in_the_sentences_of_a_message(self):
        self.leo.name = "<b>& Littleton"
        self.grant(self.leo, self.mother, "notify")

        letter = self.letters(self.leo)["mira@example.com"]

        self.assertIn(
            "A visit is booked for <strong>&lt;b&gt;&amp; Littleton</strong>", letter.html
        )
        self.assertNotIn("<b>&", letter.html)

    def test_each_reads_their_own_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.grant(self.leo, self.mother, "notify")
        self.mira.lang = "fr_FR"
        template = self.env.ref("clinic_family.mail_template_confirmed").with_context(lang="fr_FR")
        template.subject = "{{ object.name }} : le {{ object._get_letter()['when'] }}"

        letters = self.letters(self.leo)

        self.assertEqual(
            letters["mira@example.com"].subject, "Leo Littleton : le jeu. 1 avr. 10:00"
        )
        self.assertIn("booked for Thu 1 Apr", letters["leo@example.com"].subject)

    def test_times_are_the_locations_and_the_zone_is_named(self):
        mail = self.letter(self.leo)

        self.assertIn("Thursday 1 April 2027, 10:00 AM, Auckland (NZDT)", mail.words)
        self.assertNotIn("By your clock", mail.words)

    def test_who_lives_by_another_clock_reads_that_too(self):
        self.leo.tz = "America/Los_Angeles"

        mail = self.letter(self.leo)

        self.assertIn(
            "By your clock: Wednesday 31 March 2027, 2:00 PM, Los Angeles (PDT)", mail.words
        )

    def test_a_zone_that_is_called_by_its_letters_is_named_once(self):
        self.leo.tz = "UTC"

        mail = self.letter(self.leo)

        self.assertRegex(mail.words, r"By your clock: Wednesday 31 March 2027, 9:00 PM, UTC(?! \()")

    def test_another_zone_with_the_same_clock_is_not_said(self):
        self.leo.tz = "Antarctica/McMurdo"

        self.assertNotIn("By your clock", self.letter(self.leo).words)

    def test_both_clock_changes_are_seen(self):
        back = self.letter(self.leo, day=CLOCKS_GO_BACK, clock="9:00")
        self.assertIn("9:00 AM, Auckland (NZST)", back.words)

        self.visit(self.leo, day=CLOCKS_GO_FORWARD, clock="9:00")
        [forward] = self.send(minutes=10)
        self.assertIn("9:00 AM, Auckland (NZDT)", forward.words)

    def test_the_page_of_the_visit_is_linked_without_any_token(self):
        visit = self.visit(self.leo)
        [mail] = self.send()

        self.assertIn(f'/my/appointments/{visit.id}"', mail.html)
        links = re.findall(r'href="([^"]*)"', mail.html)
        self.assertTrue(links)
        self.assertNotRegex("\n".join(links), "[?&]")
        self.assertNotRegex(mail.html, "token|signup")

    def test_who_may_not_open_the_page_gets_no_link_and_no_rule(self):
        self.grant(self.leo, self.mother, "notify")
        self.grant(self.leo, self.grandmother, "notify", "book")

        letters = self.letters(self.leo)

        self.assertNotIn("/my/appointments", letters["mira@example.com"].html)
        self.assertNotIn("Free to cancel", letters["mira@example.com"].words)
        self.assertIn("/my/appointments", letters["greta@example.com"].html)
        self.assertIn("may receive messages for Leo", letters["greta@example.com"].words)

    def test_the_rule_about_cancelling_is_repeated(self):
        self.company.write({"clinic_allow_cancel": True, "clinic_cancel_hours": 24})
        self.assertIn(
            "Free to cancel online until Wed 31 Mar 10:00 AM.", self.letter(self.leo).words
        )

        self.company.clinic_allow_cancel = False
        self.harbour.phone = "+64 9 555"
        self.visit(self.leo, clock="14:00")
        [mail] = self.send(minutes=10)
        self.assertIn("To cancel, please call Test Harbour, +64 9 555.", mail.words)

    def test_others_who_come_are_named_to_whoever_may_book_for_them(self):
        self.grant(self.leo, self.mother, "book")
        self.grant(self.leo, self.grandmother, "notify")

        letters = self.letters(self.leo, self.mother, self.father)

        self.assertIn("Also coming: Leo Littleton", letters["mira@example.com"].words)
        for who in ("leo", "greta", "fergus"):
            self.assertNotIn("Also coming", letters[f"{who}@example.com"].words)
        for who in ("leo", "mira", "greta"):
            self.assertNotIn("Fergus", letters[f"{who}@example.com"].words)

    def cancelled_by(self, person):
        """What the reader of each address reads about who cancelled it."""
        visit = self.told(self.visit(self.leo))
        self.grant(self.leo, self.mother, "notify")
        self.grant(self.leo, self.grandmother, "notify")
        visit.participant_ids.cancelled_by_id = person
        visit._update_state("cancelled")
        return {mail.address.partition("@")[0]: mail.words for mail in self.send()}

    def test_a_relative_who_cancelled_is_named_to_the_patient_alone(self):
        words = self.cancelled_by(self.mira)

        self.assertIn("You cancelled this visit.", words["mira"])
        self.assertIn("Mira Motherwell cancelled this visit.", words["leo"])
        self.assertIn("This visit was cancelled.", words["greta"])
        self.assertNotIn("Mira", words["greta"])

    def test_a_patient_who_cancelled_is_named_to_all(self):
        words = self.cancelled_by(self.leo)

        self.assertIn("You cancelled this visit.", words["leo"])
        self.assertIn("Leo Littleton cancelled this visit.", words["greta"])

    def test_without_a_name_the_clinic_cancelled(self):
        words = self.cancelled_by(False)["leo"]

        self.assertIn("The clinic cancelled this visit.", words)
        self.assertNotIn("Free to cancel", words)

    def test_the_manager_sees_each_text_in_odoos_preview(self):
        manager = self.user("test_manager_t", "Max Manager", ROLE + "manager")
        visit = self.visit(self.leo)
        for kind in ("confirmed", "changed", "cancelled", "reminder"):
            with self.subTest(kind):
                preview = self.env["mail.template.preview"].with_user(manager).create({
                    "mail_template_id": self.env.ref(f"clinic_family.mail_template_{kind}").id,
                    "resource_ref": f"clinic.participant,{visit.participant_ids.id}",
                })  # fmt: skip
                self.assertFalse(preview.error_msg)
                self.assertIn("Leo Littleton: ", preview.subject)
                self.assertIn("Nora Test-Nightingale", preview.body_html)

    def test_a_text_the_clinic_has_changed_is_the_one_that_leaves(self):
        self.env.ref("clinic_family.mail_template_confirmed").body_html = "<p>Kia ora</p>"

        self.assertIn("Kia ora", self.letter(self.leo).words)

    def test_what_is_written_to_the_visit_keeps_no_copy_of_the_words(self):
        self.letter(self.leo)

        self.assertFalse(self.env["mail.mail"].search([("subject", "like", "Leo Littleton: ")]))
        self.assertFalse(self.env["mail.message"].search([("subject", "like", "Leo Littleton: ")]))

    def test_it_is_the_visits_clinic_that_writes(self):
        other = self.env["res.company"].create({
            "name": "Second Clinic", "email": "second@example.com", "clinic_undo_minutes": 3,
        })  # fmt: skip
        hill = self.location("Test Hill", company_id=other.id)
        (self.single + self.group).company_id = self.nora.company_id = other

        mail = self.letter(self.leo, location_id=hill.id)

        self.assertIn("second@example.com", mail.headers["From"])
        self.assertIn("Second Clinic", mail.words)
