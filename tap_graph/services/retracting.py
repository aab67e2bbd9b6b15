"""Retracting: a wrong row is taken back; what it said ends, its versions stay in the history, and why is written down."""

from datetime import datetime
from itertools import combinations, pairwise
from typing import Any

from sqlalchemy import Connection, Table, Text, cast, func, select

from tap_graph.domain.refusal import ActRefused, Refusal
from tap_graph.domain.viewer import Viewer
from tap_graph.feeds.kinds import Kind, kind_named
from tap_graph.services.acting import Act, check_storable, journal
from tap_graph.services.deciding import Rulebooks
from tap_graph.services.receiving.applying import end_facts
from tap_graph.storage import tables as t
from tap_graph.storage.intake.plans import PLANS

SEPARATOR = "/"
# By kind: what refers to a row of it, by which column.
REFERRING: dict[str, tuple[tuple[str, Table, str], ...]] = {
    "partners": (
        ("certification", t.certifications, "partner_id"),
        ("enrollment", t.enrollments, "partner_id"),
        ("quote line", t.quote_lines, "partner_id"),
        ("deviation", t.deviations, "partner_id"),
        ("order line", t.order_lines, "partner_id"),
        ("POS line", t.pos_lines, "stated_partner_id"),
    ),
    "enrollments": (("evaluation", t.evaluations, "enrollment_id"),),
    "deviations": (("order line", t.order_lines, "deviation_id"), ("POS line", t.pos_lines, "deviation_id")),
    "orders": (("POS line", t.pos_lines, "order_line_id"),),
    "rmas": (("receipt", t.receipts, "rma_line_id"),),
}
# By kind: what refers to the header of a row, and would refer to nothing once its last line is gone.
REFERRING_TO_HEADER: dict[str, tuple[tuple[str, Table, str], ...]] = {
    "quotes": (("order line", t.order_lines, "quote_id"), ("deviation", t.deviations, "quote_id"), ("RMA line", t.rma_lines, "quote_id")),
    "orders": (("RMA line", t.rma_lines, "order_id"),),
}


def retract(connection: Connection, rulebooks: Rulebooks, viewer: Viewer, kind_name: str, key: str, reason: str, now: datetime) -> int:
    """Takes the row with a natural key out of force; returns the id of the act that says why.

    *key* joins the cells of the kind's key by `/`. A row that others in force refer to, or that was judged, is not taken back:
    ActRefused names what stands on it.
    """
    kind = kind_named(kind_name)
    check_storable(key=key, reason=reason)
    row_id = _found(connection, kind, key)
    _check_regions(connection, viewer, kind, row_id, key)
    if not reason.strip():
        raise ActRefused(Refusal("REASON_MISSING", "What is taken back is asked about for ever. Say why.", ("reason",)))
    standing = [*_standing(connection, kind, row_id, key), *_standing_on_header(connection, kind, row_id, key)]
    if standing:
        raise ActRefused(*standing)
    end_facts(connection, rulebooks, kind.name, [row_id], now)
    return journal(connection, viewer, Act(name="factRetract", noun=kind.name, row_id=row_id, key=key, reason=reason), now)


def _found(connection: Connection, kind: Kind, key: str) -> int:
    parts = key.split(SEPARATOR)
    count = len(kind.keys)
    ids: set[int] = set()
    # A cell may hold a slash itself: every way to cut the key into its cells is looked up.
    for cuts in combinations(range(1, len(parts)), count - 1):
        bounds = [0, *cuts, len(parts)]
        cells = [SEPARATOR.join(parts[begin:end]) for begin, end in pairwise(bounds)]
        ids.update(connection.execute(row_of(kind, cells)).scalars())
    pattern = SEPARATOR.join(kind.keys)
    if not ids:
        raise ActRefused(Refusal("ROW_NOT_FOUND", f"No row of {kind.name} in force has the key {key} ({pattern}).", ("key",)))
    if len(ids) > 1:
        raise ActRefused(Refusal("KEY_AMBIGUOUS", f"{key} can be read as the key ({pattern}) of {len(ids)} rows of {kind.name}.", ("key",)))
    return ids.pop()


def row_of(kind: Kind, cells: list[str]) -> Any:
    """The ids of the rows in force whose key has these cells, as a query."""
    plan = PLANS[kind.name]
    table, source = plan.table, plan.table
    columns: dict[str, Any] = {name: table.c[name] for name in kind.keys if name in table.c}
    joined: Any = source
    if plan.header:
        joined = joined.join(plan.header.table, plan.header.table.c.id == table.c[plan.header.column])
        columns[plan.header.number] = plan.header.table.c[plan.header.number]
    if "partner_number" in kind.keys and "partner_number" not in columns:
        joined = joined.join(t.partners, t.partners.c.id == table.c.partner_id)
        columns["partner_number"] = t.partners.c.partner_number
    if kind.name == "enrollments":
        joined = joined.join(t.options, t.options.c.id == table.c.option_id).join(t.theatres, t.theatres.c.id == table.c.theatre_id)
        columns |= {"region": t.theatres.c.code, "option": t.options.c.code}
    same = [func.coalesce(cast(columns[name], Text), "") == cell for name, cell in zip(kind.keys, cells, strict=True)]
    # The first cell is compared as it is stored, so that its index finds the few rows to compare.
    return select(table.c.id).select_from(joined).where(columns[kind.keys[0]] == cells[0], *same[1:])


def _check_regions(connection: Connection, viewer: Viewer, kind: Kind, row_id: int, key: str) -> None:
    """A row of a partner is taken back in one of its regions; what belongs to no partner, in any."""
    table = PLANS[kind.name].table
    owner = table.c.id if kind.name == "partners" else table.c.partner_id
    place, theatre = t.partner_theatres, t.theatres
    codes = select(theatre.c.code).join(place, place.c.theatre_id == theatre.c.id).join(table, owner == place.c.partner_id)
    regions = set(connection.execute(codes.where(table.c.id == row_id)).scalars())
    if regions and viewer.regions is not None and not regions & set(viewer.regions):
        raise ActRefused(Refusal("ROW_NOT_FOUND", f"No row of {kind.name} in force has the key {key} in your regions.", ("key",)))


def _standing(connection: Connection, kind: Kind, row_id: int, key: str) -> list[Refusal]:
    return [
        refusal
        for noun, table, column in REFERRING.get(kind.name, ())
        if (refusal := _referred(connection, kind, key, noun, table, table.c[column] == row_id)) is not None
    ]


def _standing_on_header(connection: Connection, kind: Kind, row_id: int, key: str) -> list[Refusal]:
    plan = PLANS[kind.name]
    if plan.header is None or kind.name not in REFERRING_TO_HEADER:
        return []
    pointer = plan.table.c[plan.header.column]
    header_id = connection.execute(select(pointer).where(plan.table.c.id == row_id)).scalar_one()
    if connection.execute(select(func.count()).where(pointer == header_id)).scalar_one() > 1:
        return []
    found = (
        _referred(connection, kind, key, noun, table, table.c[column] == header_id)
        for noun, table, column in REFERRING_TO_HEADER[kind.name]
    )
    return [refusal for refusal in found if refusal is not None]


def _referred(connection: Connection, kind: Kind, key: str, noun: str, table: Table, where: Any) -> Refusal | None:
    if table is t.pos_lines and kind.name == "orders":
        # What was found by its deviation or its sale is looked up anew; only what names the order itself would be left behind.
        where = where & ~t.pos_lines.c.found_by_deviation & t.pos_lines.c.sale_id.is_(None)
    count = connection.execute(select(func.count()).select_from(table).where(where)).scalar_one()
    if not count:
        return None
    each = noun if count == 1 else f"{noun}s"
    return Refusal("ROW_REFERRED_TO", f"{count} {each} in force stand on {kind.name} {key}; retract or correct them first.", ("key",))
