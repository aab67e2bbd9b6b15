"""Theatres: the parts of the world that run the program, each under its own rulebook."""

from dataclasses import dataclass

from tap_graph.values.figure import Figure


@dataclass(frozen=True, slots=True)
class Theatre:
    """One theatre: its code, its name, the zone its program days are counted in, and its currency."""

    code: str
    name: str
    zone: Figure[str]
    currency: Figure[str]


@dataclass(frozen=True, slots=True)
class Country:
    """A country or region: ISO 3166-1 alpha-2 code and the name the program displays (R14)."""

    code: str
    name: str
