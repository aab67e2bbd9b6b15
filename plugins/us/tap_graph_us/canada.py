"""Canada: its figures; only the rebate rate is public."""

from collections.abc import Sequence

from tap_graph.sdk import Country, Figure, Option, Period, ProgramRule, Terms, Theatre, assumed, rule

from .figures import OPTIONS, PERIODS, PROGRAMS, TERMS

TAP_SDK = 1


@rule
def tap_theatre() -> Theatre:
    """Canada; its program days are those of Toronto."""
    return Theatre(
        code="CANADA",
        name="Canada",
        zone=assumed("America/Toronto", "assumed: seat of the country office"),
        currency=assumed("USD", "assumed: Canada evaluates in USD, as all theatres do"),
    )


@rule
def tap_periods() -> Sequence[Period]:
    """Periods 6 and 7, six months each."""
    return PERIODS


@rule
def tap_countries() -> Figure[tuple[Country, ...]]:
    """Canada alone."""
    return assumed((Country("CA", "Canada"),), "assumed: the theatre is one country")


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
