"""Why an order line counts for an option or does not, and which of the reasons are only pending."""

from dataclasses import dataclass
from datetime import date

from tests.model.cells import Key, Row, day
from tests.model.figures import COMBINABLE_PROGRAMS, NOT_COMBINABLE_PROGRAMS, Option
from tests.model.rows import Facts

PENDING = frozenset({"NOT_SHIPPED", "POS_NOT_REPORTED", "SALE_TYPE_UNKNOWN", "NETWORK_UNKNOWN", "PROGRAM_UNKNOWN"})


@dataclass(frozen=True)
class Desk:
    """What a line is looked at with: the facts, the option, the evaluation day and the partner's tier."""

    facts: Facts
    option: Option
    on: date
    partner_is_two_tier: bool

    def has_come(self, text: str) -> bool:
        """Whether a day is known and not after the evaluation day."""
        known = day(text)
        return known is not None and known <= self.on


def reasons_of(desk: Desk, order: Row) -> list[str]:
    """Every reason why an order line booked by the evaluation day does not count, in the order of the contract."""
    two_tier = bool(order["distributor_id"]) or desk.partner_is_two_tier
    findings = [
        *_window(desk, order),
        ("INTERNAL_USE", order["sale_type"] == "INTERNAL"),
        ("NOT_EXISTING_NETWORK", order["existing_network"] == "false"),
        ("NOT_STANDARD_TMP", not _has_valid_quote(desk.facts, order)),
        ("PROGRAM_NOT_COMBINABLE", bool(_programs(order) & NOT_COMBINABLE_PROGRAMS)),
        *(_deviation(desk.facts, order) if two_tier else ()),
        ("CANCELLED", desk.has_come(order["cancelled_on"])),
        ("NOT_SHIPPED", not two_tier and not desk.has_come(order["shipped_on"])),
        ("POS_NOT_REPORTED", two_tier and reported_units(desk, order) < int(order["quantity"] or 1)),
        ("SALE_TYPE_UNKNOWN", not order["sale_type"]),
        ("NETWORK_UNKNOWN", not order["existing_network"]),
        ("PROGRAM_UNKNOWN", bool(_programs(order) - NOT_COMBINABLE_PROGRAMS - COMBINABLE_PROGRAMS)),
    ]
    return [reason for reason, applies in findings if applies]


def is_pending(reasons: list[str]) -> bool:
    """Whether a line that does not count yet may still do so by itself."""
    return bool(reasons) and PENDING.issuperset(reasons)


def reported_units(desk: Desk, order: Row) -> int:
    """Units that distributors shipped, invoiced and reported of one order line by the evaluation day, returns deducted."""
    line: Key = (order["order_number"], order["line"])
    units = 0
    for key, pos in desk.facts.in_force["pos"].items():
        all_known = all(desk.has_come(pos[column]) for column in ("shipped_on", "invoiced_on", "reported_on"))
        if desk.facts.pos_lines.get(key) == line and all_known:
            units += int(pos["quantity"] or 1)
    return units


def _window(desk: Desk, order: Row) -> list[tuple[str, bool]]:
    booked = date.fromisoformat(order["booked_on"])
    inside = desk.option.first_day <= booked <= desk.option.last_day
    too_late = inside and desk.partner_is_two_tier and booked > desk.option.last_tracked_day
    return [("OUTSIDE_BOOKING_WINDOW", not inside), ("AFTER_TWO_TIER_CUTOFF", too_late)]


def _has_valid_quote(facts: Facts, order: Row) -> bool:
    booked = order["booked_on"]
    return any(quote["quote_number"] == order["quote_number"] and _is_valid(quote, booked) for quote in facts.rows("quotes"))


def _is_valid(quote: Row, booked: str) -> bool:
    return bool(quote["issued_on"]) and quote["issued_on"] <= booked <= (quote["valid_until"] or "9999-12-31")


def _programs(order: Row) -> set[str]:
    return {program for program in order["programs"].split(";") if program}


def _deviation(facts: Facts, order: Row) -> list[tuple[str, bool]]:
    if not order["deviation_number"]:
        return [("DEVIATION_MISSING", True)]
    deviation = facts.in_force["deviations"][order["deviation_number"],]
    approved = deviation["status"] == "APPROVED"
    confirmed = order["confirmed_on"] or order["booked_on"]
    return [
        ("DEVIATION_NOT_TMP", deviation["type"] != "TMP"),
        ("DEVIATION_NOT_APPROVED", not approved),
        ("DEVIATION_AFTER_CONFIRMATION", approved and deviation["decided_on"] > confirmed),
    ]
