"""Every address of the addon, asked for or about Paula with all that it takes."""

from datetime import timedelta

from odoo import http
from odoo.fields import Command

from .common import TUESDAY, ClinicHttpCase, written
from .form_common import FormBuilders
from .matrix_common import read_routes
from .package_common import PackageBuilders

# Pages of Odoo: one asks more (see test_family_signup), two say less (see test_matrix_doors and
# test_login_silent), two let relatives through (see test_pay), one leads to the login (see
# test_invoice_links). Four are a script's (see test_deposit_pages, test_balance,
# test_forms_signed, test_forms_handed).
NOT_OURS = {
    "/web/reset_password",
    "/web/signup",
    "/website_mail/follow",
    "/my/invoices/<int:invoice_id>",
    "/invoice/transaction/<int:invoice_id>",
    "/book/pay/<string:key>/transaction",
    "/payment/pay",
    "/my/balance/begin/<string:chosen>",
    "/my/forms/<int:signed_id>/draw",
    "/clinic/form/<string:handed>/draw",
}


class RouteCase(FormBuilders, PackageBuilders, ClinicHttpCase):
    """Paula has a visit, a form and a package, and was asked something."""

    @classmethod
    def build_requests(cls, user, asker, relative):
        """What the addresses and the forms say, that all of them get through."""
        person = user.partner_id
        cls.ask_for(cls.single, cls.survey("History"))
        cls.visit = visit = cls.book(
            user, cls.checkout(cls.single, written(TUESDAY, "14:00"), [user])
        )
        question = cls.env["clinic.invitation"]._ask(
            asker.partner_id,
            {"name": "Paula", "kinds": "book", "expires_at": "2099-01-01"},
            person,
        )
        package = cls.package(cls.single, is_published=True)
        invoice = cls.env["account.move"].create({
            "move_type": "out_invoice",
            "partner_id": person.id,
            "invoice_line_ids": [Command.create({"name": "A visit", "price_unit": 80})],
        })  # fmt: skip
        invoice.action_post()
        asked = person.sudo().form_request_ids
        signed = asked.create({
            "patient_id": person.id,
            "survey_id": cls.survey("Consent").id,
            "company_id": cls.company.id,
            "filled_by_id": person.id,
            "signatures_needed": 1,
            "state": "signing",
        })  # fmt: skip
        day = TUESDAY + timedelta(days=2)
        request = cls.env["clinic.wait.request"]._join(person, person, {
            "service_id": cls.single.id, "date_from": day, "date_until": day,
        })  # fmt: skip
        cls.env["clinic.waitlist"]._offer_first(request)
        cls.parts = {
            "<string:slug>": cls.single.website_url.removeprefix("/book/"),
            "<string:practitioner>": cls.nora.website_url.removeprefix("/book/with/"),
            "<string:key>": visit.booking_id.key,
            "<int:page>": "1",
            "<int:appointment_id>": str(visit.id),
            "<int:package_id>": str(package.id),
            "<int:person_id>": str(person.id),
            "<int:ward_id>": str(person.id),
            "<int:other_id>": str(relative.partner_id.id),
            "<int:question_id>": str(question.id),
            "<int:request_id>": str(asked.id),
            "<int:signed_id>": str(signed.id),
            "<string:handed>": cls.env["clinic.form.handout"]._hand(signed, person),
            "<int:wait_id>": str(request.id),
            "<string:token>": "dead",
            "<string:secret>": cls.env["clinic.calendar.feed"]._renew(user),
        }
        cls.form = {
            "practitioner": cls.nora.id,
            "location": cls.harbour.id,
            "start": written(TUESDAY, "10:00"),
            "participant": person.id,
            "visit": f"{cls.single.id}-{cls.nora.id}-{cls.harbour.id}-{person.id}"
            f"-{written(TUESDAY, '10:00')}",
            "kind": ["book"],
            "first_name": "New",
            "last_name": "Relative",
            "email": "new.relative@test.example",
            "type": cls.type_other.id,
            "answer": "accept",
            "name": "Paula Person",
            "key": "a key of one's own",
            "who": str(visit.participant_ids.id),
            "appointment": visit.id,
            "invoice": str(invoice.id),
            "service": cls.single.id,
            "day": "on_mon",
            "until": "2027-06-01",
            "not_before": "8",
            "over_by": "12",
            "version": request.offer_ids.booking_id.version,
        }

    def get_routes(self):
        """Every address this addon answers, with its method; without one it only reads."""
        return {route for route in read_routes(self.env) if route[1] not in NOT_OURS}

    def get_url(self, rule):
        for part, value in self.parts.items():
            rule = rule.replace(part, value)
        return rule

    def ask(self, method, url, form, **options):
        """The answer; whatever the request did is undone."""
        savepoint = self.env.cr.savepoint()
        options = {"allow_redirects": False, **options}
        try:
            if method == "POST":
                token = http.Request.csrf_token(self)
                return self.url_open(url, data={**form, "csrf_token": token}, **options)
            return self.url_open(url, params=form, method=method, **options)
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()
