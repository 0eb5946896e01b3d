"""Odoo's own doors, asked for a record one may not see: the same answer as for none at all."""

import inspect
import re
from urllib.parse import unquote

from odoo import http
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import NO_ID, ClinicHttpCase
from ..matrix_common import MatrixFamily, MatrixRecords

# Names under which Odoo's routes take a record, beside whatever names a model.
TAKES = {
    "actions", "fetch_params", "imgs", "object", "preview_url", "rec_id", "record_id", "records",
    "reportname", "res_id", "subpath", "thread_id",
}  # fmt: skip
PIXEL = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


def thread(**more):
    return lambda model, one: {"thread_model": model, "thread_id": one, **more}


def record(**more):
    return lambda model, one: {"res_model": model, "res_id": one, **more}


def store(kind):
    """What the web client asks of a thread."""
    lists = ["followers", "attachments", "suggestedRecipients", "activities"]
    return lambda model, one: {
        "fetch_params": [
            [kind, {"thread_model": model, "thread_id": one, "request_list": lists}],
        ],
    }


def order(**more):
    return lambda model, one: {"res_model": model, "order_id": one, "child_field": "x", **more}


def call(method, *arguments):
    return lambda model, one: {
        "model": model, "method": method, "args": [[one], *arguments], "kwargs": {},
    }  # fmt: skip


# How each is asked, by the first of its addresses.
BY_JSON = {
    "/html_editor/attachment/add_data": [
        record(name="x.gif", data=PIXEL, is_image=True),
    ],
    "/html_editor/attachment/add_url": [record(url="/x.png")],
    "/html_editor/bus_broadcast": [
        lambda model, one: {
            "model_name": model, "field_name": "display_name", "res_id": one, "bus_data": {},
        },
    ],
    "/html_editor/link_preview_internal": [
        lambda model, one: {"preview_url": f"/odoo/{model}/{one}"},
        lambda model, one: {"preview_url": f"/web/m-{model}/{one}"},
    ],
    "/mail/action": [store("mail.thread")],
    "/mail/data": [store("mail.thread")],
    "/mail/chatter_fetch": [thread()],
    "/mail/message/post": [thread(post_data={"body": "x"})],
    "/mail/partner/from_email": [thread(emails=["x@test.example"])],
    "/mail/thread/messages": [thread()],
    "/mail/thread/recipients": [thread(message_id=0)],
    "/mail/thread/recipients/get_suggested_recipients": [thread()],
    "/mail/thread/subscribe": [record(partner_ids=[])],
    "/mail/thread/unsubscribe": [record(partner_ids=[])],
    "/portal/chatter_init": [thread()],
    "/product/catalog/create_section": [order(name="x", position="top")],
    "/product/catalog/get_sections": [order()],
    "/product/catalog/order_lines_info": [order(product_ids=[])],
    "/product/catalog/resequence_sections": [order(sections=[])],
    "/product/catalog/update_order_line_info": [order(product_id=1)],
    "/web/action/load_breadcrumbs": [
        lambda model, one: {"actions": [{"model": model, "resId": one}]},
    ],
    "/web/dataset/call_kw": [
        call("read", ["display_name"]),
        call("web_read", {"display_name": {}}),
        call("write", {}),
        call("unlink"),
        call("copy"),
        call("exists"),
        call("web_save", {}, {}),
        call("get_formview_action"),
        call("get_metadata"),
        call("export_data", ["display_name"]),
        call("get_field_translations", "display_name"),
        call("onchange", {}, [], {"display_name": {}}),
    ],
    "/web/dataset/call_button": [call("action_cancel"), call("action_open")],
    "/website/check_can_modify_any": [
        lambda model, one: {"records": [{"res_model": model, "res_id": one}]},
    ],
    "/website/field/translation/update": [
        lambda model, one: {
            "model": model, "record_id": one, "field_name": "display_name", "translations": {},
        },
    ],
    "/website/get_alt_images": [
        lambda model, one: {"models": [{"model": model, "id": one, "field": "display_name"}]},
    ],
    "/website/get_seo_data": [record()],
    "/website/update_alt_images": [
        lambda model, one: {
            "imgs": [{"model": model, "id": one, "field": "display_name", "alt": "x"}],
        },
    ],
    "/website_mail/follow": [
        lambda model, one: {"id": one, "object": model, "message_is_follower": "off"},
    ],
    "/website_mail/is_follower": [lambda model, one: {"records": {model: [one]}}],
}  # fmt: skip
BY_ADDRESS = {
    "/google_gmail/iap_confirm": ["GET /google_gmail/iap_confirm?model={model}&rec_id={one}"],
    "/microsoft_outlook/iap_confirm": [
        "GET /microsoft_outlook/iap_confirm?model={model}&rec_id={one}"
    ],
    "/json/<path:subpath>": ["GET /json/1/{model}/{one}"],
    "/json/1/<path:subpath>": ["GET /json/1/{model}/{one}"],
    "/mail/unfollow": [
        "GET /mail/unfollow?model={model}&res_id={one}&pid=3&token=x",
    ],
    "/mail/view": [
        "GET /mail/view?model={model}&res_id={one}",
        "GET /mail/view?model={model}&res_id={one}&access_token=x",
    ],
    "/web/content": [
        "GET /web/content/{model}/{one}/display_name",
        "GET /web/content?model={model}&id={one}&field=raw&access_token=x",
    ],
    "/web/image": [
        "GET /web/image/{model}/{one}/image_128",
        "GET /web/image?model={model}&id={one}&field=display_name&download=1",
    ],
    "/website/image/<model>/<id>/<field>": ["GET /website/image/{model}/{one}/image_128"],
    "/mail/attachment/upload": [
        "POST /mail/attachment/upload?thread_model={model}&thread_id={one}&is_pending=1",
    ],
    "/product/document/upload": ["POST /product/document/upload?res_model={model}&res_id={one}"],
    "/web/binary/upload_attachment": ["POST /web/binary/upload_attachment?model={model}&id={one}"],
}
# Those that take no record of any model, and what they take.
NO_DOORS = {
    "/bus/get_model_definitions": "models",
    "/discuss/channel/messages": "a channel of Odoo's",
    "/doc-bearer/<model_name>.json": "a model",
    "/doc/<model_name>": "a model",
    "/doc/<model_name>.json": "a model",
    "/html_editor/link_preview_external": "an address elsewhere",
    '/html_editor/modify_image/<model("ir.attachment"):attachment>': "an attachment first",
    "/json/2": "nothing",
    "/json/2/<__model__>/<__method__>": "what call_kw takes, with a key to log in",
    "/json/2/<path:subpath>": "nothing",
    "/mail/avatar/mail.message/<int:res_id>/author_avatar/<int:width>x<int:height>": "a message",
    "/mail/history/messages": "one's own",
    "/mail/inbox/messages": "one's own",
    "/mail/starred/messages": "one's own",
    "/mail/thread/recipients/fields": "a model",
    "/report/<converter>/<reportname>": "a record of the report's own model, see below",
    "/report/download": "what report takes",
    "/scoped_app/<path:subpath>": "a page of the web client",
    "/odoo": "a page of the web client",
    "/web": "a page of the web client",
    "/web/domain/validate": "a model",
    "/web/export/get_fields": "a model",
    "/web/export/namelist": "a model",
    "/web/model/get_definitions": "models",
    "/website/check_new_content_access_rights": "models",
    "/doc": "a model",
    "/website/form/<string:model_name>": "a model",
    "/website/image": "what its longer addresses take",
    "/website/snippet/options_filters": "a model",
}
BOOKS_AND_WEBSITE = (
    "account.group_account_manager,base.group_partner_manager,product.group_product_manager,"
    "website.group_website_designer"
)
LOGGERS = (
    "odoo.http", "odoo.sql_db", "odoo.addons.base.models.ir_rule",
    "odoo.addons.base.models.ir_model", "odoo.addons.mail.controllers.mail",
    "odoo.addons.mail.models.mail_thread", "odoo.addons.base.models.ir_actions_report",
)  # fmt: skip


@tagged("post_install", "-at_install", "timeless")
class TestDoorsMatrix(MatrixRecords, MatrixFamily, ClinicHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.type_other = cls.env.ref("clinic_family.clinic_relationship_type_other")
        cls.build_matrix()
        cls.build_records()

    # The list

    def get_doors(self):
        """The routes of Odoo that take a model, or a record of one, by their first address."""
        modules = sorted(self.env.registry._init_modules)
        return {
            endpoint.routing["routes"][0].replace("/web_editor/", "/html_editor/")
            for url, endpoint in http._generate_routing_rules(modules, False)
            if not endpoint.routing.get("is_clinic")
            and any("model" in name or name in TAKES for name in self.get_names(url, endpoint))
        }

    def get_names(self, url, endpoint):
        """What a route takes, in its address or as an argument."""
        return [
            *re.findall(r"<(?:[^<>:]*:)?(\w+)>", url),
            *inspect.signature(endpoint.func).parameters,
        ]

    def test_every_door_of_odoo_is_listed(self):
        listed = BY_JSON.keys() | BY_ADDRESS.keys() | NO_DOORS.keys()

        self.assertEqual(self.get_doors() - listed, set())

    # The sweep

    def get_requests(self):
        """How each door is asked for a record: the address, and what is sent there."""
        requests = [
            (route, lambda model, one, route=route, ask=ask: ("POST", route, ask(model, one)))
            for route, ways in BY_JSON.items()
            for ask in ways
        ]
        return requests + [
            (way, lambda model, one, way=way: (*way.format(model=model, one=one).split(" "), None))
            for ways in BY_ADDRESS.values()
            for way in ways
        ]

    def ask(self, method, url, parameters):
        """The answer as it came, without what differs each time; whatever it did is undone."""
        savepoint = self.env.cr.savepoint()
        try:
            if parameters is not None:
                return self.url_open(url, json={"jsonrpc": "2.0", "params": parameters})
            if method == "POST":
                form = {"csrf_token": http.Request.csrf_token(self)}
                files = {"ufile": ("x.txt", b"x", "text/plain")}
                return self.url_open(url, data=form, files=files, allow_redirects=False)
            return self.url_open(url, allow_redirects=False)
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()

    def answer(self, ask, model, one, other):
        response = self.ask(*ask(model, one))
        body = response.text if "image/" not in response.headers["Content-Type"] else "an image"
        body = re.sub(r'csrf_token"?:? ?(value=)?"\w+"|\bid="\w+"', "", body)
        # An address within an address is quoted, and one in that once more.
        location = response.headers.get("Location")
        text = unquote(unquote(f"{response.status_code} {location} {body}"))
        return re.sub(rf"\b({one}|{other})\b", "ID", text)

    def get_telling(self, user):
        """The doors that tell a hidden record from none, with the models they tell it of."""
        self.authenticate(*(2 * [user and user.login]))
        public = self.env.ref("base.public_user")
        hidden = [
            one
            for one in self.records.values()
            if not one.with_user(user or public).has_access("read") and one._name != "res.partner"
        ]
        self.assertGreater(len(hidden), 10)
        return {
            (door, one._name)
            for door, ask in self.get_requests()
            for one in hidden
            if self.answer(ask, one._name, one.id, NO_ID)
            != self.answer(ask, one._name, NO_ID, one.id)
        }

    @mute_logger(*LOGGERS)
    def test_no_door_tells_a_visitor_what_is_there(self):
        self.assertEqual(self.get_telling(None), set())

    @mute_logger(*LOGGERS)
    def test_no_door_tells_a_stranger_what_is_there(self):
        self.assertEqual(self.get_telling(self.actors["stranger"].user), set())

    @mute_logger(*LOGGERS)
    def test_no_door_tells_an_employee_without_a_role_what_is_there(self):
        employee = self.user("test_no_role", "Nora No-Role", "base.group_user")

        self.assertEqual(self.get_telling(employee), set())

    @mute_logger(*LOGGERS)
    def test_no_door_tells_who_keeps_the_books_and_the_website_what_is_there(self):
        keeper = self.user("test_keeper", "Bea Books", BOOKS_AND_WEBSITE)

        self.assertEqual(self.get_telling(keeper), set())

    def test_no_report_is_about_a_record_of_the_clinic(self):
        reports = self.env["ir.actions.report"].search([("model", "=like", "clinic.%")])

        self.assertEqual(reports.filtered(lambda one: one.model in self.get_models()).ids, [])

    def test_the_doors_would_tell_who_sees_it(self):
        self.authenticate("test_paula", "test_paula")
        visit = self.records["clinic.appointment"]

        seen = {
            door
            for door, ask in self.get_requests()
            if self.answer(ask, visit._name, visit.id, NO_ID)
            != self.answer(ask, visit._name, NO_ID, visit.id)
        }

        self.assertLessEqual(
            {"/html_editor/link_preview_internal", "/web/action/load_breadcrumbs"}, seen
        )
        self.assertIn("GET /mail/view?model={model}&res_id={one}", seen)
