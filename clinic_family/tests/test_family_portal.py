"""The family pages: who adds, shares, asks, answers and ends, and who never may."""

from datetime import timedelta

from .common import NO_ID
from .family_common import ADULT_BORN, PARENTAL, TEENAGER_BORN, FamilyHttpCase


class TestAdding(FamilyHttpCase):
    def find(self, name):
        return self.env["res.partner"].search([("name", "=", name)])

    def test_a_child_is_added_at_once_on_a_basis_and_until_she_is_sixteen(self):
        answer = self.post(self.mother, "/my/family/add", self.child("Tessa"))

        held = self.env["clinic.permission"]._get_held(
            self.find("Tessa Littleton"), self.mother.partner_id
        )
        self.assertEqual(answer.status_code, 303)
        self.assertEqual((set(held.mapped("basis")), len(held)), ({"parental"}, 7))
        # Midnight in Auckland on her sixteenth birthday.
        self.assertEqual(
            {str(moment) for moment in held.mapped("ends_at")}, {"2034-04-30 12:00:00"}
        )
        self.assertIn("Tessa Littleton was added.", self.see(self.mother, self.path(answer)))

    def path(self, answer):
        return answer.headers["Location"].removeprefix(self.base_url())

    def test_the_same_form_twice_adds_one_child(self):
        self.post(self.mother, "/my/family/add", self.child("Tessa"))
        answer = self.post(self.mother, "/my/family/add", self.child("tessa"))

        self.assertEqual(answer.status_code, 303)
        self.assertEqual(len(self.find("Tessa Littleton") | self.find("tessa Littleton")), 1)

    def test_a_niece_is_helped_in_her_best_interests_and_not_guarded(self):
        self.post(self.mother, "/my/family/add", {**self.child("Nell"), **self.type("other")})

        self.assertEqual(
            self.held(self.find("Nell Littleton"), self.mother), ["book", "intake", "notify"]
        )

    def type(self, name):
        return {"type": self.kind(name).id}

    def test_an_adult_is_asked_and_nothing_is_shared(self):
        form = self.relative("Rosa", "rosa@example.com", "parent", kind="book", may_bill="1")

        answer = self.post(self.mother, "/my/family/add", form)

        question = self.invitations()[0]
        self.assertEqual((question.kinds, question.offered_kinds), ("book", "pay"))
        self.assertFalse(question.grantor_id)
        self.assertFalse(self.find("Rosa Littleton"))
        self.assertIn(
            "We have written to rosa@example.com. Nothing is shared until they agree.",
            self.see(self.mother, self.path(answer)),
        )

    def test_the_same_form_twice_asks_once(self):
        form = self.relative("Rosa", "rosa@example.com", "parent", kind="book")

        self.post(self.mother, "/my/family/add", form)
        self.post(self.mother, "/my/family/add", form)

        self.assertEqual(len(self.invitations()), 1)

    def test_the_answer_is_the_same_whether_the_clinic_knows_the_address_or_not(self):
        known = self.relative("Pat", "fergus@example.com", "sibling", key="known")
        unknown = self.relative("Pat", "nobody@example.com", "sibling", key="unknown")

        answers = [self.post(self.mother, "/my/family/add", form) for form in (known, unknown)]
        pages = [self.see(self.mother, self.path(answer)) for answer in answers]

        self.assertEqual(
            pages[0].partition("Waiting")[0].replace("fergus@", "nobody@"),
            pages[1].partition("Waiting")[0],
        )
        self.assertFalse(self.held(self.father, self.mother))

    def test_sharing_an_address_gives_nothing(self):
        form = self.relative("Fergus", "fergus@example.com", "partner", kind="book")

        self.post(self.stranger, "/my/family/add", form)

        self.assertFalse(self.held(self.father, self.stranger))
        self.assertNotIn("Fatherly", self.see(self.stranger, "/my/family"))

    def test_what_is_missing_is_named_and_nothing_typed_is_lost(self):
        answer = self.post(self.mother, "/my/family/add", {"first_name": "Tessa"})

        words = self.words(answer)
        self.assertEqual(answer.status_code, 422)
        self.assertIn("Please fill in: last name, e-mail, what this person is to you.", words)
        self.assertIn('value="Tessa"', answer.text)

    def refuse(self, **values):
        answer = self.post(self.mother, "/my/family/add", {**self.child("Tessa"), **values})
        self.assertEqual(answer.status_code, 422)
        self.assertFalse(self.find("Tessa Littleton"))
        return self.words(answer)

    def test_what_cannot_be_true_is_refused_in_a_sentence(self):
        self.assertIn("isn't an e-mail address", self.refuse(email="tessa@"))
        self.assertIn("isn't an e-mail address", self.refuse(email="a@example.com, b@example.com"))
        self.assertIn("lies in the future", self.refuse(birth_date="2031-01-01"))
        self.assertIn("can't be read as a date", self.refuse(birth_date="last May"))
        self.assertIn("can't be your parent", self.refuse(**self.type("parent")))
        self.assertIn("fill in the date of birth", self.refuse(birth_date=""))
        self.assertIn("choose what this person is to you", self.refuse(type=NO_ID))

    def test_a_child_adds_nobody(self):
        self.father.partner_id.birth_date = TEENAGER_BORN + timedelta(days=60)

        answer = self.post(self.father, "/my/family/add", self.child("Tessa"))

        self.assertEqual(answer.status_code, 422)
        self.assertFalse(self.find("Tessa Littleton"))

    def test_the_clinic_may_keep_adding_for_the_front_desk(self):
        self.company.clinic_allow_related = False

        answer = self.post(self.mother, "/my/family/add", self.child("Tessa"))

        self.assertEqual(answer.status_code, 422)
        self.assertFalse(self.find("Tessa Littleton"))
        self.assertNotIn("Add family member", self.see(self.mother, "/my/family"))

    def test_one_comes_back_to_where_one_was(self):
        here = "/book/physio-1/who?start=2027-03-30T10%3A00%3A00%2B13%3A00&participant=7"

        answer = self.post(self.mother, "/my/family/add", self.child("Tessa", redirect=here))

        self.assertEqual(self.path(answer), here)

    def test_one_is_never_sent_to_another_site(self):
        form = self.child("Tessa", redirect="//evil.example/x")

        answer = self.post(self.mother, "/my/family/add", form)

        self.assertTrue(self.path(answer).startswith("/my/family?added="))

    def test_the_booking_site_keeps_what_was_chosen(self):
        slug = self.single.website_url
        answer = self.get(self.mother, f"{slug}/add?participant={self.leo.id}&start=x&location=3")

        self.assertEqual(answer.status_code, 303)
        self.assertIn(f"participant%3D{self.leo.id}", self.path(answer))
        self.assertIn("start%3Dx", self.path(answer))

    def test_nobody_writes_to_people_without_end(self):
        self.env["clinic.invitation"].create([
            {"asker_id": self.mother.partner_id.id, "name": f"Somebody {number}"}
            for number in range(20)
        ])  # fmt: skip
        form = self.relative("Rosa", "rosa@example.com", "parent")

        answer = self.post(self.mother, "/my/family/add", form)

        self.assertIn("asked many people today", self.words(answer))

    def test_who_is_kept_apart_is_not_written_to_and_looks_as_if_not_answering(self):
        self.env["clinic.block"]._set(self.stranger.partner_id, self.father.partner_id, "A reason")
        mails = self.env["mail.mail"].search_count([])
        form = self.relative("Fergus", "fergus@example.com", "partner")

        answer = self.post(self.stranger, "/my/family/add", form)

        self.assertIn("We have written to", self.see(self.stranger, self.path(answer)))
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)


class TestFamilyPage(FamilyHttpCase):
    def test_both_halves_are_shown_with_basis_and_since_when(self):
        self.grant(self.mother.partner_id, self.grandmother, "book")

        words = self.see(self.mother, "/my/family")

        self.assertIn("Greta may, for you book Consent, since", words)
        self.assertIn("You may, for Greta Nothing yet.", words)
        self.assertIn("You may, for Leo invoices book forms messages Parental", words)

    def test_what_rests_is_shown_as_such(self):
        self.grant(self.mother.partner_id, self.grandmother, "book")._suspend("A reason")

        self.assertIn("Paused by the clinic: book", self.see(self.mother, "/my/family"))

    def test_the_other_household_is_a_name_and_what_it_may_do_for_the_child(self):
        sister = self.person("Sophie Secondfamily", birth_date=self.leo.birth_date)
        self.link(self.father, sister, "child")
        self.guard(self.father, sister)

        answer = self.get(self.mother, "/my/family")

        self.assertIn("Fergus Fatherly (Leo's parent)", self.words(answer))
        self.assertNotIn("Father Road", answer.text)
        self.assertNotIn("fergus@example.com", answer.text)
        self.assertNotIn("Secondfamily", answer.text)

    def test_a_stranger_sees_nobody(self):
        words = self.see(self.stranger, "/my/family")

        self.assertIn("No family members yet. Add someone you book for.", words)
        self.assertNotIn("Leo", words)

    def test_thirty_relatives_need_no_more_queries_than_three(self):
        me, page = self.stranger.partner_id, self.env["clinic.family.page"]
        self.add_relatives(3)
        few = self.count_queries(page, me)

        self.add_relatives(27)

        self.assertEqual(self.count_queries(page, me), few)

    def add_relatives(self, count):
        for number in range(count):
            relative = self.person(f"Relative {number}", birth_date=self.leo.birth_date)
            self.link(self.stranger, relative, "child")
            self.guard(self.stranger, relative, "book")
            self.grant(self.stranger.partner_id, self.father, "book")
            self.env["clinic.permission"]._grant(
                relative, self.grandmother.partner_id, ["book"], "consent"
            )

    def count_queries(self, page, me):
        page._get_family(me)
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        page._get_family(me)
        return self.cr.sql_log_count - before


class TestSharing(FamilyHttpCase):
    def share_path(self, grantee, ward=None):
        path = f"/my/family/{grantee.partner_id.id}/share"
        return f"{path}?for={ward.id}" if ward else path

    def share(self, user, grantee, *kinds, ward=None, until=""):
        data = [("kind", kind) for kind in kinds] + [("until", until)]
        if ward:
            data.append(("for", ward.id))
        return self.post(user, f"/my/family/{grantee.partner_id.id}/share", data)

    def test_exactly_what_is_switched_on_is_shared(self):
        self.share(self.mother, self.grandmother, "book", "pay")
        self.share(self.mother, self.grandmother, "book", "notify")

        self.assertEqual(self.held(self.mother, self.grandmother), ["book", "notify"])

    def test_sharing_ends_with_the_last_day_that_was_chosen(self):
        self.share(self.mother, self.grandmother, "book", until="2090-01-31")

        held = self.env["clinic.permission"]._get_held(
            self.mother.partner_id, self.grandmother.partner_id
        )
        self.assertEqual(str(held.ends_at), "2090-01-31 10:59:59")
        self.assertIn(
            'value="2090-01-31"', self.get(self.mother, self.share_path(self.grandmother)).text
        )

    def test_an_end_in_the_past_or_unreadable_is_refused(self):
        past = self.share(self.mother, self.grandmother, "book", until="2020-01-31")
        unreadable = self.share(self.mother, self.grandmother, "book", until="soon")

        self.assertEqual((past.status_code, unreadable.status_code), (422, 422))
        self.assertFalse(self.held(self.mother, self.grandmother))

    def test_each_switch_says_what_it_means(self):
        words = self.see(self.mother, self.share_path(self.grandmother))

        self.assertIn("Lets Greta see what your visits were for and what they cost", words)
        self.assertIn("we write to you about what is newly shared", words)

    def test_a_guardian_decides_what_the_child_shares(self):
        words = self.see(self.mother, self.share_path(self.grandmother, self.leo))
        self.share(self.mother, self.grandmother, "book", ward=self.leo)

        self.assertIn("You are acting for Leo Littleton", words)
        self.assertEqual(self.held(self.leo, self.grandmother), ["book"])

    def test_who_guards_nobody_decides_for_nobody(self):
        page = self.get(self.grandmother, self.share_path(self.father, self.leo))
        answer = self.share(self.grandmother, self.mother, "pay", ward=self.leo)

        self.assertEqual((page.status_code, answer.status_code), (404, 404))

    def test_what_rests_is_not_shared_anew_by_the_way(self):
        self.grant(self.mother.partner_id, self.grandmother, "book")._suspend("A reason")

        self.share(self.mother, self.grandmother, "book")

        self.assertFalse(self.held(self.mother, self.grandmother))

    def test_neither_parent_takes_from_the_other(self):
        self.share(self.mother, self.father, ward=self.leo)
        ended = [
            self.post(one, f"/my/family/{self.leo.id}/end/{other.partner_id.id}")
            for one, other in ((self.mother, self.father), (self.father, self.mother))
        ]

        self.assertEqual([answer.status_code for answer in ended], [422, 422])
        self.assertIn("Only the clinic can end this", self.words(ended[0]))
        self.assertEqual(self.held(self.leo, self.father), sorted(PARENTAL))
        self.assertEqual(self.held(self.leo, self.mother), sorted(PARENTAL))

    def test_a_guardian_ends_what_the_grandmother_may_do(self):
        self.grant(self.leo, self.grandmother, "book")

        answer = self.post(
            self.mother, f"/my/family/{self.leo.id}/end/{self.grandmother.partner_id.id}"
        )

        self.assertEqual(answer.status_code, 303)
        self.assertFalse(self.held(self.leo, self.grandmother))

    def test_what_ended_meanwhile_is_not_shared(self):
        self.see(self.mother, self.share_path(self.grandmother))
        self.post(self.grandmother, f"/my/family/{self.mother.partner_id.id}/end")

        answer = self.share(self.mother, self.grandmother, "book")

        self.assertEqual(answer.status_code, 404)
        self.assertFalse(self.held(self.mother, self.grandmother))

    def test_at_sixteen_one_decides_oneself_and_not_before(self):
        teenager = self.user("test_teenager", "Tilda Teenager", birth_date=TEENAGER_BORN)
        self.link(self.mother, teenager, "child")
        self.share(teenager, self.mother, "book")
        grown = self.held(teenager, self.mother)

        teenager.partner_id.birth_date = TEENAGER_BORN + timedelta(days=60)
        answer = self.share(teenager, self.mother, "book", "pay")

        self.assertEqual((grown, self.held(teenager, self.mother)), (["book"], ["book"]))
        self.assertEqual(answer.status_code, 422)


class TestAsking(FamilyHttpCase):
    def answer(self, user, path, answer, *kinds):
        return self.post(user, path, [("answer", answer), *(("kind", kind) for kind in kinds)])

    def test_a_relative_is_asked_and_agrees_to_less(self):
        self.post(
            self.mother,
            f"/my/family/{self.grandmother.partner_id.id}/ask",
            [("kind", "book"), ("kind", "pay")],
        )
        question = f"/my/family/question/{self.invitations().id}"
        words = self.see(self.grandmother, "/my/family")

        self.answer(self.grandmother, question, "accept", "book", "packages")

        self.assertIn("Mira Motherwell asks: see and pay invoices, book appointments", words)
        self.assertEqual(self.held(self.grandmother, self.mother), ["book"])
        self.assertFalse(self.held(self.mother, self.grandmother))

    def test_a_relative_who_declines_shares_nothing(self):
        question = f"/my/family/question/{self.ask(self.mother, self.grandmother).id}"

        self.answer(self.grandmother, question, "decline", "book")
        late = self.answer(self.grandmother, question, "accept", "book")

        self.assertEqual(late.status_code, 404)
        self.assertFalse(self.held(self.grandmother, self.mother))

    def test_a_question_to_a_child_is_answered_by_who_looks_after_the_child(self):
        self.link(self.grandmother, self.leo, "other")
        question = f"/my/family/question/{self.ask(self.grandmother, self.leo).id}"
        words = self.see(self.mother, "/my/family")

        self.answer(self.mother, question, "accept", "book")

        self.assertIn("Greta Grandison asks for Leo: book appointments", words)
        self.assertEqual(self.held(self.leo, self.grandmother), ["book"])

    def test_a_question_taken_back_is_answered_no_more(self):
        invitation = self.ask(self.mother, self.grandmother)
        question = f"/my/family/question/{invitation.id}"

        self.post(self.mother, f"{question}/withdraw")

        self.assertEqual(self.answer(self.grandmother, question, "accept", "book").status_code, 404)
        self.assertFalse(self.held(self.grandmother, self.mother))

    def test_an_invitation_says_who_asks_for_what_and_asks_before_anything_is_shared(self):
        _invitation, token = self.invite(self.mother, offered_kinds="pay")

        words = self.see(self.stranger, f"/clinic/invitation/{token}")

        self.assertIn("Mira Motherwell asks", words)
        self.assertIn("Lets Mira book your visits", words)
        self.assertIn("In return, Mira lets you See and pay invoices", words)
        self.assertFalse(self.held(self.stranger, self.mother))

    def test_whoever_accepts_shares_their_own_and_nobody_elses(self):
        _invitation, token = self.invite(self.mother, email="fergus@example.com")
        ours = self.held(self.leo, self.mother)

        self.answer(self.stranger, f"/clinic/invitation/{token}", "accept", "book")

        self.assertEqual(self.held(self.stranger, self.mother), ["book"])
        self.assertFalse(self.held(self.father, self.mother))
        self.assertEqual(self.held(self.leo, self.mother), ours)

    def test_declining_an_invitation_shares_nothing_and_names_nobody(self):
        invitation, token = self.invite(self.mother)

        self.answer(self.stranger, f"/clinic/invitation/{token}", "decline", "book")

        self.assertEqual((invitation.state, invitation.grantor_id.id), ("declined", False))
        self.assertNotIn("Strangeways", self.see(self.mother, "/my/family"))

    def test_a_dead_an_unknown_and_an_answered_link_look_the_same(self):
        _answered, used = self.invite(self.mother, email="one@example.com")
        self.answer(self.stranger, f"/clinic/invitation/{used}", "accept")
        dead, late = self.invite(self.mother, email="two@example.com")
        dead.expires_at = self.env.cr.now() - timedelta(seconds=1)

        answers = [
            self.get(self.father, f"/clinic/invitation/{token}") for token in (used, late, "none")
        ]

        self.assertEqual({answer.status_code for answer in answers}, {404})
        self.assertEqual(len({self.words(answer) for answer in answers}), 1)
        self.assertIn("nothing to answer here", self.words(answers[0]))

    def test_nobody_answers_their_own_invitation(self):
        invitation, token = self.invite(self.mother)

        words = self.see(self.mother, f"/clinic/invitation/{token}")
        answer = self.answer(self.mother, f"/clinic/invitation/{token}", "accept", "book")

        self.assertIn("You asked this yourself.", words)
        self.assertEqual((answer.status_code, invitation.state), (422, "open"))

    def test_an_invitation_waits_until_one_has_logged_in(self):
        _invitation, token = self.invite(self.mother)
        self.authenticate(None, None)

        answer = self.url_open(f"/clinic/invitation/{token}", allow_redirects=False)

        self.assertIn(f"redirect=%2Fclinic%2Finvitation%2F{token}", answer.headers["Location"])


class TestEnding(FamilyHttpCase):
    def end(self, user, other, data=()):
        other = getattr(other, "partner_id", other)
        return self.post(user, f"/my/family/{other.id}/end", data)

    def pay_for(self, patient, payer, hour):
        start = self.env.cr.now().replace(minute=0, second=0, microsecond=0)
        return self.visit(
            [patient],
            payer_id=payer.partner_id.id,
            start=start + timedelta(days=7, hours=hour),
        )

    def test_what_is_kept_is_paid_by_the_patient_and_what_is_cancelled_is_not_visited(self):
        kept = self.pay_for(self.mother, self.grandmother, 1)
        cancelled = self.pay_for(self.mother, self.grandmother, 2)
        visit = cancelled.participant_ids.id

        words = self.see(self.mother, f"/my/family/{self.grandmother.partner_id.id}/end")
        answer = self.end(self.mother, self.grandmother, {f"visit_{visit}": "cancel"})

        self.assertIn("Keep it: you pay for it", words)
        self.assertEqual(answer.status_code, 303)
        self.assertEqual((kept.payer_id, kept.state), (self.mother.partner_id, "booked"))
        self.assertEqual(cancelled.state, "cancelled")
        self.assertFalse(self.env["clinic.relationship"]._find(
            self.mother.partner_id, self.grandmother.partner_id
        ))  # fmt: skip

    def test_both_directions_end_at_once(self):
        self.grant(self.mother.partner_id, self.grandmother, "book")
        self.grant(self.grandmother.partner_id, self.mother, "pay")

        self.end(self.mother, self.grandmother)

        self.assertFalse(self.held(self.mother, self.grandmother))
        self.assertFalse(self.held(self.grandmother, self.mother))

    def test_one_stops_paying_for_the_other_but_cancels_nothing_of_theirs_unasked(self):
        visit = self.pay_for(self.grandmother, self.mother, 1)

        self.end(self.mother, self.grandmother, {f"visit_{visit.participant_ids.id}": "cancel"})

        self.assertEqual((visit.payer_id, visit.state), (self.grandmother.partner_id, "booked"))

    def test_somebody_elses_visit_is_not_cancelled_by_its_number(self):
        visit = self.visit([self.stranger])

        self.end(self.mother, self.grandmother, {f"visit_{visit.participant_ids.id}": "cancel"})

        self.assertEqual(visit.state, "booked")

    def test_a_childs_visit_stays_paid_by_the_parent_who_leaves(self):
        visit = self.pay_for(self.leo, self.mother, 1)

        self.end(self.mother, self.leo)

        self.assertEqual(visit.payer_id, self.mother.partner_id)
        self.assertFalse(self.held(self.leo, self.mother))
        self.assertEqual(self.held(self.leo, self.father), sorted(PARENTAL))

    def test_a_child_ends_nothing(self):
        young = self.user("test_young", "Yara Young", birth_date=TEENAGER_BORN + timedelta(days=60))
        self.link(self.mother, young, "child")
        self.guard(self.mother, young.partner_id)

        answer = self.end(young, self.mother)

        self.assertEqual(answer.status_code, 422)
        self.assertEqual(self.held(young, self.mother), sorted(PARENTAL))


class TestStrangers(FamilyHttpCase):
    def test_every_page_answers_strangers_as_if_there_were_nothing(self):
        question = self.ask(self.mother, self.grandmother).id
        mother, leo = self.mother.partner_id.id, self.leo.id
        paths = [
            f"/my/family/{mother}/share",
            f"/my/family/{mother}/share?for={leo}",
            f"/my/family/{leo}/share",
            f"/my/family/{self.stranger.partner_id.id}/share",
            f"/my/family/{mother}/end",
            f"/my/family/{self.stranger.partner_id.id}/end",
            f"/my/family/question/{question}",
        ]

        real = {self.get(self.stranger, path).status_code for path in paths}
        unknown = self.get(self.stranger, f"/my/family/{NO_ID}/share")

        self.assertEqual(real, {404})
        self.assertEqual(unknown.status_code, 404)

    def test_every_change_answers_strangers_as_if_there_were_nothing(self):
        question = self.ask(self.mother, self.grandmother)
        mother, leo = self.mother.partner_id.id, self.leo.id
        paths = [
            f"/my/family/{mother}/share",
            f"/my/family/{mother}/ask",
            f"/my/family/{mother}/end",
            f"/my/family/{leo}/end/{mother}",
            f"/my/family/{self.stranger.partner_id.id}/end/{NO_ID}",
            f"/my/family/question/{question.id}",
            f"/my/family/question/{question.id}/withdraw",
            f"/my/family/{NO_ID}/ask",
        ]
        form = [("kind", "book"), ("answer", "accept")]

        answers = {self.post(self.stranger, path, form).status_code for path in paths}

        self.assertEqual((answers, question.state), ({404}, "open"))

    def test_looking_changes_nothing(self):
        self.grant(self.leo, self.grandmother, "book")
        question = self.ask(self.mother, self.grandmother).id
        _invitation, token = self.invite(self.stranger)
        grandmother = self.grandmother.partner_id.id
        paths = [
            "/my/family",
            "/my/family?done=ended",
            "/my/family/add?first_name=Tessa&another=1",
            f"/my/family/{grandmother}/share?kind=book",
            f"/my/family/{grandmother}/share?for={self.leo.id}&kind=pay",
            f"/my/family/{grandmother}/end?confirm=1",
            f"/my/family/{grandmother}/ask?kind=book",
            f"/my/family/{self.leo.id}/end/{grandmother}",
            f"/my/family/question/{question}?answer=accept",
            f"/my/family/question/{question}/withdraw",
            f"/clinic/invitation/{token}?answer=accept",
        ]
        before = self.snapshot()

        for path in paths:
            self.get(self.mother, path)
            self.get(self.grandmother, path)

        self.assertEqual(self.snapshot(), before)

    def snapshot(self):
        self.env.invalidate_all()
        models = ("clinic.permission", "clinic.relationship", "clinic.invitation", "mail.mail")
        found = [self.env[name].search([]) for name in models]
        states = self.env["clinic.invitation"].search([]).mapped("state")
        ends = self.env["clinic.permission"].search([]).mapped("ended_at")
        return [records.ids for records in found], states, ends

    def test_acting_for_others_is_said_on_top_of_the_page(self):
        visit = self.visit([self.leo])
        mine = self.visit([self.mother], start=visit.start + timedelta(days=1))

        theirs = self.see(self.mother, f"/my/appointments/{visit.id}")

        self.assertIn("You are acting for Leo Littleton · switch", theirs)
        self.assertNotIn("acting for", self.see(self.mother, f"/my/appointments/{mine.id}"))

    def test_an_adult_who_may_know_the_clinic_is_never_named_before_agreeing(self):
        self.father.partner_id.birth_date = ADULT_BORN
        form = self.relative("Somebody", "fergus@example.com", "sibling")

        self.post(self.stranger, "/my/family/add", form)

        self.assertNotIn("Fatherly", self.see(self.stranger, "/my/family"))
