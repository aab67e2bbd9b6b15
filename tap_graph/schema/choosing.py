"""Choosing: tests of rows that several nouns' filters share."""

from typing import Any

from sqlalchemy import ColumnElement, select

from tap_graph.reads.bindings import Ask
from tap_graph.storage import tables as t

Test = ColumnElement[bool]


def of_partner_number(row: Any, number: str, _ask: Ask) -> Test:
    """Rows of the partner with that number."""
    partner: Test = row.c.partner_id == select(t.partners.c.id).where(t.partners.c.partner_number == number).scalar_subquery()
    return partner


def in_region(row: Any, code: str, _ask: Ask) -> Test:
    """Rows of the theatre with that code."""
    theatre: Test = row.c.theatre_id == select(t.theatres.c.id).where(t.theatres.c.code == code).scalar_subquery()
    return theatre


def of_option(row: Any, code: str, _ask: Ask) -> Test:
    """Rows of the options with that code, in whatever theatre."""
    option: Test = row.c.option_id.in_(select(t.options.c.id).where(t.options.c.code == code))
    return option
