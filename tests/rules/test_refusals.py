"""What the host refuses at start-up, and that it names both sides."""

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from tap_graph.domain.errors import ConfigurationError, PluginRefused
from tap_graph.rules import check_together, discovery, find_rulebooks, rulebook_of
from tap_graph.sdk import Country, Figure, Option, ProgramRule, RulesDocument, Terms, Theatre, assumed, rule, window
from tests.rules.regions import SOURCE, countries, module, option, period, theatre


def refusal(**hooks: Callable[..., object] | None) -> str:
    with pytest.raises(PluginRefused) as refused:
        rulebook_of(module(**hooks), plugin="tap-graph-atlantis", plugin_version="1.2")
    assert "tap-graph-atlantis 1.2 (atlantis)" in str(refused.value)
    return str(refused.value)


def refused_module(made: ModuleType) -> str:
    with pytest.raises(PluginRefused) as refused:
        rulebook_of(made, plugin="tap-graph-atlantis", plugin_version="1.2")
    return str(refused.value)


def test_a_complete_region_starts() -> None:
    rulebook = rulebook_of(module(), plugin="tap-graph-atlantis", plugin_version="1.2")
    assert (rulebook.theatre.code, rulebook.plugin, rulebook.plugin_version) == ("ATLANTIS", "tap-graph-atlantis", "1.2")
    assert rulebook.version == f"1.2+{rulebook.digest[:12]}"


def test_unknown_hook_is_refused() -> None:
    message = refusal(tap_rebate=lambda: None)
    assert message.startswith("tap_rebate in tap-graph-atlantis 1.2 (atlantis) is no hook of tap-graph 0.1.0. The hooks are tap_theatre, ")


def test_unknown_argument_is_refused() -> None:
    message = refusal(tap_countries=lambda season: season)
    assert "does not fit the hooks of tap-graph 0.1.0" in message
    assert "'season'" in message


def test_unmarked_rule_is_refused() -> None:
    made = module()
    made.tap_terms = lambda: None  # type: ignore[attr-defined]
    assert refused_module(made) == (
        "tap_terms in tap-graph-atlantis 1.2 (atlantis) is not marked, so tap-graph 0.1.0 would never ask it. Write @rule above it."
    )


def test_wrapping_another_rule_is_refused() -> None:
    made = module()

    @rule(wrapper=True)
    def tap_terms() -> Any:
        return (yield)

    made.tap_terms = tap_terms  # type: ignore[attr-defined]
    assert "wraps or renames a hook of tap-graph 0.1.0" in refused_module(made)


@pytest.mark.parametrize(
    ("stated", "told"), [(None, "states no TAP_SDK"), (2, "was written for TAP_SDK = 2"), ("1", "was written for TAP_SDK = '1'")]
)
def test_unknown_sdk_version_is_refused(stated: object, told: str) -> None:
    made = module()
    made.TAP_SDK = stated  # type: ignore[attr-defined]
    message = refused_module(made)
    assert told in message
    assert message.endswith("and tap-graph 0.1.0 knows TAP_SDK = 1 only. Write TAP_SDK = 1.")


def test_no_theatre_code_is_refused() -> None:
    assert "names no theatre code. Answer tap_theatre" in refusal(tap_theatre=None)
    assert "the theatre code of tap-graph-atlantis 1.2 (atlantis) is ''" in refusal(tap_theatre=lambda: theatre(""))


@pytest.mark.parametrize("zone", ["Atlantis/Capital", "", "../etc/passwd", "America"])
def test_unknown_zone_is_refused(zone: str) -> None:
    assert "not a zone of the IANA time zone database" in refusal(tap_theatre=lambda: theatre(zone=zone))


def test_unknown_currency_is_refused() -> None:
    assert "the currency of theatre ATLANTIS" in refusal(tap_theatre=lambda: theatre(currency="shells"))


def test_theatre_without_periods_is_refused() -> None:
    assert "has no periods. Answer tap_periods" in refusal(tap_periods=None)
    assert "has no periods. Answer tap_periods" in refusal(tap_periods=lambda: ())


def test_missing_period_is_refused() -> None:
    message = refusal(tap_periods=lambda: [period(3, window("2008-04-27", "2008-10-25")), period(1)])
    assert message == "period 2 of tap-graph-atlantis 1.2 (atlantis) is missing between period 1 and period 3."


def test_period_answered_twice_is_refused() -> None:
    assert "period 1 of tap-graph-atlantis 1.2 (atlantis) is answered twice." in refusal(tap_periods=lambda: [period(1), period(1)])


def test_overlapping_periods_are_refused() -> None:
    message = refusal(tap_periods=lambda: [period(1), period(2, window("2008-04-26", "2008-10-25"))])
    assert "books 2008-04-26 … 2008-10-25, which overlaps or precedes period 1, 2008-01-27 … 2008-04-26." in message


def test_option_over_a_period_that_does_not_exist_is_refused() -> None:
    message = refusal(tap_minimums=lambda: [option("P9", (9,))])
    assert message == "option P9 of tap-graph-atlantis 1.2 (atlantis) spans period 9, which does not exist; there are 1."


def test_option_over_periods_that_do_not_touch_is_refused() -> None:
    message = refusal(
        tap_periods=lambda: [period(1), period(2, window("2008-04-28", "2008-10-25"))], tap_minimums=lambda: [option("P1-P2", (1, 2))]
    )
    assert "option P1-P2" in message
    assert "spans periods that do not touch: 1 books 2008-01-27 … 2008-04-26, 2 books 2008-04-28 … 2008-10-25." in message


def test_option_over_periods_that_touch_starts() -> None:
    made = module(
        tap_periods=lambda: [period(1), period(2, window("2008-04-27", "2008-10-25"))], tap_minimums=lambda: [option("P1-P2", (1, 2))]
    )
    assert rulebook_of(made).option("P1-P2").periods.value == (1, 2)


def test_no_options_and_doubled_options_are_refused() -> None:
    assert "has no participation options" in refusal(tap_minimums=None)
    assert "option P1 of tap-graph-atlantis 1.2 (atlantis) is answered twice." in refusal(tap_minimums=lambda: [option(), option()])


def test_period_without_countries_is_refused() -> None:
    assert "names no countries for period 1" in refusal(tap_countries=None)


def test_country_twice_in_one_list_is_refused() -> None:
    listed = assumed((Country("XA", "Atlantis"), Country("XA", "New Atlantis")), SOURCE)
    assert "names XA twice, as Atlantis and as New Atlantis." in refusal(tap_countries=lambda: listed)


def test_theatre_answered_by_two_modules_is_refused() -> None:
    one, other = rulebook_of(module("one"), plugin="dist-one"), rulebook_of(module("other"), plugin="dist-other")
    with pytest.raises(PluginRefused) as refused:
        check_together([one, other])
    assert str(refused.value) == "Theatre ATLANTIS is answered twice: by dist-one 0 (one) and by dist-other 0 (other). Uninstall one."


def test_country_claimed_by_two_theatres_on_one_day_is_refused() -> None:
    lemuria = rulebook_of(module("lemuria", tap_theatre=lambda: theatre("LEMURIA"), tap_countries=lambda: countries("XB", "XA")))
    with pytest.raises(PluginRefused) as refused:
        check_together([rulebook_of(module()), lemuria])
    assert str(refused.value).startswith(
        "XA is claimed twice on 2008-01-27: by ATLANTIS in period 1 (atlantis 0 (atlantis)) and by LEMURIA in period 1"
    )


def test_country_may_move_to_another_theatre_between_periods() -> None:
    later = module("lemuria", tap_theatre=lambda: theatre("LEMURIA"), tap_periods=lambda: [period(1, window("2008-04-27", "2008-10-25"))])
    check_together([rulebook_of(module()), rulebook_of(later)])


UNSOURCED: dict[str, dict[str, Callable[..., object]]] = {
    "the zone of theatre ATLANTIS": {"tap_theatre": lambda: Theatre("ATLANTIS", "Atlantis", assumed("UTC", ""), assumed("USD", SOURCE))},
    "return_deadline of period 1": {"tap_periods": lambda: [period(return_deadline=assumed(date(2008, 10, 25), " "))]},
    "the country list of period 1": {"tap_countries": lambda: assumed((Country("XA", "Atlantis"),), "")},
    "the minimum of option P1": {"tap_minimums": lambda: [Option("P1", assumed((1,), SOURCE), assumed(Decimal(1), ""))]},
    "combinable of program VIP": {"tap_combinability": lambda: [ProgramRule("VIP", "Value", assumed(True, ""))]},
    "return_rate of the terms": {"tap_terms": lambda: Terms(return_rate=assumed(Decimal("0.8"), ""))},
}


@pytest.mark.parametrize("subject", UNSOURCED)
def test_figure_without_source_is_refused(subject: str) -> None:
    message = refusal(**UNSOURCED[subject])
    assert message == (f"{subject} of tap-graph-atlantis 1.2 (atlantis) has no source. Say where the figure stands, or why it was assumed.")


def wrong(value: Any) -> Figure[Any]:
    return assumed(value, SOURCE)


WRONG: list[tuple[str, dict[str, Callable[..., object]]]] = [
    ("is str 'ATLANTIS', not a Theatre.", {"tap_theatre": lambda: "ATLANTIS"}),
    ("not a sequence of Period.", {"tap_periods": lambda: period(1)}),
    ("the answer of tap_periods[0] of", {"tap_periods": lambda: [1]}),
    ("a period number of", {"tap_periods": lambda: [period(0)]}),
    ("booking_window of period 1", {"tap_periods": lambda: [period(booking_window=wrong("spring"))]}),
    ("return_deadline of period 1", {"tap_periods": lambda: [period(return_deadline=wrong(datetime(2008, 10, 25)))]}),  # noqa: DTZ001
    ("not a figure. Write assumed(", {"tap_periods": lambda: [period(return_deadline=date(2008, 10, 25))]}),
    ("needs a version and a link", {"tap_periods": lambda: [period(document=RulesDocument("1", ""))]}),
    ("has the code 'Atlantis'. Write ISO 3166-1 alpha-2.", {"tap_countries": lambda: wrong((Country("Atlantis", "A"),))}),
    ("not a tuple of countries.", {"tap_countries": lambda: wrong(())}),
    ("the minimum of option P1", {"tap_minimums": lambda: [option(minimum="0.001")]}),
    ("the minimum of option P1", {"tap_minimums": lambda: [option(minimum="-1")]}),
    ("the minimum of option P1", {"tap_minimums": lambda: [option(minimum="NaN")]}),
    ("the minimum of option P1", {"tap_minimums": lambda: [replace(option(), minimum=wrong(12500.0))]}),
    ("the periods of option P1", {"tap_minimums": lambda: [replace(option(), periods=wrong([1]))]}),
    ("rebate_rate of the terms", {"tap_terms": lambda: Terms(rebate_rate=wrong(Decimal("1.5")))}),
    ("not a rate from 0 to 1", {"tap_terms": lambda: Terms(rebate_rate=wrong(0.15))}),
    ("levels of the terms", {"tap_terms": lambda: Terms(levels=wrong(frozenset({"gold"})))}),
    ("not true or false", {"tap_terms": lambda: Terms(pos_required=wrong(1))}),
    ("not a whole number of days from 0", {"tap_terms": lambda: Terms(two_tier_cutoff_days=wrong(-7))}),
    ("one of SHOWN, REQUIRED", {"tap_terms": lambda: Terms(rma_terms=wrong("SHOWN"))}),
    ("has the provenance 'OFFICIAL'", {"tap_terms": lambda: Terms(pos_required=Figure(True, SOURCE, "OFFICIAL"))}),  # type: ignore[arg-type]
    (
        "is answered twice for one day",
        {"tap_combinability": lambda: [ProgramRule("VIP", "V", wrong(True)), ProgramRule("VIP", "V", wrong(False))]},
    ),
    ("tap_terms of tap-graph-atlantis 1.2 (atlantis) raised ZeroDivisionError", {"tap_terms": lambda: 1 // 0}),
]


@pytest.mark.parametrize(("told", "hooks"), WRONG)
def test_answer_of_another_kind_is_refused(told: str, hooks: dict[str, Callable[..., object]]) -> None:
    assert told in refusal(**hooks)


def installed_as(monkeypatch: pytest.MonkeyPatch, *points: Any) -> None:
    monkeypatch.setattr(discovery, "entry_points", lambda group: [point for point in points if group == "tap_graph.regions"])


def point(name: str, module_name: str) -> Any:
    return SimpleNamespace(name=name, value=module_name, module=module_name, dist=SimpleNamespace(name="tap-graph-atlantis", version="1.2"))


def test_no_region_installed_says_how_to_install_one(monkeypatch: pytest.MonkeyPatch) -> None:
    installed_as(monkeypatch)
    with pytest.raises(ConfigurationError, match=r"No region is installed: .* pip install -e plugins/NAME"):
        find_rulebooks()


def test_region_that_cannot_be_imported_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    installed_as(monkeypatch, point("ATLANTIS", "no_such_atlantis"))
    with pytest.raises(
        PluginRefused, match=r"tap-graph-atlantis 1.2 announces region ATLANTIS in no_such_atlantis, which cannot be imported"
    ):
        find_rulebooks()


def test_region_announced_under_another_name_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    installed_as(monkeypatch, point("LEMURIA", "atlantis"))
    monkeypatch.setitem(sys.modules, "atlantis", module())
    with pytest.raises(PluginRefused, match=r"announced as region LEMURIA by its entry point, but answers theatre code ATLANTIS"):
        find_rulebooks()


def test_installed_regions_are_found_sorted_by_code(monkeypatch: pytest.MonkeyPatch) -> None:
    modules = sys.modules
    monkeypatch.setitem(
        modules, "lemuria", module("lemuria", tap_theatre=lambda: theatre("LEMURIA"), tap_countries=lambda: countries("XB"))
    )
    monkeypatch.setitem(modules, "atlantis", module())
    installed_as(monkeypatch, point("LEMURIA", "lemuria"), point("ATLANTIS", "atlantis"))
    assert list(find_rulebooks()) == ["ATLANTIS", "LEMURIA"]
