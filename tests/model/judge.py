"""Judges the enrollments of one option at one evaluation window: the objects that `evaluate --json` prints."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.model.cells import Row, amount
from tests.model.equipment import CENT, Returns, returns_of
from tests.model.figures import RATE, RETURN_RATE, THEATRES, Option
from tests.model.lines import Desk, is_pending, reasons_of
from tests.model.rows import Facts
from tests.model.standing import has_country, is_certified, takes_part

Judgement = dict[str, Any]
"""One object of `evaluate --json`, without the source and provenance of its requirements."""


@dataclass(frozen=True)
class Figures:
    """The order lines of a partner, sorted, with their reasons; and the returns of the orders that count."""

    decided: list[tuple[Row, list[str]]]
    returns: Returns

    def total(self, column: str) -> Decimal:
        """Sum of one amount over the lines that count."""
        return sum((amount(order[column]) for order, reasons in self.decided if not reasons), Decimal("0.00"))

    @property
    def pending_credits(self) -> Decimal:
        """Credits of the lines that may still count by themselves."""
        return sum((amount(order["credit"]) for order, reasons in self.decided if is_pending(reasons)), Decimal("0.00"))


def judge(
    facts: Facts,
    region: str,
    option: str,
    window: str,
    on: date | None = None,
    earlier: Sequence[Judgement] = (),
    countries: Mapping[str, frozenset[str]] | None = None,
) -> list[Judgement]:
    """Every approved enrollment of an option, judged at a window and sorted by partner number.

    Args:
        facts: what is in force.
        region: code of the theatre.
        option: code of the participation option.
        window: FIRST or SECOND.
        on: the day; that window's evaluation day when left out.
        earlier: all real judgements made before this one, of whatever partner, option and window.
        countries: countries of a theatre, instead of those transcribed in the figures.
    """
    chosen = THEATRES[region][option]
    judged_on = on or chosen.evaluation_day(window)
    enrollments = [
        row for row in facts.rows("enrollments") if (row["region"], row["option"], row["status"]) == (region, option, "APPROVED")
    ]
    results = []
    for enrollment in sorted(enrollments, key=lambda row: row["partner_number"]):
        before = [made for made in earlier if _is_earlier(made, enrollment, window)]
        results.append(_judge_one(facts, enrollment, chosen, window, judged_on, before, (countries or {}).get(region)))
    return results


def _is_earlier(made: Judgement, enrollment: Row, window: str) -> bool:
    same = all(made[name] == enrollment[name] for name in ("partner_number", "region", "option"))
    return same and made["window"] != window


def _judge_one(
    facts: Facts, enrollment: Row, option: Option, window: str, on: date, before: Sequence[Judgement], countries: frozenset[str] | None
) -> Judgement:
    partner = facts.in_force["partners"][enrollment["partner_number"],]
    figures = _figures(facts, partner, option, on)
    requirements = [
        _plain("ENROLLMENT", takes_part(facts, enrollment)),
        _plain("COUNTRY", has_country(partner, option, countries)),
        _plain("CERTIFICATION", is_certified(facts, partner, option)),
        _minimum(figures.total("net_value"), option.minimum),
        _return_rate(figures.returns),
    ]
    outcome = _outcome(requirements, window, before)
    entitlement = _cents(figures.total("credit") * RATE) if outcome == "EARNED" else Decimal("0.00")
    paid = sum((Decimal(made["payable"]) for made in before), Decimal("0.00"))
    return {
        "partner_number": partner["partner_number"],
        "region": enrollment["region"],
        "option": option.code,
        "window": window,
        "evaluated_on": on.isoformat(),
        "outcome": outcome,
        **_amounts(figures),
        "entitlement": _money(entitlement),
        "payable": _money(entitlement - paid if outcome == "EARNED" else Decimal("0.00")),
        "requirements": requirements,
        "counted": [_counted(order) for order, reasons in figures.decided if not reasons],
        "not_counted": [_not_counted(order, reasons) for order, reasons in figures.decided if reasons],
    }


def _figures(facts: Facts, partner: Row, option: Option, on: date) -> Figures:
    desk = Desk(facts, option, on, partner["tier"] == "TWO_TIER")
    lines = [row for row in facts.rows("orders") if row["partner_number"] == partner["partner_number"] and desk.has_come(row["booked_on"])]
    lines.sort(key=lambda row: (row["order_number"], int(row["line"])))
    decided = [(row, reasons_of(desk, row)) for row in lines]
    counted = {row["order_number"] for row, reasons in decided if not reasons}
    return Figures(decided, returns_of(facts, counted, on, option.return_deadline))


def _outcome(requirements: list[Judgement], window: str, before: Sequence[Judgement]) -> str:
    earned_at_first = window == "SECOND" and any(made["outcome"] == "EARNED" for made in before)
    if earned_at_first or all(requirement["status"] == "MET" for requirement in requirements):
        return "EARNED"
    return "NOT_YET" if window == "FIRST" else "DENIED"


def _plain(code: str, met: bool) -> Judgement:
    return {"code": code, "status": _status(met), "value": None, "required": None, "shortfall": None}


def _minimum(booked: Decimal, minimum: Decimal) -> Judgement:
    shortfall = max(minimum - booked, Decimal("0.00"))
    return {
        "code": "MINIMUM",
        "status": _status(booked >= minimum),
        "value": _money(booked),
        "required": _money(minimum),
        "shortfall": _money(shortfall),
    }


def _return_rate(returns: Returns) -> Judgement:
    missing = RETURN_RATE - (RETURN_RATE if returns.rate is None else returns.rate)
    return {
        "code": "RETURN_RATE",
        "status": _status(returns.reaches(RETURN_RATE)),
        "value": _fraction(returns.rate),
        "required": _fraction(RETURN_RATE),
        "shortfall": _fraction(max(missing, Decimal(0))),
    }


def _amounts(figures: Figures) -> Judgement:
    return {
        "booked_value": _money(figures.total("net_value")),
        "credits": _money(figures.total("credit")),
        "pending_credits": _money(figures.pending_credits),
        "value_due": _money(figures.returns.due),
        "value_received": _money(figures.returns.received),
        "return_rate": _fraction(figures.returns.rate),
    }


def _counted(order: Row) -> Judgement:
    return {
        "order_number": order["order_number"],
        "line": int(order["line"]),
        "net_value": _money(amount(order["net_value"])),
        "credit": _money(amount(order["credit"])),
    }


def _not_counted(order: Row, reasons: list[str]) -> Judgement:
    return {"order_number": order["order_number"], "line": int(order["line"]), "reasons": reasons}


def _status(met: bool) -> str:
    return "MET" if met else "NOT_MET"


def _cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


def _money(value: Decimal) -> str:
    return f"{_cents(value):.2f}"


def _fraction(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.quantize(Decimal('0.0001'), ROUND_HALF_UP):.4f}"
