"""A rulebook's figures: inheritance, who answered, version, and the names it knows."""

import os
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tap_graph.domain.errors import UnknownName
from tap_graph.rules import PublishedFigure, Rulebook, rulebook_of
from tap_graph.sdk import ProgramRule, Provenance, RulesDocument, Terms, assumed, official, window
from tests.rules.regions import SOURCE, countries, module, option, period

ROOT = Path(__file__).parents[2]
DIGEST = "import tests.rules.regions as r; from tap_graph.rules import rulebook_of; print(rulebook_of(r.module()).digest)"


def two_periods() -> Rulebook:
    return rulebook_of(
        module(
            tap_periods=lambda: [
                period(2, window("2008-04-27", "2008-10-25"), return_deadline=assumed(date(2009, 4, 25), SOURCE)),
                period(1),
            ],
            tap_countries=lambda period: countries("XA", "XB") if period.number == 1 else countries("XA"),
            tap_minimums=lambda: [option("P1"), option("P1-P2", (1, 2), "25000.00")],
        ),
        plugin="tap-graph-atlantis",
        plugin_version="1.2",
    )


def figure(rulebook: Rulebook, subject: str, name: str) -> PublishedFigure:
    (found,) = [found for found in rulebook.figures() if (found.subject, found.name) == (subject, name)]
    return found


def test_periods_are_sorted_by_number() -> None:
    assert [period.number for period in two_periods().periods] == [1, 2]


def test_an_option_over_two_periods_has_the_days_of_both() -> None:
    rulebook = two_periods()
    dates = rulebook.dates(rulebook.option("P1-P2"))
    assert dates.booking_window == window("2008-01-27", "2008-10-25")
    assert dates.last_tracked_day == date(2008, 10, 18)
    assert dates.return_deadline == date(2009, 4, 25)


def test_option_figures_cite_every_period() -> None:
    rulebook = two_periods()
    figures = rulebook.option_figures(rulebook.option("P1-P2"))
    assert figures.minimum.value == Decimal("25000.00")
    assert figures.countries == (rulebook.countries(1), rulebook.countries(2))
    assert figures.booking_windows == (rulebook.period(1).booking_window, rulebook.period(2).booking_window)
    assert figures.return_deadline.value == date(2009, 4, 25)


def test_unknown_names_list_the_known_ones() -> None:
    rulebook = two_periods()
    with pytest.raises(UnknownName, match=r"^ATLANTIS has no option P9; it has P1, P1-P2\.$"):
        rulebook.option("P9")
    with pytest.raises(UnknownName, match=r"^ATLANTIS has no period 9; it has 1, 2\.$"):
        rulebook.period(9)
    with pytest.raises(UnknownName, match=r"^ATLANTIS has no period 9; it has 1, 2\.$"):
        rulebook.countries(9)


def test_a_region_overrides_one_term_and_inherits_the_others() -> None:
    terms = Terms(return_rate=official(Decimal("0.80"), SOURCE))
    rulebook = rulebook_of(module(tap_terms=lambda: terms), plugin="tap-graph-atlantis", plugin_version="1.2")
    assert rulebook.terms.return_rate == official(Decimal("0.80"), SOURCE)
    assert rulebook.terms.rebate_rate.value == Decimal("0.15")
    assert figure(rulebook, "terms", "return_rate") == PublishedFigure(
        "terms", "return_rate", "0.8", SOURCE, Provenance.OFFICIAL, "tap-graph-atlantis", "1.2"
    )
    inherited = figure(rulebook, "terms", "rebate_rate")
    assert (inherited.value, inherited.plugin, inherited.version, inherited.provenance) == (
        "0.15",
        "tap-graph",
        "0.1.0",
        Provenance.ASSUMED,
    )


def test_every_figure_is_published_once_with_canonical_text() -> None:
    rulebook = two_periods()
    keys = [(found.subject, found.name) for found in rulebook.figures()]
    assert len(keys) == len(set(keys)) == 2 + 2 * 7 + 2 * 2 + 15
    values = {key: found.value for key, found in zip(keys, rulebook.figures(), strict=True)}
    assert values["theatre", "zone"] == "UTC"
    assert values["period 1", "booking_window"] == "2008-01-27 … 2008-04-26"
    assert values["period 2", "return_deadline"] == "2009-04-25"
    assert values["period 1", "countries"] == "XA Country XA; XB Country XB"
    assert values["option P1-P2", "periods"] == "1; 2"
    assert values["option P1-P2", "minimum"] == "25000"
    assert values["terms", "levels"] == "GOLD; PREMIER; SELECT; SILVER"
    assert values["terms", "pos_required"] == "true"
    assert values["terms", "minimum_basis"] == "BOOKED_VALUE"
    assert values["terms", "two_tier_cutoff_days"] == "7"


def test_dated_programs_are_published_apart() -> None:
    rules = [
        ProgramRule("VIP", "Value", assumed(True, SOURCE), window("2008-01-01", "2008-03-31")),
        ProgramRule("VIP", "Value", assumed(False, SOURCE), window("2008-04-01", "2008-12-31")),
    ]
    rulebook = rulebook_of(module(tap_combinability=lambda: rules))
    assert rulebook.programs == tuple(rules)
    assert figure(rulebook, "program VIP", "combinable 2008-01-01 … 2008-03-31").value == "true"
    assert figure(rulebook, "program VIP", "combinable 2008-04-01 … 2008-12-31").value == "false"


def test_the_digest_is_the_same_whatever_the_hash_seed_and_the_order_of_countries() -> None:
    def digest(seed: str) -> str:
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        return subprocess.run([sys.executable, "-c", DIGEST], env=environment, check=True, capture_output=True, text=True).stdout.strip()

    assert digest("1") == digest("4711") == rulebook_of(module()).digest
    one, other = (
        rulebook_of(module(tap_countries=lambda listed=listed: listed)) for listed in (countries("XA", "XB"), countries("XB", "XA"))
    )
    assert one.digest == other.digest


@pytest.mark.parametrize(
    "changed",
    [
        {"tap_minimums": lambda: [option(minimum="12500.01")]},
        {"tap_countries": lambda: countries("XB")},
        {"tap_periods": lambda: [period(document=RulesDocument("1", "rules.pdf"))]},
        {"tap_terms": lambda: Terms(return_rate=assumed(Decimal("0.85"), "another source"))},
    ],
)
def test_other_figures_are_another_version(changed: dict[str, object]) -> None:
    assert rulebook_of(module(**changed)).version != rulebook_of(module()).version  # type: ignore[arg-type]


def test_the_same_figure_written_otherwise_is_the_same_version() -> None:
    assert rulebook_of(module(tap_minimums=lambda: [option(minimum="12500")])).version == rulebook_of(module()).version
