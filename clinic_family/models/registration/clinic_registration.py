from odoo import api, fields, models
from odoo.exceptions import UserError

from ..appointment.clinic_appointment import EXPECTED

STATES = [
    ("new", "To Look At"),
    ("confirmed", "New Patient"),
    ("merged", "Known Before"),
    ("refused", "Refused"),
]
WAYS = [("booking", "Booked online"), ("family", "Added as a family member")]


class ClinicRegistration(models.Model):
    """Somebody who became a patient online, and what the front desk made of it.

    A patient is a patient from the first booking on, and isn't kept waiting by this. The front desk
    says whether they are new, are known already, or are refused. Who is refused and books again is
    put before it again.
    """

    _name = "clinic.registration"
    _inherit = ["clinic.hidden.mixin", "clinic.written.mixin"]
    _description = "Online Registration"
    _order = "registered_at desc, id desc"
    _rec_name = "registered_name"

    patient_id = fields.Many2one(
        "res.partner", required=True, readonly=True, index=True, ondelete="cascade"
    )
    registered_name = fields.Char(
        string="Registered As", readonly=True, help="The name as it was typed then."
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    way = fields.Selection(WAYS, string="How", required=True, readonly=True)
    registered_by_id = fields.Many2one(
        "res.partner",
        string="By",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Who booked, or added them: they themselves, or a relative.",
    )
    registered_at = fields.Datetime(
        string="When", required=True, readonly=True, default=lambda self: fields.Datetime.now()
    )
    state = fields.Selection(
        STATES, string="Status", required=True, readonly=True, default="new", index=True
    )
    decided_at = fields.Datetime(readonly=True)
    decided_by_id = fields.Many2one("res.users", readonly=True)
    why = fields.Char(string="Why Refused", readonly=True)
    birth_date = fields.Date(related="patient_id.birth_date")
    phone = fields.Char(related="patient_id.phone")
    email = fields.Char(related="patient_id.email")
    coming_text = fields.Text(string="Visits to Come", compute="_compute_coming_text")
    duplicates = fields.Json(compute="_compute_duplicates")

    # The queue as it is shown: the newest of those who wait, of however many.
    _waiting = models.Index("(registered_at DESC, id DESC) WHERE state = 'new'")

    def _compute_coming_text(self):
        for registration in self:
            registration.coming_text = registration._write_coming()

    def _write_coming(self):
        """The visits to come, one a line, as far as the reader may see them."""
        visits = self._search_coming().appointment_id.sorted("start")
        return "\n".join(f"{visit.service_id.name}, {visit.local_time}" for visit in visits)

    def _compute_duplicates(self):
        for registration in self:
            registration.duplicates = self.env["clinic.duplicates"]._compare(
                registration.patient_id
            )

    def _search_coming(self):
        """Where these patients come to, as far as the reader may see it."""
        return self.env["clinic.participant"].search([
            ("partner_id", "in", self.patient_id.ids),
            ("state", "in", EXPECTED),
            ("appointment_id.start", ">=", fields.Datetime.now()),
        ])  # fmt: skip

    # Verbs

    @api.model
    def _record_newcomers(self, people, way, by, company=None):
        """Puts these people, who became patients online just now, before the front desk."""
        # Nobody registers anybody by hand: it follows from what they did.
        self.sudo().create([
            {
                "patient_id": person.id,
                "registered_name": person.name,
                "company_id": (company or person.company_id or self.env.company).id,
                "way": way,
                "registered_by_id": by.id,
            }
            for person in people
        ])  # fmt: skip
        # From now on they are to be looked at, as anybody new.
        people.sudo().filtered("clinic_is_refused").clinic_is_refused = False

    def action_confirm(self):
        """They are patients whom the clinic didn't know."""
        self._decide("confirmed")

    def _refuse(self, why):
        """The clinic doesn't want them as patients; what they have booked isn't touched."""
        self._decide("refused", why=why)
        # What the clinic made of somebody is nobody's to write by hand.
        self.patient_id.sudo().clinic_is_refused = True

    def _decide(self, state, **values):
        self.check_access("read")
        if any(registration.state != "new" for registration in self):
            raise UserError(self.env._(
                "Somebody has decided about this registration meanwhile. Please look again."
            ))  # fmt: skip
        # What was decided, by whom and when is nobody's to write by hand.
        self.sudo().write({
            "state": state,
            "decided_at": self.env.cr.now(),
            "decided_by_id": self.env.uid,
            **values,
        })  # fmt: skip
