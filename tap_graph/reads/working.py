"""Working out: what an answer leaves to services, for all its rows at once, after its statement and before it is walked."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from graphql import FieldNode, GraphQLField
from graphql.execution.values import VariableValues, get_argument_values

from tap_graph.storage.columns import moment_text

Work = Callable[[Any, Sequence[int], Mapping[str, Any]], Mapping[int, Any]]
"""Of what it is worked out with, the keys of the rows and the field's arguments: what was found, by key; no entry is null."""
Show = Callable[[Any], Any]


@dataclass(slots=True)
class Later:
    """The place of an object in the rows of an answer, filled once it is worked out."""

    value: Any = None


@dataclass(frozen=True, slots=True, eq=False)
class WorkedField:
    """One field of an operation that is worked out, and how its objects become rows."""

    work: Work
    definition: GraphQLField
    node: FieldNode
    show: Show


@dataclass(slots=True)
class Works:
    """What one answer waits for, field by field."""

    variables: Callable[[], VariableValues] | None = None
    _waiting: dict[WorkedField, dict[int, list[Later]]] = field(default_factory=dict)

    def later(self, asked: WorkedField, key: int) -> Later:
        """The place where the object of that row will stand."""
        place = Later()
        self._waiting.setdefault(asked, {}).setdefault(key, []).append(place)
        return place

    def settle(self, open_work: Callable[[], AbstractContextManager[Any]]) -> None:
        """Works everything out and fills the places; errors of services are the whole answer's."""
        if not self._waiting:
            return
        with open_work() as working:
            for asked, places in self._waiting.items():
                found = asked.work(working, list(places), self._arguments(asked))
                for key, waiting in places.items():
                    shown = asked.show(found.get(key))
                    for place in waiting:
                        place.value = shown

    def _arguments(self, asked: WorkedField) -> Mapping[str, Any]:
        if not asked.definition.args or self.variables is None:
            return {}
        return get_argument_values(asked.definition, asked.node, self.variables())


def shown_leaf(value: Any) -> Any:
    """A value of a service as a cell of a row would hold it."""
    if isinstance(value, datetime):
        return moment_text(value)
    return str(value) if isinstance(value, date | Decimal) else value
