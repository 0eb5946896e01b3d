from urllib.parse import quote

from odoo import api, models


class ClinicPageCalendar(models.AbstractModel):
    """The page of somebody's calendar address. The address itself is on it once."""

    _name = "clinic.page.calendar"
    _inherit = "clinic.page"
    _description = "Calendar Page"

    @api.model
    def _get_calendar(self, user, key=""):
        """Whether there is an address, since when, and how much it shows of whom."""
        feed_sudo = self.env["clinic.calendar.feed"]._find_for(user)
        return {
            "has_address": bool(feed_sudo),
            "since": self._format_moment(feed_sudo.since),
            "people": self._get_people(feed_sudo._as_owner(), user.partner_id),
            "levels": self.env["clinic.calendar.level"]
            ._fields["level"]
            ._description_selection(self.env),
            "work": self._get_work(feed_sudo._as_owner()),
            **(self._get_addresses(key) if key and feed_sudo else {"address": ""}),
        }

    def _get_people(self, feed, reader):
        return [
            {
                "id": person_sudo.id,
                "name": person_sudo.name,
                "is_me": person_sudo == reader,
                "level": level,
            }
            for person_sudo, level in (feed._get_levels() if feed else {}).items()
        ]

    def _get_work(self, feed):
        """How much is shown of the visits that the reader gives; nothing for who gives none."""
        levels = feed._fields["work_level"]._description_selection(self.env)
        companies_sudo = self.env.user.sudo().company_ids
        return bool(feed and feed._find_practice()) and {
            "levels": [(value, words, value == feed.sudo().work_level) for value, words in levels],
            "has_names": any(companies_sudo.mapped("clinic_names_in_calendars")),
        }

    def _get_addresses(self, key):
        """The address as such, and the way to it in the calendars that most people have."""
        address = f"{self.get_base_url()}/calendar/{key}.ics"
        webcal = "webcal:" + address.partition(":")[2]
        name = quote(self.env._("Visits to the clinic"), safe="")
        return {
            "address": address,
            "apple": webcal,
            "google": f"https://calendar.google.com/calendar/render?cid={quote(webcal, safe='')}",
            "outlook": "https://outlook.live.com/calendar/0/addfromweb"
            f"?url={quote(address, safe='')}&name={name}",
        }

    @api.model
    def _get_done(self, done):
        """What was just done, in a sentence."""
        sentences = {
            "ended": self.env._(
                "The address has ended. Calendars that had it find nothing there any more."
            ),
            "levels": self.env._(
                "Saved. Calendars show it when they ask again, mostly within a day."
            ),
        }
        return sentences.get(done, "")
