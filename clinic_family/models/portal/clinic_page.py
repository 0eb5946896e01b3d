import re

from lxml import etree, html
from markupsafe import Markup

from odoo import models
from odoo.fields import Datetime, Domain
from odoo.tools import format_date, format_list

from ...engine.instants import from_stored

# Where the sentence stands that says what is wrong with a field.
WORDS = "wrong_words"
# What somebody may type, and no parser of pages takes.
UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class ClinicPage(models.AbstractModel):
    """What the clinic's pages share. Each shows plain values, which its reader may see."""

    _name = "clinic.page"
    _description = "Page"

    def _get_acting(self, names, switch_url):
        """For whom I am acting, for the bar on top of the page; False for myself alone."""
        return bool(names) and {
            "names": format_list(self.env, names),
            "switch_url": switch_url,
        }

    def _get_proposed(self, person_id, switch_url):
        """The relative the reader came to book for, as the pages before *who comes* carry them on.

        Somebody the reader may not book for is nobody.
        """
        me = self.env.user.partner_id
        people_sudo = (
            self.env["clinic.authority"]._get_people(me, "book") if person_id else me.browse()
        )
        person_sudo = people_sudo.filtered(lambda one: one.id == person_id) - me
        return {
            "for_id": person_sudo.id or 0,
            "for_only": f"?for={person_sudo.id}" if person_sudo else "",
            "for_more": f"&for={person_sudo.id}" if person_sudo else "",
            "clinic_acting": self._get_acting(person_sudo.mapped("name"), switch_url),
        }

    def _get_buyer(self):
        """Who would pay what the reader reads; nobody for a visitor, as the clinic knows none."""
        user = self.env.user
        return user.partner_id.browse() if user._is_public() else user.partner_id

    def _get_adult_values(self, me, adults, chosen):
        """Who may come along with somebody, as a page offers them to a reader who knows them."""
        return [
            {
                "id": one_sudo.id,
                "name": self.env._("Me") if one_sudo == me else one_sudo.name,
                "chosen": one_sudo in chosen,
            }
            for one_sudo in adults.sudo()
        ]

    def _get_time_left(self, location, until):
        """How long something is kept there, in seconds, and until when."""
        shown = location._get_time_values(from_stored(until))
        return {
            "seconds_left": max(0, int((until - Datetime.now()).total_seconds())),
            "held_until": f"{shown['time']} {shown['zone']}",
        }

    def _get_kept(self, choice):
        """How long what was chosen is kept for the reader, who chose it before they logged in."""
        kept_sudo = self.env["clinic.kept.time"]._find_own()
        is_chosen = (
            kept_sudo
            and choice["start"]
            and kept_sudo._is_at(choice["service"], choice["location"], choice["start"]["param"])
        )
        return self._get_time_left(kept_sudo.location_id, kept_sudo.kept_until) if is_chosen else {}

    def _mark_wrong(self, body, ids, words):
        """The body of a page, in which these fields of a form are marked as wrong.

        One goes on at the first of them, below which the words stand.
        """
        body, words = (UNREADABLE.sub("", str(text)) for text in (body, words))
        page = html.fragment_fromstring(body, create_parent="div")
        wrong = [one for one in page.iter("input", "select", "textarea") if one.get("id") in ids]
        for field in wrong:
            field.classes.add("is-invalid")
            described = f"{WORDS} {field.get('aria-describedby', '')}".strip()
            field.attrib.update({"aria-invalid": "true", "aria-describedby": described})
        if wrong:
            for other in page.xpath(".//*[@autofocus]"):
                del other.attrib["autofocus"]
            wrong[0].set("autofocus", "autofocus")
            said = html.Element("div", {"id": WORDS, "class": "invalid-feedback"})
            said.text = words
            self._put_below(wrong[0], said)
        parts = (etree.tostring(part, encoding="unicode", method="html") for part in page)
        # As QWeb has made it, and what was said is text.
        return Markup("").join([Markup.escape(page.text or ""), *map(Markup, parts)])

    @staticmethod
    def _put_below(field, said):
        """Below the field and what stands in one line with it: a button, or its label."""
        around = field.getparent()
        if "input-group" in around.classes:
            # Bootstrap shows it beside a wrong field only.
            said.classes.add("d-block")
            around.addnext(said)
        elif "form-check" in around.classes:
            around.append(said)
        else:
            field.addnext(said)

    def _format_day(self, day):
        return format_date(self.env, day, date_format="d MMM y") if day else ""

    def _format_moment(self, moment):
        """The day of a stored moment at the clinic."""
        return self._format_day(moment and self.env["clinic.family"]._get_day(moment))

    def _match(self, search, *names):
        return Domain.OR(Domain(name, "ilike", search) for name in names) if search else Domain.TRUE
