"""The window in which the front desk invites many patients at once."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .test_invitation_bulk import TEXT, BulkCase


@tagged("post_install", "-at_install")
class TestBulkWindow(BulkCase):
    def test_it_shows_who_gets_one_and_who_does_not(self):
        form = Form(self.open_window(self.leo | self.anna))

        rows = [(line.person_id, line.obstacle) for line in form.save().line_ids]
        self.assertEqual(rows, [(self.anna, False), (self.leo, "child")])
        self.assertEqual(form.going_text, "Get a message: 1 of 2")

    def test_it_queues_them_and_shows_how_it_gets_on(self):
        form = Form(self.open_window(self.leo | self.anna))
        form.text = TEXT

        action = form.save().action_send()

        self.assertEqual(action["res_model"], "clinic.invitation")
        invitation = self.env["clinic.invitation"].search([("is_own", "=", True)])
        self.assertEqual((invitation.asker_id, invitation.text), (self.anna, TEXT))
        self.assertEqual(invitation.staff_id, self.front_desk)

    def test_what_the_window_says_is_not_believed(self):
        window = Form(self.open_window(self.leo | self.anna)).save()
        window.line_ids.obstacle = False

        window.action_send()

        invited = self.env["clinic.invitation"].search([("is_own", "=", True)])
        self.assertEqual(invited.asker_id, self.anna)

    def test_where_nobody_can_be_invited_it_says_so(self):
        window = Form(self.open_window(self.leo)).save()

        with self.assertRaisesRegex(UserError, "None of these patients"):
            window.action_send()

    def test_it_is_for_the_front_desk(self):
        for user in (self.doctor, self.employee):
            with self.assertRaises(AccessError):
                self.open_window(self.anna, user).create({"text": TEXT})

    def test_the_menu_of_the_list_has_it_for_the_front_desk_alone(self):
        action = self.env.ref("clinic_family.clinic_invitation_many_action")

        def offers(user):
            found = self.env["ir.actions.actions"].with_user(user).get_bindings("res.partner")
            return action.id in [one["id"] for one in found.get("action", [])]

        self.assertTrue(offers(self.front_desk))
        self.assertTrue(offers(self.manager))
        self.assertFalse(offers(self.doctor))

    def test_grant_portal_access_leads_here_for_patients(self):
        portal = self.env["portal.wizard"].with_user(self.front_desk)
        chosen = portal.with_context(active_model="res.partner", active_ids=self.anna.ids)
        self.assertEqual(chosen.action_open_wizard()["res_model"], "clinic.invitation.many")

        self.anna.is_patient = False

        self.assertEqual(chosen.sudo().action_open_wizard()["res_model"], "portal.wizard")

    def grant(self, person, address=None):
        """An account by the rows of Odoo's window, as a program may ask for it."""
        portal = self.env["portal.wizard"].with_user(self.front_desk)
        rows = portal.with_context(active_ids=person.ids).create({}).user_ids
        row = rows.filtered(lambda one: one.partner_id == person)
        row.email = address or person.email
        row.action_grant_access()
        return row

    def test_odoos_own_way_makes_an_account_for_who_may_be_invited(self):
        row = self.grant(self.anna)
        self.assertEqual(self.anna.user_ids.login, "anna@example.com")
        self.anna.user_ids.action_archive()

        with self.assertRaisesRegex(UserError, "invited by the front desk"):
            row.action_grant_access()

    def test_odoos_own_way_makes_none_for_who_may_not(self):
        shared = self.patient("Ben Both", email="both@example.com")
        self.person("Bea Both", email="both@example.com")
        for person, address in (
            (self.leo, "leo@example.com"), (shared, None), (self.anna, "evil@example.com"),
        ):  # fmt: skip
            with self.subTest(person.name), self.assertRaisesRegex(UserError, "front desk"):
                self.grant(person, address)
            self.assertFalse(person.user_ids)

    def test_odoos_own_way_sends_no_new_password_to_another_address(self):
        row = self.grant(self.anna)
        row.email = "evil@example.com"

        with self.assertRaisesRegex(UserError, "front desk"):
            row.action_invite_again()

        self.assertEqual(self.anna.email, "anna@example.com")
