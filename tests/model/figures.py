"""The figures of the five theatres as program.md §5 states them, transcribed apart from the rulebooks."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

RATE = Decimal("0.15")
RETURN_RATE = Decimal("0.85")
QUALIFYING_LEVELS = frozenset({"GOLD", "SILVER", "PREMIER", "SELECT"})
COMBINABLE_PROGRAMS = frozenset({"VIP"})
NOT_COMBINABLE_PROGRAMS = frozenset({"MSCP", "OIP", "SIP"})
CUT_OFF_DAYS = 7


def _countries(codes: str) -> frozenset[str]:
    return frozenset(codes.split())


APAC_PERIOD_6 = _countries("KR CN AU NZ SG MY PH VN TW ID TH HK")
APAC_PERIOD_7 = APAC_PERIOD_6 | {"IN"}
EU_27_OF_2008 = _countries("AT BE BG CY CZ DE DK EE ES FI FR GB GR HU IE IT LT LU LV MT NL PL PT RO SE SI SK")
EFTA = _countries("CH IS LI NO")
EMERGING_AT_LEAST = _countries("AE ZA BR RU SA EG MX TR")


@dataclass(frozen=True)
class Period:
    """One program period of a theatre: its booking window, its dated steps and its countries."""

    number: int
    first_day: date
    last_day: date
    countries: frozenset[str]

    @property
    def return_deadline(self) -> date:
        """Last day on which a receipt may show in the status tool: the end and 182 days."""
        return self.last_day + timedelta(days=182)

    @property
    def first_evaluation_on(self) -> date:
        """Day of the first evaluation: the end and 91 days."""
        return self.last_day + timedelta(days=91)

    @property
    def second_evaluation_on(self) -> date:
        """Day of the second evaluation: the return deadline itself."""
        return self.return_deadline

    @property
    def enrollment_first_day(self) -> date:
        """First day of the enrollment window, 28 days before booking begins."""
        return self.first_day - timedelta(days=28)

    @property
    def enrollment_last_day(self) -> date:
        """Last day of the enrollment window, 42 days after booking begins."""
        return self.first_day + timedelta(days=42)


@dataclass(frozen=True)
class Option:
    """What a partner enrolls in: one period, or consecutive ones, with a minimum of its own."""

    code: str
    minimum: Decimal
    periods: tuple[Period, ...]

    @property
    def first_day(self) -> date:
        """First day of its one booking window."""
        return self.periods[0].first_day

    @property
    def last_day(self) -> date:
        """Last day of its one booking window."""
        return self.periods[-1].last_day

    @property
    def last_tracked_day(self) -> date:
        """Last booking day of a two-tier partner that still counts."""
        return self.last_day - timedelta(days=CUT_OFF_DAYS)

    @property
    def return_deadline(self) -> date:
        """The return deadline of its last period."""
        return self.periods[-1].return_deadline

    def evaluation_day(self, window: str) -> date:
        """Day on which it is judged at FIRST or SECOND, by its last period."""
        last = self.periods[-1]
        return {"FIRST": last.first_evaluation_on, "SECOND": last.second_evaluation_on}[window]

    def touches(self, other: "Option") -> bool:
        """Whether both cover a period in common."""
        return bool({period.number for period in self.periods} & {period.number for period in other.periods})


def _apac() -> dict[str, Option]:
    p5 = Period(5, date(2007, 10, 28), date(2008, 1, 26), APAC_PERIOD_6)
    p6 = Period(6, date(2008, 1, 27), date(2008, 4, 26), APAC_PERIOD_6)
    p7 = Period(7, date(2008, 4, 27), date(2008, 10, 25), APAC_PERIOD_7)
    three, six = Decimal("12500.00"), Decimal("25000.00")
    options = (Option("P5", three, (p5,)), Option("P5-P6", six, (p5, p6)), Option("P6", three, (p6,)), Option("P7", six, (p7,)))
    return {option.code: option for option in options}


def _six_months(countries: frozenset[str]) -> dict[str, Option]:
    p6 = Period(6, date(2007, 10, 28), date(2008, 4, 26), countries)
    p7 = Period(7, date(2008, 4, 27), date(2008, 10, 25), countries)
    six = Decimal("25000.00")
    return {"P6": Option("P6", six, (p6,)), "P7": Option("P7", six, (p7,))}


THEATRES: dict[str, dict[str, Option]] = {
    "APAC": _apac(),
    "US": _six_months(frozenset({"US"})),
    "CANADA": _six_months(frozenset({"CA"})),
    "EUROPE": _six_months(EU_27_OF_2008 | EFTA),
    "EMERGING": _six_months(EMERGING_AT_LEAST),
}
"""Theatre → option code → option. EMERGING states its countries in its rulebook: pass them to judge()."""
