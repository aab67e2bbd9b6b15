"""Europe: its figures; only the rebate rate is public."""

from collections.abc import Sequence

from tap_graph.sdk import Country, Figure, Option, Period, ProgramRule, Terms, Theatre, assumed, rule

from .figures import OPTIONS, PERIODS, PROGRAMS, TERMS

TAP_SDK = 1

EUROPEAN_UNION = (
    Country("AT", "Austria"),
    Country("BE", "Belgium"),
    Country("BG", "Bulgaria"),
    Country("CY", "Cyprus"),
    Country("CZ", "Czech Republic"),
    Country("DE", "Germany"),
    Country("DK", "Denmark"),
    Country("EE", "Estonia"),
    Country("ES", "Spain"),
    Country("FI", "Finland"),
    Country("FR", "France"),
    Country("GB", "United Kingdom"),
    Country("GR", "Greece"),
    Country("HU", "Hungary"),
    Country("IE", "Ireland"),
    Country("IT", "Italy"),
    Country("LT", "Lithuania"),
    Country("LU", "Luxembourg"),
    Country("LV", "Latvia"),
    Country("MT", "Malta"),
    Country("NL", "Netherlands"),
    Country("PL", "Poland"),
    Country("PT", "Portugal"),
    Country("RO", "Romania"),
    Country("SE", "Sweden"),
    Country("SI", "Slovenia"),
    Country("SK", "Slovakia"),
)
EFTA = (
    Country("CH", "Switzerland"),
    Country("IS", "Iceland"),
    Country("LI", "Liechtenstein"),
    Country("NO", "Norway"),
)


@rule
def tap_theatre() -> Theatre:
    """Europe; its program days are those of Amsterdam."""
    return Theatre(
        code="EUROPE",
        name="Europe",
        zone=assumed("Europe/Amsterdam", "assumed: seat of the European office"),
        currency=assumed("USD", "assumed: the program pays in USD"),
    )


@rule
def tap_periods() -> Sequence[Period]:
    """Periods 6 and 7, six months each."""
    return PERIODS


@rule
def tap_countries() -> Figure[tuple[Country, ...]]:
    """The members of the European Union in 2008 and of EFTA."""
    return assumed(EUROPEAN_UNION + EFTA, "assumed: the European Union of 2008 and EFTA")


@rule
def tap_minimums() -> Sequence[Option]:
    """One option for each period, 25,000 for its six months."""
    return OPTIONS


@rule
def tap_combinability() -> Sequence[ProgramRule]:
    """As in Asia Pacific, until this theatre publishes its own list."""
    return PROGRAMS


@rule
def tap_terms() -> Terms:
    """Every term, so that no figure is inherited unseen."""
    return TERMS
