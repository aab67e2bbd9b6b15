"""Conformance: what every region must hold beyond starting at all, as named checks with messages.

A region that contradicts itself never becomes a rulebook; what is tried here is whether its dates make sense and
its rules are pure and total over everything they may be asked.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar
from zoneinfo import ZoneInfo

from tap_graph.domain.errors import RuleFailed, UnknownName
from tap_graph.domain.finding import Finding, Weight
from tap_graph.domain.order import OrderLineFacts
from tap_graph.domain.reason import BY_CODE, REGION_BITS
from tap_graph.rules import Rulebook, find_rulebooks
from tap_graph.testing.facts import enrollment_facts, evaluation_facts, order_line_facts

Facts = TypeVar("Facts")
MOST_PROBLEMS = 5
"""Problems told per check: the sixth of a kind says nothing new."""


@dataclass(frozen=True, slots=True)
class Check:
    """One named check: `problems` tells what does not hold of a rulebook, nothing when it holds."""

    name: str
    problems: Callable[[Rulebook], Iterable[str]]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a check said of a region; it holds when there is no problem."""

    name: str
    problems: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing speaks against the region."""
        return not self.problems


def rulebook_under_test(code: str) -> Rulebook:
    """The installed rulebook of a theatre; an `UnknownName` lists those there are."""
    rulebooks = find_rulebooks()
    if code not in rulebooks:
        raise UnknownName(f"No region {code} is installed; there are {', '.join(rulebooks)}.")
    return rulebooks[code]


def check_region(rulebook: Rulebook) -> list[CheckResult]:
    """Runs every check on a region."""
    return [run(check, rulebook) for check in CHECKS]


def run(check: Check, rulebook: Rulebook) -> CheckResult:
    """Runs one check on a region."""
    return CheckResult(check.name, tuple(islice(check.problems(rulebook), MOST_PROBLEMS)))


def _figures_are_the_same_twice(rulebook: Rulebook) -> Iterator[str]:
    again = Rulebook(rulebook.speakers)
    if again.digest == rulebook.digest:
        return
    for one, other in zip(rulebook.figures(), again.figures(), strict=False):
        if one != other:
            yield f"{one.name} of {one.subject} was {one.value} when asked first and {other.value} when asked again"
    yield "asked twice, the region gave different figures; figures are plain values, without clock or randomness"


def _zone_exists(rulebook: Rulebook) -> Iterator[str]:
    if ZoneInfo(rulebook.theatre.zone.value).key != rulebook.theatre.zone.value:
        yield f"{rulebook.theatre.zone.value} is not a zone"


def _deadlines_follow_windows(rulebook: Rulebook) -> Iterator[str]:
    for period in rulebook.periods:
        subject = f"period {period.number}"
        last_booking_day = period.booking_window.value.last_day
        for name in ("return_deadline", "first_evaluation_on", "dispute_deadline"):
            day = getattr(period, name).value
            if day < last_booking_day:
                yield f"{subject}: {name} {day} is before the last booking day {last_booking_day}"
        first, second = period.first_evaluation_on.value, period.second_evaluation_on.value
        if second < first:
            yield f"{subject}: second_evaluation_on {second} is before first_evaluation_on {first}"
        enrollment = period.enrollment_window.value
        if enrollment.first_day > last_booking_day:
            yield f"{subject}: enrollment begins on {enrollment.first_day}, after the last booking day {last_booking_day}"


def _periods_are_offered(rulebook: Rulebook) -> Iterator[str]:
    offered = {number for option in rulebook.options for number in option.periods.value}
    for period in rulebook.periods:
        if period.number not in offered:
            yield f"no option spans period {period.number}, so nobody can enroll in it"


def _options_can_be_enrolled_in(rulebook: Rulebook) -> Iterator[str]:
    for option in rulebook.options:
        lists = [{country.code for country in rulebook.countries(number).value} for number in option.periods.value]
        if not set.intersection(*lists):
            yield f"option {option.code}: no country is in the list of every period, so nobody can take part"
        dates = rulebook.dates(option)
        if dates.last_tracked_day < dates.booking_window.first_day:
            yield f"option {option.code}: two-tier orders are tracked until {dates.last_tracked_day}, before booking begins"


def _order_line_rules(rulebook: Rulebook) -> Iterator[str]:
    yield from _pure_and_total(rulebook, order_line_facts, lambda book: book.check_order_line)


def _enrollment_rules(rulebook: Rulebook) -> Iterator[str]:
    yield from _pure_and_total(rulebook, enrollment_facts, lambda book: book.check_enrollment)


def _evaluation_rules(rulebook: Rulebook) -> Iterator[str]:
    yield from _pure_and_total(rulebook, evaluation_facts, lambda book: book.check_evaluation)


def _pure_and_total(
    rulebook: Rulebook,
    all_facts: Callable[[Rulebook], Iterable[Facts]],
    asking: Callable[[Rulebook], Callable[[Facts], tuple[Finding, ...]]],
) -> Iterator[str]:
    # A second rulebook of the same plugins: the first one remembers its answers.
    ask, ask_again = asking(rulebook), asking(Rulebook(rulebook.speakers))
    for facts in all_facts(rulebook):
        try:
            once, twice = ask(facts), ask_again(facts)
        except RuleFailed as failure:
            yield f"{failure}, about {facts}"
            continue
        if once != twice:
            yield f"asked twice about {facts}, the rules answered {once} and {twice}"


def _codes_keep_their_weight(rulebook: Rulebook) -> Iterator[str]:
    weights: dict[str, Weight] = {}
    for facts in order_line_facts(rulebook):
        for finding in _quietly(rulebook, facts):
            if weights.setdefault(finding.code, finding.weight) is not finding.weight:
                yield f"{finding.code} is {weights[finding.code]} for one line and {finding.weight} for another; give it two codes"
    for weight, bits in REGION_BITS.items():
        own = [code for code, given in weights.items() if given is weight and code not in BY_CODE]
        if len(own) > len(bits):
            yield f"the region has {len(own)} reasons of its own with the weight {weight}, and there is room for {len(bits)}"


def _quietly(rulebook: Rulebook, facts: OrderLineFacts) -> tuple[Finding, ...]:
    try:
        return rulebook.check_order_line(facts)
    except RuleFailed:
        return ()


CHECKS = (
    Check("figures are the same when asked twice", _figures_are_the_same_twice),
    Check("the zone of the program days exists", _zone_exists),
    Check("deadlines and evaluations follow the booking windows", _deadlines_follow_windows),
    Check("every period is offered by an option", _periods_are_offered),
    Check("every option can be enrolled in", _options_can_be_enrolled_in),
    Check("rules answer every order line, twice the same", _order_line_rules),
    Check("rules answer every enrollment, twice the same", _enrollment_rules),
    Check("rules answer every evaluation, twice the same", _evaluation_rules),
    Check("a reason has one weight", _codes_keep_their_weight),
)
