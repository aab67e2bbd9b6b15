"""The exchange: what a caller asks, and what it gets back, whatever carries the two."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from tap_graph.domain.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Question:
    """One GraphQL request of one caller."""

    document: str
    variables: Mapping[str, Any] | None = None
    operation_name: str | None = None
    may_write: bool = True
    """False where the carrier may only read (HTTP's GET)."""
    is_dated: bool = False
    """Whether the answer should name the data version it was read at."""
    known_version: str | None = None
    """The data version the caller holds an answer of; implies `is_dated`."""
    may_follow: bool = False
    """Whether its carrier can tell more than one answer: what a subscription needs."""
    idempotency_key: str | None = None
    """Under which a mutation is done once, however often it is sent."""
    explain: bool = False
    """Whether the caller wants to know how the answer was found; told to administrators only."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The response as JSON, and what its carrier should say beside it."""

    body: bytes
    executed: bool = True
    """False where nothing was executed: `body` then has no `data`."""
    status: int | None = None
    """HTTP's status where it is not the media type's plain one for executed or not: 405, 429, 503, 504."""
    retry_after: int | None = None
    """Seconds after which asking again makes sense."""
    data_version: str | None = None
    """The data version read, where it was asked for."""
    is_unchanged: bool = False
    """Whether the caller's known version is still the current one; `body` is empty then."""
    code: str | None = None
    """The code of the first error."""
    finisher: str | None = None
    """What answered, for metrics; None where nothing was executed."""
    cost: int = 0
    """Rows that were charged."""


class Subscribe(Protocol):
    """What answers a subscription for as long as its caller listens."""

    def __call__(self, viewer: Viewer, question: Question) -> AsyncIterator[Answer]:
        """Answers as they come, each a whole response; ends when there is nothing more to tell.

        A refusal is one answer with `executed=False`, and the last. The next answer is asked for when the one before was
        taken, so that what came meanwhile is to be told as one. It is closed by `aclose`, where it has one, or cancelled
        while it waits.
        """
