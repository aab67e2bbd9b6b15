"""Acting: what people decide in place is written down beside the rows they decided about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import msgspec
from sqlalchemy import Connection, insert

from tap_graph.domain.refusal import ActRefused, Refusal
from tap_graph.domain.viewer import Viewer
from tap_graph.storage import tables as t
from tap_graph.values.text import is_storable


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act: its name as the API has it, and the row it is about."""

    name: str
    noun: str
    row_id: int
    key: str
    distributor_id: str | None = None
    reason: str | None = None
    detail: Mapping[str, str | int | None] = field(default_factory=dict)
    before: Mapping[str, str | int | None] | None = None
    """What the act changed, as it was; None where the row is new."""
    after: Mapping[str, str | int | None] | None = None
    """The same as it is now; None where the row is gone."""


def check_storable(**texts: str | None) -> None:
    """ActRefused for texts that no database takes: half characters, and NUL."""
    wrong = [name for name, text in texts.items() if text is not None and not is_storable(text)]
    if wrong:
        message = "holds a character that cannot be stored. Leave it out."
        raise ActRefused(*(Refusal("NOT_STORABLE", f"{name} {message}", (name,)) for name in wrong))


def journal(connection: Connection, viewer: Viewer, act: Act, now: datetime) -> int:
    """Writes an act down, in the transaction that does it; returns its id."""
    row = {
        "act": act.name,
        "noun": act.noun,
        "row_id": act.row_id,
        "key": act.key,
        "distributor_id": act.distributor_id,
        "reason": act.reason,
        "detail": msgspec.json.encode(act.detail).decode(),
        "acted_by": viewer.subject,
        "role": viewer.role.value,
        "acted_at": now,
    }
    return int(connection.execute(insert(t.acts).values(**row).returning(t.acts.c.id)).scalar_one())
