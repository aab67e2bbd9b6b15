"""Plans: statements that answer all operations of one kind, kept as long as they are asked for."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

from tap_graph.reads.execution.decoding import Take
from tap_graph.reads.occasion import Occasion
from tap_graph.reads.slots import Statement

T = TypeVar("T")

Check = Callable[[Occasion], None]


class Absent:
    """Nothing is kept; None may be a thing."""


ABSENT = Absent()


@dataclass(frozen=True, slots=True)
class TextPlan:
    """A statement whose one value is the response's data."""

    statement: Statement
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class RowsPlan:
    """A statement whose one value is an array of rows, None where no row is needed, and its decoder."""

    statement: Statement | None
    checks: tuple[Check, ...]
    take: Take
    works: bool
    """Whether a service works out some of the answer."""


@dataclass(frozen=True, slots=True)
class CacheCounts:
    """How a cache has done since the process started."""

    hits: int
    misses: int
    size: int
    limit: int


class Kept(Generic[T]):
    """A bounded cache of things made from their keys; what was not asked for longest goes first.

    Safe from many threads. Two that miss the same key at once both make it, and one of the two is kept.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept: OrderedDict[Hashable, T] = OrderedDict()
        self._lock = Lock()
        self._hits = self._misses = 0

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The thing of that key, made where it is not kept."""
        found = self.find(key)
        if not isinstance(found, Absent):
            return found
        made = make()
        self.put(key, made)
        return made

    def find(self, key: Hashable) -> T | Absent:
        """The thing of that key; ABSENT where it is not kept, and somebody is about to make it."""
        with self._lock:
            if key in self._kept:
                self._hits += 1
                self._kept.move_to_end(key)
                return self._kept[key]
            self._misses += 1
            return ABSENT

    def put(self, key: Hashable, made: T) -> None:
        """Keeps a thing, in place of what was kept under its key."""
        with self._lock:
            self._kept[key] = made
            self._kept.move_to_end(key)
            while len(self._kept) > self._limit:
                self._kept.popitem(last=False)

    def counts(self) -> CacheCounts:
        """Hits, misses, and how full it is."""
        with self._lock:
            return CacheCounts(self._hits, self._misses, len(self._kept), self._limit)
