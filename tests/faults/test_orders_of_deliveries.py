"""Deliveries that do not disagree end in one and the same set of facts, in whatever order they come and however they are split.

The year has serial numbers that two distributors report, returns that name no order, lines found by their deviation (some by one that
two lines name), lines that wait for a partner or an order for ever, and lines that are wrong.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from random import Random

import pytest

from tap_graph.app import Application
from tests.faults.bench import Bench
from tests.faults.conftest import Benches, InMemory
from tests.faults.every import EVERY, PATIENCE
from tests.faults.facts import Facts, differing, standing, unsound
from tests.faults.reports import YEAR, facts_of, file, table
from tests.faults.scenes import take

SEED = 2008
MOST_PARTS = 3
SPLIT = None if EVERY else ("pos", "orders")
"""Kinds whose rows come in several files; None: all."""
ORDERS, ON_POSTGRESQL = (150, 50) if EVERY else (4, 1)
Row = list[str]


@cache
def year() -> Mapping[str, tuple[Row, list[Row]]]:
    """Header and rows of each kind."""
    tables = {kind: table(content) for kind, content in facts_of(YEAR).items()}
    header, rows = table(YEAR.file("pos").content)
    return {**tables, "pos": (header, list(entangled(header, rows)))}


def entangled(header: Row, rows: list[Row]) -> Iterator[Row]:
    """The POS lines, some of which take serial numbers from one another, leave their order out, or name what nobody knows."""
    place = {name: header.index(name) for name in header}
    chance = Random(SEED)
    serials = [row[place["serial_numbers"]].split(";")[0] for row in rows]
    for row in rows:
        changed = dict(zip(header, row, strict=True))
        match chance.randrange(8):
            case 0:
                changed["serial_numbers"] = ";".join({*changed["serial_numbers"].split(";"), chance.choice(serials)})
            case 1:
                changed |= {"order_number": "", "order_line": ""}
            case 2 if changed["quantity"].startswith("-"):
                changed |= {"order_number": "", "order_line": "", "deviation_number": ""}
            case 3:
                changed[chance.choice(["order_number", "partner_number"])] = "UNKNOWN"
            case 4:
                changed["shipped_on"] = chance.choice(["", "2008-02-31"])
        yield list(changed.values())


def nothing(_application: Application) -> None:
    """No fact at all."""


def parts(chance: Random) -> list[tuple[str, bytes]]:
    """The year's rows in files, each kind split by chance, some rows twice, all in an order of chance."""
    made = []
    for kind, (header, rows) in year().items():
        left = chance.sample(rows, len(rows))
        most = MOST_PARTS if SPLIT is None or kind in SPLIT else 1
        cuts = sorted(chance.sample(range(1, len(left)), min(chance.randrange(most), len(left) - 1)))
        for begin, end in zip([0, *cuts], [*cuts, len(left)], strict=True):
            repeated = chance.sample(left, min(2, len(left)))
            made.append((kind, file(header, [*left[begin:end], *repeated])))
    chance.shuffle(made)
    return made


def delivered(bench: Bench, files: list[tuple[str, bytes]]) -> Facts:
    """What stands once these files are delivered, from nothing."""
    bench.restore()
    for place, (kind, content) in enumerate(files):
        take(bench.application, kind, content, f"{kind} {place}")
    assert unsound(bench.application) == []
    return standing(bench.application)


def every_order(bench: Bench, count: int) -> None:
    expected = delivered(bench, [(kind, file(header, rows)) for kind, (header, rows) in year().items()])
    taken = [row for row in expected["pos_lines"] if "D-7-" in row]
    assert (len(taken) > 50, expected["held_lines"].total() > 5, expected["decisions"].total() > 10) == (True, True, True)
    for number in range(count):
        files = parts(Random(SEED + number))
        assert differing(delivered(bench, files), expected) == {}, (SEED + number, [kind for kind, _ in files])


@pytest.mark.timeout(PATIENCE)
def test_any_order_and_split_ends_alike(in_memory: InMemory) -> None:
    every_order(in_memory(nothing), ORDERS)


@pytest.mark.timeout(PATIENCE)
def test_any_order_and_split_ends_alike_on_postgresql(benches: Benches) -> None:
    every_order(benches("postgresql", nothing), ON_POSTGRESQL)
