"""Random operations are answered in the same bytes in every way there is; mistakes planted in one way are found."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import cast

import pytest

from tap_graph.reads import bindings as b
from tap_graph.schema.execution import Execution
from tests.reads.comparing import SECRET, Tally, Way, World, canonical, difference, empty_database, execution_over, world
from tests.reads.coordinates import asked
from tests.reads.fuzz import SETTLED, differing, report
from tests.reads.operations import Operation
from tests.reads.pools import AUDITOR

SEED = 2008
COUNT = 250
PLANTED_COUNT = 2500
# All that is not public, but for three that take longer to be found, and lines of evidence, whose partner is always the judgement's.
HIDDEN = (
    "Partner", "Quote", "QuoteLine", "Order", "OrderLine", "Deviation", "PosLine", "Rma", "RmaLine", "Receipt",
    "Enrollment", "Evaluation", "Note", "Delivery", "DeliveryLine", "Distributor", "ExpectedReport", "PosReport",
)  # fmt: skip
ORDERED = (
    "ParticipationOption.periods", "Region.periods", "Region.options", "Region.programs", "Region.countries", "Region.figures",
    "Period.countries", "Period.figures", "Program.figures", "Enrollment.evaluations", "Order.lines", "Order.rmas", "Quote.lines",
    "Quote.rmas", "Rma.lines", "Distributor.profiles", "Distributor.keys",
)  # fmt: skip
SWAPPED = (
    ("Partner.name", "country"), ("OrderLine.shippedOn", "cancelled_on"), ("Delivery.accepted", "unchanged"),
    ("Rulebook.plugin", "region"), ("Figure.name", "subject"),
)  # fmt: skip
Plant = Callable[[Execution], None]
NOTHING = Operation("{ __typename }", {}, None, AUDITOR)


@pytest.fixture(scope="module")
def both(postgres_server: str) -> Iterator[World]:
    """One world on both databases."""
    with empty_database(postgres_server) as url, world(SEED, ["sqlite://", url], SETTLED) as filled:
        yield filled


@pytest.fixture(scope="module")
def sound() -> Iterator[World]:
    """One world on one database."""
    with world(SEED, ["sqlite://"], SETTLED) as filled:
        yield filled


def notices(sound: World, about: str, plant: Plant, secret: bytes = SECRET, count: int = PLANTED_COUNT) -> bool:
    """Whether an operation about a type or field is answered in other bytes once that is planted."""
    [database] = sound.databases
    execution = execution_over(database, secret=secret)
    plant(execution)
    planted, unharmed = sound.asker.way(execution, "planted"), sound.ways["executor on sqlite"]
    source = sound.operations(SEED, about)
    made = (source.operation() for _ in range(count))
    chosen = (each for each in made if any(found.startswith(about) for found in asked(sound.schema, each)))
    return any(canonical(planted(each)) != canonical(unharmed(each)) for each in chosen)


def test_random_operations_are_answered_alike_in_every_way(both: World) -> None:
    tally = Tally()
    for operation in differing(both, SEED, COUNT, tally):
        pytest.fail(f"seed {SEED}, operation {tally.asked}\n{report(both, operation)}")
    assert tally.asked == COUNT
    assert tally.too_deep * 50 < COUNT
    assert tally.codes["DATA"] * 4 > COUNT * 3
    finishers = both.asker.finishers
    for database in ("sqlite", "postgresql"):
        assert finishers[f"passthrough on {database} by passthrough"] * 4 > finishers[f"executor on {database} by executor"] * 3


@pytest.mark.parametrize("noun", HIDDEN)
def test_a_dropped_visibility_predicate_is_found(sound: World, noun: str) -> None:
    def plant(execution: Execution) -> None:
        nouns = cast("dict[str, b.Noun]", execution.catalogue.nouns)
        nouns[noun] = replace(nouns[noun], visible=None)

    assert notices(sound, noun, plant)


@pytest.mark.parametrize("coordinate", ORDERED)
def test_an_unordered_list_is_found(sound: World, coordinate: str) -> None:
    def plant(execution: Execution) -> None:
        binding = bound(execution, coordinate)
        assert isinstance(binding, b.Many)
        bind(execution, coordinate, replace(binding, order="id"))

    assert notices(sound, coordinate, plant)


@pytest.mark.parametrize(("coordinate", "column"), SWAPPED)
def test_a_swapped_column_is_found(sound: World, coordinate: str, column: str) -> None:
    def plant(execution: Execution) -> None:
        binding = bound(execution, coordinate)
        assert isinstance(binding, b.Column)
        bind(execution, coordinate, replace(binding, name=column))

    assert notices(sound, coordinate, plant)


def test_a_wrong_cursor_is_found(sound: World) -> None:
    assert notices(sound, "PageInfo.endCursor", lambda _execution: None, secret=b"another secret")


def test_where_nothing_is_planted_nothing_is_found(sound: World) -> None:
    assert not notices(sound, "Order", lambda _execution: None, count=100)


def bound(execution: Execution, coordinate: str) -> b.Binding:
    """What a field stands for."""
    type_, _, name = coordinate.partition(".")
    return execution.catalogue.shapes[type_][name]


def bind(execution: Execution, coordinate: str, binding: b.Binding) -> None:
    """Lets a field stand for something else."""
    type_, _, name = coordinate.partition(".")
    cast("dict[str, b.Binding]", execution.catalogue.shapes[type_])[name] = binding


def answering(sound: World, *bodies: bytes) -> World:
    """The world with ways that always answer so."""
    return replace(sound, ways={f"way {place}": _always(body) for place, body in enumerate(bodies)})


def _always(body: bytes) -> Way:
    return lambda _operation: body


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        (b'{"data": {"a": 1, "b": 2}}', b'{"data": {"b": 2, "a": 1}}', "data: key 'a', key 'b'"),
        (b'{"data": {"a": [1, null]}}', b'{"data": {"a": [1, 0]}}', "data.a[1]: null, 0"),
        (b'{"data": {"a": ["1"]}}', b'{"data": {"a": [1]}}', 'data.a[0]: "1", 1'),
        (b'{"data": {"a": [1, 2]}}', b'{"data": {"a": [1]}}', "data.a: [1, 2], [1]"),
        (b'{"data": {"a": null}}', b'{"data": {}}', 'data: {"a": null}, {}'),
        (b'{"data": null, "errors": []}', b'{"errors": [], "data": null}', "the top: key 'data', key 'errors'"),
    ],
)
def test_a_difference_is_named_by_its_place(sound: World, one: bytes, other: bytes, found: str) -> None:
    assert difference(answering(sound, one, other), NOTHING) == f"way 0 and way 1 differ at {found}"


def test_one_answer_in_two_spellings_is_one_answer(sound: World) -> None:
    one, other = '{"data": {"a": "é/"}}'.encode(), b'{"data":{"a":"\\u00e9\\/"},"extensions":{}}'
    assert difference(answering(sound, one, other), NOTHING) is None


def test_too_deep_for_one_is_left_out_and_counted(sound: World) -> None:
    refused, tally = b'{"data": null, "errors": [{"message": "", "extensions": {"code": "TOO_DEEP"}}]}', Tally()
    assert difference(answering(sound, refused, b'{"data": {}}'), NOTHING, tally) is None
    assert (tally.asked, tally.too_deep, tally.codes) == (1, 1, {"DATA": 1})


def test_an_operation_that_fails_in_every_way_is_found(sound: World) -> None:
    failed = b'{"errors": [{"message": "", "extensions": {"code": "INTERNAL"}}], "data": null}'
    assert difference(answering(sound, failed, failed), NOTHING) == "way 0 failed"


def test_an_answer_that_is_no_response_is_found(sound: World) -> None:
    found = difference(answering(sound, b'{"data": {}}', b'{"data": {"a":}}'), NOTHING)
    assert found is not None
    assert found.startswith("way 1 answered what is no response: ")


@pytest.mark.parametrize("answer", [b'{"data": {"a": 1, "a": 1}}', b'{"data": 1.5}', b'{"data": 1e2}'])
def test_no_answer_holds_a_key_twice_or_a_float(answer: bytes) -> None:
    with pytest.raises(ValueError, match=r"twice|float"):
        canonical(answer)
