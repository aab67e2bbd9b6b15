"""A round: one look at one source; whatever lies there and was not received yet is fetched and received."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from tap_graph.services.pulling.ledger import MOST_ATTEMPTS, UNKNOWN, Entry, Ledger, wait
from tap_graph.services.pulling.place import Arriving, FetchFailed, Offered, Place, SourceAway
from tap_graph.services.pulling.source import Source
from tap_graph.services.receiving import Delivery, Received

IN_MEMORY = 1 << 20
LONGEST_NAME = 200


Waiting = Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file, or of a source that could not be reached (its name is empty then).

    `state` is RECEIVED, REFUSED (the file as a whole), FAILED (tried again at `next_attempt_at`) or GIVEN_UP.
    """

    source: str
    name: str
    state: str
    received: Received | None = None
    failure: str | None = None
    next_attempt_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Puller:
    """Pulls from one source."""

    source: Source
    place: Place
    ledger: Ledger
    ingest: Callable[[Delivery], Received]
    now: Callable[[], datetime]
    chance: Callable[[], float]
    """From 0 to 1, anew each time."""
    most: int
    """Bytes of a file."""
    waiting: Waiting = nullcontext
    """Around what waits for others, and may be interrupted."""

    def round(self) -> Iterator[Outcome]:
        """Looks once; tells what became of each file that was new or had to be tried again, as it goes."""
        entries = self.ledger.entries()
        try:
            with self.waiting():
                found = self.place.offered()
            for offered in found:
                outcome = self._take(offered, entries.get(offered.name, ()))
                if outcome is not None:
                    yield outcome
            self.ledger.reached()
        except SourceAway as away:
            yield self._away(away, entries)
        finally:
            self.place.close()

    def next_look_at(self) -> datetime:
        """When to look again: after the usual time, or as soon as a file that failed or lies there incomplete may be had."""
        now = self.now()
        at = now + self.source.every
        if (ready_in := self.place.ready_in()) is not None:
            at = min(at, now + ready_in)
        due = [entry.next_attempt_at for entries in self.ledger.entries().values() for entry in entries if not entry.is_received]
        return max(now + timedelta(seconds=1), min([at, *(moment for moment in due if moment is not None)]))

    def _take(self, offered: Offered, entries: Sequence[Entry]) -> Outcome | None:
        """What became of a file; None where there was nothing to do about it now."""
        known = self._known(entries)
        if offered.fingerprint in known:
            return None
        failing = self._failing(offered, entries)
        if failing is not None and (failing.next_attempt_at is None or failing.next_attempt_at > self.now()):
            return None
        entry = failing or Entry(offered.name, offered.fingerprint or UNKNOWN, 0, None, None, None)
        with cast("BinaryIO", SpooledTemporaryFile(max_size=IN_MEMORY)) as spool:
            try:
                with self.waiting():
                    fingerprint = self.place.fetch(offered, known, Arriving(spool, self.most, self.now))
                if fingerprint is None:
                    return None
                entry = _of_version(entry, fingerprint)
                spool.seek(0)
                received = self.ingest(self._delivery(offered, spool))
                self.place.settle(offered, received)
            except SourceAway:
                raise
            except FetchFailed as failed:
                return self._failed(entry, failed)
        return self._received(entry, received)

    def _known(self, entries: Sequence[Entry]) -> list[str]:
        """The versions of a file that need not be fetched, the newest first."""
        if not self.place.keeps_files:
            return []
        return [entry.fingerprint for entry in entries if entry.fingerprint != UNKNOWN and (entry.is_received or entry.is_given_up)]

    def _failing(self, offered: Offered, entries: Sequence[Entry]) -> Entry | None:
        """The version that was tried before without success; where the place gives no fingerprints, the last one that was tried."""
        for entry in entries:
            if entry.is_received or (offered.fingerprint is not None and entry.fingerprint not in (offered.fingerprint, UNKNOWN)):
                continue
            # Given up by its fingerprint: the place is asked whether there is another version by now.
            return None if entry.is_given_up and offered.fingerprint is None and entry.fingerprint != UNKNOWN else entry
        return None

    def _delivery(self, offered: Offered, spool: BinaryIO) -> Delivery:
        file = "".join(letter for letter in offered.name if letter.isprintable())[:LONGEST_NAME]
        return Delivery(self.source.kind, spool, file, self.source.sender, only_distributor=self.source.only_distributor)

    def _received(self, entry: Entry, received: Received) -> Outcome:
        entry = replace(entry, attempts=entry.attempts + 1, failure=received.refusal, delivery_id=received.delivery)
        self.ledger.received(entry, self.now())
        state = "RECEIVED" if received.refusal is None else "REFUSED"
        return Outcome(self.source.name, entry.name, state, received, received.refusal)

    def _failed(self, entry: Entry, failed: FetchFailed) -> Outcome:
        entry = _of_version(entry, failed.fingerprint)
        attempts, now = entry.attempts + 1, self.now()
        is_over = attempts >= MOST_ATTEMPTS
        at = None if is_over else now + wait(attempts, self.chance())
        self.ledger.failed(replace(entry, attempts=attempts, failure=str(failed), next_attempt_at=at), now)
        return Outcome(self.source.name, entry.name, "GIVEN_UP" if is_over else "FAILED", None, str(failed), at)

    def _away(self, away: SourceAway, entries: Mapping[str, Sequence[Entry]]) -> Outcome:
        before = entries.get(UNKNOWN, ())
        attempts, now = (before[0].attempts if before else 0) + 1, self.now()
        # Never given up: it is the place of files that are still to come.
        at = now + min(self.source.every, wait(min(attempts, MOST_ATTEMPTS), self.chance()))
        self.ledger.failed(Entry(UNKNOWN, UNKNOWN, attempts, str(away), at, None), now)
        return Outcome(self.source.name, UNKNOWN, "FAILED", None, str(away), at)


def _of_version(entry: Entry, fingerprint: str | None) -> Entry:
    """The entry of the version that showed; another than was tried before begins anew."""
    if fingerprint is None or fingerprint == entry.fingerprint:
        return entry
    return replace(entry, fingerprint=fingerprint, attempts=entry.attempts if entry.fingerprint == UNKNOWN else 0)
