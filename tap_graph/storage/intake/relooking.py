"""POS lines found by their deviation: looked up anew when order lines change, held again when two lines name it."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, FromClause, and_, delete, func, insert, literal, null, select, update

from tap_graph.storage import tables as t
from tap_graph.storage.intake.holding import json_array
from tap_graph.storage.intake.lines import count_lines
from tap_graph.storage.intake.references import DEVIATION_LINE, the_line_naming
from tap_graph.storage.intake.serials import forget_serials
from tap_graph.storage.intake.stage import HELD
from tap_graph.storage.intake.touched import Touched

KEY_JOINT = literal("\x1f")
# What a version that comes back does not bring: it is renewed for all touched lines.
RENEWED = ("recorded_at", "known_product", "counted_by_id", "sale_id")


def look_again(touched: Touched, now: datetime) -> None:
    """Renews which order line a POS line covers, where only its deviation says so."""
    connection, pos = touched.connection, t.pos_lines
    found = and_(pos.c.found_by_deviation, pos.c.deviation_id.in_(touched.ids("deviations")))
    if connection.execute(select(pos.c.id).where(found).limit(1)).first() is None:
        return
    only = the_line_naming(pos.c.deviation_id)
    lost = list(connection.execute(select(pos.c.id).where(found, only.is_(None))).scalars())
    for start in range(0, len(lost), 500):
        forget_serials(touched, select(pos.c.id).where(pos.c.id.in_(lost[start : start + 500])))
        _hold_again(connection, lost[start : start + 500])
    moved = and_(found, only.is_distinct_from(pos.c.order_line_id))
    touched.add("pos_lines", select(pos.c.id).where(moved))
    connection.execute(update(pos).where(moved).values(order_line_id=only))
    line = t.order_lines
    owner = func.coalesce(select(line.c.partner_id).where(line.c.id == pos.c.order_line_id).scalar_subquery(), pos.c.stated_partner_id)
    connection.execute(update(pos).where(found).values(partner_id=owner))
    _reinstate(touched, lost, now)


def _hold_again(connection: Connection, ids: list[int]) -> None:
    """Takes POS lines out of force and lets them wait again, as they were delivered."""
    pos, partner, deviation, line = t.pos_lines, t.partners, t.deviations, t.delivery_lines
    source = pos.join(deviation, deviation.c.id == pos.c.deviation_id).outerjoin(partner, partner.c.id == pos.c.stated_partner_id)
    cells: list[ColumnElement[Any]] = [
        pos.c.distributor_id,
        pos.c.invoice_number,
        pos.c.invoice_line,
        pos.c.report_number,
        partner.c.partner_number,
        null(),
        null(),
        deviation.c.deviation_number,
        pos.c.product,
        pos.c.quantity,
        pos.c.serial_numbers,
        pos.c.shipped_on,
        pos.c.invoiced_on,
        pos.c.reported_on,
    ]  # fmt: skip - in the order of the kind's columns
    key = pos.c.distributor_id + KEY_JOINT + pos.c.invoice_number + KEY_JOINT + pos.c.invoice_line
    these = pos.c.id.in_(ids)
    waiting = select(pos.c.version, literal("pos"), key, json_array(connection, *cells)).select_from(source).where(these)
    connection.execute(insert(t.held_lines).from_select(["id", "kind", "key", "row"], waiting))
    needs = select(pos.c.version, literal(DEVIATION_LINE.name), deviation.c.deviation_number).select_from(source).where(these)
    connection.execute(insert(t.held_references).from_select(["held_id", "reference", "number"], needs))
    problem = {"code": DEVIATION_LINE.reason, "column": DEVIATION_LINE.column, "value": None}
    reason = msgspec.json.encode([{**problem, "message": f"{DEVIATION_LINE.column} {DEVIATION_LINE.message}"}]).decode()
    versions = select(pos.c.version).where(these)
    connection.execute(update(line).where(line.c.id.in_(versions)).values(state=HELD, reasons=reason))
    count_lines(connection, t.deliveries.c.id.in_(select(line.c.delivery_id).where(line.c.id.in_(versions))))
    connection.execute(delete(pos).where(these))


def _taken_back(former: FromClause) -> ColumnElement[bool]:
    """Whether a version's report was replaced or cancelled since."""
    report = t.pos_reports
    about = func.coalesce(report.c.replaces, report.c.number) == former.c.report_number
    later = select(report.c.id).where(report.c.distributor_id == former.c.distributor_id, about, report.c.purpose != "ORIGINAL")
    return later.where(report.c.state == "RECEIVED").correlate(former).exists()


def _reinstate(touched: Touched, ids: list[int], now: datetime) -> None:
    """The version in force before a line that is held again is in force again, if it names its order itself."""
    connection, former = touched.connection, t.pos_lines_history
    latest = former.alias("latest")
    for start in range(0, len(ids), 500):
        chunk = ids[start : start + 500]
        newest = select(func.max(latest.c.version)).where(latest.c.id == former.c.id).scalar_subquery()
        names = [column.name for column in t.pos_lines.columns if column.name not in RENEWED]
        stands = and_(former.c.id.in_(chunk), former.c.version == newest, ~former.c.found_by_deviation, ~_taken_back(former))
        chosen = select(*(former.c[name] for name in names), literal(now, t.pos_lines.c.recorded_at.type)).where(stands)
        connection.execute(insert(t.pos_lines).from_select([*names, "recorded_at"], chosen))
        again = select(t.pos_lines.c.version).where(t.pos_lines.c.id.in_(chunk))
        connection.execute(delete(former).where(former.c.id.in_(chunk), former.c.version.in_(again)))
        touched.add("pos_lines", select(t.pos_lines.c.id).where(t.pos_lines.c.id.in_(chunk)))
