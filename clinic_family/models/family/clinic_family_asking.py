from odoo import api, models

from ...exceptions import FamilyRefused


class ClinicFamilyAsking(models.AbstractModel):
    """Adults are asked, and nothing is shared until they answer.

    A part of ``clinic.family``.
    """

    _name = "clinic.family.asking"
    _description = "Family: Asking"

    def _ask_stranger(self, actor, relative):
        offered = "card" if relative.may_bill else ""
        self.env["clinic.invitation"].sudo()._ask(actor, {
            "name": relative.name,
            "email": relative.email,
            "type_id": self._get_type(relative.type_id).id,
            "kinds": ",".join(relative.kinds),
            "offered_kinds": offered,
            "form_key": relative.key,
        })  # fmt: skip

    @api.model
    def _ask_relative(self, actor, relative, kinds):
        """Asks somebody who is a relative already to let the actor do more."""
        self._verify_linked(actor, relative)
        self._verify_grown(actor)
        if not kinds:
            raise FamilyRefused("nothing", self.env._("Please choose what you would like to do."))
        self._wait_for_own_requests(actor)
        self._verify_not_many(actor)
        self.env["clinic.invitation"].sudo()._ask(
            actor, {"name": relative.sudo().name, "kinds": ",".join(kinds)}, relative
        )

    # Answering

    @api.model
    def _find_question(self, actor, token="", invitation_id=0):
        """The open question put to the actor: by the link in a message, or among their own.

        Their own are also those put to somebody they look after. What staff offer is answered
        through its link alone.
        """
        invitations_sudo = self.env["clinic.invitation"].sudo()
        if token:
            found = invitations_sudo._search_by_token(token)
        else:
            found = invitations_sudo.search([
                ("id", "=", invitation_id),
                ("grantor_id", "in", (actor | self._get_wards(actor)).ids),
                ("staff_id", "=", False),
                ("state", "=", "open"),
                ("expires_at", ">", self.env.cr.now()),
            ])  # fmt: skip
        return found.filtered(lambda question: not self._is_blocked(actor, question))[:1]

    def _is_blocked(self, actor, question):
        people = actor | question.grantor_id
        is_apart = any(self.env["clinic.block"]._stops(one, question.asker_id) for one in people)
        return is_apart or question._is_dead()

    @api.model
    def _accept(self, actor, question, kinds, code=""):
        """The asking person may do these kinds of things, and no more than asked.

        Answered by the person asked, or by one who looks after that person. What staff offer is
        taken as a whole, with the code if there is one.
        """
        if question.staff_id:
            self._accept_invitation(actor, question, code)
        else:
            self._agree(actor, question, kinds)

    def _agree(self, actor, question, kinds):
        if (
            self.env.user._is_public()
            or not question
            or not question._is_open()
            or question.asker_id == actor
        ):
            raise self._no_question()
        person = (question.grantor_id or actor).sudo()
        self._verify_sharing(actor, person, set(kinds) & set(question._get_kinds()))
        if not question.grantor_id:
            # Who becomes a relative by it isn't a child's to say.
            self._verify_grown(actor)
        # What is refused on the way leaves the question open.
        with self.env.cr.savepoint():
            question._update_state("accepted", person)
            how = {"is_own": actor == person, "is_by_parent": self._is_parent(actor, person)}
            self._share_as_asked(question, person, kinds, how)

    def _share_as_asked(self, question, person, kinds, how):
        if question.type_id:
            self.env["clinic.relationship"].sudo()._link(
                question.asker_id, person, question.type_id
            )
        permissions = self.env["clinic.permission"].sudo()
        allowed = [kind for kind in question._get_kinds() if kind in kinds]
        link = {"invitation_id": question.id}
        permissions._grant(person, question.asker_id, allowed, "consent", **how, **link)
        permissions._grant(
            question.asker_id, person, question._get_offered_kinds(), "consent", **link
        )

    @api.model
    def _decline(self, actor, question):
        if not question or not question._is_open() or question.asker_id == actor:
            raise self._no_question()
        if not self._may_decline(actor, question):
            raise self._no_question()
        # Who declined stays unnamed unless they were asked by name.
        question._update_state("declined")

    def _may_decline(self, actor, question):
        """What staff offer is declined without an account too, but not for somebody else."""
        if self.env.user._is_public():
            return bool(question.staff_id)
        return not question.staff_id or self._is_put_to(actor, question)

    def _no_question(self):
        return FamilyRefused("no_question", self.env._(
            "This invitation has ended or was answered already."
        ))  # fmt: skip

    @api.model
    def _find_own_question(self, actor, invitation_id):
        """A question of the actor's own that isn't answered yet, with full rights."""
        return self.env["clinic.invitation"].sudo().search([
            ("id", "=", invitation_id),
            ("asker_id", "=", actor.id),
            ("staff_id", "=", False),
            ("state", "=", "open"),
        ])  # fmt: skip

    @api.model
    def _withdraw(self, actor, invitation_id):
        """The actor takes back a question of their own that isn't answered yet."""
        question_sudo = self._find_own_question(actor, invitation_id)
        if not question_sudo:
            raise self._no_question()
        question_sudo._update_state("withdrawn")
