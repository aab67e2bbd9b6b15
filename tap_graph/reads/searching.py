"""Searching: whether a text holds another one, in any case."""

from typing import Any

from sqlalchemy import ColumnElement, func


def lower(text: str | None) -> str | None:
    """The text in small letters, of every alphabet: SQLite's own function knows ASCII only, and calls this one instead.

    Letter by letter, as PostgreSQL does it: a final sigma is a sigma, and a dotted capital I one letter.
    """
    if text is None or text.isascii():
        return text and text.lower()
    return "".join([letter.lower()[:1] for letter in text])


def contains(column: ColumnElement[Any], text: ColumnElement[Any], dialect: str) -> ColumnElement[bool]:
    """Whether a column holds a text somewhere, in any case; what looks like a pattern is none."""
    if dialect == "postgresql":
        place = func.strpos(func.lower(column), func.lower(text))
    else:
        place = func.instr(func.tap_lower(column), func.tap_lower(text))
    found: ColumnElement[bool] = place > 0
    return found
