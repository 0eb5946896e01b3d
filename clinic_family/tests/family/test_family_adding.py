"""Family members are added: children at once, adults by asking."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from lxml import html

from ...engine.permissions import SWITCHES
from ..common import NO_ID
from ..family_common import TEENAGER_BORN, FamilyHttpCase


class TestAdding(FamilyHttpCase):
    def find(self, name):
        return self.env["res.partner"].search([("name", "=", name)])

    def test_a_child_is_added_at_once_on_a_basis_and_until_she_is_sixteen(self):
        answer = self.post(self.mother, "/my/family/add", self.child("Tessa"))

        held = self.env["clinic.permission"]._get_held(
            self.find("Tessa Littleton"), self.mother.partner_id
        )
        self.assertEqual(answer.status_code, 303)
        self.assertEqual((set(held.mapped("basis")), len(held)), ({"parental"}, len(SWITCHES)))
        # Midnight in Auckland on her sixteenth birthday.
        self.assertEqual(
            {str(moment) for moment in held.mapped("grown_at")}, {"2034-04-30 12:00:00"}
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

        self.assertEqual(self.held(self.find("Nell Littleton"), self.mother), ["book", "notify"])

    def type(self, name):
        return {"type": self.kind(name).id}

    def test_an_adult_is_asked_and_nothing_is_shared(self):
        form = self.relative("Rosa", "rosa@example.com", "parent", kind="book", may_bill="1")

        answer = self.post(self.mother, "/my/family/add", form)

        question = self.invitations()[0]
        self.assertEqual((question.kinds, question.offered_kinds), ("book", "card"))
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

    def test_the_half_that_was_open_stays_open_and_a_date_that_is_asked_for_is_seen(self):
        form = {"first_name": "Tessa", "who": "adult"}

        again = html.fromstring(self.post(self.mother, "/my/family/add", form).content)

        self.assertEqual(again.xpath("//input[@name='who'][@checked]/@value"), ["adult"])
        hidden = "//*[@id='birth_date']/ancestor::*[contains(@class, 'o_clinic_of_child')]"
        self.assertEqual(again.xpath(hidden), [])

    def emails(self, answer):
        """What stands in the half for a child, and in that for an adult."""
        page = html.fromstring(answer.content)
        return [page.xpath(f"//input[@name='{name}']/@value") for name in ("child_email", "email")]

    def test_for_a_child_the_own_address_is_there_and_for_an_adult_none(self):
        self.assertEqual(
            self.emails(self.get(self.mother, "/my/family/add")), [["home@example.com"], [""]]
        )
        form = {"first_name": "Tessa", "key": "k", "child_email": "t@example.com", "email": ""}
        again = self.post(self.mother, "/my/family/add", form)
        self.assertEqual(self.emails(again), [["t@example.com"], [""]])

    def test_nobody_who_is_grown_is_asked_at_the_address_that_stands_there_for_a_child(self):
        form = {**self.relative("Rosa", "", "sibling"), "child_email": "home@example.com"}

        answer = self.post(self.mother, "/my/family/add", form)

        self.assertEqual(answer.status_code, 422)
        self.assertIn("This is your own address", self.words(answer))
        self.assertFalse(self.invitations())
        adult = {**form, "who": "adult", "email": "home@example.com"}
        self.post(self.mother, "/my/family/add", adult)
        self.assertEqual(self.invitations().email, "home@example.com")

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

    def siblings(self, *rows):
        """Tessa, and beside her those of the rows, as the form sends them."""
        columns = ("first_name", "last_name", "type", "birth_date")
        named = {f"sibling_{name}": [row.get(name, "") for row in rows] for name in columns}
        return {**self.child("Tessa"), **named}

    def test_children_beside_a_child_are_added_with_what_was_said_of_the_first(self):
        other = {"first_name": "Nell", "last_name": "Other", "birth_date": "2020-02-29"}
        form = self.siblings({"first_name": "Tom", "birth_date": "2021-05-04"}, other, {})

        answer = self.post(self.mother, "/my/family/add", form)

        tom, nell = self.find("Tom Littleton"), self.find("Nell Other")
        self.assertEqual(
            [self.held(one, self.mother) for one in (tom, nell)],
            [self.held(self.find("Tessa Littleton"), self.mother)] * 2,
        )
        self.assertEqual(
            (tom.birth_date.isoformat(), tom.email), ("2021-05-04", "home@example.com")
        )
        page = self.see(self.mother, self.path(answer))
        for name in ("Tessa Littleton", "Tom Littleton", "Nell Other"):
            self.assertIn(f"{name} was added.", page)

    def test_who_is_the_guardian_of_a_child_is_that_of_others_who_are_the_same_to_them(self):
        tom = {"first_name": "Tom", "birth_date": "2021-05-04"}
        nell = {**tom, "first_name": "Nell", "type": self.kind("other").id}

        form = {**self.siblings(tom, nell), "is_guardian": "1"}
        self.post(self.mother, "/my/family/add", form)

        held = self.env["clinic.permission"]._get_held
        basis = [
            set(held(self.find(f"{name} Littleton"), self.mother.partner_id).mapped("basis"))
            for name in ("Tessa", "Tom", "Nell")
        ]
        self.assertEqual(basis, [{"guardianship"}, {"guardianship"}, {"best_interests"}])

    def test_a_child_beside_another_has_the_address_of_who_adds_it_not_that_of_the_first(self):
        form = self.siblings({"first_name": "Tom", "birth_date": "2021-05-04"})

        self.post(self.mother, "/my/family/add", {**form, "email": "tessa@example.com"})

        addresses = [
            (child.email, child.unconfirmed_email)
            for child in (self.find("Tessa Littleton"), self.find("Tom Littleton"))
        ]
        self.assertEqual(addresses, [(False, "tessa@example.com"), ("home@example.com", False)])

    def test_who_is_no_child_any_more_is_asked_on_a_form_of_their_own(self):
        form = self.siblings({"first_name": "Tom", "birth_date": "2005-05-04"})

        answer = self.post(self.mother, "/my/family/add", form)

        self.assertEqual(answer.status_code, 422)
        self.assertIn("About Tom: At this age they are asked themselves.", self.words(answer))
        self.assertFalse(self.find("Tessa Littleton") | self.invitations().asker_id)

    def test_of_several_children_all_are_added_or_none_and_the_refusal_says_who(self):
        form = self.siblings({"first_name": "Tom"})

        answer = self.post(self.mother, "/my/family/add", form)

        self.assertEqual(answer.status_code, 422)
        self.assertIn("About Tom: Please fill in the date of birth.", self.words(answer))
        self.assertFalse(self.find("Tessa Littleton"))
        again = html.fromstring(answer.content)
        self.assertEqual(
            again.xpath("//details[@open]//input[@name='sibling_first_name']/@value"), ["Tom"]
        )

    def test_beside_an_adult_no_child_is_added(self):
        form = self.siblings({"first_name": "Tom", "birth_date": "2021-05-04"})

        self.post(self.mother, "/my/family/add", {**form, "who": "adult"})

        self.assertFalse(self.find("Tom Littleton"))

    def test_more_children_than_the_clinic_takes_a_day_are_not_added_beside_another(self):
        self.company.clinic_added_a_day = 1
        form = self.siblings({"first_name": "Tom", "birth_date": "2021-05-04"})

        answer = self.post(self.mother, "/my/family/add", form)

        self.assertEqual(answer.status_code, 422)
        self.assertFalse(self.find("Tessa Littleton") | self.find("Tom Littleton"))

    def test_somebody_else_is_added_on_the_next_form_and_the_time_waits(self):
        form = self.child("Tessa", redirect="/book/physio-1/who", another="1")

        answer = self.post(self.mother, "/my/family/add", form)

        self.assertIn("redirect=%2Fbook%2Fphysio-1%2Fwho", self.path(answer))
        self.assertIn("Tessa Littleton was added.", self.see(self.mother, self.path(answer)))

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
        here = "/book?search=physio"

        answer = self.post(self.mother, "/my/family/add", self.child("Tessa", redirect=here))

        self.assertEqual(self.path(answer), here)

    def test_whom_one_adds_while_booking_is_chosen_with_who_was(self):
        """Also where nobody had been chosen yet: the page proposes oneself."""
        me = self.mother.partner_id

        chosen_before = {f"&participant={me.id}": ("Tessa", "Tom"), "": ("Tilda", "Tim")}
        for query, (first, second) in chosen_before.items():
            chosen = self.add_while_booking(self.group, first, second, query)
            self.assertEqual(chosen, me + self.of(first) + self.of(second))

    def test_where_one_alone_comes_whom_one_added_last_is_chosen(self):
        self.assertEqual(self.add_while_booking(self.single, "Tessa", "Tom"), self.of("Tom"))

    def of(self, first_name):
        return self.find(f"{first_name} Littleton")

    def add_while_booking(self, service, first, second, query=""):
        """Who is chosen after both were added one after the other for a visit of one's own."""
        here = f"{service.website_url}/who?location={self.harbour.id}&start=x{query}"
        form = self.child(first, redirect=here, another="1")
        again = urlsplit(self.path(self.post(self.mother, "/my/family/add", form)))
        form = self.child(second, redirect=parse_qs(again.query)["redirect"][0])
        onward = self.path(self.post(self.mother, "/my/family/add", form))
        page = html.fromstring(self.get(self.mother, onward).content)
        ids = page.xpath("//input[@name='participant'][@checked]/@value")
        return self.env["res.partner"].browse(map(int, ids))

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
