"""Chance from a seed: the same text gives the same throws on every machine and Python."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Throws that follow from a seed; built on `Random.random` alone, whose sequence Python promises to keep."""

    def __init__(self, *seed: object) -> None:
        self._next = Random("/".join(map(str, seed))).random  # noqa: S311 (nothing secret is drawn)

    def below(self, end: int) -> int:
        """A number from 0 to below `end`."""
        return int(self._next() * end)

    def between(self, first: int, last: int) -> int:
        """A number from `first` to `last`, both included."""
        return first + int(self._next() * (last - first + 1))

    def pick(self, choices: Sequence[T]) -> T:
        """One of the choices."""
        return choices[int(self._next() * len(choices))]

    def chance(self, share: float) -> bool:
        """True in that share of the throws."""
        return self._next() < share
