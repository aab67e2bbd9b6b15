"""Figures: values that answer for themselves, with their source and how sure it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Provenance(StrEnum):
    """How a figure is known; written from the surest to the weakest."""

    OFFICIAL = "OFFICIAL"
    DERIVED = "DERIVED"
    ASSUMED = "ASSUMED"


STRENGTH = list(Provenance)


@dataclass(frozen=True, slots=True)
class Figure(Generic[T_co]):
    """A value, the place it stands in, and its provenance (program.md: every figure carries one)."""

    value: T_co
    source: str
    provenance: Provenance


def official(value: T, source: str) -> Figure[T]:
    """A figure that stands in the source or in a cited public announcement."""
    return Figure(value, source, Provenance.OFFICIAL)


def derived(value: T, source: str) -> Figure[T]:
    """A figure that follows from official ones by arithmetic; the source says how."""
    return Figure(value, source, Provenance.DERIVED)


def assumed(value: T, source: str) -> Figure[T]:
    """A figure without a source, or one of several readings; the source says why it was chosen."""
    return Figure(value, source, Provenance.ASSUMED)


def weakest(figures: Iterable[Figure[object]]) -> Provenance:
    """The least sure provenance among the figures: a sum is as sure as its weakest part."""
    return max((figure.provenance for figure in figures), key=STRENGTH.index, default=Provenance.OFFICIAL)


def sources(figures: Iterable[Figure[object]]) -> str:
    """The sources of the figures in order, each once, joined as the contract prints them."""
    return "; ".join(dict.fromkeys(figure.source for figure in figures))
