"""Random operations by the thousand, each answered in every way there is: `python -m tests.reads.fuzz --count 10000 --seed 1`.

The same seed asks the same. Every difference is printed as a small operation that shows it; exit code 1 says there were some.
"""

import argparse
import logging
import random
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pprint import pformat

from tests.postgres import server
from tests.reads.comparing import Tally, World, difference, empty_database, world
from tests.reads.operations import Operation
from tests.reads.shrinking import shrunk
from tests.reads.world import EVERY_ODDITY, Oddity

MOST_SHOWN = 5
PROGRESS = 1000
# What the databases are known to answer differently, or not at all: nothing.
UNSETTLED: frozenset[Oddity] = frozenset()
SETTLED = EVERY_ODDITY - UNSETTLED


def report(asked: World, operation: Operation) -> str:
    """How to see a difference again: a small operation that shows one of its kind."""
    kind = _kind(difference(asked, operation))
    small = shrunk(operation, asked.schema, lambda candidate: _kind(difference(asked, candidate)) == kind)
    lines = (small.document, f"variables {pformat(small.variables)}", f"operation {small.operation_name}", f"{small.viewer}")
    return "\n".join((*lines, str(difference(asked, small))))


def _kind(found: str | None) -> str:
    """Who differs or fails, without where and how."""
    return (found or "").partition(" at ")[0].partition(":")[0]


def differing(asked: World, seed: int, count: int, tally: Tally) -> Iterator[Operation]:
    """The operations of that seed that are not answered alike."""
    operations = asked.operations(seed)
    for _ in range(count):
        operation = operations.operation()
        if difference(asked, operation, tally) is not None:
            yield operation


@contextmanager
def databases(only: str | None) -> Iterator[list[str]]:
    """URLs of empty databases, one of each kind or of one kind."""
    with ExitStack() as stack:
        urls = ["sqlite://"] if only != "postgresql" else []
        if only != "sqlite":
            urls.append(stack.enter_context(empty_database(stack.enter_context(server()))))
        yield urls


def main(arguments: Sequence[str] | None = None) -> int:
    """Asks and compares; 1 where something differed."""
    parser = argparse.ArgumentParser(prog="python -m tests.reads.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="number of operations")
    parser.add_argument("--seed", type=int, default=None, help="seed of world and operations; one is chosen and printed otherwise")
    parser.add_argument("--only", choices=("sqlite", "postgresql"), help="one kind of database only")
    parser.add_argument("--every-oddity", action="store_true", help="also what is known to differ")
    given = parser.parse_args(arguments)
    seed = given.seed if given.seed is not None else random.randrange(10**6)
    logging.getLogger("tap_graph").setLevel(logging.CRITICAL)
    with databases(given.only) as urls, world(seed, urls, EVERY_ODDITY if given.every_oddity else SETTLED) as asked:
        return run(asked, seed, given.count)


def run(asked: World, seed: int, count: int) -> int:
    """Asks that many operations; prints what differed, how long it took and what came of them."""
    tally, shown, start = Tally(), 0, time.monotonic()
    say(f"seed {seed}, {count} operations: {', '.join(asked.ways)}\n")
    for operation in differing(asked, seed, count, tally):
        shown += 1
        say(f"\n--- operation {tally.asked} ---\n{report(asked, operation)}\n")
        if shown == MOST_SHOWN:
            break
    spent = time.monotonic() - start
    say(f"\n{tally.asked} operations in {spent:.1f} s, {shown} answered differently, {tally.too_deep} too deep for SQLite\n")
    say(f"{', '.join(f'{code} {number}' for code, number in tally.codes.most_common())}\n")
    say(f"{', '.join(f'{name}: {number}' for name, number in sorted(asked.asker.finishers.items()))}\n")
    return 1 if shown else 0


def say(text: str) -> None:
    """Prints at once, into files as well."""
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
