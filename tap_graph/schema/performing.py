"""Performing: the acts of a mutation, one after the other, each in a transaction of its own; nothing is read here."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import anyio
import anyio.to_thread
import msgspec
from graphql import GraphQLSchema

from tap_graph.domain.refusal import ActRefused
from tap_graph.domain.viewer import Viewer
from tap_graph.reads.documents import Operation
from tap_graph.reads.occasion import Occasion, Outcome
from tap_graph.reads.refusals import FieldNotVisible
from tap_graph.schema.acts import Act, Acting
from tap_graph.schema.asked import root_fields
from tap_graph.services.deciding import Rulebooks
from tap_graph.services.replaying import Replay
from tap_graph.storage.unit_of_work import Database

# Writers take turns in the database anyway; more threads would only wait there.
MOST_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Wish:
    """One root field of a mutation: its response name, its act and its coerced arguments."""

    key: str
    act: Act
    given: Mapping[str, Any]


class Performing:
    """Does what mutations ask, and opens what reading works with, for one schema over one database."""

    def __init__(self, database: Database, rulebooks: Rulebooks, now: Callable[[], datetime]) -> None:
        self._database = database
        self._rulebooks = rulebooks
        self._now = now
        self._threads: anyio.CapacityLimiter | None = None

    @contextmanager
    def working(self, occasion: Occasion) -> Iterator[Acting]:
        """What services work out an answer with: one consistent state of the database, which they cannot change."""
        now = self._now()
        with self._database.reading() as connection:
            yield Acting(connection, self._rulebooks, occasion.viewer, now, occasion.today)

    async def perform(
        self, operation: Operation, schema: GraphQLSchema, acts: Mapping[str, Act], viewer: Viewer, idempotency_key: str | None
    ) -> Mapping[str | int, Outcome]:
        """What became of each root field, by response name; a field that is not the role's ends the whole before anything is done."""
        wishes = _wishes(operation, schema, acts, viewer)
        if self._threads is None:
            self._threads = anyio.CapacityLimiter(MOST_AT_ONCE)
        outcomes: dict[str | int, Outcome] = {}
        for wish in wishes:
            replay = None if idempotency_key is None else _replay(operation, viewer, idempotency_key, wish)
            # What was begun is ended, also for a caller who left: half an act is none.
            with anyio.CancelScope(shield=True):
                outcomes[wish.key] = await anyio.to_thread.run_sync(self._done, wish, viewer, replay, limiter=self._threads)
        return outcomes

    def _done(self, wish: Wish, viewer: Viewer, replay: Replay | None) -> Outcome:
        now = self._now()
        try:
            with self._database.writing() as connection:
                if replay is not None and (known := replay.known(connection)) is not None:
                    return Outcome(msgspec.json.decode(known, type=int))
                acting = Acting(connection, self._rulebooks, viewer, now, now.date())
                row_id = wish.act.do(acting, wish.given)
                if replay is not None:
                    replay.keep(connection, msgspec.json.encode(row_id).decode(), now)
                return Outcome(row_id)
        except ActRefused as refused:
            return Outcome(None, _told(refused, wish.act))


def _replay(operation: Operation, viewer: Viewer, idempotency_key: str, wish: Wish) -> Replay:
    return Replay(viewer, f"{idempotency_key}/{wish.key}", operation.document.text, operation.name, operation.given)


def _wishes(operation: Operation, schema: GraphQLSchema, acts: Mapping[str, Act], viewer: Viewer) -> list[Wish]:
    wishes = []
    for key, name, given in root_fields(operation, schema):
        if viewer.role not in acts[name].roles:
            raise FieldNotVisible(f"Mutation.{name} is not for the role {viewer.role}; leave it out.", (key,))
        wishes.append(Wish(key, acts[name], given))
    return wishes


def _told(refused: ActRefused, act: Act) -> str:
    """The refusals as the payload's JSON; a code the act did not announce is a bug, and told as one."""
    unknown = [refusal.code for refusal in refused.refusals if refusal.code not in act.codes]
    if unknown:
        raise TypeError(f"refused with {', '.join(unknown)}, which the act does not announce") from refused
    told = [{"message": refusal.message, "path": ".".join(refusal.path), "code": refusal.code} for refusal in refused.refusals]
    return msgspec.json.encode(told).decode()
