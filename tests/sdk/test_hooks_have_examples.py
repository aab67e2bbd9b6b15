"""The example in each hook's docstring can be pasted: it runs, and a rulebook with it answers."""

import inspect
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from textwrap import dedent
from types import ModuleType
from typing import Any

import pytest

from tap_graph import sdk
from tap_graph.domain.combinability import Combinability, combinability_of
from tap_graph.rules import Rulebook, rulebook_of
from tap_graph.sdk import Acquisition, Tier
from tap_graph.sdk.hookspecs import FIGURE_HOOKS, FINDING_HOOKS, HOOKSPECS
from tests.rules.regions import enrollment, evaluation, line, module

HOOKS = {name: function for spec in HOOKSPECS for name, function in vars(spec).items() if name.startswith("tap_")}


def example_of(hook: str) -> str:
    document = inspect.getdoc(HOOKS[hook]) or ""
    _, found, example = document.partition("Example::\n")
    assert found, f"{hook} has no example"
    return dedent(example)


def region_with(hook: str) -> ModuleType:
    """The example as a module, completed by the plain answers of the hooks it leaves out."""
    pasted = ModuleType(f"example_{hook}")
    exec(compile(example_of(hook), pasted.__name__, "exec"), pasted.__dict__)
    for name, plain in vars(module()).items():
        if name.startswith("tap_") and not hasattr(pasted, name):
            setattr(pasted, name, plain)
    return pasted


def test_there_are_nine_hooks_and_every_one_is_listed() -> None:
    assert sorted(HOOKS) == sorted((*FIGURE_HOOKS, *FINDING_HOOKS))
    assert len(HOOKS) == 9


@pytest.mark.parametrize("hook", sorted(HOOKS))
def test_every_argument_is_explained(hook: str) -> None:
    document = inspect.getdoc(HOOKS[hook]) or ""
    explained = [name for name in inspect.signature(HOOKS[hook]).parameters if f"{name}: " in document]
    assert explained == list(inspect.signature(HOOKS[hook]).parameters)


ANSWERS: dict[str, tuple[Callable[[Rulebook], Any], Any]] = {
    "tap_theatre": (lambda book: (book.theatre.name, book.theatre.zone.value), ("Atlantis", "Atlantic/Azores")),
    "tap_periods": (lambda book: book.period(1).return_deadline.value, date(2008, 10, 25)),
    "tap_countries": (lambda book: [(c.code, c.name) for c in book.countries(1).value], [("XA", "Atlantis")]),
    "tap_minimums": (lambda book: book.option("P1").minimum.value, Decimal("12500.00")),
    "tap_combinability": (lambda book: combinability_of("OIP", None, book.programs), Combinability.NOT_COMBINABLE),
    "tap_terms": (lambda book: book.terms.return_rate.value, Decimal("0.80")),
    "tap_check_enrollment": (lambda book: [f.code for f in book.check_enrollment(enrollment(tier=Tier.TWO_TIER))], ["ONE_TIER_ONLY"]),
    "tap_check_order_line": (lambda book: [f.code for f in book.check_order_line(line(acquisition=Acquisition.LEASE))], ["LEASED"]),
    "tap_check_evaluation": (lambda book: [f.code for f in book.check_evaluation(evaluation(1_000_000_00))], ["AUDIT_FIRST"]),
}


@pytest.mark.parametrize("hook", sorted(HOOKS))
def test_the_example_of_a_hook_can_be_pasted_and_answers(hook: str) -> None:
    ask, answer = ANSWERS[hook]
    assert ask(rulebook_of(region_with(hook))) == answer


def test_an_example_imports_from_the_sdk_and_the_standard_library_only() -> None:
    imported = {line.split()[1] for hook in HOOKS for line in example_of(hook).splitlines() if line.startswith(("from", "import"))}
    assert imported == {"tap_graph.sdk", "datetime", "decimal"}


def test_everything_the_sdk_names_is_there() -> None:
    assert [name for name in sdk.__all__ if not hasattr(sdk, name)] == []
