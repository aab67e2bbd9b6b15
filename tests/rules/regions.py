"""Invented regions: a complete one to start from, and what a test changes in it."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from types import ModuleType
from typing import Any

from tap_graph.domain.evaluation import EvaluationFacts, EvaluationWindow, RequirementCode, Totals
from tap_graph.domain.order import Acquisition, OrderLineFacts, QuoteStanding, SaleType
from tap_graph.sdk import Country, EnrollmentFacts, Figure, Option, Period, Theatre, Tier, Window, assumed, rule, window

SOURCE = "Atlantis program rules, version 1"


def theatre(code: str = "ATLANTIS", zone: str = "UTC", currency: str = "USD") -> Theatre:
    return Theatre(code, code.title(), assumed(zone, SOURCE), assumed(currency, SOURCE))


def period(number: int = 1, booking: Window | None = None, **changed: Any) -> Period:
    days: dict[str, Any] = {
        "enrollment_window": assumed(window("2007-12-30", "2008-03-09"), SOURCE),
        "booking_window": assumed(booking or window("2008-01-27", "2008-04-26"), SOURCE),
        "return_deadline": assumed(date(2008, 10, 25), SOURCE),
        "first_evaluation_on": assumed(date(2008, 7, 26), SOURCE),
        "second_evaluation_on": assumed(date(2008, 10, 25), SOURCE),
        "dispute_deadline": assumed(date(2008, 10, 25), SOURCE),
    }
    return Period(number=number, **(days | changed))


def countries(*codes: str) -> Figure[tuple[Country, ...]]:
    return assumed(tuple(Country(code, f"Country {code}") for code in codes), SOURCE)


def option(code: str = "P1", periods: tuple[int, ...] = (1,), minimum: str = "12500.00") -> Option:
    return Option(code, assumed(periods, SOURCE), assumed(Decimal(minimum), SOURCE))


def module(name: str = "atlantis", /, **hooks: Callable[..., object] | None) -> ModuleType:
    """A region's module; a hook given replaces the plain one, None leaves it out."""
    plain: dict[str, Callable[..., object] | None] = {
        "tap_theatre": lambda: theatre("ATLANTIS"),
        "tap_periods": lambda: [period()],
        "tap_countries": lambda: countries("XA"),
        "tap_minimums": lambda: [option()],
    }
    made = ModuleType(name)
    made.TAP_SDK = 1  # type: ignore[attr-defined]
    for hook, function in (plain | hooks).items():
        if function is not None:
            setattr(made, hook, rule(function))
    return made


def line(**changed: Any) -> OrderLineFacts:
    """An ordinary one-tier line that counts, with what a test changes."""
    facts: dict[str, Any] = {
        "sale_type": SaleType.RESALE,
        "acquisition": Acquisition.PURCHASE,
        "existing_network": True,
        "two_tier": False,
        "quote": QuoteStanding.VALID,
        "deviation": None,
        "programs": (),
    }
    return OrderLineFacts(**(facts | changed))


def enrollment(**changed: Any) -> EnrollmentFacts:
    """An ordinary application that nothing speaks against."""
    facts: dict[str, Any] = {
        "option": "P1",
        "tier": Tier.ONE_TIER,
        "country": "XA",
        "country_listed": True,
        "certified_when_submitted": True,
        "submitted_in_window": True,
    }
    return EnrollmentFacts(**(facts | changed))


def evaluation(credit: int = 2_000_00, unmet: tuple[RequirementCode, ...] = ()) -> EvaluationFacts:
    """An ordinary evaluation at the first window."""
    return EvaluationFacts("P1", EvaluationWindow.FIRST, "XA", Totals(booked_value=13_000_00, credits=credit), unmet)
