"""Column types and the columns that every fact carries; both databases store the same thing the same way."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, Dialect, Integer, MetaData, PrimaryKeyConstraint, Table, Text
from sqlalchemy.types import TypeDecorator

# Names from revision 1 on: without them SQLite's batch migrations lose constraints.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = MetaData(naming_convention=NAMING)

# SQLite gives row ids only to INTEGER; there it is 64 bits wide as well.
BigId = BigInteger().with_variant(Integer(), "sqlite")


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, stored as text with milliseconds, so that SQL and Python print the same."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """An aware moment as text; a naive one is a ValueError."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its zone")
        return moment_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """The stored text as an aware moment."""
        return None if value is None else datetime.fromisoformat(value)


def moment_text(moment: datetime) -> str:
    """A moment the way it is stored and shown: `2008-04-26T09:30:00.000Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def identity() -> Column[int]:
    """The surrogate key: stable through every version of a row."""
    return Column("id", BigId, primary_key=True, autoincrement=True)


def fact_columns() -> list[Column[Any]]:
    """What every delivered fact carries: the delivered line it stands on, and when it took effect."""
    return [
        Column("version", BigInteger, nullable=False, comment="delivery_lines.id of the line in force"),
        Column("recorded_at", Moment, nullable=False, comment="when this version took effect"),
    ]


def cents(name: str, *, nullable: bool = False) -> Column[int]:
    """An amount in integer cents; null means not known, never zero."""
    return Column(name, BigInteger, nullable=nullable)


def integers_only(*names: str) -> list[CheckConstraint]:
    """On SQLite, whose columns take anything, a check that these hold integers; PostgreSQL's types say it already."""
    return [
        CheckConstraint(f"{name} IS NULL OR typeof({name}) = 'integer'", name=f"{name}_is_integer").ddl_if(dialect="sqlite")
        for name in names
    ]


def history_of(table: Table) -> Table:
    """The table of a fact's former versions: its columns without its constraints, and when each was superseded.

    A former version is never changed; evaluations that counted it can be reproduced for ever.
    """
    columns: list[Column[Any]] = [
        Column(column.name, column.type, nullable=column.name not in ("id", "version")) for column in table.columns
    ]
    former = Table(f"{table.name}_history", table.metadata, *columns, Column("superseded_at", Moment, nullable=False))
    former.append_constraint(PrimaryKeyConstraint(former.c.id, former.c.version))
    return former
