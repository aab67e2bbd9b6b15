"""Acts on distributors: what is known of them, how they write, and months without a sale."""

from datetime import date

from tap_graph.domain.viewer import Role
from tap_graph.schema.acts import Acting, Shown, act
from tap_graph.schema.fields import REQUIRED
from tap_graph.schema.links import DistributorLink, PosReportLink
from tap_graph.schema.mutations.given import TEXT_CODES, Given
from tap_graph.services import distributing, expecting

ADMINISTERING = frozenset({Role.ADMINISTRATOR})
DISTRIBUTOR = Shown("distributor", "Distributor", DistributorLink, "Distributor as it is now; null when the act was refused.")


def _set(acting: Acting, given: Given) -> int:
    known = given.get("name"), given.get("country"), given.get("reportsFrom"), given["dueDays"]
    return distributing.register(acting.connection, acting.viewer, given["distributorId"], *known, acting.now)


def _set_profile(acting: Acting, given: Given) -> int:
    return distributing.set_profile(acting.connection, acting.viewer, given["text"], acting.now)


def _declare_zero(acting: Acting, given: Given) -> int:
    return expecting.declare_zero(acting.connection, acting.viewer, given["distributorId"], given["month"], acting.now)


SET = act(
    "DistributorSet",
    "Says what is known of a distributor, all of it; its expected reports are renewed.",
    ADMINISTERING,
    DISTRIBUTOR,
    _set,
    {
        "NOT_A_COUNTRY": "Country is no code of two letters.",
        "NOT_A_MONTH": "Reports begin with the first day of a month.",
        "DUE_DAYS_OUT_OF_RANGE": "Days are too few or too many.",
        **TEXT_CODES,
    },
    {
        "distributorId": (str, "Id of the distributor.", REQUIRED),
        "name": (str | None, "Name of the distributor; null for not known.", None),
        "country": (str | None, "Code of its country or region, by ISO 3166-1 alpha-2; null for not known.", None),
        "reportsFrom": (date | None, "First day of the first month it reports; null where no report is expected.", None),
        "dueDays": (int, "Number of days after a month's last day until its report is due.", 10),
    },
)
SET_PROFILE = act(
    "DistributorProfileSet",
    "Says how a distributor writes its reports from a day on.",
    ADMINISTERING,
    DISTRIBUTOR,
    _set_profile,
    {"PROFILE_UNUSABLE": "Text is no profile, or contradicts another.", **TEXT_CODES},
    {"text": (str, "Text of the profile, in TOML.", REQUIRED)},
)
DECLARE_ZERO = act(
    "ReportDeclareZero",
    "Reports that a distributor sold nothing in a month.",
    frozenset({Role.ADMINISTRATOR, Role.DISTRIBUTOR}),
    Shown("report", "PosReport", PosReportLink, "Report that says so; null when the act was refused."),
    _declare_zero,
    {
        "NOT_FOUND": "There is no such distributor, or it is not the viewer's.",
        "NOT_A_MONTH": "Day is no first day of a month.",
        "MONTH_NOT_OVER": "Month is not over.",
        "NOT_EXPECTED": "No report is expected for that month.",
        "ALREADY_REPORTED": "Month was reported.",
    },
    {
        "distributorId": (str, "Id of the distributor.", REQUIRED),
        "month": (date, "First day of the month.", REQUIRED),
    },
)
