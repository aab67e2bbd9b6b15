"""The generator itself: valid operations, everything of the schema, from a world that holds every kind of value."""

from collections.abc import Iterator

import pytest
from graphql import parse, validate
from sqlalchemy import func, select

from tap_graph.storage import tables as t
from tap_graph.storage.unit_of_work import Database
from tests.builders import Rows
from tests.reads.comparing import World, world
from tests.reads.coordinates import asked, coordinates
from tests.reads.operations import Operation
from tests.reads.pools import AUDITOR
from tests.reads.reporting import fill
from tests.reads.shrinking import shrunk
from tests.reads.world import EVERY_ODDITY

COUNT = 1_000
# Filled by nothing the schema shows, or never null where the world is consistent.
NOT_SHOWN = {"quotes.credit", "rmas.first_line"}


@pytest.fixture(scope="module")
def made() -> Iterator[World]:
    with world(1, ["sqlite://"], EVERY_ODDITY) as filled:
        yield filled


@pytest.fixture(scope="module")
def operations(made: World) -> list[Operation]:
    source = made.operations(1)
    return [source.operation() for _ in range(COUNT)]


def test_every_operation_is_valid(made: World, operations: list[Operation]) -> None:
    for operation in operations:
        assert validate(made.schema, parse(operation.document)) == [], operation.document


def test_a_thousand_operations_ask_everything_once(made: World, operations: list[Operation]) -> None:
    found = set().union(*(asked(made.schema, operation) for operation in operations))
    assert coordinates(made.schema) - found == set()


def test_one_seed_makes_the_same_operations(made: World, operations: list[Operation]) -> None:
    again = made.operations(1)
    assert [again.operation() for _ in range(COUNT)] == operations


def test_whatever_may_be_null_is_null_somewhere_and_filled_somewhere() -> None:
    database = Database("sqlite://")
    t.metadata.create_all(database.engine)
    with database.writing() as connection:
        fill(Rows(connection), 1)
        tables = [table for table in t.metadata.sorted_tables if not table.name.endswith("_history")]
        for table in tables:
            rows = connection.scalars(select(func.count()).select_from(table)).one()
            for column in table.c if rows else ():
                filled = connection.scalars(select(func.count(column))).one()
                is_mixed = 0 < filled < rows if column.nullable else filled == rows
                assert is_mixed or f"{table.name}.{column.name}" in NOT_SHOWN, f"{table.name}.{column.name}: {filled} of {rows}"
    database.dispose()


def test_an_operation_shrinks_to_what_shows_something(made: World) -> None:
    document = """
        query A($tier: Tier = TWO_TIER, $size: Int, $unused: Boolean! = true) {
            regions { totalCount } all: partners(first: $size, filter: {tier: $tier, country: "SG"}) { ...F totalCount }
        }
        query B { __typename }
        fragment F on PartnerConnection { edges { node { ... on Node { ...G id } name @include(if: $unused) } } }
        fragment G on Partner { regions { name code } tier }
    """
    operation = Operation(document, {"size": 3}, "A", AUDITOR)
    shown = shrunk(operation, made.schema, lambda each: "TWO_TIER" in each.document and "code" in each.document)
    expected = "query A { partners(filter: { tier: TWO_TIER }) { edges { node { regions { code } } } } }"
    assert (" ".join(shown.document.split()), shown.variables, shown.operation_name) == (expected, {}, "A")
