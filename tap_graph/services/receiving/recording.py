"""Recording: one line that a person gives in place, received like any delivery, inside the act's own transaction.

So that every version of a fact stands on a delivered line, whoever brought it.
"""

import csv
import io
from collections.abc import Mapping
from datetime import datetime

import msgspec
from sqlalchemy import Connection, select

from tap_graph.domain.refusal import ActRefused, Refusal
from tap_graph.feeds.csv_feed import CsvFeed
from tap_graph.feeds.kinds import kind_named
from tap_graph.feeds.problems import Problem
from tap_graph.services.deciding import Rulebooks
from tap_graph.services.receiving.accepting import digest_of, store
from tap_graph.services.receiving.applying import apply
from tap_graph.services.receiving.delivery import Delivery
from tap_graph.services.receiving.staging import stage_lines
from tap_graph.storage import tables as t
from tap_graph.storage.intake.stage import Stage

# The header is line 1.
PLACE = "Line 2: "


def record(connection: Connection, rulebooks: Rulebooks, kind: str, row: Mapping[str, str], sender: str, file: str, now: datetime) -> int:
    """Id of the delivered line that a row of the kind's columns became.

    ActRefused with every reason where it would be refused or held: a person who is there can mend it, nothing need wait.
    """
    known = kind_named(kind)
    # A key that lacks a cell is told as any other problem of the line.
    row = {**dict.fromkeys(known.keys, ""), **row}
    delivery = Delivery(kind, io.BytesIO(_text(row).encode()), file, sender)
    stage = Stage(connection, kind, [(column.name, column.type) for column in known.columns])
    feed = CsvFeed(delivery.stream, known)
    stage_lines(connection, stage, known, feed, None)
    delivery_id = store(connection, delivery, digest_of(delivery.stream), now, feed=feed)
    apply(connection, rulebooks, stage, delivery_id, now)
    stage.drop()
    line = connection.execute(select(t.delivery_lines).where(t.delivery_lines.c.delivery_id == delivery_id)).one()
    if line.state in ("HELD", "REFUSED"):
        problems = msgspec.json.decode(line.reasons, type=list[Problem])
        raise ActRefused(*(_refusal(problem) for problem in problems))
    return int(line.id)


def _refusal(problem: Problem) -> Refusal:
    """A problem as told to who is there: the one line needs no number."""
    _, _, said = problem.message.rpartition(PLACE)
    return Refusal(problem.code, said, (problem.column,) if problem.column else ())


def _text(row: Mapping[str, str]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(row)
    writer.writerow(row.values())
    return out.getvalue()
