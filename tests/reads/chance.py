"""Chance: random choices of a generator that remembers what it used, and takes what was used least."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import TypeVar

T = TypeVar("T")


@dataclass
class Chance:
    """Choices that depend on the seed alone; `exhausted` holds the types of which everything was used.

    `toward` holds the fields that lead where operations are to go; where there are none, they go where nobody was yet.
    """

    random: Random
    uses: Counter[str] = field(default_factory=Counter)
    exhausted: set[str] = field(default_factory=set)
    toward: frozenset[str] = frozenset()

    def one_in(self, number: int) -> bool:
        """Yes, once in that many times."""
        return self.random.random() * number < 1

    def of(self, some: Sequence[T]) -> T:
        """One of them, each alike."""
        return some[int(self.random.random() * len(some))]

    def shuffled(self, some: Iterable[T]) -> list[T]:
        """All of them, in whatever order."""
        made = sorted(some, key=str)
        self.random.shuffle(made)
        return made

    def count(self, what: str) -> None:
        """Remembers one use."""
        self.uses[what] += 1

    def scarce(self, names: Sequence[str], owner: str, wanted: Collection[str] = ()) -> str:
        """One of the names, rather one that was used less or is wanted; counted."""
        weights = [1 / (1 + self.uses[owner + name]) + (name in wanted) for name in names]
        [chosen] = self.random.choices(names, weights)
        self.uses[owner + chosen] += 1
        return chosen

    def wants(self, what: str, odds: float) -> bool:
        """Whether to use it this time: always while it never was."""
        return self.random.random() < odds or not self.uses[what]
