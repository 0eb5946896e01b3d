"""Ages to start from, by country: what the clinic sets stands in its settings.

A starting point, not advice: laws change, differ within a country and leave room for judgement.
The sources are in the decision "Growing up".

>>> find_preset("NL").own, find_preset("NL").review
(16, 12)
>>> find_preset("XX") is None
True
"""

from __future__ import annotations

from dataclasses import dataclass

# Of these a young person is asked first: they show when, why and with whom somebody is treated.
REVIEWED = ("book", "intake", "notify", "calendar")


@dataclass(frozen=True)
class Preset:
    """From ``own`` on a patient decides alone; from ``review`` on, if any, the clinic asks."""

    own: int
    review: int | None
    source: str


PRESETS = {
    "AT": Preset(14, None, "§ 173 ABGB"),
    "AU": Preset(18, 14, "Secretary v JWB and SMB (Marion's case, 1992); My Health Record from 14"),
    "BE": Preset(18, None, "Patients' Rights Act of 22 August 2002, art. 12"),
    "DE": Preset(18, 14, "§ 2 and § 630d BGB"),
    "DK": Preset(15, None, "Sundhedsloven § 17"),
    "ES": Preset(16, None, "Ley 41/2002, on the autonomy of patients"),
    "FR": Preset(18, None, "Code de la santé publique, art. L1111-5"),
    "GB": Preset(16, 13, "Family Law Reform Act 1969, s. 8; Gillick v West Norfolk AHA (1985)"),
    "IE": Preset(16, None, "Non-Fatal Offences against the Person Act 1997, s. 23"),
    "NL": Preset(16, 12, "WGBO, in Book 7 of the Burgerlijk Wetboek"),
    "NO": Preset(16, 12, "Pasient- og brukerrettighetsloven §§ 4-3 and 4-4"),
    "NZ": Preset(16, None, "Care of Children Act 2004, s. 36"),
    "PL": Preset(18, 16, "Ustawa o prawach pacjenta of 6 November 2008, art. 17"),
    "US": Preset(18, 13, "Age of majority in most states; minors' consent laws differ by state"),
}


def find_preset(country_code: str | None) -> Preset | None:
    """The starting point for the country of this ISO code, if there is one."""
    return PRESETS.get(country_code or "")
