"""Combinability by program and booking day; silence is UNKNOWN."""

from datetime import date

from tap_graph.domain.combinability import Combinability, ProgramRule, combinability_of
from tap_graph.values.figure import official
from tap_graph.values.window import window

RULES = (
    ProgramRule("VIP", "Value", official(True, "Q19"), window("2008-01-27", "2008-04-26")),
    ProgramRule("VIP", "Value", official(False, "Q19"), window("2008-04-27", "2008-10-25")),
    ProgramRule("OIP", "Opportunity", official(False, "Q19")),
)


def test_a_dated_rule_speaks_of_its_days_only() -> None:
    days = [date(2008, 1, 26), date(2008, 1, 27), date(2008, 4, 26), date(2008, 4, 27), date(2008, 10, 26)]
    assert [combinability_of("VIP", day, RULES) for day in days] == [
        Combinability.UNKNOWN,
        Combinability.COMBINABLE,
        Combinability.COMBINABLE,
        Combinability.NOT_COMBINABLE,
        Combinability.UNKNOWN,
    ]


def test_without_a_booking_day_only_undated_rules_speak() -> None:
    assert combinability_of("VIP", None, RULES) is Combinability.UNKNOWN
    assert combinability_of("OIP", None, RULES) is Combinability.NOT_COMBINABLE


def test_a_program_nobody_lists_is_unknown() -> None:
    assert combinability_of("XYZ", date(2008, 2, 1), RULES) is Combinability.UNKNOWN
