"""Figures: published values with source, provenance and the plugin that answered."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, and_, select, true
from strawberry.types.unset import UNSET

from tap_graph.reads import bindings as b
from tap_graph.schema import enums  # noqa: F401 - describes the enums used here
from tap_graph.schema.fields import bound, column
from tap_graph.schema.node import Node, noun
from tap_graph.storage import tables as t
from tap_graph.values.figure import Provenance


@noun(t.figures, None, "Figure of a region's rulebook, which answers for itself.")
class Figure(Node):
    """One published value."""

    subject: str = column("Thing the figure is about: a period, an option, a program, the terms or the theatre.")
    name: str = column("Name of the figure.")
    value: str = column("Value of the figure as text: days `YYYY-MM-DD`, amounts and rates as decimals, lists joined by `; `.")
    source: str = column("Place the figure stands in, or why it was chosen.")
    provenance: Provenance = column("Way the figure is known.")
    plugin: str = column("Plugin that answered: the region's own or the baseline.")
    version: str = column("Version of that plugin.")


def figures(on: Callable[[Any, Any], ColumnElement[bool]], description: str) -> Any:
    """A list of figures, in the order of the rulebook, of one subject if one is named."""

    def only(figure: Any, arguments: b.Arguments, _ask: b.Ask) -> ColumnElement[bool]:
        subject = arguments.get("subject")
        about: ColumnElement[bool] = figure.c.subject == subject
        return true() if subject is None else about

    arguments = {"subject": (str | None, "Subject the figures are about, such as `terms`; null for all.", UNSET)}
    return bound(b.Many("Figure", on, paged=False, order="position", only=only), description, arguments)


def figures_about(subject: Callable[[Any], ColumnElement[str]], description: str) -> Any:
    """The figures of the row's theatre about that row."""

    def on(row: Any, figure: Any) -> ColumnElement[bool]:
        in_force = select(t.theatres.c.rulebook_id).where(t.theatres.c.id == row.c.theatre_id).correlate(row).scalar_subquery()
        return and_(figure.c.rulebook_id == in_force, figure.c.subject == subject(row))

    return bound(b.Many("Figure", on, paged=False, order="position"), description)
