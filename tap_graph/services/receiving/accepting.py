"""Accepting: the whole way of one delivery, from bytes to facts."""

import hashlib
from datetime import datetime
from typing import BinaryIO

from sqlalchemy import Connection, insert, select

from tap_graph.domain.errors import FileRefused
from tap_graph.feeds.kinds import Kind, kind_named
from tap_graph.services.deciding import Rulebooks
from tap_graph.services.receiving.applying import apply
from tap_graph.services.receiving.delivery import Delivery, Received
from tap_graph.services.receiving.staging import stage_lines
from tap_graph.storage import tables as t
from tap_graph.storage.intake.lines import reasons_of
from tap_graph.storage.intake.stage import Stage
from tap_graph.storage.unit_of_work import Database

LONGEST_HEADER = 4096


def accept(database: Database, rulebooks: Rulebooks, delivery: Delivery, now: datetime) -> Received:
    """Receives one file; nothing of it takes effect unless all of it does."""
    kind = kind_named(delivery.kind)
    sha256 = digest_of(delivery.stream)
    with database.preparing() as connection:
        if known := _delivered_before(connection, delivery, sha256):
            return known
        stage = Stage(connection, kind.name, [(column.name, column.type) for column in kind.columns])
        try:
            return _receive(database, rulebooks, delivery, sha256, stage, kind, now)
        finally:
            stage.drop()


def _receive(
    database: Database, rulebooks: Rulebooks, delivery: Delivery, sha256: str, stage: Stage, kind: Kind, now: datetime
) -> Received:
    connection = stage.connection
    try:
        stage_lines(connection, stage, kind, delivery.stream)
    except FileRefused as refusal:
        with database.applying(connection):
            return _refuse_file(connection, delivery, sha256, refusal, now)
    with database.applying(connection):
        if known := _delivered_before(connection, delivery, sha256):
            return known
        delivery_id = store(connection, delivery, sha256, "RECEIVED", None, now)
        apply(connection, rulebooks, stage, delivery_id, now)
        return _result(connection, delivery_id, delivery, sha256)


def digest_of(stream: BinaryIO) -> str:
    """SHA-256 of a stream from its beginning, to which it is put back."""
    stream.seek(0)
    digest = hashlib.sha256()
    while chunk := stream.read(1 << 20):
        digest.update(chunk)
    stream.seek(0)
    return digest.hexdigest()


def _delivered_before(connection: Connection, delivery: Delivery, sha256: str) -> Received | None:
    d = t.deliveries
    same = (d.c.kind == delivery.kind, d.c.sender == delivery.sender, d.c.sha256 == sha256, d.c.state == "RECEIVED")
    row = connection.execute(select(d.c.id, d.c.lines).where(*same).order_by(d.c.id.desc()).limit(1)).first()
    if row is None or delivery.again:
        return None
    return Received(row.id, delivery.file, sha256, lines=row.lines, unchanged=row.lines)


def store(connection: Connection, delivery: Delivery, sha256: str, state: str, refusal: str | None, now: datetime) -> int:
    """Writes a delivery down; returns its id."""
    counts = dict.fromkeys(("lines", "accepted", "unchanged", "held", "refused"), 0)
    delivery.stream.seek(0)
    header = delivery.stream.readline(LONGEST_HEADER).decode("utf-8", errors="replace").strip("\ufeff\r\n").replace("\x00", "")
    row = {
        "header": header,
        "kind": delivery.kind,
        "sender": delivery.sender,
        "file": delivery.file,
        "sha256": sha256,
        "state": state,
        "refusal": refusal,
    }
    inserted = connection.execute(insert(t.deliveries).values(**row, **counts, received_at=now).returning(t.deliveries.c.id))
    return int(inserted.scalar_one())


def _refuse_file(connection: Connection, delivery: Delivery, sha256: str, refusal: FileRefused, now: datetime) -> Received:
    """Keeps that the file came and why nothing of it was taken."""
    why = f"{delivery.file}: {refusal}"
    delivery_id = store(connection, delivery, sha256, "REFUSED", why, now)
    return Received(delivery_id, delivery.file, sha256, reasons={refusal.code: 1}, refusal=why)


def _result(connection: Connection, delivery_id: int, delivery: Delivery, sha256: str) -> Received:
    row = connection.execute(select(t.deliveries).where(t.deliveries.c.id == delivery_id)).one()
    counts = {name: getattr(row, name) for name in ("lines", "accepted", "unchanged", "held", "refused")}
    return Received(delivery_id, delivery.file, sha256, **counts, reasons=reasons_of(connection, delivery_id))
