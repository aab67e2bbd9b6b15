"""The host: finds the regions and refuses to start, naming both sides, where they contradict.

A wrong rulebook pays wrong money, so a region that cannot be right stops everything at start-up.
"""

from collections.abc import Iterable
from itertools import combinations
from types import ModuleType

from tap_graph.domain.errors import PluginRefused
from tap_graph.domain.period import Period
from tap_graph.rules.discovery import installed
from tap_graph.rules.plugins import BASELINE, Speaker, check_sdk
from tap_graph.rules.rulebook import Rulebook


def find_rulebooks() -> dict[str, Rulebook]:
    """The rulebooks of all installed regions by theatre code, sorted; a contradiction is a `PluginRefused`."""
    rulebooks = [_announced(name, speaker) for name, speaker in installed()]
    check_together(rulebooks)
    return {rulebook.theatre.code: rulebook for rulebook in sorted(rulebooks, key=lambda rulebook: rulebook.theatre.code)}


def rulebook_of(module: ModuleType, *, plugin: str | None = None, plugin_version: str = "0") -> Rulebook:
    """The rulebook of a module that need not be installed, for tests and new regions.

    Args:
        module: The region's module.
        plugin: Name to give its distribution; the module's name when left out.
        plugin_version: Version to give its distribution.
    """
    return _rulebook(Speaker(plugin or module.__name__, plugin_version, module))


def check_together(rulebooks: Iterable[Rulebook]) -> None:
    """Refuses two rulebooks of one theatre, and two theatres that list one country on one booking day."""
    for one, other in combinations(rulebooks, 2):
        if one.theatre.code == other.theatre.code:
            raise PluginRefused(f"Theatre {one.theatre.code} is answered twice: by {_place(one)} and by {_place(other)}. Uninstall one.")
        _check_countries(one, other)


def _announced(name: str, speaker: Speaker) -> Rulebook:
    rulebook = _rulebook(speaker)
    if rulebook.theatre.code != name:
        raise PluginRefused(
            f"{speaker.place} is announced as region {name} by its entry point, but answers theatre code {rulebook.theatre.code}. "
            "Give both the same name."
        )
    return rulebook


def _rulebook(speaker: Speaker) -> Rulebook:
    check_sdk(speaker)
    return Rulebook((BASELINE, speaker))


def _check_countries(one: Rulebook, other: Rulebook) -> None:
    for period in one.periods:
        for other_period in other.periods:
            if period.booking_window.value.overlaps(other_period.booking_window.value):
                _check_lists(one, period, other, other_period)


def _check_lists(one: Rulebook, period: Period, other: Rulebook, other_period: Period) -> None:
    codes = {country.code for country in one.countries(period.number).value}
    twice = sorted(codes & {country.code for country in other.countries(other_period.number).value})
    if twice:
        first_day = max(period.booking_window.value.first_day, other_period.booking_window.value.first_day)
        raise PluginRefused(
            f"{', '.join(twice)} is claimed twice on {first_day}: by {one.theatre.code} in period {period.number} ({_place(one)}) "
            f"and by {other.theatre.code} in period {other_period.number} ({_place(other)}). Take it out of one list."
        )


def _place(rulebook: Rulebook) -> str:
    return rulebook.speakers[1].place
