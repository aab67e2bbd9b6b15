"""What-ifs: a rulebook under other figures, for scenarios and for "who gains, who loses, what does it cost".

The other figures are one more plugin, registered last and so answering first; the rulebook they are drawn from
stays as it is.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tap_graph.domain.errors import UnknownName
from tap_graph.domain.option import Option
from tap_graph.domain.terms import Terms
from tap_graph.rules.plugins import BASELINE, Speaker
from tap_graph.rules.rulebook import Rulebook
from tap_graph.rules.shapes import is_amount
from tap_graph.rules.terms import TERM_KINDS, decimal_value, term_value
from tap_graph.sdk.marker import rule
from tap_graph.values.figure import Figure, assumed

WHAT_IF = "what-if"
MINIMUM = "minimum"


class _WhatIf:
    """The plugin of a what-if: it answers the figures it was given and nothing else."""

    TAP_SDK = 1

    def __init__(self, terms: Terms, options: tuple[Option, ...] | None) -> None:
        self._terms = terms
        self._options = options

    @rule
    def tap_terms(self) -> Terms:
        return self._terms

    @rule
    def tap_minimums(self) -> tuple[Option, ...] | None:
        return self._options


def with_figures(rulebook: Rulebook, overrides: Mapping[str, object]) -> Rulebook:
    """The rulebook under other figures: `minimum` (of every option) and any field of the terms.

    Args:
        rulebook: The rulebook to start from.
        overrides: Name of a figure → its value, as Decimal, text, true or false, whole number or list.
    """
    unknown = [key for key in overrides if key not in TERM_KINDS and key != MINIMUM]
    if unknown:
        names = ", ".join(map(repr, unknown))
        raise UnknownName(f"No figure is called {names}; a what-if may change {', '.join([MINIMUM, *TERM_KINDS])}.")
    terms: dict[str, Figure[Any]] = {key: assumed(term_value(key, value), WHAT_IF) for key, value in overrides.items() if key != MINIMUM}
    options = _options(rulebook.options, overrides[MINIMUM]) if MINIMUM in overrides else None
    speaker = Speaker(WHAT_IF, BASELINE.version, _WhatIf(Terms(**terms), options))
    return Rulebook((*rulebook.speakers, speaker))


def _options(options: tuple[Option, ...], written: object) -> tuple[Option, ...]:
    minimum = decimal_value(written)
    if not is_amount(minimum) or not isinstance(minimum, Decimal):
        raise UnknownName(f"{MINIMUM}: {written!r} is not an amount in whole cents from 0.")
    return tuple(Option(option.code, option.periods, assumed(minimum, WHAT_IF)) for option in options)
