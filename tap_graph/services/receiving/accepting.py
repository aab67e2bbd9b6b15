"""Accepting: the whole way of one delivery, from bytes to facts."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import BinaryIO

import msgspec
from sqlalchemy import Connection, insert, select

from tap_graph.domain.errors import FileRefused
from tap_graph.feeds.feed import Feed, Format
from tap_graph.feeds.kinds import Kind, kind_named
from tap_graph.feeds.problems import Problem, ReportRefused
from tap_graph.feeds.recognizing import open_feed
from tap_graph.feeds.unpacking import unpacked
from tap_graph.services.deciding import Rulebooks
from tap_graph.services.distributing import profiles
from tap_graph.services.receiving.applying import apply
from tap_graph.services.receiving.delivery import Delivery, Received
from tap_graph.services.receiving.progress import Progress
from tap_graph.services.receiving.reporting import keep_to_sender, reports_of
from tap_graph.services.receiving.staging import NUL, SHOWN_NUL, stage_lines
from tap_graph.storage import tables as t
from tap_graph.storage.intake.lines import reasons_of
from tap_graph.storage.intake.reports import ReportedSpan
from tap_graph.storage.intake.stage import Stage
from tap_graph.storage.unit_of_work import Database

LONGEST_HEADER = 4096
LARGEST_UNPACKED = 8 * 1024**3
"""Bytes that a packed file may hold; what comes over HTTP is bounded by a setting before."""


def accept(database: Database, rulebooks: Rulebooks, delivery: Delivery, now: datetime) -> Received:
    """Receives one file; nothing of it takes effect unless all of it does."""
    kind = kind_named(delivery.kind)
    sha256 = digest_of(delivery.stream)
    with database.preparing() as connection:
        if known := _delivered_before(connection, delivery, sha256):
            return known
        stage = Stage(connection, kind.name, [(column.name, column.type) for column in kind.columns])
        progress = Progress(database, delivery, now)
        try:
            return _Way(database, rulebooks, delivery, sha256, stage, kind, progress, now).go()
        finally:
            progress.end()
            if not connection.invalidated:
                stage.drop()


class _Way:
    """One delivery on its way."""

    def __init__(
        self,
        database: Database,
        rulebooks: Rulebooks,
        delivery: Delivery,
        sha256: str,
        stage: Stage,
        kind: Kind,
        progress: Progress,
        now: datetime,
    ) -> None:
        self._database = database
        self._rulebooks = rulebooks
        self._delivery = delivery
        self._sha256 = sha256
        self._stage = stage
        self._kind = kind
        self._progress = progress
        self._now = now

    def go(self) -> Received:
        """Stages the lines, then applies them in one transaction."""
        connection, delivery = self._stage.connection, self._delivery
        feed = None
        try:
            with _plain(delivery.stream) as stream:
                feed = open_feed(self._progress.watched(stream), self._kind, profiles(connection))
                stage_lines(connection, self._stage, self._kind, feed, self._progress)
        except FileRefused as refusal:
            with self._database.applying(connection):
                return self._refused(connection, refusal, feed)
        self._progress.applying()
        with self._database.applying(connection):
            if known := _delivered_before(connection, delivery, self._sha256):
                return known
            keep_to_sender(self._stage, delivery)
            return self._applied(connection, feed, reports_of(self._stage, feed, delivery))

    def _applied(self, connection: Connection, feed: Feed, reports: Sequence[ReportedSpan]) -> Received:
        delivery_id = store(connection, self._delivery, self._sha256, self._now, feed=feed)
        apply(connection, self._rulebooks, self._stage, delivery_id, self._now, reports)
        self._progress.settle(connection, "RECEIVED", delivery_id)
        row = connection.execute(select(t.deliveries).where(t.deliveries.c.id == delivery_id)).one()
        counts = {name: getattr(row, name) for name in ("lines", "accepted", "unchanged", "held", "refused")}
        return Received(delivery_id, self._delivery.file, self._sha256, **counts, reasons=reasons_of(connection, delivery_id))

    def _refused(self, connection: Connection, refusal: FileRefused, feed: Feed | None) -> Received:
        """Keeps that the file came and why nothing of it was taken."""
        why = f"{self._delivery.file}: {refusal}"
        defects = refusal.problems if isinstance(refusal, ReportRefused) else (Problem(refusal.code, None, None, str(refusal)),)
        delivery_id = store(connection, self._delivery, self._sha256, self._now, feed=feed, refusal=why, defects=defects)
        self._progress.settle(connection, "REFUSED", delivery_id)
        reasons: dict[str, int] = {}
        for defect in defects:
            reasons[defect.code] = reasons.get(defect.code, 0) + 1
        return Received(delivery_id, self._delivery.file, self._sha256, reasons=reasons, refusal=why, defects=tuple(defects))


@contextmanager
def _plain(stream: BinaryIO) -> Iterator[BinaryIO]:
    """The file as it was before it was packed by gzip, if it was."""
    plain = unpacked(stream, most=LARGEST_UNPACKED)
    try:
        yield plain
    finally:
        if plain is not stream:
            plain.close()


def digest_of(stream: BinaryIO) -> str:
    """SHA-256 of a stream from its beginning, to which it is put back."""
    stream.seek(0)
    digest = hashlib.sha256()
    while chunk := stream.read(1 << 20):
        digest.update(chunk)
    stream.seek(0)
    return digest.hexdigest()


def store(
    connection: Connection,
    delivery: Delivery,
    sha256: str,
    now: datetime,
    *,
    feed: Feed | None,
    refusal: str | None = None,
    defects: Sequence[Problem] = (),
) -> int:
    """Writes a delivery down; returns its id."""
    counts = dict.fromkeys(("lines", "accepted", "unchanged", "held", "refused"), 0)
    row = {
        "header": "" if feed is None else feed.header[:LONGEST_HEADER],
        "kind": delivery.kind,
        "sender": delivery.sender,
        "file": delivery.file,
        "sha256": sha256,
        "state": "RECEIVED" if refusal is None else "REFUSED",
        "refusal": None if refusal is None else refusal.replace(NUL, SHOWN_NUL),
        "format": (Format.CSV if feed is None else feed.format).value,
        "defects": msgspec.json.encode(defects).decode(),
        "envelope": None if feed is None or feed.envelope is None else msgspec.json.encode(feed.envelope).decode(),
    }
    inserted = connection.execute(insert(t.deliveries).values(**row, **counts, received_at=now).returning(t.deliveries.c.id))
    return int(inserted.scalar_one())


def _delivered_before(connection: Connection, delivery: Delivery, sha256: str) -> Received | None:
    d = t.deliveries
    same = (d.c.kind == delivery.kind, d.c.sender == delivery.sender, d.c.sha256 == sha256, d.c.state == "RECEIVED")
    row = connection.execute(select(d.c.id, d.c.lines).where(*same).order_by(d.c.id.desc()).limit(1)).first()
    if row is None or delivery.again:
        return None
    return Received(row.id, delivery.file, sha256, lines=row.lines, unchanged=row.lines)
