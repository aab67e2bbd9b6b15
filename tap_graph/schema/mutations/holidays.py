"""Acts on holidays: days that business days are counted by, set and taken back; due days of what is undecided follow (R17)."""

from datetime import date

from tap_graph.domain.viewer import Role
from tap_graph.schema.acts import Acting, Shown, act
from tap_graph.schema.fields import REQUIRED
from tap_graph.schema.holiday import Holiday
from tap_graph.schema.mutations.given import UNSTORABLE, Given
from tap_graph.services import setting_holidays

ADMINISTERING = frozenset({Role.ADMINISTRATOR})
COUNTRY = (str, "Code of a country or region of the viewer's regions, by ISO 3166-1 alpha-2.", REQUIRED)
DAY = (date, "Day that is meant.", REQUIRED)
NOT_YOURS = {"COUNTRY_NOT_YOURS": "Country is one of none of the viewer's regions.", **UNSTORABLE}


def _set(acting: Acting, given: Given) -> int:
    return setting_holidays.set_holiday(
        acting.connection,
        acting.rulebooks,
        acting.viewer,
        given["country"],
        given["day"],
        is_holiday=given["isHoliday"],
        name=given["name"],
        now=acting.now,
    )


def _remove(acting: Acting, given: Given) -> int:
    return setting_holidays.remove_holiday(acting.connection, acting.rulebooks, acting.viewer, given["country"], given["day"], acting.now)


SET = act(
    "HolidaySet",
    "Makes a day a holiday of a country, or a day on which people work; due days of undecided applications are counted anew.",
    ADMINISTERING,
    Shown("holiday", "Holiday", Holiday, "Day as it is set now; null when the act was refused."),
    _set,
    NOT_YOURS,
    {
        "country": COUNTRY,
        "day": DAY,
        "isHoliday": (bool, "Whether nobody works on it; false: people do.", REQUIRED),
        "name": (str, "Name of the holiday, or why people work.", REQUIRED),
    },
)
REMOVE = act(
    "HolidayRemove",
    "Takes a day that was set back, so that the country's calendar holds again; due days of undecided applications are counted anew.",
    ADMINISTERING,
    Shown("holiday", "Holiday", Holiday, "Null always: the day is no longer set."),
    _remove,
    {**NOT_YOURS, "NOT_FOUND": "Day was not set."},
    {"country": COUNTRY, "day": DAY},
)
