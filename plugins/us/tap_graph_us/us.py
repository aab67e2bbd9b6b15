"""United States: its figures; only the rebate rate is public."""

from collections.abc import Sequence

from tap_graph.sdk import Country, Figure, Option, Period, ProgramRule, Terms, Theatre, assumed, rule

from .figures import OPTIONS, PERIODS, PROGRAMS, TERMS

TAP_SDK = 1


@rule
def tap_theatre() -> Theatre:
    """United States; its program days are those of the Pacific coast."""
    return Theatre(
        code="US",
        name="United States",
        zone=assumed("America/Los_Angeles", "assumed: seat of the program office"),
        currency=assumed("USD", "assumed: the program pays in USD"),
    )


@rule
def tap_periods() -> Sequence[Period]:
    """Periods 6 and 7, six months each."""
    return PERIODS


@rule
def tap_countries() -> Figure[tuple[Country, ...]]:
    """The United States alone."""
    return assumed((Country("US", "United States"),), "assumed: the theatre is one country")


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
