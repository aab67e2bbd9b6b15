"""Noting: what happened is written into the outbox, in the transaction in which it happens."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection

from tap_graph.domain.event import Event
from tap_graph.storage import tables as t
from tap_graph.storage.intake.touched import insert_if_absent


def note_events(connection: Connection, events: Iterable[Event], now: datetime) -> None:
    """Writes events down; one that was told under its `once` before is left out."""
    rows = [_row(event, now) for event in events]
    if rows:
        connection.execute(insert_if_absent(connection, t.events), rows)


def _row(event: Event, now: datetime) -> dict[str, Any]:
    return {
        "kind": event.kind.value,
        "noun": event.noun,
        "row_id": event.row_id,
        "key": event.key,
        "partner_id": event.partner_id,
        "theatre_id": event.theatre_id,
        "distributor_id": event.distributor_id,
        "once": event.once,
        "data": msgspec.json.encode(event.data).decode(),
        "happened_at": now,
    }
