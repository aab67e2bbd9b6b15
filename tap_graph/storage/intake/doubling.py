"""Doubling: lines of one file with one key; equal ones repeat the first, different ones are all refused (contract §3)."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Table,
    Text,
    and_,
    case,
    cast,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from tap_graph.storage.intake.lines import json_quoted
from tap_graph.storage.intake.stage import READ, REFUSED, REPEATED, Stage, analyze, copy_rows, create_anew, numbered, one_step
from tap_graph.storage.temporary import temporary_table

CODE = "DUPLICATE_KEY"
KEY_JOINT = "\x1f"
HOW = " times in this file with different values: keep the right one and deliver it again."


def settle_doubles(stage: Stage, suspects: Sequence[int] | None = None) -> None:
    """Marks the staged lines whose key stands on several lines; `suspects` hold all of those, None: any line may be one."""
    if suspects is not None and not suspects:
        return
    with ExitStack() as temporary:
        temporary.enter_context(one_step(stage.connection))
        lines: FromClause = stage.table
        if suspects is not None:
            suspected = temporary.enter_context(_table(stage, "suspected"))
            copy_rows(stage.connection, suspected.name, ["seq"], [(seq,) for seq in suspects])
            analyze(stage.connection, suspected)
            lines = suspected.join(stage.table, stage.table.c.seq == suspected.c.seq)
        keys = temporary.enter_context(_table(stage, "doubled_keys", Column("times", Integer), Column("record_key", Text, unique=True)))
        if not _find_keys(stage, keys, lines):
            return
        names = ("first", "times", "first_is_right", "differs")
        doubles = temporary.enter_context(_table(stage, "doubles", *(Column(name, Integer) for name in names)))
        _find_lines(stage, doubles, keys, lines)
        stage.has_repeats = _repeat(stage, doubles)
        _refuse(stage, doubles)


@contextmanager
def _table(stage: Stage, name: str, *columns: Column[Any]) -> Iterator[Table]:
    """A temporary table of staged lines."""
    table = temporary_table(stage.connection, f"{name}_{stage.kind}", numbered(stage.connection), *columns)
    create_anew(stage.connection, table)
    yield table
    table.drop(stage.connection, checkfirst=False)


def _fill(stage: Stage, table: Table, chosen: Select[Any]) -> int:
    count = stage.connection.execute(insert(table).from_select([column.name for column in table.columns], chosen)).rowcount
    analyze(stage.connection, table)
    return count


def _find_keys(stage: Stage, keys: Table, lines: FromClause) -> int:
    """The keys on several lines, under the first of these; how many there are."""
    key = stage.table.c.record_key
    several = select(func.min(stage.table.c.seq), func.count(), key).select_from(lines).where(key.is_not(None)).group_by(key)
    return _fill(stage, keys, several.having(func.count() > 1))


def _find_lines(stage: Stage, doubles: Table, keys: Table, lines: FromClause) -> None:
    """The lines of these keys: the first of the key, how many there are, and whether this one differs from the first."""
    s, first = stage.table, stage.table.alias("first_of_key")
    source = lines.join(keys, keys.c.record_key == s.c.record_key).join(first, first.c.seq == keys.c.seq)
    differs = or_(*(s.c[name].is_distinct_from(first.c[name]) for name in stage.columns))
    truths = (case((truth, 1), else_=0) for truth in (first.c.read_state == READ, differs))
    _fill(stage, doubles, select(s.c.seq, keys.c.seq, keys.c.times, *truths).select_from(source))


def _repeat(stage: Stage, doubles: Table) -> bool:
    """Marks lines that say what the first of their key says; whether there was any."""
    s = stage.table
    repeats = and_(doubles.c.seq == s.c.seq, doubles.c.seq != doubles.c.first, doubles.c.first_is_right == 1, ~_is_contested(doubles))
    return stage.connection.execute(update(s).where(repeats).values(read_state=REPEATED, repeats=doubles.c.first)).rowcount > 0


def _refuse(stage: Stage, doubles: Table) -> None:
    s, connection = stage.table, stage.connection
    key = func.replace(s.c.record_key, literal(KEY_JOINT), literal("/"))
    message = key + literal(" stands ") + cast(doubles.c.times, Text) + literal(HOW)
    head = literal(f'{{"code":"{CODE}","column":null,"value":')
    problem = head + json_quoted(connection, key) + literal(',"message":') + json_quoted(connection, message) + literal("}")
    before = case((s.c.problems == "[]", literal("[")), else_=func.substr(s.c.problems, 1, func.length(s.c.problems) - 1) + literal(","))
    refused = update(s).where(doubles.c.seq == s.c.seq, _is_contested(doubles))
    connection.execute(refused.values(read_state=REFUSED, problems=before + problem + literal("]")))


def _is_contested(doubles: Table) -> ColumnElement[bool]:
    """Whether lines of a key differ."""
    other = doubles.alias("other")
    return doubles.c.first.in_(select(other.c.first).where(other.c.differs == 1))
