"""Fields of the terms: the kind of value each takes, and how a what-if writes one."""

from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, get_args, get_type_hints

from tap_graph.domain.errors import UnknownName
from tap_graph.domain.terms import CompleteTerms

TERM_KINDS: dict[str, Any] = {name: get_args(hint)[0] for name, hint in get_type_hints(CompleteTerms).items()}
"""Field of the terms → type of its figure's value."""

LEVELS = frozenset[str]
FLAGS = {"true": True, "false": False}


def fits(value: object, kind: Any) -> bool:
    """Whether a value is of a field's kind: rates from 0 to 1, days from 0, levels in capitals."""
    if kind == LEVELS:
        return isinstance(value, frozenset) and bool(value) and all(map(_is_level, value))
    if kind is Decimal:
        return isinstance(value, Decimal) and value.is_finite() and 0 <= value <= 1
    if kind is int:
        return type(value) is int and value >= 0
    return type(value) is kind


def _is_level(level: object) -> bool:
    return isinstance(level, str) and level == level.strip().upper() != ""


def kind_text(kind: Any) -> str:
    """A field's kind for people: `a rate from 0 to 1`, `true or false`, `one of …`."""
    if kind == LEVELS:
        return "a list of certification levels in capitals"
    if kind is Decimal:
        return "a rate from 0 to 1"
    if kind is int:
        return "a whole number of days from 0"
    if kind is bool:
        return "true or false"
    return f"one of {', '.join(kind)}"


def term_value(field: str, written: object) -> object:
    """The value of a field as a person writes it in a scenario or on the command line; else an `UnknownName`."""
    kind = TERM_KINDS[field]
    value = _converted(written, kind)
    if not fits(value, kind):
        raise UnknownName(f"{field}: {written!r} is not {kind_text(kind)}.")
    return value


def decimal_value(written: object) -> object:
    """A number written as a decimal, whole number or text; anything else as it is, for the caller to refuse."""
    if isinstance(written, str) or type(written) is int:
        try:
            return Decimal(written)
        except InvalidOperation:
            return written
    return written


def _converted(written: object, kind: Any) -> object:
    if kind is Decimal:
        return decimal_value(written)
    if kind is int and isinstance(written, Decimal) and written == int(written):
        return int(written)
    if kind is int and isinstance(written, Decimal) and written.is_finite() and written == int(written):
        return int(written)  # scenario files read every number as a decimal
    if kind == LEVELS and isinstance(written, (list, tuple, set)):
        return frozenset(written) if all(isinstance(level, str) for level in written) else written
    if not isinstance(written, str):
        return written
    if kind == LEVELS:
        return frozenset(level.strip() for level in written.split(";"))
    if kind is bool:
        return FLAGS.get(written.lower(), written)
    if kind is int:
        return int(written) if written.isascii() and written.isdigit() else written
    if issubclass(kind, StrEnum) and written in list(kind):
        return kind(written)
    return written
