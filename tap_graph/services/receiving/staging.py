"""Staging: a file's lines into the connection's temporary tables, doubles settled; nothing of it is a fact yet."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from importlib import import_module
from importlib.util import find_spec
from os import SEEK_END
from typing import Any, BinaryIO, TypeVar

import msgspec
from sqlalchemy import Connection, select

from tap_graph.domain.errors import FileRefused
from tap_graph.feeds.csv_feed import CsvFeed
from tap_graph.feeds.feed import Feed
from tap_graph.feeds.kinds import Kind
from tap_graph.feeds.lines import Line
from tap_graph.feeds.problems import Problem
from tap_graph.services.receiving.progress import Progress
from tap_graph.storage import tables as t
from tap_graph.storage.intake.doubling import settle_doubles
from tap_graph.storage.intake.stage import READ, REFUSED, Stage

# PostgreSQL text cannot hold NUL: what is kept or told of a damaged file holds its picture instead.
NUL, SHOWN_NUL = "\x00", "\u2400"
# Bytes of a file from which on its lines are read in blocks, where polars is installed: loading that takes as long as this.
BULK_FROM = 4 << 20
HEAD = ("seq", "physical_line", "raw", "record_key")
# What a stage takes a line for that says nothing else: one without problems.
SAID = ("read_state", "problems")
RIGHT = (READ, "[]")
Staged = tuple[Any, ...]
Piece = TypeVar("Piece")
Done = TypeVar("Done")


def stage_lines(connection: Connection, stage: Stage, kind: Kind, feed: Feed, progress: Progress | None) -> None:
    """Stages every line of a feed; raises `FileRefused` where the file cannot be read as its kind."""
    rows = _Rows(connection, kind)
    if isinstance(feed, CsvFeed) and rows.are_right_by_themselves and _is_large(feed.stream) and find_spec("polars") is not None:
        _stage_in_bulk(stage, kind, feed.stream, rows, progress)
        return
    # A line has a version of its own only where it was delivered before.
    staged = ((*row[:4], None, *row[4:]) for row in map(rows.staged, feed.lines()))
    stage.load(staged, None if progress is None else lambda count: progress.read(lines=count))
    settle_doubles(stage)


def _stage_in_bulk(stage: Stage, kind: Kind, stream: BinaryIO, rows: "_Rows", progress: Progress | None) -> None:
    """Reads the file in blocks of columns, the next one while the database takes the last."""
    bulk: Any = import_module("tap_graph.feeds.bulk")
    stream.seek(0)
    reading, doubled = bulk.Reading(stream, kind), bulk.Doubled()
    as_text = stage.connection.dialect.name == "postgresql"

    def prepare(text: str) -> tuple[Any, list[Staged], int]:
        block = reading.block(text)
        doubled.add(block)
        return (block.copy_text() if as_text else block), list(map(rows.staged, block.others)), len(block.vouched) + len(block.others)

    for vouched, others, count in _ahead(reading.texts(), prepare):
        if as_text:
            stage.load_text(vouched, (*HEAD, *stage.columns))
        else:
            stage.load_rows(vouched.rows(), (*HEAD, *stage.columns))
        if others:
            stage.load_rows(others, (*HEAD, *SAID, *stage.columns))
        if progress is not None:
            progress.read(lines=count)
    reading.finish()
    stage.loaded()
    settle_doubles(stage, doubled.seqs())


def _is_large(stream: BinaryIO) -> bool:
    return stream.seek(0, SEEK_END) >= BULK_FROM


def _ahead(pieces: Iterator[Piece], work: Callable[[Piece], Done]) -> Iterator[Done]:
    """What work makes of each piece, the next one being worked on while the last is used.

    What refuses the file in a piece comes before what ends the pieces.
    """
    refusal: FileRefused | None = None
    waiting: Future[Done] | None = None
    with ThreadPoolExecutor(1) as worker:
        while refusal is None:
            try:
                piece = next(pieces, None)
            except FileRefused as ended:
                piece, refusal = None, ended
            following = None if piece is None else worker.submit(work, piece)
            if waiting is not None:
                yield waiting.result()
            waiting = following
            if waiting is None:
                break
    if refusal is not None:
        raise refusal


class _Rows:
    """Makes lines the rows that are staged."""

    def __init__(self, connection: Connection, kind: Kind) -> None:
        self._kind = kind
        self._installed = _installed(connection) if kind.name == "enrollments" else None
        self._empty = (None,) * len(kind.columns)

    @property
    def are_right_by_themselves(self) -> bool:
        """Whether a line without problems of its own has none at all."""
        return self._installed is None

    def staged(self, line: Line) -> Staged:
        """Record, physical line, raw text, key, state, problems and cells of a line."""
        problems = [*line.problems, *_not_installed(self._kind, line, self._installed)]
        state, shown = (REFUSED, msgspec.json.encode(problems).decode()) if problems else RIGHT
        key = line.key if line.values is not None else None
        return (line.record, line.number, line.raw.replace(NUL, SHOWN_NUL), key, state, shown, *(line.values or self._empty))


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
