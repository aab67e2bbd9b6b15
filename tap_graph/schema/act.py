"""Acts: what people decided in place about a row, for whoever sees the row."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_

from tap_graph.domain.viewer import Role
from tap_graph.reads import bindings as b
from tap_graph.schema.fields import bound, column
from tap_graph.schema.node import noun
from tap_graph.schema.visibility import person
from tap_graph.storage import tables as t


# Reached through the row it is about, and through nothing else: who sees the row sees what was decided about it.
@noun(t.acts, None, "Act of a person about a row, as it was written down.")
class Act:
    """One act."""

    act: str = column("Name of the act, such as `deviationApprove`.")
    reason: str | None = column("Reason that was given; null for none.")
    acted_by: str | None = bound(
        b.Expression(person("acted_by")), "Subject of who acted; null for partners, their account managers and distributors."
    )
    role: Role = column("Role of who acted.")
    acted_at: datetime = column("Timestamp of the act.")


def acts_about(name: str, description: str) -> Any:
    """The acts about a row of a noun, as the journal names it, in the order in which they were done."""

    def on(row: Any, act: Any) -> ColumnElement[bool]:
        return and_(act.c.noun == name, act.c.row_id == row.c.id)

    about: Callable[[Any, Any], ColumnElement[bool]] = on
    return bound(b.Many("Act", about, paged=False), description)
