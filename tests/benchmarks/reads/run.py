"""Measures how fast reads are, beside their peers on the same database in the same run.

python -m tests.benchmarks.reads.run [--only ref small …] [--seconds 5] [--partners 2000]
"""

import argparse
from collections.abc import Collection, Iterator

from tests.benchmarks.reads import figures
from tests.benchmarks.reads.data import PARTNERS
from tests.benchmarks.reads.stage import Stage, staged

FIGURES = ("ref", "statement", "executor", "small", "bytes", "memory", "start", "statements")


def measured(stage: Stage, wanted: Collection[str]) -> Iterator[figures.Figure]:
    """The figures that are wanted, one after the other."""
    if {"ref", "statement", "executor"} & set(wanted):
        yield from figures.dashboard(stage, wanted)
    if {"small", "bytes"} & set(wanted):
        yield from figures.one_partner(stage, wanted)
    for name, measure in (("memory", figures.memory), ("start", figures.start), ("statements", figures.statements)):
        if name in wanted:
            yield from measure(stage)


def main() -> None:
    """Reads the arguments, measures, and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", choices=FIGURES, default=FIGURES, help="Figures to measure; all unless given.")
    parser.add_argument("--seconds", type=float, default=5.0, help="Seconds of each measurement, of which a figure takes several.")
    parser.add_argument("--partners", type=int, default=PARTNERS, help="Number of partners; all else follows.")
    given = parser.parse_args()
    with staged(given.partners, given.seconds) as stage:
        table = list(measured(stage, given.only))
    print("\n" + figures.HEADING)
    for figure in table:
        print(figure.line())


if __name__ == "__main__":
    main()
