"""What acts are given: ids that name rows, and the reasons that every delivered line may be refused for."""

from collections.abc import Mapping
from typing import Any

from tap_graph.domain.refusal import ActRefused, Refusal
from tap_graph.feeds.reasons import LINE_REASONS
from tap_graph.reads.identity import named_row

Given = Mapping[str, Any]

# An act that delivers a line anew may be refused for whatever a line of a file may be.
LINE_CODES = {code: reason.meaning for code, reason in LINE_REASONS.items()}


UNSTORABLE = {"NOT_STORABLE": "Text holds a character that cannot be stored."}


def codes_of(*codes: str) -> dict[str, str]:
    """Some of these codes with what they mean."""
    return {code: LINE_CODES[code] for code in codes}


TEXT_CODES = codes_of("KEY_MISSING", "CONTROL_CHARACTER", "OUTER_BLANK", "VALUE_TOO_LONG", "NOT_A_CODE")


def key_of(given: Given, noun: str, code: str) -> int:
    """The key that the argument `id` names; ActRefused with *code* where it names no row of the noun."""
    named = named_row(given["id"])
    if named is None or named[0] != noun:
        raise ActRefused(Refusal(code, f"The id names no {noun}. Ask for the row again and take its id.", ("id",)))
    return named[1]
