"""How somebody is reached, as a relative types it: read, not verified."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date

from .forms import read_day, read_text

LONGEST = 120
ADDRESS = ("street", "street2", "zip", "city")


@dataclass(frozen=True)
class Contact:
    """Telephone, address, whom to call in an emergency, and the day of birth as it was typed."""

    phone: str = ""
    street: str = ""
    street2: str = ""
    zip: str = ""
    city: str = ""
    emergency_contact: str = ""
    birth_text: str = ""

    @classmethod
    def from_form(cls, form: Mapping[str, str], prefix: str = "") -> Contact:
        """What a submitted form says under names with this prefix, one line each.

        >>> Contact.from_form({"phone": " 09  555 ", "city": "Auck\\nland", "email": "x"})
        Contact(phone='09 555', street='', street2='', zip='', city='Auck land', \
emergency_contact='', birth_text='')
        """
        return cls(
            **{
                field.name: read_text(
                    " ".join(str(form.get(prefix + field.name) or "").split()), LONGEST
                )
                for field in fields(cls)
            }
        )

    @property
    def birth_date(self) -> date | None:
        """The day of birth; None where none was typed, or it can't be read."""
        return read_day(self.birth_text)
