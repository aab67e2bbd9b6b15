"""Replaying: the same request under the same key is done once, and answered as the first time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, insert, select

from tap_graph.domain.refusal import ActRefused, Refusal
from tap_graph.domain.viewer import Viewer
from tap_graph.storage.tables import idempotency_keys as k

KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Replay:
    """One request under a key of its caller; `known` and `keep` are called in the transaction that does what it asks."""

    viewer: Viewer
    key: str
    document: str
    operation: str | None
    variables: Mapping[str, Any]

    @property
    def caller(self) -> str:
        """Who asks, as keys are kept: another caller's key is another key."""
        return f"{self.viewer.role}:{self.viewer.subject}"

    def known(self, connection: Connection) -> str | None:
        """What the first request under this key was answered with; ActRefused where that was another request."""
        row = connection.execute(select(k.c.request, k.c.answer).where(k.c.caller == self.caller, k.c.key == self.key)).first()
        if row is None:
            return None
        if row.request != self._digest():
            message = f"Idempotency-Key {self.key.rpartition('/')[0]} was used for another request; take a new key for a new request."
            raise ActRefused(Refusal("IDEMPOTENCY_KEY_REUSED", message))
        return str(row.answer)

    def keep(self, connection: Connection, answer: str, now: datetime) -> None:
        """Keeps an answer, and forgets those that are older than a week."""
        connection.execute(delete(k).where(k.c.answered_at < now - KEPT))
        connection.execute(insert(k).values(caller=self.caller, key=self.key, request=self._digest(), answer=answer, answered_at=now))

    def _digest(self) -> str:
        return sha256(msgspec.json.encode([self.document, self.operation, self.variables])).hexdigest()
