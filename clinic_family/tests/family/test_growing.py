"""What was permitted for a child ends by age: the birth date and the clinic's ages as they are."""

from datetime import date, timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import format_date, mute_logger

from ...engine.ages import birthday
from ...engine.permissions import SWITCHES
from ...engine.relative import NewRelative
from ...exceptions import FamilyRefused
from ..growing_common import EARLIER, OWN, GrowingCase


@tagged("post_install", "-at_install")
class TestGrowing(GrowingCase):
    # The judge

    def test_it_ends_on_the_birthday_and_no_job_has_to_run(self):
        self.leo.birth_date = self.turns(OWN, days=1)
        permission = self.look_after()

        self.assertEqual(self.held(), ["book", "notify"])

        self.leo.birth_date = self.turns(OWN, days=0)

        self.assertEqual(self.held(), [])
        self.assertEqual(set(permission.mapped("state")), {"ended"})
        self.assertFalse(self.ledger._get_held(self.leo, self.mira))
        self.assertFalse(any(permission.mapped("ended_at")))

    def test_a_date_of_birth_moves_the_end_both_ways(self):
        self.leo.birth_date = self.turns(OWN, days=-400)
        self.look_after()
        self.assertEqual(self.held(), [])

        self.leo.birth_date = self.turns(OWN, days=400)

        self.assertEqual(self.held(), ["book", "notify"])

    def test_the_clinics_age_moves_the_end_of_all(self):
        self.leo.write({"birth_date": self.turns(OWN, days=-1), "company_id": self.company.id})
        self.look_after()
        self.assertEqual(self.held(), [])

        self.company.clinic_child_age = 18

        self.assertEqual(self.held(), ["book", "notify"])

    def test_one_kind_may_end_before_the_others(self):
        self.leo.birth_date = self.turns(EARLIER, days=-1)
        self.look_after()
        self.assertEqual(self.held(), ["book", "notify"])

        rule = self.rule("notify", EARLIER)
        self.assertEqual(self.held(), ["book"])

        rule.age = EARLIER + 2
        self.assertEqual(self.held(), ["book", "notify"])

        rule.age = EARLIER
        rule.unlink()
        self.assertEqual(self.held(), ["book", "notify"])

    def test_nothing_outlives_the_age_of_own_decisions(self):
        self.leo.birth_date = self.turns(OWN, days=0)
        self.look_after()

        self.rule("book", 18)

        self.assertEqual(self.held(), [])

    def test_of_unknown_birth_nothing_ends_until_it_is_known(self):
        self.look_after()
        self.assertEqual(self.held(), ["book", "notify"])

        self.leo.birth_date = self.turns(OWN, days=-1)

        self.assertEqual(self.held(), [])

    def test_what_an_adult_permitted_and_an_attorney_know_no_age(self):
        self.leo.birth_date = date(1950, 5, 1)

        self.look_after("consent")
        self.look_after("guardianship", guardian=self.fergus)
        self.look_after("attorney", guardian=self.grandmother.partner_id)

        for grantee in (self.mira, self.fergus, self.grandmother.partner_id):
            self.assertEqual(self.held(grantee), ["book", "notify"])

    def test_what_a_guardian_permitted_for_a_child_ends_with_childhood(self):
        self.leo.birth_date = self.turns(OWN, days=1)
        self.look_after()
        self.link(self.mira, self.fergus, "parent")
        self.family._share(self.mira, self.leo, self.fergus, ["notify"])
        self.assertEqual(self.held(self.fergus), ["notify"])

        self.leo.birth_date = self.turns(OWN, days=0)

        self.assertEqual(self.held(self.fergus), [])

    def test_what_the_young_person_permits_stays(self):
        self.leo.birth_date = self.turns(OWN, days=0)
        self.look_after()

        self.family._share(self.leo, self.leo, self.mira, ["notify"])
        self.assertEqual(self.held(), ["notify"])

        self.leo.birth_date = self.turns(OWN, days=1)
        self.assertEqual(self.held(), ["book", "notify", "notify"])

    def test_the_ages_of_another_clinic_count_for_its_own_people_only(self):
        other = self.env["res.company"].create({"name": "Other Clinic", "clinic_child_age": 12})
        self.location("Other Harbour", company_id=other.id)
        self.leo.birth_date = self.turns(EARLIER, days=-1)
        self.leo.company_id = self.company
        self.look_after()
        self.assertEqual(self.held(), ["book", "notify"])

        # Who is shared grows up where the age is lower.
        self.leo.company_id = False
        self.assertEqual(self.held(), [])

        other.clinic_child_age = 14
        self.assertEqual(self.held(), ["book", "notify"])

    def test_who_is_shared_is_a_child_only_below_the_lowest_age_of_the_clinics(self):
        other = self.env["res.company"].create({"name": "Other Clinic", "clinic_child_age": 12})
        self.leo.birth_date = self.turns(EARLIER, days=-1)
        self.assertTrue(self.family._may_be_child(self.leo))

        # A company without a location is no clinic.
        self.location("Other Harbour", company_id=other.id)
        self.assertFalse(self.family._may_be_child(self.leo))
        self.leo.company_id = self.company
        self.assertTrue(self.family._may_be_child(self.leo))
        # Who pays at a clinic is its own question.
        self.leo.company_id = False
        self.assertFalse(self.family._decide_paying(self.leo))

    def test_the_desk_proposes_a_basis_and_names_the_day_by_the_lowest_age(self):
        self.location("Other Harbour", company_id=self.env["res.company"].create({
            "name": "Other Clinic", "clinic_child_age": 12,
        }).id)  # fmt: skip
        assistant = self.env["clinic.relationship.add"].with_user(self.front_desk).new({
            "person_id": self.leo.id,
        })  # fmt: skip

        birth = self.turns(EARLIER, days=1)
        words = assistant._describe_age("parental", birth, self.leo)
        tomorrow = format_date(self.env, birthday(birth, EARLIER))
        self.assertEqual(words, f"It ends on {tomorrow}, by the clinic's ages.")
        self.leo.birth_date = self.turns(EARLIER, days=-1)
        mother = self.env.ref("clinic_family.clinic_relationship_type_parent")
        self.assertFalse(assistant._propose_basis(mother, self.leo.birth_date, self.leo))

    def test_the_moment_is_midnight_at_the_clinic(self):
        self.leo.birth_date = date(2018, 5, 1)
        permission = self.look_after(kinds=["book"])

        self.assertEqual(str(permission.grown_at), "2034-04-30 12:00:00")
        self.assertEqual(str(permission.grown_on), "2034-05-01")

        self.leo.birth_date = date(2016, 2, 29)
        self.company.clinic_child_age = 15
        self.assertEqual(str(permission.grown_at), "2031-02-28 11:00:00")

    def test_the_judge_and_the_engine_agree(self):
        """Over births around the birthday, the leap day's child among them."""
        permission = self.look_after(kinds=["book"])
        births = [self.turns(OWN, days) for days in (-366, -2, -1, 0, 1, 2, 366)]
        for birth in (*births, date(2008, 2, 29), date(2012, 2, 29)):
            with self.subTest(birth=birth):
                self.leo.birth_date = birth
                is_over = birthday(birth, OWN) <= self.today
                self.assertEqual(self.held(), [] if is_over else ["book"])
                self.assertEqual(permission.state, "ended" if is_over else "live")

    # Steps

    def test_nothing_is_permitted_beyond_the_age_on_anothers_word(self):
        self.leo.birth_date = self.turns(OWN, days=0)

        with self.assertRaisesRegex(FamilyRefused, "Leo Littleton has reached the age"):
            self.ledger._grant(self.leo, self.mira, ["book"], "parental")

        self.ledger._grant(self.leo, self.mira, ["book"], "consent")
        self.assertEqual(self.held(), ["book"])

    def test_a_guardian_permits_nothing_that_the_age_has_ended(self):
        self.rule("calendar", EARLIER)
        self.leo.birth_date = self.turns(EARLIER, days=0)
        self.look_after()
        self.link(self.mira, self.fergus, "parent")

        with self.assertRaises(FamilyRefused):
            self.family._share(self.mira, self.leo, self.fergus, ["calendar", "book"])
        page = self.env["clinic.page.family.forms"]._get_share(
            self.mira, self.fergus.id, self.leo.id
        )

        kinds = [choice["kind"] for choice in page["choices"]]
        self.assertEqual(kinds, [kind for kind in SWITCHES if kind != "calendar"])

    def test_a_child_added_today_gives_what_the_age_leaves(self):
        self.rule("calendar", EARLIER)
        self.leo.birth_date = self.turns(EARLIER, days=0)

        left = self.family._get_kinds_left(self.leo, "parental", ["book", "calendar"])

        self.assertEqual(left, ["book"])

    def test_what_rests_is_not_resumed_beyond_the_age(self):
        self.leo.birth_date = self.turns(OWN, days=1)
        permission = self.look_after(kinds=["book"])
        permission._suspend("The court asked")
        self.assertEqual(permission.state, "suspended")
        resumed = permission._resume()
        self.assertTrue(resumed.until_grown)
        resumed._suspend("Again")

        self.env.cr.execute(
            "UPDATE clinic_permission SET grown_at = now() - interval '1 day' WHERE id = %s",
            [resumed.id],
        )
        self.env.invalidate_all()

        self.assertEqual(resumed.state, "ended")

    def test_what_rests_moves_with_the_ages_and_is_ended_for_good_by_who_ends_it(self):
        self.leo.write({"birth_date": self.turns(14, days=0), "company_id": self.company.id})
        permission = self.look_after("consent", kinds=["book"])
        permission._suspend("The court asked")
        self.company.clinic_child_age = 12
        self.assertEqual(permission.state, "ended")
        with self.assertRaises(UserError):
            permission._resume()

        self.company.clinic_child_age = OWN
        self.assertEqual(permission.state, "suspended")
        resumed = permission._resume()
        self.assertEqual(self.held(), ["book"])
        self.assertTrue(resumed.until_grown)

        resumed._suspend("Again")
        self.company.clinic_child_age = 12
        resumed._revoke("No more")
        self.company.clinic_child_age = OWN
        with self.assertRaises(UserError):
            resumed._resume()

    def test_permitted_before_the_birth_was_known_it_follows_the_date_that_comes(self):
        """A mother's word for a child ends with childhood; a guardian's of an adult never does."""
        greta = self.grandmother.partner_id
        for basis in ("consent", "best_interests", "guardianship"):
            with self.subTest(basis=basis), self.env.cr.savepoint() as savepoint:
                self.look_after(basis)
                self.look_after("guardianship", guardian=greta)
                self.leo.birth_date = self.turns(OWN, days=-1)
                self.assertEqual((self.held(), self.held(greta)), ([], []))

                self.leo.birth_date = date(1940, 5, 1)
                self.assertEqual(self.held(greta), ["book", "notify"])
                self.assertEqual(self.held(), ["book", "notify"])
                savepoint.rollback()
                self.env.invalidate_all()

    def test_renewed_and_resumed_it_is_of_the_day_on_which_it_was_first_permitted(self):
        permission = self.look_after("consent", kinds=["book"])
        permission._suspend("The court asked")
        renewed = permission._resume()._renew(False)

        # Of age for ten days, and a child when it was permitted a month ago.
        self.leo.birth_date = self.turns(OWN, days=-10)

        self.assertEqual(renewed.decided_at, permission.starts_at)
        self.assertEqual(self.held(), [])

    def test_what_a_parent_has_shared_ends_though_the_child_was_older_than_it_seemed(self):
        self.look_after()
        self.link(self.mira, self.fergus, "parent")
        self.family._share(self.mira, self.leo, self.fergus, ["notify"])
        self.assertEqual(self.held(self.fergus), ["notify"])

        self.leo.birth_date = self.turns(OWN, days=-400)

        self.assertEqual(self.held(self.fergus), [])

    def test_the_clinics_lower_age_ends_what_was_permitted_for_a_child(self):
        self.leo.write({"birth_date": self.turns(14, days=0), "company_id": self.company.id})
        permission = self.look_after("consent")

        self.company.clinic_child_age = 12

        self.assertEqual(self.held(), [])
        self.assertEqual(set(permission.mapped("until_grown")), {True})

    def test_who_looks_after_an_adult_shares_of_theirs_what_they_like(self):
        self.leo.birth_date = date(1940, 5, 1)
        self.look_after("attorney")
        self.link(self.mira, self.fergus, "parent")
        forms = self.env["clinic.page.family.forms"]

        page = forms._get_share(self.mira, self.fergus.id, self.leo.id)
        self.assertEqual([choice["kind"] for choice in page["choices"]], list(SWITCHES))
        forms._share_from_form(self.mira, self.fergus.id, self.leo.id, ["notify"], "")

        self.assertEqual(self.held(self.fergus), ["notify"])
        permission = self.ledger._get_held(self.leo, self.fergus)
        self.assertFalse(permission.until_grown)

    def test_where_age_leaves_nothing_no_child_is_added(self):
        for kind in SWITCHES:
            self.rule(kind, 3)
        people = self.env["res.partner"].search_count([])
        relative = NewRelative.from_form({
            "first_name": "Nina", "last_name": "New", "email": "mira@example.com",
            "birth_date": self.turns(OWN, days=400).isoformat(),
            "type": str(self.env.ref("clinic_family.clinic_relationship_type_child").id),
        }, lambda name: [])  # fmt: skip

        with self.assertRaisesRegex(FamilyRefused, "At this age nobody else decides"):
            self.family._add(self.mira, relative)

        self.assertEqual(self.env["res.partner"].search_count([]), people)

    def test_of_a_key_seen_before_a_correction_nothing_is_left(self):
        self.look_after(kinds=["pay"])
        self.leo.birth_date = self.turns(OWN, days=-400)

        self.assertEqual(self.ledger._get_last_end(self.leo), self.env.cr.now())

    def test_renewed_it_ends_by_age_all_the_same(self):
        self.leo.birth_date = self.turns(OWN, days=1)
        renewed = self.look_after(kinds=["book"])._renew(False)

        self.leo.birth_date = self.turns(OWN, days=0)

        self.assertEqual(self.held(), [])
        self.assertTrue(renewed.until_grown)

    def test_what_has_ended_keeps_its_day_in_history(self):
        self.leo.birth_date = self.turns(OWN, days=1)
        permission = self.look_after(kinds=["book"])
        permission._revoke("They moved.")

        self.leo.birth_date = self.turns(OWN, days=-400)

        yesterday = self.today - timedelta(days=1)
        found = self.ledger.search([("in_force_on", "=", yesterday), ("id", "=", permission.id)])
        self.assertEqual(found, permission)

    def test_merged_with_an_older_double_nothing_lasts_longer(self):
        self.leo.birth_date = self.turns(OWN, days=10)
        self.look_after(kinds=["book"])
        double = self.person("Leo Littleton")
        given = self.look_after("consent", kinds=["book"], grantor_id=double.id)
        self.assertFalse(given.until_grown)
        double.birth_date = self.leo.birth_date

        merge = self.env["base.partner.merge.automatic.wizard"].create({})
        merge._merge([self.leo.id, double.id], double)
        self.leo = double

        live = self.ledger.search([("grantor_id", "=", double.id), ("is_live", "=", True)])
        self.assertEqual(live._get_end().date() - self.env.cr.now().date() <= timedelta(11), True)

    def test_merged_with_a_double_under_guardianship_an_attorney_goes_on(self):
        self.look_after("attorney", kinds=["book"])
        double = self.person("Leo Littleton")
        unknown = self.look_after("guardianship", kinds=["book"], grantor_id=double.id)
        self.assertTrue(unknown.until_grown)

        merge = self.env["base.partner.merge.automatic.wizard"].create({})
        merge._merge([self.leo.id, double.id], self.leo)
        self.leo.birth_date = date(1940, 1, 1)

        self.assertEqual(self.held(), ["book"])

    # Reviews

    def test_it_comes_up_for_review_and_goes_on_until_it_is_renewed(self):
        self.rule("book", EARLIER, "review")
        self.leo.birth_date = self.turns(EARLIER, days=1)
        permission = self.look_after()
        book = permission.filtered(lambda one: one.kind == "book")
        due = self.ledger.search([("needs_review", "=", True), ("grantor_id", "=", self.leo.id)])
        self.assertFalse(due)

        self.leo.birth_date = self.turns(EARLIER, days=0)

        due = self.ledger.search([("needs_review", "=", True), ("grantor_id", "=", self.leo.id)])
        self.assertEqual((due, book.needs_review), (book, True))
        self.assertEqual(self.held(), ["book", "notify"])

        # Whatever else opens another row settles nothing: only the desk's own renewal does.
        again = book._renew(self.env.cr.now() + timedelta(days=90))
        self.assertTrue(again.needs_review)
        again._revoke("They ended it and began anew.")
        anew = self.ledger._grant(self.leo, self.mira, ["book"], "parental")
        self.assertTrue(anew.needs_review)
        step = self.env["clinic.permission.step"].with_user(self.front_desk)
        step.create({"permission_id": anew.id, "step": "renew"}).action_save()
        renewed = anew.next_ids

        due = self.ledger.search([("needs_review", "=", True), ("grantor_id", "=", self.leo.id)])
        self.assertEqual((bool(due), renewed.needs_review), (False, False))
        self.assertEqual(self.held(), ["book", "notify"])

    def test_no_review_keeps_anything_beyond_the_age_of_own_decisions(self):
        self.rule("book", EARLIER, "review")
        self.leo.birth_date = self.turns(OWN, days=0)
        self.look_after()

        self.assertEqual(self.held(), [])

    # Unknown births

    def test_of_unknown_age_is_neither_child_nor_adult(self):
        self.assertIsNone(self.family._is_child(False))
        self.assertFalse(self.family._may_be_child(self.leo))

        self.look_after()

        self.assertTrue(self.family._may_be_child(self.leo))
        with self.assertRaises(FamilyRefused):
            self.family._share(self.leo, self.leo, self.fergus, ["book"])

    # The clinic's ages

    def test_a_presets_ages_replace_those_that_were_set(self):
        self.rule("pay", 14)
        self.company.country_id = self.env.ref("base.nl")
        settings = self.env["clinic.settings"].with_user(self.manager).create({})
        self.assertIn("not advice: own decisions from 16 on, review from 12", settings.preset_words)

        settings.action_use_preset()

        ages = {(one.kind, one.effect, one.age) for one in self.company.clinic_age_rule_ids}
        self.assertEqual(ages, {(kind, "review", 12) for kind in
                                ("book", "intake", "notify", "calendar")})  # fmt: skip
        with self.assertRaises(AccessError):
            settings.with_user(self.front_desk).action_use_preset()

    def test_there_is_one_age_for_each_effect(self):
        self.rule("pay", 14)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.rule("pay", 15)
