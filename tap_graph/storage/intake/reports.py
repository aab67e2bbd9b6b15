"""POS reports: which a delivery brought, which of its lines may not be taken, and which earlier lines a report takes back."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, case, delete, func, insert, literal, null, select, update

from tap_graph.storage import tables as t
from tap_graph.storage.intake.lines import count_lines
from tap_graph.storage.intake.matching import Match
from tap_graph.storage.intake.stage import READ, REFUSED, REPEATED, Stage, one_step

ORIGINAL, REPLACE, CANCEL = "ORIGINAL", "REPLACE", "CANCEL"
RECEIVED = "RECEIVED"
KEY_JOINT = "\x1f"


class ReportedSpan(msgspec.Struct, frozen=True, kw_only=True):
    """One POS report of a delivery: what it says of itself, and the records it holds, both included."""

    distributor_id: str
    number: str | None
    replaces: str | None
    purpose: str
    reported_on: date | None
    first_day: date | None
    last_day: date | None
    first: int
    last: int
    lines: int
    """Records that are its own: all between first and last, but in files that name no reports."""
    defects: str
    """JSON list of what the whole report is refused for; `[]` where it is not."""
    is_of_lines: bool = False
    """Whether the file does not know it: its lines are those that name it, among others between its first and last."""

    @property
    def is_refused(self) -> bool:
        """Whether none of its lines may be taken."""
        return self.defects != "[]"

    @property
    def target(self) -> str | None:
        """Number of the report it replaces or cancels: the one it names, else its own."""
        return None if self.purpose == ORIGINAL else self.replaces or self.number


def refuse_lines(stage: Stage, report: ReportedSpan, problems: str) -> None:
    """Refuses a report's staged lines for what is wrong with the whole of it, beside what is wrong with each."""
    _refuse(stage, _within(stage, report), problems)


def refuse_others(stage: Stage, distributor_id: str, problems: str) -> None:
    """Refuses staged lines of other distributors than that one."""
    _refuse(stage, stage.table.c.distributor_id != distributor_id, problems)


def refuse_taken(stage: Stage, distributor_id: str, problems: str) -> None:
    """Refuses staged deviations whose number is another distributor's."""
    s, deviation = stage.table, t.deviations
    other = deviation.c.distributor_id.is_distinct_from(distributor_id)
    taken = select(deviation.c.id).where(deviation.c.deviation_number == s.c.deviation_number, other)
    _refuse(stage, taken.correlate(s).exists(), problems)


def _refuse(stage: Stage, which: ColumnElement[bool], problems: str) -> None:
    s = stage.table
    joined = func.substr(s.c.problems, 1, func.length(s.c.problems) - 1) + literal("," + problems[1:])
    more = case((s.c.problems == "[]", literal(problems)), else_=joined)
    values = {"read_state": REFUSED, "problems": more, "repeats": null()}
    with one_step(stage.connection):
        stage.connection.execute(update(s).where(which).values(**values))


def reports_of_lines(stage: Stage) -> list[ReportedSpan]:
    """The reports of a file that names none itself (CSV, XLSX): its lines by distributor and report number."""
    s = stage.table
    sold_on = func.coalesce(s.c.invoiced_on, s.c.shipped_on)
    chosen = select(
        s.c.distributor_id,
        s.c.report_number,
        func.min(s.c.reported_on),
        func.min(sold_on),
        func.max(sold_on),
        func.min(s.c.seq),
        func.max(s.c.seq),
        func.count(),
    ).where(s.c.read_state.in_([READ, REPEATED]))
    return [
        ReportedSpan(
            distributor_id=distributor, number=number, replaces=None, purpose=ORIGINAL, reported_on=reported_on, first_day=first_day,
            last_day=last_day, first=first, last=last, lines=lines, defects="[]", is_of_lines=True,
        )
        for distributor, number, reported_on, first_day, last_day, first, last, lines in stage.connection.execute(
            chosen.group_by(s.c.distributor_id, s.c.report_number)
        )
    ]  # fmt: skip


def taken_back(connection: Connection) -> dict[tuple[str, str], str]:
    """Number of the last report that replaced or cancelled another one, by distributor and number of that other one."""
    r = t.pos_reports
    target = func.coalesce(r.c.replaces, r.c.number)
    chosen = select(r.c.distributor_id, target.label("target"), func.coalesce(r.c.number, r.c.replaces).label("later")).where(
        r.c.purpose != ORIGINAL, r.c.state == RECEIVED, target.is_not(None)
    )
    return {(row.distributor_id, row.target): row.later for row in connection.execute(chosen.order_by(r.c.id))}


def keep_reports(stage: Stage, delivery_id: int, reports: Sequence[ReportedSpan], now: datetime) -> None:
    """Writes down which reports a delivery brought, with how many lines each."""
    rows = [
        {
            "delivery_id": delivery_id,
            "distributor_id": report.distributor_id,
            "number": report.number,
            "purpose": report.purpose,
            "replaces": report.replaces,
            "reported_on": report.reported_on,
            "first_day": report.first_day,
            "last_day": report.last_day,
            "lines": report.lines,
            "state": "REFUSED" if report.is_refused else RECEIVED,
            "defects": report.defects,
            "received_at": now,
        }
        for report in reports
    ]
    if rows:
        stage.connection.execute(insert(t.pos_reports), rows)


def _within(stage: Stage, report: ReportedSpan) -> ColumnElement[bool]:
    s = stage.table
    within = s.c.seq.between(report.first, report.last)
    if not report.is_of_lines:
        return within
    return and_(within, s.c.distributor_id == report.distributor_id, s.c.report_number.is_not_distinct_from(report.number))


def superseded_rows(match: Match, report: ReportedSpan) -> list[int]:
    """Ids of the POS lines in force that the report takes back: those of the report it is about that it does not hold itself."""
    pos, m = t.pos_lines, match.table
    held = select(m.c.current_id).where(m.c.seq.between(report.first, report.last), m.c.current_id.is_not(None))
    before = pos.c.version < match.stage.base + report.first
    about = and_(pos.c.distributor_id == report.distributor_id, pos.c.report_number == report.target)
    return list(match.connection.execute(select(pos.c.id).where(about, before, pos.c.id.not_in(held))).scalars())


def superseded_held(stage: Stage, report: ReportedSpan) -> list[int]:
    """Ids of the held lines of the report it is about that came before it."""
    held, place = t.held_lines, stage.columns.index("report_number")
    own = held.c.key.startswith(f"{report.distributor_id}{KEY_JOINT}", autoescape=True)
    before = held.c.id < stage.base + report.first
    chosen = select(held.c.id, held.c.row).where(held.c.kind == stage.kind, own, before)
    return [row.id for row in stage.connection.execute(chosen) if msgspec.json.decode(row.row)[place] == report.target]


def release_superseded(connection: Connection, ids: Sequence[int], problems: str) -> None:
    """Held lines whose report was taken back wait no more."""
    line = t.delivery_lines
    for start in range(0, len(ids), 500):
        chunk = ids[start : start + 500]
        connection.execute(delete(t.held_references).where(t.held_references.c.held_id.in_(chunk)))
        connection.execute(delete(t.held_lines).where(t.held_lines.c.id.in_(chunk)))
        connection.execute(update(line).where(line.c.id.in_(chunk)).values(state=REFUSED, reasons=problems))
        count_lines(connection, t.deliveries.c.id.in_(select(line.c.delivery_id).where(line.c.id.in_(chunk))))
