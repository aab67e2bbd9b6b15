"""Misbehaviors: how a distributor goes wrong, by name, and which of its reports or requests it still has to spoil."""

import threading
from collections import deque
from dataclasses import dataclass
from typing import Literal

from tap_graph.domain.errors import UnknownName

Where = Literal["reports", "index", "acknowledgements"]
WHERES: tuple[Where, ...] = ("reports", "index", "acknowledgements")


@dataclass(frozen=True, slots=True)
class Misbehavior:
    """One way in which a report (`content`) or its transport (`wire`) goes wrong; `says` is for people."""

    name: str
    on: Literal["content", "wire"]
    says: str


MISBEHAVIORS = (
    Misbehavior("late", "content", "The report is made 60 days later than it should be."),
    Misbehavior("duplicate", "content", "The same bytes come twice, under two names."),
    Misbehavior("split", "content", "The report comes as two, each with half of its lines and a number of its own."),
    Misbehavior("reordered", "content", "The lines come in another order."),
    Misbehavior("corrected", "content", "The first line comes with a wrong quantity; a report that replaces it follows."),
    Misbehavior("truncated", "content", "The file ends after three fifths of its bytes, as if it were complete."),
    Misbehavior("wrong_totals", "content", "The control totals say more lines and pieces than there are (X12 and EDIFACT)."),
    Misbehavior("wrong_encoding", "content", "The text is UTF-16 (not XLSX)."),
    Misbehavior("slow", "wire", "The bytes come in ten pieces, with pauses between them."),
    Misbehavior("resetting", "wire", "The connection is reset after half of the bytes."),
    Misbehavior("failing", "wire", "The server says that it failed (HTTP 500, SFTP failure), and does well afterwards."),
    Misbehavior("half_then_silence", "wire", "Half of the bytes come, then nothing; the connection stays open."),
)
NAMED = {misbehavior.name: misbehavior for misbehavior in MISBEHAVIORS}


@dataclass(slots=True)
class Mood:
    """A misbehavior still to come: for how many times (None: from now on), where, and how many seconds it takes."""

    misbehavior: Misbehavior
    times: int | None
    where: Where
    seconds: float


class Moods:
    """What a distributor still has to do wrong, first come first served; asked from several threads."""

    def __init__(self) -> None:
        self._coming: deque[Mood] = deque()
        self._lock = threading.Lock()

    def add(self, name: str, times: int | None, where: str, seconds: float) -> None:
        """Another one; a name that does not exist is an `UnknownName` that lists those that do."""
        if name not in NAMED:
            raise UnknownName(f"`{name}` is no misbehavior; there are {', '.join(NAMED)}.")
        if where not in WHERES:
            raise UnknownName(f"`{where}` is no place to misbehave at; there are {', '.join(WHERES)}.")
        with self._lock:
            self._coming.append(Mood(NAMED[name], times, where, seconds))

    def clear(self) -> None:
        """Does well from now on."""
        with self._lock:
            self._coming.clear()

    def content(self) -> Mood | None:
        """What is to go wrong with the report that is made now; counted as done."""
        return self._take("content", "reports", ())

    def wire(self, where: Where, *, but: tuple[str, ...] = ()) -> Mood | None:
        """What is to go wrong with the transfer that begins now, unless it is one of `but`; counted as done."""
        return self._take("wire", where, but)

    def _take(self, on: str, where: Where, but: tuple[str, ...]) -> Mood | None:
        with self._lock:
            for mood in self._coming:
                if mood.misbehavior.on != on or mood.where != where or mood.misbehavior.name in but:
                    continue
                if mood.times is not None:
                    mood.times -= 1
                    if mood.times <= 0:
                        self._coming.remove(mood)
                return mood
        return None
