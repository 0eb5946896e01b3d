"""The texts of messages after an update: renewed where they are the clinic's no more than ours."""

from importlib.util import module_from_spec, spec_from_file_location

from odoo.tests import tagged
from odoo.tools import file_path

from ..message_common import MessageCase

SCRIPT = "clinic_family/migrations/19.0.1.7.0/post-renew_the_texts.py"
OLD = "{{ object.name }}: booked for {{ object._get_letter()['when'] }}"


@tagged("post_install", "-at_install")
class TestTextsAfterAnUpdate(MessageCase):
    def setUp(self):
        super().setUp()
        self.template = self.env.ref("clinic_family.mail_template_confirmed")
        self.new = self.template.subject

    def update(self):
        spec = spec_from_file_location("renew_the_texts", file_path(SCRIPT))
        script = module_from_spec(spec)
        spec.loader.exec_module(script)
        self.env.flush_all()
        script.migrate(self.env.cr, "19.0.1.6.0")
        self.env.invalidate_all()

    def test_a_text_nobody_has_edited_is_renewed(self):
        self.template.write({"subject": OLD, "body_html": "<p>Hello</p>"})

        self.update()

        self.assertEqual(self.template.subject, self.new)
        self.assertIn("_get_letter_details", self.template.body_html)

    def test_what_the_clinic_has_written_stays(self):
        administrator = self.env.ref("base.user_admin")
        self.template.with_user(administrator).write({"subject": OLD})

        self.update()

        self.assertEqual(self.template.subject, OLD)

    def test_a_text_from_before_still_leaves_about_several_visits(self):
        self.template.write({
            "subject": OLD,
            "body_html": "<p>A visit is booked for <t t-out=\"object._get_letter()['patient']\"/>"
            '.</p><t t-out="object._get_letter_details()"/>',
        })  # fmt: skip
        self.visit(self.leo)
        self.visit(self.leo, clock="11:00")

        [mail] = self.send()

        self.assertIn("A visit is booked for Leo Littleton.", mail.words)
        self.assertRegex(mail.words, "10:00 AM.*11:00 AM")

    def test_a_text_from_before_names_everybody_of_whom_it_tells(self):
        self.template.write({
            "subject": OLD,
            "body_html": "<p>For <t t-out=\"object._get_letter()['patient']\"/>.</p>",
        })  # fmt: skip
        self.grant(self.leo, self.mother, "notify")
        self.visit(self.leo)
        self.visit(self.mother, clock="11:00")

        mails = {mail.address: mail.words for mail in self.send()}

        self.assertIn("For Leo Littleton and Mira Motherwell.", mails["mira@example.com"])
        self.assertIn("For Leo Littleton.", mails["leo@example.com"])
