"""Every set of facts a rule may meet, so that "total" can be tried and not only promised."""

from collections.abc import Iterator
from itertools import chain, combinations, product

from tap_graph.domain.combinability import Combinability
from tap_graph.domain.deviation import DeviationFacts, DeviationStatus
from tap_graph.domain.enrollment import EnrollmentFacts
from tap_graph.domain.evaluation import EvaluationFacts, EvaluationWindow, RequirementCode, Totals
from tap_graph.domain.order import Acquisition, OrderLineFacts, ProgramUse, QuoteStanding, SaleType
from tap_graph.domain.partner import Tier
from tap_graph.rules import Rulebook

UNKNOWN_PROGRAM = "PROGRAM-NOBODY-KNOWS"
FLAGS = (True, False)
TOTALS = (
    Totals(),
    Totals(booked_value=1, credits=1),
    Totals(
        booked_value=2_500_000,
        credits=400_000,
        pending_credits=1,
        value_due=400_000,
        value_received=340_000,
        units_due=20,
        units_received=17,
    ),
    Totals(10**15 - 1, 10**15 - 1, 10**15 - 1, 10**15 - 1, 10**15 - 1, 10**9, 10**9),
)
"""Nothing, a cent, an ordinary half-year, and the largest amounts that can be stored."""


def order_line_facts(rulebook: Rulebook) -> Iterator[OrderLineFacts]:
    """The whole product of what an order line may be, with every program of the theatre and one it does not know."""
    kinds = product((*SaleType, None), (*Acquisition, None), (*FLAGS, None), FLAGS, QuoteStanding, _deviations())
    uses = list(_program_uses(rulebook))
    for (sale_type, acquisition, network, two_tier, quote, deviation), programs in product(kinds, uses):
        yield OrderLineFacts(sale_type, acquisition, network, two_tier, quote, deviation, programs)


def enrollment_facts(rulebook: Rulebook) -> Iterator[EnrollmentFacts]:
    """The whole product of what an enrollment may be, for every option of the theatre."""
    options = [option.code for option in rulebook.options]
    countries = (*_countries(rulebook), None)
    for kind in product(options, (*Tier, None), countries, FLAGS, FLAGS, (*FLAGS, None)):
        yield EnrollmentFacts(*kind)


def evaluation_facts(rulebook: Rulebook) -> Iterator[EvaluationFacts]:
    """Every option and window with every set of unmet requirements, over totals from nothing to the largest."""
    options = [option.code for option in rulebook.options]
    countries = (*_countries(rulebook)[:1], None)
    unmet = chain.from_iterable(combinations(RequirementCode, size) for size in range(len(RequirementCode) + 1))
    for kind in product(options, EvaluationWindow, countries, TOTALS, list(unmet)):
        yield EvaluationFacts(*kind)


def _deviations() -> Iterator[DeviationFacts | None]:
    yield None
    for is_tmp, status, in_time in product(FLAGS, (*DeviationStatus, None), FLAGS):
        yield DeviationFacts(is_tmp, status, in_time)


def _program_uses(rulebook: Rulebook) -> Iterator[tuple[ProgramUse, ...]]:
    yield ()
    yield (ProgramUse(UNKNOWN_PROGRAM, Combinability.UNKNOWN),)
    names = dict.fromkeys(program.program for program in rulebook.programs)
    for name, answer in product(names, Combinability):
        yield (ProgramUse(name, answer),)
    yield (*(ProgramUse(name, Combinability.NOT_COMBINABLE) for name in names), ProgramUse(UNKNOWN_PROGRAM, Combinability.UNKNOWN))


def _countries(rulebook: Rulebook) -> list[str]:
    return sorted({country.code for period in rulebook.periods for country in rulebook.countries(period.number).value})
