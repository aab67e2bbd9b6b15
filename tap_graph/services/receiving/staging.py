"""Staging: a file's lines into the connection's temporary tables, doubles settled; nothing of it is a fact yet."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from tap_graph.feeds.feed import Feed
from tap_graph.feeds.kinds import Kind
from tap_graph.feeds.lines import Line
from tap_graph.feeds.problems import Problem
from tap_graph.services.receiving.progress import Progress
from tap_graph.storage import tables as t
from tap_graph.storage.intake.stage import READ, REFUSED, REPEATED, Stage

# PostgreSQL text cannot hold NUL: a damaged line keeps its picture instead.
NUL, SHOWN_NUL = "\x00", "\u2400"


def stage_lines(connection: Connection, stage: Stage, kind: Kind, feed: Feed, progress: Progress | None) -> None:
    """Stages every line of a feed; raises `FileRefused` where the file cannot be read as its kind."""
    seen: set[int] = set()
    doubled: set[str] = set()
    installed = _installed(connection) if kind.name == "enrollments" else None
    empty = (None,) * len(kind.columns)

    def rows() -> Iterator[tuple[Any, ...]]:
        for line in feed.lines():
            problems = [*line.problems, *_not_installed(kind, line, installed)]
            if line.key is not None and line.values is not None:
                # Hashes, not keys, to stay small; keys that only collide turn out different below.
                mark = hash(line.key)
                doubled.add(line.key) if mark in seen else seen.add(mark)
            state, shown = (REFUSED, msgspec.json.encode(problems).decode()) if problems else (READ, "[]")
            key = line.key if line.values is not None else None
            yield (line.record, line.number, line.raw.replace(NUL, SHOWN_NUL), key, None, state, shown, *(line.values or empty))

    stage.load(rows(), None if progress is None else lambda count: progress.read(lines=count))
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
