"""Correcting single lines: a held or refused line is approved as proposed, edited and resubmitted, or refused by a person."""

import csv
import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, delete, select, update

from tap_graph.domain.refusal import ActRefused, Refusal
from tap_graph.domain.viewer import Role, Viewer
from tap_graph.feeds.kinds import Kind, kind_named
from tap_graph.feeds.problems import Problem
from tap_graph.services.acting import Act, check_storable, journal
from tap_graph.services.aliasing import best_meanings
from tap_graph.services.deciding import Rulebooks
from tap_graph.services.receiving.recording import record
from tap_graph.services.retracting import row_of
from tap_graph.storage import tables as t
from tap_graph.storage.intake.lines import count_lines
from tap_graph.storage.intake.plans import PLANS
from tap_graph.values.money import printed

NOT_FOUND = "LINE_NOT_FOUND"
NOT_OPEN = "LINE_NOT_OPEN"
OPEN_STATES = ("HELD", "REFUSED")
# Where the meaning of a name stands in a POS line, by what the line waits for.
MEANT = {"partner": "partner_number", "order_line": "order_number"}


def refuse(connection: Connection, viewer: Viewer, line_id: int, reason: str, now: datetime) -> int:
    """A held line is refused by a person: it waits no more, and a corrected one may take its place."""
    line = _open_line(connection, viewer, line_id, ("HELD",))
    check_storable(reason=reason)
    if not reason.strip():
        raise ActRefused(Refusal("REASON_MISSING", "Whoever sent the line wants to know why. Say why.", ("reason",)))
    problem = Problem("REFUSED_BY_PERSON", None, None, f"Refused: {reason.strip().rstrip('.')}. Deliver a corrected line.")
    reasons = msgspec.json.encode([problem]).decode()
    connection.execute(delete(t.held_references).where(t.held_references.c.held_id == line_id))
    connection.execute(delete(t.held_lines).where(t.held_lines.c.id == line_id))
    connection.execute(update(t.delivery_lines).where(t.delivery_lines.c.id == line_id).values(state="REFUSED", reasons=reasons))
    count_lines(connection, t.deliveries.c.id == line.delivery_id)
    journal(connection, viewer, _act("deliveryLineRefuse", line, reason), now)
    return line_id


def approve(connection: Connection, rulebooks: Rulebooks, viewer: Viewer, line_id: int, now: datetime) -> int:
    """A held POS line is delivered anew with the best proposal for each name it waits for; returns the id of the new line.

    For this line alone: the proposals stay open, and are made aliases by `aliasing.approve`.
    """
    line = _open_line(connection, viewer, line_id, ("HELD",))
    needs = connection.execute(select(t.held_references).where(t.held_references.c.held_id == line_id)).all()
    key = connection.execute(select(t.held_lines.c.key).where(t.held_lines.c.id == line_id)).scalar_one()
    found = best_meanings(connection, key.partition("\x1f")[0], [(need.reference, need.number) for need in needs])
    lacking = [need for need in needs if need.reference not in found]
    if lacking:
        waits = ", ".join(f"{need.reference} {need.number}" for need in lacking)
        message = f"There is no one best proposal for {waits}; let meanings be proposed, or resubmit the line with what is meant."
        raise ActRefused(Refusal("NOTHING_PROPOSED", message, ("id",)))
    changes: dict[str, str] = {}
    for reference, alias in found.items():
        changes[MEANT[reference]] = alias.meaning
        names_no_line = any(need.reference == reference and need.line is None for need in needs)
        if reference == "order_line" and alias.meaning_line is not None and names_no_line:
            changes["order_line"] = str(alias.meaning_line)
    return _deliver_anew(connection, rulebooks, viewer, line, changes, None, "deliveryLineApprove", now)


def resubmit(
    connection: Connection,
    rulebooks: Rulebooks,
    viewer: Viewer,
    line_id: int,
    changes: Mapping[str, str],
    reason: str | None,
    now: datetime,
) -> int:
    """An open line is delivered anew with some cells changed; returns the id of the line that takes its place.

    *changes* are cells of the kind's columns as a CSV file would hold them; the others are the line's own. ActRefused with
    every reason where the new line would be refused or held too.
    """
    line = _open_line(connection, viewer, line_id, OPEN_STATES)
    # NUL in a cell is told by the line, as in any file.
    check_storable(reason=reason, **{column: cell.replace("\0", "") for column, cell in changes.items()})
    return _deliver_anew(connection, rulebooks, viewer, line, changes, reason, "deliveryLineResubmit", now)


def _deliver_anew(
    connection: Connection,
    rulebooks: Rulebooks,
    viewer: Viewer,
    line: Row[Any],
    changes: Mapping[str, str],
    reason: str | None,
    act: str,
    now: datetime,
) -> int:
    kind, line_id = kind_named(line.kind), line.id
    _check_columns(kind, changes)
    cells = {**_cells(connection, line, kind), **changes}
    _check_own(connection, viewer, kind, cells)
    _check_latest(connection, line, kind, cells)
    new_id = record(connection, rulebooks, line.kind, cells, line.sender, f"line {line.line} of {line.file}, corrected", now)
    # Where the new line has another key, the old one would go on waiting.
    connection.execute(delete(t.held_references).where(t.held_references.c.held_id == line_id))
    connection.execute(delete(t.held_lines).where(t.held_lines.c.id == line_id))
    connection.execute(update(t.delivery_lines).where(t.delivery_lines.c.id == line_id).values(replaced_by=new_id))
    journal(connection, viewer, _act(act, line, reason, dict(changes)), now)
    return new_id


def _open_line(connection: Connection, viewer: Viewer, line_id: int, states: tuple[str, ...]) -> Row[Any]:
    line, delivery = t.delivery_lines, t.deliveries
    chosen = select(line, delivery.c.kind, delivery.c.sender, delivery.c.file, delivery.c.format, delivery.c.header)
    found = connection.execute(chosen.join(delivery, delivery.c.id == line.c.delivery_id).where(line.c.id == line_id)).first()
    foreign = viewer.role is Role.DISTRIBUTOR and found is not None and found.sender != viewer.distributor_id
    if found is None or foreign:
        raise ActRefused(Refusal(NOT_FOUND, "There is no such line among yours.", ("id",)))
    if found.state not in states or found.replaced_by is not None:
        taken = ", and another line took its place" if found.replaced_by is not None else ""
        message = f"Line {found.line} of {found.file} is {found.state}{taken}; only {' and '.join(states)} lines can be changed."
        raise ActRefused(Refusal(NOT_OPEN, message, ("id",)))
    return found


def _check_columns(kind: Kind, changes: Mapping[str, str]) -> None:
    names = [column.name for column in kind.columns]
    unknown = [name for name in changes if name not in names]
    if unknown:
        message = f"{kind.name} has no column {', '.join(unknown)}; there are {', '.join(names)}."
        raise ActRefused(Refusal("UNKNOWN_COLUMN", message, ("changes",)))


def _check_latest(connection: Connection, line: Row[Any], kind: Kind, cells: Mapping[str, str]) -> None:
    """What came right since is not overwritten by what was wrong before."""
    for row_id in connection.execute(row_of(kind, [cells.get(name, "") for name in kind.keys])).scalars():
        table = PLANS[kind.name].table
        version = connection.execute(select(table.c.version).where(table.c.id == row_id)).scalar_one()
        if version > line.id:
            message = f"The line's key was delivered again after line {line.line} of {line.file}. Correct what is in force instead."
            raise ActRefused(Refusal(NOT_OPEN, message, ("id",)))


def _check_own(connection: Connection, viewer: Viewer, kind: Kind, cells: Mapping[str, str]) -> None:
    if viewer.role is Role.DISTRIBUTOR and kind.name in ("pos", "deviations") and cells.get("distributor_id") != viewer.distributor_id:
        message = f"The line names distributor {cells.get('distributor_id')}; yours name {viewer.distributor_id}."
        raise ActRefused(Refusal("NOT_YOUR_LINE", message, ("changes", "distributor_id")))
    if viewer.role is Role.DISTRIBUTOR and kind.name == "deviations":
        deviation, number = t.deviations, cells.get("deviation_number")
        other = deviation.c.distributor_id.is_distinct_from(viewer.distributor_id)
        if connection.execute(select(deviation.c.id).where(deviation.c.deviation_number == number, other)).first() is not None:
            message = f"Deviation {number} is another distributor's. Take another number."
            raise ActRefused(Refusal("NOT_YOUR_LINE", message, ("changes", "deviation_number")))


def _cells(connection: Connection, line: Row[Any], kind: Kind) -> dict[str, str]:
    """The line's cells as far as they are known: those it waits with, else those of its raw text under its header."""
    held = connection.execute(select(t.held_lines.c.row).where(t.held_lines.c.id == line.id)).scalar_one_or_none()
    if held is not None:
        values = msgspec.json.decode(held)
        return {column.name: _written(column.type, value) for column, value in zip(kind.columns, values, strict=True)}
    if line.format not in ("CSV", "XLSX"):
        return {}
    header, raw = (next(csv.reader(io.StringIO(text)), []) for text in (line.header, line.raw))
    # A line that was not split as its header tells nothing of which cell is which.
    return dict(zip(header, raw, strict=True)) if len(header) == len(raw) else {}


def _written(type_: str, value: Any) -> str:
    """A typed value as a CSV cell holds it."""
    if value is None:
        return ""
    if type_ == "amount":
        return printed(value)
    if type_ == "boolean":
        return "true" if value else "false"
    if type_ in ("list", "codes"):
        return ";".join(msgspec.json.decode(value))
    return str(value)


def _act(name: str, line: Row[Any], reason: str | None, detail: Mapping[str, str] | None = None) -> Act:
    distributor = line.sender if line.kind in ("pos", "deviations") else None
    key = f"{line.file}/{line.line}"
    return Act(name=name, noun="delivery_line", row_id=line.id, key=key, distributor_id=distributor, reason=reason, detail=detail or {})
