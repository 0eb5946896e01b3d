from functools import cache
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, format_time, ormcache

from odoo.addons.base.models.res_partner import _tz_get

from ...engine.instants import from_instant, write_local, write_start


@cache
def read_zone(name):
    """The zone from the same files as Odoo's own pytz: the system's may be older, or not there."""
    with pytz.open_resource(name) as file:
        return ZoneInfo.from_file(file, key=name)


class ClinicLocation(models.Model):
    """A place where the clinic sees patients. Its time zone decides what a day and an hour is."""

    _name = "clinic.location"
    _inherit = ["clinic.written.mixin"]
    _description = "Location"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    tz = fields.Selection(
        _tz_get,
        string="Time Zone",
        required=True,
        default=lambda self: self.env.user.tz or "UTC",
        help="Working hours at this location are in this zone.",
    )
    phone = fields.Char(help="Patients are asked to call this number.")
    partner_id = fields.Many2one(
        "res.partner", string="Contact", groups="base.group_user", ondelete="restrict"
    )
    address = fields.Char(compute="_compute_address", compute_sudo=True)
    opening_hours = fields.Text(
        translate=True,
        help="Shown on the website, as you write it. What can be booked follows from the working "
        "hours of the practitioners.",
    )

    @api.depends("partner_id")
    def _compute_address(self):
        for location in self:
            lines = location.partner_id._display_address(without_company=True).splitlines()
            location.address = ", ".join(line.strip() for line in lines if line.strip())

    def _get_map_url(self):
        """A map with this place on it, or nothing where there is no address."""
        # The contact is the clinic's own affair; its address is public.
        return self.address and self.sudo().partner_id.google_map_link()

    # Which companies are clinics

    @api.model
    @ormcache()
    def _get_clinic_ids(self):
        """The companies that are clinics, by id: those with a location."""
        found = self.sudo().with_context(active_test=True)._read_group([], ["company_id"])
        return tuple(company.id for (company,) in found)

    @api.model
    @ormcache("company_id")
    def _get_first_tz(self, company_id):
        """The zone of a company's first location, whoever asks; nothing where it has none."""
        # In no language, as places are in order by their names, too.
        first = self.sudo().with_context(active_test=True, lang=None)
        return first.search_fetch([("company_id", "=", company_id)], ["tz"], limit=1).tz

    @api.model_create_multi
    def create(self, vals_list):
        locations = super().create(vals_list)
        self.env.registry.clear_cache()
        return locations

    def write(self, vals):
        result = super().write(vals)
        if not vals.keys().isdisjoint(("active", "company_id", "tz", "sequence", "name")):
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_without_history(self):
        schedules_sudo = self.env["clinic.schedule"].sudo()
        if schedules_sudo.search_count([("location_id", "in", self.ids)], limit=1):
            raise UserError(self.env._(
                "%(names)s can't be deleted, because the working hours there would be lost. "
                "Archive instead.",
                names=", ".join(self.mapped("name")),
            ))  # fmt: skip

    @api.model
    @ormcache("location_id")
    def _get_tz_of(self, location_id):
        """The zone of a place, whoever asks."""
        return self.sudo().browse(location_id).tz

    def _get_zone(self):
        # With full rights it is the same for everybody, and asked for on nearly every page.
        is_stored = self.env.su and isinstance(self.id, int)
        return read_zone(self._get_tz_of(self.id) if is_stored else self.tz)

    def _get_time_values(self, instant):
        """An instant as pages at this location show it, and as their addresses carry it."""
        self.ensure_one()
        zone = self._get_zone()
        return {
            "param": write_start(instant, zone),
            "query": quote(write_start(instant, zone), safe=":"),
            **self._get_zone_values(instant, self.tz),
        }

    def _get_starts_values(self, instants):
        """Many instants as a page lists them under their days: each time of day is written once."""
        self.ensure_one()
        zone, written = self._get_zone(), {}
        values = []
        for instant in instants:
            local = from_instant(instant).astimezone(zone)
            if local.time() not in written:
                written[local.time()] = self._format_time(local)
            param = write_local(local)
            values.append({
                "param": param,
                "query": quote(param, safe=":"),
                "time": written[local.time()],
                "hour": local.hour,
            })  # fmt: skip
        return values

    def _format_time(self, local):
        return format_time(self.env, local.time(), time_format="short")

    @api.model
    def _get_zone_values(self, instant, tz):
        """An instant as the clocks of a zone show it, in the reader's language."""
        local = from_instant(instant).astimezone(read_zone(tz))
        return {
            "time": self._format_time(local),
            "day": format_date(self.env, local.date(), date_format="EEE d MMM"),
            # A term, as some languages say "de" between day, month and year.
            "long_day": format_date(
                self.env, local.date(), date_format=self.env._("EEEE d MMMM y")
            ),
            "zone": self._get_zone_name(local, tz),
        }

    def _get_zone_name(self, local, tz):
        """The zone as people say it: its city, and the letters it has at that time."""
        city = tz.rsplit("/", 1)[-1].replace("_", " ")
        letters = f"{local:%Z}"
        return city if city == letters else f"{city} ({letters})"
