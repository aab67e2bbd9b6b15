"""A what-if changes the figures it names and nothing else."""

from decimal import Decimal

import pytest

from tap_graph.domain.errors import UnknownName
from tap_graph.domain.terms import MinimumBasis
from tap_graph.rules import Rulebook, rulebook_of, with_figures
from tap_graph.sdk import Provenance
from tests.rules.regions import module, option


@pytest.fixture
def rulebook() -> Rulebook:
    return rulebook_of(module(tap_minimums=lambda: [option("P1"), option("P1-AGAIN")]), plugin="dist", plugin_version="2")


def test_the_minimum_of_every_option_and_a_term_change(rulebook: Rulebook) -> None:
    changed = with_figures(rulebook, {"minimum": Decimal("20000.00"), "return_rate": Decimal("0.80")})
    assert [option.minimum.value for option in changed.options] == [Decimal("20000.00"), Decimal("20000.00")]
    assert changed.terms.return_rate.value == Decimal("0.80")
    assert (changed.terms.return_rate.source, changed.terms.return_rate.provenance) == ("what-if", Provenance.ASSUMED)
    assert changed.terms.rebate_rate == rulebook.terms.rebate_rate
    assert (changed.plugin, changed.plugin_version, changed.theatre) == ("dist", "2", rulebook.theatre)
    assert changed.version != rulebook.version
    answered = {(found.subject, found.name): found.plugin for found in changed.figures()}
    assert answered["terms", "return_rate"] == "what-if"
    assert answered["terms", "rebate_rate"] == "tap-graph"


def test_the_rulebook_it_was_drawn_from_stays(rulebook: Rulebook) -> None:
    before = rulebook.figures()
    with_figures(rulebook, {"minimum": 1})
    assert rulebook.figures() == before
    assert rulebook.options[0].minimum.value == Decimal("12500.00")


def test_a_what_if_upon_a_what_if(rulebook: Rulebook) -> None:
    twice = with_figures(with_figures(rulebook, {"minimum": 1, "pos_required": False}), {"minimum": 2})
    assert twice.options[0].minimum.value == Decimal(2)
    assert twice.terms.pos_required.value is False


@pytest.mark.parametrize(
    ("field", "written", "value"),
    [
        ("rebate_rate", "0.12", Decimal("0.12")),
        ("rebate_rate", 1, Decimal(1)),
        ("levels", ["GOLD"], frozenset({"GOLD"})),
        ("levels", "GOLD; SILVER", frozenset({"GOLD", "SILVER"})),
        ("minimum_basis", "TRADE_IN_CREDIT", MinimumBasis.TRADE_IN_CREDIT),
        ("two_tier_cutoff_days", 0, 0),
        ("two_tier_cutoff_days", "14", 14),
        ("two_tier_cutoff_days", Decimal(14), 14),
        ("pos_required", "false", False),
        ("pos_required", True, True),
    ],
)
def test_values_are_taken_as_people_write_them(rulebook: Rulebook, field: str, written: object, value: object) -> None:
    assert getattr(with_figures(rulebook, {field: written}).terms, field).value == value


def test_an_unknown_figure_lists_the_known_ones(rulebook: Rulebook) -> None:
    with pytest.raises(
        UnknownName, match=r"^No figure is called 'minimun'; a what-if may change minimum, rebate_rate, return_rate, levels, "
    ):
        with_figures(rulebook, {"minimun": 1})


@pytest.mark.parametrize(
    ("field", "written", "told"),
    [
        ("minimum", "a lot", "minimum: 'a lot' is not an amount in whole cents from 0."),
        ("minimum", Decimal("0.001"), "minimum: Decimal('0.001') is not an amount in whole cents from 0."),
        ("minimum", 1.5, "minimum: 1.5 is not an amount in whole cents from 0."),
        ("minimum", True, "minimum: True is not an amount in whole cents from 0."),
        ("return_rate", "1.01", "return_rate: '1.01' is not a rate from 0 to 1."),
        ("return_rate", 0.8, "return_rate: 0.8 is not a rate from 0 to 1."),
        ("levels", [], "levels: [] is not a list of certification levels in capitals."),
        ("levels", [1], "levels: [1] is not a list of certification levels in capitals."),
        ("shipped_by", "NEVER", "shipped_by: 'NEVER' is not one of EVALUATION_DAY, WINDOW_END."),
        ("two_tier_cutoff_days", -1, "two_tier_cutoff_days: -1 is not a whole number of days from 0."),
        ("two_tier_cutoff_days", Decimal("7.5"), "two_tier_cutoff_days: Decimal('7.5') is not a whole number of days from 0."),
        ("pos_required", 1, "pos_required: 1 is not true or false."),
    ],
)
def test_a_wrong_value_says_what_is_allowed(rulebook: Rulebook, field: str, written: object, told: str) -> None:
    with pytest.raises(UnknownName) as wrong:
        with_figures(rulebook, {field: written})
    assert str(wrong.value) == told
