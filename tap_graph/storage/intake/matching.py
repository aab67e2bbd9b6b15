"""Matching: what each staged line refers to, and whether it is new, changed, unchanged or held."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Select,
    Text,
    and_,
    case,
    func,
    insert,
    literal,
    select,
)

from tap_graph.storage.intake.plans import Plan, Values
from tap_graph.storage.intake.stage import CHANGED, HELD, NEW, READ, UNCHANGED, Stage, analyze, numbered
from tap_graph.storage.temporary import temporary_table


class Match:
    """The matched lines of a stage: a temporary table of seq, state, missing references and ids."""

    def __init__(self, connection: Connection, stage: Stage, plan: Plan) -> None:
        self.connection = connection
        self.stage = stage
        self.plan = plan
        self.names = [reference.name for reference in plan.references]
        ids = [Column(f"{name}_id", BigInteger) for name in self.names]
        self.table = temporary_table(
            connection,
            f"matched_{plan.kind}",
            numbered(connection),
            Column("state", Text, nullable=False),
            Column("missing", Integer, nullable=False),
            Column("current_id", BigInteger),
            *ids,
        )
        self.table.create(connection, checkfirst=False)
        self._fill()
        counted = connection.execute(select(self.table.c.state, func.count()).group_by(self.table.c.state))
        self._counts: dict[str, int] = {state: count for state, count in counted}  # noqa: C416 - rows are no pairs to mypy

    def _fill(self) -> None:
        connection, stage, match = self.connection, self.stage.table, self.table
        source, ids = self._joined()
        missing = _missing(self.plan, stage, ids)
        current = self.plan.table.alias("current_row")
        source = source.outerjoin(current, self.plan.key(stage, ids, current))
        stands = dict(current.c) | self.plan.as_delivered(current)
        same = and_(*(stands[name].is_not_distinct_from(value) for name, value in self.plan.values(stage, ids).items()))
        state = case((missing != 0, HELD), (current.c.id.is_(None), NEW), (same, UNCHANGED), else_=CHANGED)
        columns = ["seq", "state", "missing", "current_id", *(f"{name}_id" for name in self.names)]
        chosen = select(stage.c.seq, state, missing, current.c.id, *(ids[name] for name in self.names)).select_from(source)
        connection.execute(insert(match).from_select(columns, chosen.where(stage.c.read_state == READ)))
        analyze(connection, match)

    def _joined(self) -> tuple[FromClause, Values]:
        source: FromClause = self.stage.table
        ids: Values = {}
        for reference in self.plan.references:
            source, ids[reference.name] = reference.joins(source, self.stage.table)
        if self.plan.header:
            source, ids["header"] = self._header(source)
        return source, ids

    def _header(self, source: FromClause) -> tuple[FromClause, ColumnElement[Any]]:
        assert self.plan.header is not None
        header = self.plan.header.table.alias("line_header")
        return source.outerjoin(header, header.c[self.plan.header.number] == self.stage.table.c[self.plan.header.number]), header.c.id

    def rows(self, *states: str) -> tuple[FromClause, Values, ColumnElement[bool]]:
        """Staged lines in these states: what to select from, the ids they refer to, and the condition."""
        stage, match = self.stage.table, self.table
        source: FromClause = match.join(stage, stage.c.seq == match.c.seq)
        ids: Values = {name: match.c[f"{name}_id"] for name in self.names}
        if self.plan.header:
            source, ids["header"] = self._header(source)
        if self.plan.owner:
            table, id_of = self.plan.owner
            owner = table.alias("owner")
            source, ids["owner"] = source.outerjoin(owner, owner.c.id == id_of(ids)), owner.c.partner_id
        return source, ids, match.c.state.in_(states)

    def current_ids(self, *states: str) -> Select[Any]:
        """Ids of the rows in force that staged lines in these states speak of."""
        return select(self.table.c.current_id).where(self.table.c.state.in_(states), self.table.c.current_id.is_not(None))

    def count(self, state: str) -> int:
        """How many staged lines are in a state."""
        return self._counts.get(state, 0)

    def drop(self) -> None:
        """Removes the matches from the connection."""
        self.table.drop(self.connection, checkfirst=False)


def _missing(plan: Plan, stage: FromClause, ids: Values) -> ColumnElement[int]:
    """One bit per reference that the line states and that is not known, in the plan's order."""
    bits: Sequence[ColumnElement[int]] = [
        case((and_(reference.stated(stage).is_not(None), ids[reference.name].is_(None)), literal(1 << position)), else_=literal(0))
        for position, reference in enumerate(plan.references)
    ]
    total: ColumnElement[int] = literal(0)
    for bit in bits:
        total = total + bit
    return total
