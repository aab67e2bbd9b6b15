"""Execution: a caller's question becomes an answer, or coded errors; nothing internal leaks."""

import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any, NoReturn, Protocol

import msgspec
from graphql import GraphQLError, GraphQLSchema, OperationType
from sqlalchemy.exc import OperationalError

from tap_graph.domain.errors import NotAllowed, TapError
from tap_graph.domain.viewer import Role, Viewer
from tap_graph.reads.answering import FUNCTIONS, Reads, Reply, Wanted
from tap_graph.reads.cursors import Cursors
from tap_graph.reads.documents import Document, DocumentRefused, Documents, Operation
from tap_graph.reads.exchange import Answer, Question
from tap_graph.reads.occasion import Occasion, Outcome
from tap_graph.reads.plans import CacheCounts
from tap_graph.reads.refusals import OperationRefused
from tap_graph.reads.weighing import Limits
from tap_graph.schema.build import Catalogue, build, catalogue
from tap_graph.schema.performing import Performing
from tap_graph.storage.reading.opening import open_reads
from tap_graph.storage.reading.pool import Overloaded, PoolCounts, ReadLimits, StatementTimedOut, Unavailable
from tap_graph.storage.unit_of_work import Database

logger = logging.getLogger(__name__)

INTERNAL = "Something went wrong on our side; it is in our log. Please try again, and tell us if it stays."
# A connection comes free within a moment; the statement that took too long will not be faster at once.
OVERLOADED_SECONDS = 1
UNAVAILABLE_SECONDS = 5


class Charged(Protocol):
    """What an operation cost its caller; `retry_after` is set where it was refused."""

    @property
    def limit(self) -> int | None:
        """Rows a minute; None where the caller is not limited."""

    @property
    def remaining(self) -> int | None:
        """Rows left of them."""

    @property
    def retry_after(self) -> int | None:
        """Seconds to wait, where it was refused."""


Charge = Callable[[Viewer, int], Awaitable[Charged]]


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one installation allows: how heavy documents may be, and how much is read at once."""

    documents: Limits = field(default_factory=Limits)
    reading: ReadLimits = field(default_factory=ReadLimits)
    passthrough: bool = True
    """False: graphql-core walks every answer; for comparing the two."""


class Execution:
    """Executes documents of one schema over one database, on one event loop."""

    def __init__(
        self,
        database: Database,
        cursor_secret: bytes,
        today: Callable[[], date],
        charge: Charge | None = None,
        bounds: Bounds = Bounds(),
        schema: Catalogue | None = None,
        performing: Performing | None = None,
    ) -> None:
        self.catalogue = schema or catalogue(build())
        self.dialect = database.dialect
        self._pool = open_reads(database, bounds.reading, FUNCTIONS)
        cursors = Cursors(cursor_secret)
        core = self.catalogue.core
        worker = _no_work if performing is None else performing.working
        self.reads = Reads(self._pool, database.dialect, core, self.catalogue.nouns, self.catalogue.shapes, cursors, worker)
        self.documents = Documents(core, bounds.documents)
        self._today = today
        self._charge = charge
        self._passthrough = bounds.passthrough
        self._performing = performing

    async def __call__(self, viewer: Viewer, question: Question) -> Answer:
        """The answer, errors included; raises nothing but the cancellation of its task."""
        said: dict[str, Any] = {}
        try:
            document = self.documents.get(question.document)
            return await self._weighed(document, viewer, question, said)
        except DocumentRefused as refused:
            return _not_executed([error.formatted for error in refused.errors], said)
        except OperationRefused as refused:
            # Refused before anything was looked for; its place is in the response all the same.
            return _failed(_formatted(refused, refused.path), said)
        except TapError as error:
            return _failed(_formatted(error, ()), said)
        except Overloaded:
            logger.warning("an operation found no free connection in time")
            message = f"All connections are in use; please try again in {OVERLOADED_SECONDS} s."
            return _not_executed([_coded(message, "OVERLOADED")], said, status=503, retry_after=OVERLOADED_SECONDS)
        except (Unavailable, OperationalError):
            logger.exception("the database cannot be reached")
            message = f"The database cannot be reached; please try again in {UNAVAILABLE_SECONDS} s."
            return _not_executed([_coded(message, "UNAVAILABLE")], said, status=503, retry_after=UNAVAILABLE_SECONDS)
        except StatementTimedOut:
            message = "The answer took the database too long; ask for fewer rows or fields at once."
            return _not_executed([_coded(message, "TIMEOUT")], said, status=504)
        except Exception:
            # The last line before the client: whatever it was, its text may hold a DSN or a row.
            logger.exception("an operation failed")
            return _failed(_coded(INTERNAL, "INTERNAL"), said)

    @property
    def digest(self) -> str:
        """Twelve digits that change when the schema does."""
        return sha256("\n".join(_outline(self.catalogue.core)).encode()).hexdigest()[:12]

    async def close(self) -> None:
        """Closes the reading connections."""
        await self._pool.close()

    def counts(self) -> Mapping[str, CacheCounts | PoolCounts]:
        """How its caches and its pool do."""
        return {"plans": self.reads.plan_counts(), "documents": self.documents.counts(), "read_pool": self._pool.counts()}

    async def _weighed(self, document: Document, viewer: Viewer, question: Question, said: dict[str, Any]) -> Answer:
        """The answer to a question that is not too heavy; *said* takes what its extensions say, whatever comes of it."""
        cost = document.weight.cost(question.operation_name, question.variables)
        charged = None if self._charge is None else await self._charge(viewer, cost)
        said["cost"] = _cost(cost, charged)
        if charged is not None and charged.retry_after is not None:
            message = f"This operation costs {cost} rows, and {charged.remaining} of {charged.limit} a minute are left; wait a moment."
            return _not_executed([_coded(message, "OVER_ALLOWANCE")], said, status=429, retry_after=charged.retry_after)
        if not question.may_write and document.kind(question.operation_name) not in (OperationType.QUERY, None):
            message = "GET only reads; send mutations and subscriptions by POST."
            return _not_executed([_coded(message, "METHOD_NOT_ALLOWED")], said, status=405)
        operation = document.operation(question.operation_name, question.variables)
        if operation.is_subscription and not question.may_follow:
            message = "A subscription needs a carrier that stays; send it by WebSocket, or with `Accept: text/event-stream`."
            return _not_executed([_coded(message, "NO_STREAM")], said)
        occasion = Occasion(viewer, self._today(), operation.values)
        if operation.is_mutation:
            occasion.outcomes = await self._performed(operation, viewer, question)
        wanted = Wanted(self._passthrough, question.is_dated, question.known_version)
        reply = await self.reads.answer(operation, occasion, wanted)
        if question.explain and viewer.role is Role.ADMINISTRATOR:
            said["reads"] = _explained(reply, occasion)
        return _replied(reply, said, cost)

    async def _performed(self, operation: Operation, viewer: Viewer, question: Question) -> Mapping[str | int, Outcome]:
        if self._performing is None:
            raise NotAllowed("Nothing can be changed here; this schema is for reading.")
        return await self._performing.perform(operation, self.catalogue.core, self.catalogue.acts, viewer, question.idempotency_key)


def _no_work(_occasion: Occasion) -> NoReturn:
    raise NotAllowed("Nothing can be worked out here; this schema answers from the database alone.")


def _outline(core: GraphQLSchema) -> Iterator[str]:
    """Every field with its arguments and type: printing the whole schema takes as long as building it."""
    for name, type_ in core.type_map.items():
        for field_name, of in getattr(type_, "fields", {}).items():
            arguments = ", ".join(f"{argument}: {given.type}" for argument, given in getattr(of, "args", {}).items())
            yield f"{name}.{field_name}({arguments}): {of.type}"


def _cost(cost: int, charged: Charged | None) -> dict[str, Any]:
    if charged is None:
        return {"cost": cost, "limit": None, "remaining": None}
    return {"cost": cost, "limit": charged.limit, "remaining": charged.remaining}


def _replied(reply: Reply, extensions: Mapping[str, Any], cost: int) -> Answer:
    if reply.is_unchanged:
        return Answer(b"", data_version=reply.version, is_unchanged=True, finisher=reply.finisher, cost=cost)
    errors = _masked(reply.errors)
    code = "INTERNAL" if errors else None
    body = _body(reply.data, errors, extensions)
    return Answer(body, data_version=reply.version, code=code, finisher=reply.finisher, cost=cost)


def _explained(reply: Reply, occasion: Occasion) -> dict[str, Any]:
    """Which finisher answered, by which statement; a secret among its parameters is not shown."""
    statement = reply.statement
    if statement is None:
        return {"finisher": reply.finisher, "statements": 0, "sql": None, "parameters": []}
    parameters = [_told(value) for value in statement.values(occasion)]
    return {"finisher": reply.finisher, "statements": 1, "sql": statement.sql, "parameters": parameters}


def _told(value: Any) -> Any:
    if isinstance(value, bytes):
        return None
    return value.isoformat() if isinstance(value, date) else value


def _body(data: bytes | None, errors: Sequence[Mapping[str, Any]], extensions: Mapping[str, Any]) -> bytes:
    """The response; its data is JSON already."""
    parts = [] if data is None else [b'"data":' + data]
    if errors:
        parts.append(b'"errors":' + msgspec.json.encode(errors))
    if extensions:
        parts.append(b'"extensions":' + msgspec.json.encode(extensions))
    return b"{" + b",".join(parts) + b"}"


def _failed(error: Mapping[str, Any], extensions: Mapping[str, Any]) -> Answer:
    return Answer(_body(b"null", [error], extensions), code=error["extensions"]["code"])


def _not_executed(
    errors: Sequence[Mapping[str, Any]], extensions: Mapping[str, Any], *, status: int | None = None, retry_after: int | None = None
) -> Answer:
    body = _body(None, errors, extensions)
    return Answer(body, executed=False, status=status, retry_after=retry_after, code=errors[0]["extensions"]["code"])


def _formatted(error: TapError, path: Sequence[str | int]) -> dict[str, Any]:
    formatted = _coded(str(error), error.code)
    return {**formatted, "path": list(path)} if path else formatted


def _coded(message: str, code: str) -> dict[str, Any]:
    return {"message": message, "extensions": {"code": code}}


def _masked(errors: Sequence[GraphQLError]) -> list[dict[str, Any]]:
    shown = []
    for error in errors:
        logger.error("a field failed at %s", error.path, exc_info=error.original_error or error)
        shown.append({"message": INTERNAL, "path": error.path, "extensions": {"code": "INTERNAL"}})
    return shown
