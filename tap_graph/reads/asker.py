"""The asker: a viewer as a plan knows it: its role, and everything else as values that each request brings."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Text

from tap_graph.domain.viewer import Role, Viewer
from tap_graph.reads.slots import Slots

Kind: TypeAlias = tuple[Role, bool, bool, bool, int | None]
Word: TypeAlias = ColumnElement[Any]


@dataclass(frozen=True, slots=True)
class Asker:
    """The viewer of a plan; a word is None where viewers of this kind have none, and regions are as many as theirs."""

    role: Role
    sees_all_regions: bool
    partner_number: Word | None
    distributor_id: Word | None
    email: Word | None
    regions: tuple[Word, ...] | None


def kind_of(viewer: Viewer) -> Kind:
    """What of a viewer a plan depends on; viewers of one kind share plans."""
    regions = viewer.regions
    return (
        viewer.role,
        viewer.partner_number is not None,
        viewer.distributor_id is not None,
        viewer.email is not None,
        None if regions is None else len(regions),
    )


def asker_of(viewer: Viewer, slots: Slots) -> Asker:
    """The viewer with slots where its words stand."""

    def word(present: object, read: Callable[[Viewer], Any]) -> Word | None:
        return None if present is None else slots.bind(lambda occasion: read(occasion.viewer), Text())

    return Asker(
        viewer.role,
        viewer.sees_all_regions,
        word(viewer.partner_number, lambda asking: asking.partner_number),
        word(viewer.distributor_id, lambda asking: asking.distributor_id),
        word(viewer.email, lambda asking: asking.email),
        None if viewer.regions is None else tuple(_region(slots, place) for place in range(len(viewer.regions))),
    )


def _region(slots: Slots, place: int) -> Word:
    return slots.bind(lambda occasion: (occasion.viewer.regions or ())[place], Text())
