import hashlib
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize

from ...engine.forms import read_kinds
from ...engine.permissions import OFFERED
from ...exceptions import FamilyRefused
from .clinic_permission import BASES

VALID_DAYS = 14
UNANSWERED = ("queued", "open")
MOST_TRIES = 5
# Why a patient isn't invited to an account of their own.
OBSTACLES = [
    ("no_patient", "Isn't a patient"),
    ("other_company", "Belongs to another company"),
    ("account", "Has an account"),
    ("closed", "Had an account that was closed"),
    ("child", "Is a child, or looked after as one"),
    ("no_address", "Has no e-mail address"),
    ("invited", "Is invited already"),
    ("accepted", "Accepted before"),
    ("declined", "Declined before"),
    ("shared", "Shares the address with others"),
    ("failed", "The message couldn't be written"),
]


class ClinicInvitation(models.Model):
    """A question: one person asks another to let them do some things, and is answered or not.

    Nothing is shared before it is accepted. The person asked is known by an address only, until
    somebody accepts with their own account through the link written to that address; or is a
    relative already, who answers on the family page. Answers stay, refusals too.

    Staff ask in a patient's name, and offer only: that somebody may do some things for the patient
    (``staff_id``). Such a question is answered through its link alone. Or they invite the patient
    to an account of their own (``is_own``), which offers nothing else: the account is the answer.
    """

    _name = "clinic.invitation"
    _inherit = ["clinic.hidden.mixin", "clinic.written.mixin", "clinic.about.people"]
    _description = "Invitation"
    _order = "id desc"

    _people_fields = ("asker_id", "grantor_id")
    asker_id = fields.Many2one(
        "res.partner",
        string="Asked By",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="The patient who asks, or in whose name staff do.",
    )
    staff_id = fields.Many2one(
        "res.users",
        string="Invited By",
        readonly=True,
        ondelete="restrict",
        help="Who of the staff asked in the patient's name; empty when a patient asked.",
    )
    grantor_id = fields.Many2one(
        "res.partner",
        string="Asked Person",
        readonly=True,
        index=True,
        ondelete="restrict",
        help="Known when a relative was asked, else once the invitation is answered.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.company,
        help="The company through which it was asked: its staff alone read it.",
    )
    name = fields.Char(required=True, readonly=True, help="As the asking person wrote it.")
    email = fields.Char(readonly=True)
    type_id = fields.Many2one(
        "clinic.relationship.type",
        string="Stated Relationship",
        readonly=True,
        ondelete="restrict",
        help="What the person asked is to the asking one.",
    )
    kinds = fields.Char(
        string="Asks To", readonly=True, help="Kinds of permission, with commas between."
    )
    offered_kinds = fields.Char(
        string="Offers", readonly=True, help="What the asking person lets the other do in return."
    )
    basis = fields.Selection(
        BASES, readonly=True, help="On what the staff recorded that the person may act."
    )
    ends_at = fields.Datetime(
        string="Permissions End", readonly=True, help="Empty: until somebody ends them."
    )
    lang = fields.Char(readonly=True, help="The language in which staff have it written to.")
    is_own = fields.Boolean(
        string="Own Account",
        readonly=True,
        help="The patient is invited to an account of their own, and nobody to act for them.",
    )
    bulk_name = fields.Char(
        string="Invited Together",
        readonly=True,
        help="When many were invited at once, and by whom.",
    )
    text = fields.Text(readonly=True, help="What staff add to the message.")
    is_picked = fields.Boolean(
        string="Chosen at the Address",
        readonly=True,
        help="Others have the address too; who invited has said that this patient reads there.",
    )
    obstacle = fields.Selection(OBSTACLES, string="Why Not Sent", readonly=True)
    token_hash = fields.Char(
        readonly=True, copy=False, index="btree_not_null", groups="base.group_system"
    )
    code_hash = fields.Char(readonly=True, copy=False, groups="base.group_system")
    has_code = fields.Boolean(
        string="Code",
        compute="_compute_has_code",
        compute_sudo=True,
        help="Accepted only with a code that the clinic tells the person.",
    )
    tries = fields.Integer(
        readonly=True,
        copy=False,
        help="Codes that were tried, and accounts that couldn't be made.",
    )
    account_id = fields.Many2one(
        "res.users",
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="The account that was made through the link: one at most.",
    )
    form_key = fields.Char(
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="Made once per page, so that the same form sent twice asks once.",
    )
    expires_at = fields.Datetime(
        required=True,
        readonly=True,
        default=lambda self: self.env.cr.now() + timedelta(days=VALID_DAYS),
    )
    state = fields.Selection(
        [
            ("queued", "To Be Sent"),
            ("unsent", "Not Sent"),
            ("open", "Not Answered"),
            ("accepted", "Accepted"),
            ("declined", "Declined"),
            ("withdrawn", "Withdrawn"),
            ("locked", "Too Many Tries"),
        ],
        required=True,
        default="open",
        readonly=True,
    )
    is_expired = fields.Boolean(compute="_compute_is_expired")
    answered_at = fields.Datetime(readonly=True)
    answered_by_id = fields.Many2one("res.users", readonly=True)
    permission_ids = fields.One2many("clinic.permission", "invitation_id")
    kind_names = fields.Char(
        string="What For", compute="_compute_kind_names", groups="base.group_user"
    )

    _one_own = models.UniqueIndex(
        "(asker_id, company_id) WHERE is_own AND state IN ('queued', 'open')",
        "This patient is being invited already.",
    )
    _few_tries = models.Constraint(
        f"CHECK (tries BETWEEN 0 AND {MOST_TRIES})", "There are no more tries for this invitation."
    )

    @api.depends("asker_id", "name", "staff_id", "is_own")
    def _compute_display_name(self):
        for invitation in self:
            if invitation.is_own:
                invitation.display_name = self.env._("Account for %s", invitation.name)
                continue
            names = {"asker": invitation.asker_id.sudo().name, "name": invitation.name}
            invitation.display_name = (
                self.env._("%(name)s for %(asker)s", **names)
                if invitation.staff_id
                else self.env._("%(asker)s asks %(name)s", **names)
            )

    @api.depends("code_hash")
    def _compute_has_code(self):
        for invitation in self:
            invitation.has_code = bool(invitation.code_hash)

    @api.depends("state", "expires_at")
    def _compute_is_expired(self):
        for invitation in self:
            invitation.is_expired = invitation.state == "open" and not invitation._is_open()

    @api.model
    def _ask(self, asker, values, grantor=None):
        """Asks, and writes to the person asked; a newer question replaces an open one.

        ``values`` holds name, email, type_id, kinds and offered_kinds. Without a ``grantor`` the
        message carries a link; as long as that is good, nothing more is sent to the address,
        whoever asks, and the link leads to each question in turn.
        """
        # An open question to the same person would leave two links that work.
        self._search_open(asker, grantor, values.get("email"))._update_state("withdrawn")
        invitation = self.create({
            **values, "asker_id": asker.id, "grantor_id": grantor.id if grantor else False,
        })  # fmt: skip
        if grantor:
            self.env["clinic.sharing.notice"]._tell_asked(invitation)
        elif not self._is_address_blocked(asker, invitation.email):
            invitation._send_link()
        return invitation

    def _send_link(self):
        """Writes to an address nobody has confirmed, unless a good link was sent there before."""
        sent = self.search([
            ("email", "=", self.email),
            ("staff_id", "=", False),
            ("token_hash", "!=", False),
            ("state", "in", ("open", "withdrawn")),
            ("expires_at", ">", self.env.cr.now()),
        ], limit=1)  # fmt: skip
        if sent:
            self.write({
                "token_hash": sent.token_hash,
                # One account a link, and so many tries.
                "tries": sent.tries,
                "account_id": sent.account_id.id,
            })  # fmt: skip
            return
        token = secrets.token_urlsafe(32)
        self.token_hash = self._hash(token)
        self.env["clinic.sharing.notice"]._tell_invited(self, token)

    def _is_address_blocked(self, asker, email):
        """Whether the address is of somebody kept apart from the asking person.

        Then nothing is sent, and it looks as if nobody had answered.
        """
        addresses = self._get_kept_apart(asker).mapped("email_normalized")
        return bool(email) and email_normalize(email) in addresses

    def _is_dead(self):
        """Whether it went to the address of somebody who is kept apart from the asking person, or
        makes an account of one's own for whom it couldn't be sent to now.
        """
        if self._is_address_blocked(self.asker_id, self.email):
            return True
        return bool(self.is_own and self.env["clinic.invitation.bulk"]._has_lapsed(self))

    @api.model
    def _search_between(self, person, other):
        """What is open between two people, whether they are named or written to."""
        between = Domain.FALSE
        for asker, asked in ((person, other), (other, person)):
            who = Domain("grantor_id", "=", asked.id)
            if address := asked.sudo().email_normalized:
                who |= Domain("staff_id", "!=", False) & Domain("email", "=", address)
            between |= Domain("asker_id", "=", asker.id) & who
        return self.search(Domain("state", "=", "open") & between)

    @api.model
    def _get_kept_apart(self, person):
        """Those from whom the person is blocked."""
        # Nobody but staff may know of a block, but it binds everybody.
        blocks_sudo = self.env["clinic.block"].sudo().search([
            ("lifted_at", "=", False),
            "|", ("person_a_id", "=", person.id), ("person_b_id", "=", person.id),
        ])  # fmt: skip
        return (blocks_sudo.person_a_id | blocks_sudo.person_b_id) - person

    @api.model
    def _search_open(self, asker, grantor, email):
        who = [("grantor_id", "=", grantor.id)] if grantor else [("email", "=", email)]
        return self.search([
            ("asker_id", "=", asker.id), ("staff_id", "=", False), ("state", "=", "open"), *who,
        ])  # fmt: skip

    @api.model
    def _hash(self, token):
        return hashlib.sha256((token or "").encode()).hexdigest()

    @api.model
    def _search_by_token(self, token):
        """The open questions behind a link; dead, unknown and answered links look the same."""
        return self.search([
            ("token_hash", "=", self._hash(token)),
            ("state", "=", "open"),
            ("expires_at", ">", self.env.cr.now()),
        ], order="id")  # fmt: skip

    def _is_open(self):
        return self.state == "open" and self.expires_at > self.env.cr.now()

    def _get_kinds(self):
        return list(read_kinds((self.kinds or "").split(",")))

    def _get_offered_kinds(self):
        offered = (self.offered_kinds or "").split(",")
        return [kind for kind in OFFERED if kind in offered]

    def _update_state(self, state, grantor=None):
        """The one gate: an open question is answered or withdrawn, once."""
        for invitation in self:
            if invitation.state not in UNANSWERED:
                raise FamilyRefused("answered", self.env._("This was answered already."))
        self.write({
            "state": state,
            "answered_at": self.env.cr.now(),
            "answered_by_id": self.env.uid,
            **({"grantor_id": grantor.id} if grantor else {}),
        })  # fmt: skip
        if state != "withdrawn":
            # Else it stays known: taking back and asking anew sends no second link.
            self.token_hash = False

    @api.depends("kinds", "offered_kinds", "staff_id", "is_own")
    def _compute_kind_names(self):
        names = self.env["clinic.permission.kind"]._get_all_names()
        for invitation in self:
            is_offer = invitation.staff_id
            kinds = invitation._get_offered_kinds() if is_offer else invitation._get_kinds()
            invitation.kind_names = (
                self.env._("An account of their own")
                if invitation.is_own
                else ", ".join(names[kind] for kind in kinds)
            )
