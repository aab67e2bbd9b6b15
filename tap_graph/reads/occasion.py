"""The occasion: what one request brings to a plan that was made for all of its kind."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tap_graph.domain.viewer import Viewer
from tap_graph.reads.working import Works


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one act: the row it was about, and why it was not done (a JSON list, empty where it was)."""

    row_id: int | None
    user_errors: str = "[]"


@dataclass(slots=True)
class Occasion:
    """Who asks, with which coerced variables, on which day; `pages` is filled by the plan's checks."""

    viewer: Viewer
    today: date
    variables: Mapping[str, Any] = field(default_factory=dict)
    pages: dict[int, Any] = field(default_factory=dict)
    outcomes: Mapping[str | int, Outcome] = field(default_factory=dict)
    """Of a mutation that was done: what became of each root field, by its response name."""
    works: Works = field(default_factory=Works)
    """What the rows of this answer leave to services."""
