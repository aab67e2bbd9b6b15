"""Receiving: one delivery of one kind becomes facts in one step, or leaves nothing.

Lines are read and staged first, which locks nobody; then one transaction matches them, stores versions and held
lines, frees what waited for them, and renews decisions, owners and notes. A process killed before the commit has
done nothing: the same file again is right.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any, BinaryIO

import msgspec
from sqlalchemy import Connection, func, insert, literal, select

from tap_graph.domain.errors import FileRefused
from tap_graph.feeds.csv import Line, Problem, read
from tap_graph.feeds.kinds import Kind, kind_named
from tap_graph.services.deciding import Rulebooks, decide
from tap_graph.services.enrolling import check_enrollments
from tap_graph.storage import tables as t
from tap_graph.storage.intake.derived import renew
from tap_graph.storage.intake.effect import take_effect
from tap_graph.storage.intake.holding import free, hold, replace_held, stage_freed
from tap_graph.storage.intake.lines import count_lines, keep_lines, reasons_of, settle_freed
from tap_graph.storage.intake.matching import Match
from tap_graph.storage.intake.oddities import note
from tap_graph.storage.intake.plans import IN_ORDER, PLANS
from tap_graph.storage.intake.relooking import look_again
from tap_graph.storage.intake.stage import READ, REFUSED, REPEATED, Stage
from tap_graph.storage.intake.touched import Touched
from tap_graph.storage.unit_of_work import Database

LONGEST_HEADER = 4096
# PostgreSQL text cannot hold NUL: a damaged line keeps its picture instead.
NUL, SHOWN_NUL = "\x00", "\u2400"


@dataclass(frozen=True, slots=True)
class Received:
    """What became of one delivered file, as the contract prints it (§3); `refusal` tells why a whole file was refused."""

    delivery: int | None
    file: str
    sha256: str
    lines: int = 0
    accepted: int = 0
    unchanged: int = 0
    held: int = 0
    refused: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    refusal: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A file on its way in: what it claims to be, and from whom."""

    kind: str
    stream: BinaryIO
    """Seekable; read twice, for its digest and for its lines."""
    file: str
    sender: str = ""
    again: bool = False
    """Takes a file that was delivered before as a new delivery."""


def accept(database: Database, rulebooks: Rulebooks, delivery: Delivery, now: datetime) -> Received:
    """Receives one file; nothing of it takes effect unless all of it does."""
    kind = kind_named(delivery.kind)
    sha256 = _digest(delivery.stream)
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
        _stage_lines(connection, stage, kind, delivery.stream)
    except FileRefused as refusal:
        with database.applying(connection):
            return _refuse_file(connection, delivery, sha256, refusal, now)
    with database.applying(connection):
        if known := _delivered_before(connection, delivery, sha256):
            return known
        delivery_id = _store(connection, delivery, sha256, "RECEIVED", None, now)
        _apply(connection, rulebooks, stage, delivery_id, now)
        return _result(connection, delivery_id, delivery, sha256)


def _digest(stream: BinaryIO) -> str:
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


def _stage_lines(connection: Connection, stage: Stage, kind: Kind, stream: BinaryIO) -> None:
    seen: set[int] = set()
    doubled: set[str] = set()
    installed = _installed(connection) if kind.name == "enrollments" else None
    empty = (None,) * len(kind.columns)

    def rows() -> Iterator[tuple[Any, ...]]:
        for line in read(stream, kind):
            problems = [*line.problems, *_not_installed(kind, line, installed)]
            if line.key is not None and line.values is not None:
                # Hashes, not keys, to stay small; keys that only collide turn out different below.
                mark = hash(line.key)
                doubled.add(line.key) if mark in seen else seen.add(mark)
            state, shown = (REFUSED, msgspec.json.encode(problems).decode()) if problems else (READ, "[]")
            key = line.key if line.values is not None else None
            yield (line.record, line.number, line.raw.replace(NUL, SHOWN_NUL), key, None, state, shown, *(line.values or empty))

    stage.load(rows())
    if doubled:
        _settle_doubles(stage, sorted(doubled))


def _settle_doubles(stage: Stage, keys: list[str]) -> None:
    """Lines of one file with one key: equal ones repeat the first, different ones are all refused."""
    for key, group in groupby(stage.repeated(keys), key=lambda row: row.record_key):
        lines = list(group)
        if len(lines) < 2:
            continue
        first, *rest = lines
        if all(tuple(row)[4:] == tuple(first)[4:] for row in rest):
            if first.read_state == READ:
                stage.mark([row.seq for row in rest], state=REPEATED, repeats=first.seq)
            continue
        shown = key.replace("\x1f", "/")
        message = f"{shown} stands {len(lines)} times in this file with different values: keep the right one and deliver it again."
        for row in lines:
            problems = [*msgspec.json.decode(row.problems, type=list[Problem]), Problem("DUPLICATE_KEY", None, shown, message)]
            stage.mark([row.seq], state=REFUSED, problems=msgspec.json.encode(problems).decode())


def _installed(connection: Connection) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for region, option in connection.execute(
        select(t.theatres.c.code, t.options.c.code).join(t.options, t.options.c.theatre_id == t.theatres.c.id)
    ):
        found.setdefault(region, set()).add(option)
    return found


def _not_installed(kind: Kind, line: Line, installed: dict[str, set[str]] | None) -> Iterator[Problem]:
    if installed is None or line.values is None:
        return
    cells = dict(zip((column.name for column in kind.columns), line.values, strict=True))
    region, option = cells["region"], cells["option"]
    if region not in installed:
        known = ", ".join(sorted(installed)) or "none"
        yield Problem("REGION_NOT_INSTALLED", "region", region, f"{region} is not a region here; there are {known}.")
    elif option not in installed[region]:
        known = ", ".join(sorted(installed[region]))
        yield Problem("OPTION_NOT_INSTALLED", "option", option, f"{region} has no option {option}; it has {known}.")


def _store(connection: Connection, delivery: Delivery, sha256: str, state: str, refusal: str | None, now: datetime) -> int:
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
    delivery_id = _store(connection, delivery, sha256, "REFUSED", why, now)
    return Received(delivery_id, delivery.file, sha256, reasons={refusal.code: 1}, refusal=why)


def _apply(connection: Connection, rulebooks: Rulebooks, stage: Stage, delivery_id: int, now: datetime) -> None:
    stage.base = connection.execute(select(func.coalesce(func.max(t.delivery_lines.c.id), literal(0)))).scalar_one()
    touched = Touched(connection)
    match = Match(connection, stage, PLANS[stage.kind])
    keep_lines(match, delivery_id)
    replace_held(stage)
    _settle(match, touched, now)
    match.drop()
    for kind in IN_ORDER:
        _free(connection, touched, kind, now)
    decide(connection, rulebooks, touched.ids("order_lines"), now)
    check_enrollments(connection, rulebooks, touched.ids("enrollments"))
    note(touched)
    touched.drop()
    count_lines(connection, t.deliveries.c.id == delivery_id)


def _settle(match: Match, touched: Touched, now: datetime) -> None:
    take_effect(match, touched, now)
    hold(match)
    touched.analyze()
    renew(touched)
    look_again(touched, now)


def _free(connection: Connection, touched: Touched, kind: str, now: datetime) -> None:
    ids = free(touched, PLANS[kind])
    if not ids:
        return
    stage = Stage(connection, f"freed_{kind}", [(column.name, column.type) for column in kind_named(kind).columns])
    stage_freed(stage, ids)
    match = Match(connection, stage, PLANS[kind])
    _settle(match, touched, now)
    settle_freed(match)
    match.drop()
    stage.drop()


def _result(connection: Connection, delivery_id: int, delivery: Delivery, sha256: str) -> Received:
    row = connection.execute(select(t.deliveries).where(t.deliveries.c.id == delivery_id)).one()
    counts = {name: getattr(row, name) for name in ("lines", "accepted", "unchanged", "held", "refused")}
    return Received(delivery_id, delivery.file, sha256, **counts, reasons=reasons_of(connection, delivery_id))
