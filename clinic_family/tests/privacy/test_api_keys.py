"""Programs that log in with a key are told what their user is told, and nothing more."""

import json
import re
from xmlrpc.client import Fault

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import NO_ID, TUESDAY, ClinicHttpCase, written

# What each is called with, by name, beside the record.
ON_RECORDS = {
    "read": {"fields": ["display_name"]},
    "web_read": {"specification": {"display_name": {}}},
    "write": {"vals": {"display_name": "x"}},
    "unlink": {},
}
ON_MODELS = {
    "search_read": {"fields": ["display_name"]},
    "name_search": {"name": ""},
    "search_count": {},
}
LOGGERS = (
    "odoo.http", "odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model",
    "odoo.addons.base.models.res_users", "odoo.addons.rpc.controllers", "odoo.sql_db",
)  # fmt: skip


@tagged("post_install", "-at_install", "timeless")
class TestApiKeys(ClinicHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.employee = cls.user("test_employee", "Emma Employee", "base.group_user")
        cls.grant(cls.leo, cls.grandmother, "pay", "notify")
        permission = cls.grant(cls.leo, cls.mother, "book")
        start = written(TUESDAY, "10:00")
        visit = cls.book(cls.mother, cls.checkout(cls.group, start, [cls.mother, cls.leo]))
        invoice = cls.env["account.move"].create(
            {"move_type": "out_invoice", "partner_id": cls.mother.partner_id.id}
        )
        cls.hidden = [visit, visit.participant_ids[0], visit.booking_id, permission, invoice]
        cls.keys = {
            user: cls.env["res.users.apikeys"].with_user(user).sudo()._generate("rpc", "x", None)
            for user in (
                cls.stranger,
                cls.grandmother,
                cls.employee,
                cls.env.ref("base.user_admin"),
            )
        }
        cls.readers = (cls.stranger, cls.grandmother, cls.employee)
        cls.env.flush_all()

    # The ways to ask

    def get_calls(self, record_id):
        """The method, the ids it is called on, and its arguments."""
        domain = [["id", "=", record_id]]
        return [(name, [record_id], more) for name, more in ON_RECORDS.items()] + [
            (name, [], {"domain": domain, **more}) for name, more in ON_MODELS.items()
        ]

    def by_orm(self, user, model, method, ids, arguments):
        records = self.env[model].with_user(user).browse(ids)
        return json.loads(json.dumps(getattr(records, method)(**arguments)))

    def by_json(self, user, model, method, ids, arguments):
        answer = self.url_open(
            f"/json/2/{model}/{method}",
            json={"context": {}, **arguments, **({"ids": ids} if ids else {})},
            headers={"Authorization": f"bearer {self.keys[user]}"},
        )
        if answer.status_code != 200:
            raise UserError(answer.json()["message"])  # pylint: disable=translation-required
        return answer.json()

    def by_xml(self, user, model, method, ids, arguments):
        call = (self.env.cr.dbname, user.id, self.keys[user], model, method)
        try:
            return self.xmlrpc_object.execute_kw(*call, [ids] if ids else [], arguments)
        except Fault as fault:
            raise UserError(fault.faultString) from None

    def answer(self, way, user, model, call):
        """What is answered, or said where it is refused, without the number that was asked for."""
        savepoint = self.env.cr.savepoint()
        try:
            answer = way(user, model, *call)
        except UserError as refusal:
            answer = str(refusal)
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()
        asked = call[1] or [call[2]["domain"][0][2]]
        return re.sub(rf"\b{asked[0]}\b", "ID", repr(answer))

    def get_answers(self, way, user, get_id):
        return {
            (record._name, call[0]): self.answer(way, user, record._name, call)
            for record in self.hidden
            for call in self.get_calls(get_id(record))
        }

    def assertSameAnswers(self, way):
        """Whoever asks in this way is answered as in Odoo, and patients the same as of nothing."""
        for user in self.readers:
            hidden = self.get_answers(way, user, lambda record: record.id)
            self.assertEqual(hidden, self.get_answers(self.by_orm, user, lambda record: record.id))
            if user.share:
                none = self.get_answers(way, user, lambda _record: NO_ID)
                self.assertEqual(self.get_ours(hidden), self.get_ours(none))
            self.assertNotRegex(repr(hidden), "Mira|Motherwell|Leo|Littleton")

    def get_ours(self, answers):
        """Without Odoo's own models, which tell a hidden record from none."""
        return {what: answer for what, answer in answers.items() if "clinic." in what[0]}

    @mute_logger(*LOGGERS)
    def test_a_program_that_speaks_json_is_told_no_more(self):
        self.assertSameAnswers(self.by_json)

    @mute_logger(*LOGGERS)
    def test_a_program_that_speaks_xml_is_told_no_more(self):
        self.assertSameAnswers(self.by_xml)

    def test_a_program_is_told_what_its_user_may_know(self):
        admin = self.env.ref("base.user_admin")
        invoice = self.hidden[-1]
        for way in (self.by_json, self.by_xml):
            (row,) = way(admin, invoice._name, "read", invoice.ids, {"fields": ["partner_id"]})
            self.assertEqual(row["partner_id"], [self.mother.partner_id.id, "Mira Motherwell"])

    # What can't be called

    @mute_logger(*LOGGERS)
    def test_no_program_calls_a_verb(self):
        admin = self.env.ref("base.user_admin")
        verbs = [
            (record._name, name)
            for record in self.hidden[:4]
            for part in type(record).__mro__
            if part.__module__.startswith("odoo.addons.clinic_family.models.")
            for name, member in vars(part).items()
            if callable(member) and name.startswith("_") and not name.startswith("__")
        ][::5]
        self.assertGreater(len(verbs), 15)

        for way in (self.by_json, self.by_xml):
            for model, name in [*verbs, ("clinic.appointment", "search_fetch")]:
                with self.assertRaisesRegex(UserError, "(?i)private method"):
                    way(admin, model, name, [], {})

    # Whose keys count

    @mute_logger(*LOGGERS)
    def test_the_key_of_a_closed_account_opens_nothing(self):
        call = ("res.partner", "search_count", [], {"domain": []})
        self.assertTrue(self.by_json(self.stranger, *call))
        self.assertTrue(self.by_xml(self.stranger, *call))

        for is_open in (False, True):
            self.stranger.active = is_open
            self.env.flush_all()
            for way in (self.by_json, self.by_xml):
                with self.assertRaisesRegex(UserError, "(?i)invalid apikey|access denied"):
                    way(self.stranger, *call)

    @mute_logger(*LOGGERS)
    def test_patients_make_no_key(self):
        self.authenticate(self.mother.login, self.mother.login)
        model = "res.users.apikeys.description"
        window = self.call(model, "create", [{"name": "x", "duration": "1"}])["result"]

        refusal = self.call(model, "check_access_make_key", [window])
        self.call(model, "make_key", [window])

        self.assertEqual(refusal["error"]["data"]["name"], "odoo.exceptions.AccessError")
        self.assertFalse(self.mother.sudo().api_key_ids)

    def call(self, model, method, arguments):
        parameters = {"model": model, "method": method, "args": arguments, "kwargs": {}}
        return self.url_open(
            f"/web/dataset/call_kw/{model}/{method}",
            json={"jsonrpc": "2.0", "params": parameters},
        ).json()
