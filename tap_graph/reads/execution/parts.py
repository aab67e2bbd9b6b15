"""Parts: how objects that services worked out become rows by response name."""

import re
from collections.abc import Callable
from typing import Any

from graphql import GraphQLObjectType, get_named_type, is_leaf_type

from tap_graph.reads import bindings as b
from tap_graph.reads.spot import Asked, Context
from tap_graph.reads.working import Show, shown_leaf

HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class Parts:
    """Makes, for one operation, what turns objects of services into the rows that graphql-core walks."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def of(self, asked: Asked) -> Show:
        """What shows the value of a field: one object, a list of them, a leaf, or null."""
        named = get_named_type(asked.type)
        if is_leaf_type(named):
            return _leaves
        type_ = self._context.yielded(asked)
        fields = [self._field(type_, key, nodes, asked) for key, nodes in self._context.fields(asked).items() if _is_field(nodes)]

        def record(value: Any) -> dict[str, Any]:
            return {key: show(take(value)) for key, take, show in fields}

        return lambda value: (
            [record(item) for item in value] if isinstance(value, list | tuple) else None if value is None else record(value)
        )

    def _field(self, type_: GraphQLObjectType, key: str, nodes: list[Any], parent: Asked) -> tuple[str, Show, Show]:
        asked = Asked(type_, nodes, (*parent.path, key))
        binding = self._context.shapes[type_.name].get(asked.name)
        part = binding if isinstance(binding, b.Part) else b.Part()
        return key, _taking(part.name or HUMP.sub("_", asked.name).lower(), part.form), self.of(asked)


def _taking(name: str, form: Callable[[Any], Any] | None) -> Show:
    def take(value: Any) -> Any:
        found = getattr(value, name)
        return found if form is None or found is None else form(found)

    return take


def _is_field(nodes: list[Any]) -> bool:
    return not nodes[0].name.value.startswith("__")


def _leaves(value: Any) -> Any:
    return [shown_leaf(item) for item in value] if isinstance(value, list | tuple) else shown_leaf(value)
