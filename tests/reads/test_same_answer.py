"""Random operations are answered in the same bytes in every way there is; mistakes planted in one way are found."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
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
COUNT = 300
PLANTED_COUNT = 900
# Of what is not public, the nouns whose foreign rows can be asked for otherwise than through a row of their owner.
HIDDEN = (
    "Partner", "Certification", "Quote", "QuoteLine", "Order", "OrderLine", "Deviation", "PosLine", "Rma", "RmaLine", "Receipt",
    "Enrollment", "Evaluation", "Note", "Delivery", "DeliveryLine",
)  # fmt: skip
ORDERED = (
    "ParticipationOption.periods", "ParticipationOption.figures", "Region.periods", "Region.options", "Region.programs",
    "Region.countries", "Region.figures", "Period.countries", "Period.figures", "Program.figures", "Partner.regions",
    "Enrollment.evaluations", "Order.lines", "Order.rmas", "Quote.lines", "Quote.deviations",
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


@dataclass
class Asking:
    """Operations with what they ask, and their sound answers."""

    world: World
    operations: list[Operation]
    coordinates: list[set[str]]
    answers: dict[int, bytes] = field(default_factory=dict)

    def notices(self, about: str, plant: Plant, secret: bytes = SECRET) -> bool:
        """Whether an operation about a type or field is answered in other bytes once that is planted."""
        [database] = self.world.databases
        execution = execution_over(database, secret=secret)
        plant(execution)
        planted, sound = self.world.asker.way(execution, "planted"), self.world.ways["executor on sqlite"]
        for place, operation in enumerate(self.operations):
            if about in self.coordinates[place]:
                if place not in self.answers:
                    self.answers[place] = canonical(sound(operation))
                if canonical(planted(operation)) != self.answers[place]:
                    return True
        return False


@pytest.fixture(scope="module")
def asking() -> Iterator[Asking]:
    with world(SEED, ["sqlite://"], SETTLED) as sound:
        source = sound.operations(SEED)
        made = [source.operation() for _ in range(PLANTED_COUNT)]
        found = [asked(sound.schema, each) for each in made]
        yield Asking(sound, made, [words | {word.partition(".")[0] for word in words} for words in found])


def test_random_operations_are_answered_alike_in_every_way(both: World) -> None:
    tally = Tally()
    for operation in differing(both, SEED, COUNT, tally):
        pytest.fail(f"seed {SEED}, operation {tally.asked}\n{report(both, operation)}")
    assert tally.asked == COUNT
    assert tally.too_deep * 50 < COUNT
    assert tally.codes["DATA"] * 4 > COUNT * 3
    finishers = both.asker.finishers
    for database in ("sqlite", "postgresql"):
        assert finishers[f"passthrough on {database} by passthrough"] * 10 > finishers[f"executor on {database} by executor"] * 9


@pytest.mark.parametrize("noun", HIDDEN)
def test_a_dropped_visibility_predicate_is_found(asking: Asking, noun: str) -> None:
    def plant(execution: Execution) -> None:
        nouns = cast("dict[str, b.Noun]", execution.catalogue.nouns)
        nouns[noun] = replace(nouns[noun], visible=None)

    assert asking.notices(noun, plant)


@pytest.mark.parametrize("coordinate", ORDERED)
def test_an_unordered_list_is_found(asking: Asking, coordinate: str) -> None:
    def plant(execution: Execution) -> None:
        binding = bound(execution, coordinate)
        assert isinstance(binding, b.Many)
        bind(execution, coordinate, replace(binding, order="id"))

    assert asking.notices(coordinate, plant)


@pytest.mark.parametrize(("coordinate", "column"), SWAPPED)
def test_a_swapped_column_is_found(asking: Asking, coordinate: str, column: str) -> None:
    def plant(execution: Execution) -> None:
        binding = bound(execution, coordinate)
        assert isinstance(binding, b.Column)
        bind(execution, coordinate, replace(binding, name=column))

    assert asking.notices(coordinate, plant)


def test_a_wrong_cursor_is_found(asking: Asking) -> None:
    assert asking.notices("PageInfo.endCursor", lambda _execution: None, secret=b"another secret")


def test_where_nothing_is_planted_nothing_is_found(asking: Asking) -> None:
    assert not asking.notices("OrderEdge", lambda _execution: None)


def bound(execution: Execution, coordinate: str) -> b.Binding:
    """What a field stands for."""
    type_, _, name = coordinate.partition(".")
    return execution.catalogue.shapes[type_][name]


def bind(execution: Execution, coordinate: str, binding: b.Binding) -> None:
    """Lets a field stand for something else."""
    type_, _, name = coordinate.partition(".")
    cast("dict[str, b.Binding]", execution.catalogue.shapes[type_])[name] = binding


def answering(asking: Asking, *bodies: bytes) -> World:
    """The world with ways that always answer so."""
    return replace(asking.world, ways={f"way {place}": _always(body) for place, body in enumerate(bodies)})


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
def test_a_difference_is_named_by_its_place(asking: Asking, one: bytes, other: bytes, found: str) -> None:
    assert difference(answering(asking, one, other), NOTHING) == f"way 0 and way 1 differ at {found}"


def test_one_answer_in_two_spellings_is_one_answer(asking: Asking) -> None:
    one, other = '{"data": {"a": "é/"}}'.encode(), b'{"data":{"a":"\\u00e9\\/"},"extensions":{}}'
    assert difference(answering(asking, one, other), NOTHING) is None


def test_too_deep_for_one_is_left_out_and_counted(asking: Asking) -> None:
    refused, tally = b'{"data": null, "errors": [{"message": "", "extensions": {"code": "TOO_DEEP"}}]}', Tally()
    assert difference(answering(asking, refused, b'{"data": {}}'), NOTHING, tally) is None
    assert (tally.asked, tally.too_deep, tally.codes) == (1, 1, {"DATA": 1})


def test_an_operation_that_fails_in_every_way_is_found(asking: Asking) -> None:
    failed = b'{"errors": [{"message": "", "extensions": {"code": "INTERNAL"}}], "data": null}'
    assert difference(answering(asking, failed, failed), NOTHING) == "way 0 failed"


def test_an_answer_that_is_no_response_is_found(asking: Asking) -> None:
    found = difference(answering(asking, b'{"data": {}}', b'{"data": {"a":}}'), NOTHING)
    assert found is not None
    assert found.startswith("way 1 answered what is no response: ")


@pytest.mark.parametrize("answer", [b'{"data": {"a": 1, "a": 1}}', b'{"data": 1.5}', b'{"data": 1e2}'])
def test_no_answer_holds_a_key_twice_or_a_float(answer: bytes) -> None:
    with pytest.raises(ValueError, match=r"twice|float"):
        canonical(answer)
